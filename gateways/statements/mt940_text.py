"""Field 86 of MT940: German subfields (?20), Dutch words between slashes (/REMI/), or free text.

Lines are wrapped at any letter, and nobody can tell whether a space was lost there. So a text keeps
its breaks; references, names and accounts are put together without.
"""

import re
from dataclasses import dataclass, field, replace

from gateways.statements.texts import account, reason_in, reference
from rules.statements import Party

_GERMAN = re.compile(r"\s*(\d{3})([?~<^|@+>])\n?\d\n?\d")
_PURPOSE = (*range(20, 30), *range(60, 64))
_NAME, _ACCOUNT, _IBAN = (32, 33), 31, 38
_SEPA = re.compile(
    r"(?<![A-Z0-9])(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|PREF|RREF|PURP)"
    r"(?:\+|: )"
)
_DUTCH_WORDS = (
    *("TRTP", "TRCD", "IBAN", "BIC", "NAME", "REMI", "EREF", "MARF", "CSID", "RTRN", "BENM"),
    *("ORDP", "ISDT", "CNTP", "PREF", "ULTB", "ULTD", "ULTC", "PURP", "OCMT", "CHGS", "EXCH"),
    *("ADDR", "RREF", "SVCL", "IREF", "KREF", "SVWZ"),
)
# A word may be wrapped in its middle, too.
_DUTCH = re.compile("/\n?(" + "|".join("\n?".join(word) for word in _DUTCH_WORDS) + ")\n?/")
_IBAN_SHAPE = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")


@dataclass(frozen=True, kw_only=True)
class Words:
    """What field 86 says; "" where it does not. `code` is the German transaction code, `batch` our own
    name of a batch of orders."""

    code: str = ""
    heading: str = ""
    remittance: str = ""
    party: Party = field(default_factory=Party)
    end_to_end_id: str = ""
    mandate: str = ""
    creditor_reference: str = ""
    return_code: str = ""
    original: str = ""
    compensation: str = ""
    batch: str = ""


def words_of(text: str) -> Words:
    """What a field 86 says."""
    german = _GERMAN.match(text)
    if german:
        return _german(german[1], german[2], text[german.start(2) :])
    dutch = _by_tag(_DUTCH, text)
    if {"REMI", "EREF", "NAME", "IBAN", "CNTP", "TRTP"} & dutch.keys():
        return _dutch(dutch)
    return _sepa(text)


def words_of_ns(text: str) -> Words:
    """What a field NS says: lines that begin with a number, 01 to 14 of the payer's words, 15 and 16
    of the other side's name."""
    lines = [(line[:2], line[2:].strip()) for line in text.split("\n") if line[:2].isdigit()]
    return Words(
        heading=" ".join(value for number, value in lines if number == "17"),
        remittance="\n".join(value for number, value in lines if value and "01" <= number <= "14"),
        party=Party(name=" ".join(value for number, value in lines if number in ("15", "16"))),
    )


def _german(code: str, separator: str, text: str) -> Words:
    mark = re.compile(re.escape(separator) + r"\n?(\d)\n?(\d)")
    fields: dict[int, list[str]] = {}
    found = list(mark.finditer(text))
    ends = [after.start() for after in found[1:]] + [len(text)]
    for begin, end in zip(found, ends, strict=True):
        number = int(begin[1] + begin[2])
        fields.setdefault(number, []).append(text[begin.end() : end])
    pieces = [piece for number in _PURPOSE for piece in fields.get(number, [])]
    words = _sepa("\n".join(pieces))
    name = "".join(piece for number in _NAME for piece in fields.get(number, []))
    other = _joined(fields.get(_IBAN) or fields.get(_ACCOUNT) or [])
    return replace(
        words,
        code=code,
        heading=_line(" ".join(fields.get(0, []))),
        party=replace(
            words.party,
            name=_line(name.replace("\n", "")),
            account=account(other) or words.party.account,
        ),
    )


def _sepa(text: str) -> Words:
    """SEPA's keywords, each up to the next; what stands before the first is the payer's text too."""
    found = _by_tag(_SEPA, text)
    if not found:
        return Words(remittance=_lines(text))
    remittance = _lines("\n".join(filter(None, (found.get("", ""), found.get("SVWZ", "")))))
    return Words(
        remittance=remittance,
        end_to_end_id=reference(_flat(found.get("EREF", ""))),
        mandate=_flat(found.get("MREF", "")),
        party=Party(
            account=account(found.get("IBAN", "")),
            on_behalf_of=_flat(found.get("ABWA", "") or found.get("ABWE", "")),
        ),
        original=_flat(found.get("OAMT", "")),
        compensation=_flat(found.get("COAM", "")),
        batch=reference(_flat(found.get("KREF", "") or found.get("PREF", ""))),
    )


def _dutch(found: dict[str, str]) -> Words:
    """Rabobank and ABN AMRO name the parts of the other side; ING packs them into CNTP."""
    packed = _flat(found.get("CNTP", "")).split("/") + [""] * 4
    text, structured = _remittance(found.get("REMI", ""))
    name = _flat(found.get("NAME", "")) or packed[2].strip()
    return Words(
        heading=_flat(found.get("TRTP", "")),
        remittance=text or _lines(found.get("", "")),
        creditor_reference=structured,
        party=Party(
            name=name,
            account=account(found.get("IBAN", "") or packed[0]),
            on_behalf_of=_flat(found.get("ULTD", "") or found.get("ULTB", "")).strip("/ "),
        ),
        end_to_end_id=reference(_flat(found.get("EREF", "")).strip("/")),
        mandate=_flat(found.get("MARF", "")).strip("/"),
        batch=reference(_flat(found.get("PREF", "")).strip("/")),
        return_code=reason_in(_flat(found.get("RTRN", ""))),
    )


def _remittance(text: str) -> tuple[str, str]:
    """ING says which kind it is: USTD//text, or STRD/CUR/reference."""
    kind, _, rest = text.partition("/")
    if kind == "USTD":
        return _lines(rest.strip("/")), ""
    if kind == "STRD":
        return "", _flat(rest.strip("/").rpartition("/")[2])
    return _lines(text.strip("/")), ""


def _by_tag(tags: re.Pattern[str], text: str) -> dict[str, str]:
    """The text after each tag, up to the next; under "" what stands before the first. A tag that
    comes again goes on."""
    found = list(tags.finditer(text))
    if not found:
        return {}
    parts = {"": text[: found[0].start()]}
    ends = [after.start() for after in found[1:]] + [len(text)]
    for begin, end in zip(found, ends, strict=True):
        name = begin[1].replace("\n", "")
        before = parts[name] + "\n" if name in parts else ""
        parts[name] = before + text[begin.end() : end]
    return parts


def iban_in(text: str) -> str:
    """An account that stands alone in a line, as Rabobank's second line of field 61."""
    value = account(text)
    return value if _IBAN_SHAPE.fullmatch(value) else ""


def _flat(text: str) -> str:
    return _line(text.replace("\n", ""))


def _joined(pieces: list[str]) -> str:
    return "".join(pieces).replace("\n", "")


def _line(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> str:
    return "\n".join(filter(None, map(str.strip, text.split("\n"))))
