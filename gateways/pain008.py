"""pain.008 of ISO 20022: debits as our bank takes them, checked against the scheme before they leave.

sepaxml writes the message and carries the XSDs. It names messages and batches at random and asks the
time; here both are given, so that the same debits are the same bytes.
"""

from datetime import UTC
from functools import cache
from importlib.resources import files
from typing import Any

import sepaxml
from lxml import etree

from gateways.sepa_text import sepa_text
from rules.debit_files import Debit, DebitFile
from rules.errors import UserMistake

LONGEST_NAME = 70
LONGEST_TEXT = 140


def write_pain008(file: DebitFile) -> bytes:
    """The file's bytes. Raises UserMistake where they would not be what the scheme's XSD says."""
    writer = sepaxml.SepaDD(_config(file), schema=file.bank.version, clean=False)
    for debit in file.debits:
        writer.add_payment(_payment(debit))
    document = etree.fromstring(writer.export(validate=False))
    _name(document, file)
    schema = _schema(file.bank.version)
    if not schema.validate(document):
        first = schema.error_log[0]
        message = f"file {file.message} would not be a {file.bank.version}"
        raise UserMistake(f"{message}, expected what its XSD says: {_element(first.message)}")
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _config(file: DebitFile) -> dict[str, Any]:
    config = {
        "name": sepa_text(file.creditor, LONGEST_NAME),
        "IBAN": file.bank.iban,
        "batch": True,
        "creditor_id": file.creditor_identifier,
        "currency": "EUR",
        "instrument": file.scheme.value.upper(),
    }
    return config | ({"BIC": file.bank.bic} if file.bank.bic else {})


def _payment(debit: Debit) -> dict[str, Any]:
    payment = {
        "name": sepa_text(debit.holder, LONGEST_NAME),
        "IBAN": debit.iban,
        "amount": debit.amount.minor,
        "type": debit.sequence.value,
        "collection_date": debit.day,
        "mandate_id": debit.mandate,
        "mandate_date": debit.signed_on,
        "description": sepa_text(debit.text, LONGEST_TEXT),
        "endtoend_id": debit.key,
    }
    return payment | ({"BIC": debit.bic} if debit.bic else {})


def _name(document: etree._Element, file: DebitFile) -> None:
    """Our own names, and the moment that was given; batches stand in the order of the file's."""
    space = {"p": f"urn:iso:std:iso:20022:tech:xsd:{file.bank.version}"}
    made_at = file.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for path, text in (("MsgId", file.message), ("CreDtTm", made_at)):
        [found] = document.iterfind(f".//p:GrpHdr/p:{path}", space)
        found.text = text
    written = document.iterfind(".//p:PmtInf/p:PmtInfId", space)
    for found, batch in zip(written, file.batches, strict=True):
        found.text = batch.identifier


@cache
def _schema(version: str) -> etree.XMLSchema:
    """The scheme's XSD, as sepaxml carries it."""
    with files(sepaxml).joinpath("schemas", f"{version}.xsd").open("rb") as file:
        return etree.XMLSchema(etree.parse(file))


def _element(message: str) -> str:
    """What libxml2 says without the value, which may be a person's account."""
    return message.partition(":")[0].rpartition("}")[2].rstrip("'")
