"""A notice's mail with a customer's data as it is now; nothing is recorded, nothing sent."""

import asyncio
import email
import email.policy
from email.message import EmailMessage
from pathlib import Path
from typing import Annotated

import typer

from activities.papers import attachment_name, invoice_html, notice_mail
from activities.previewing import NUMBER, Preview, preview_of
from commands.at_hand import known_customer, now, the_record
from commands.options import CustomerKey
from commands.printing import say
from gateways.creditor_file import read_creditor
from gateways.files import FolderStore
from gateways.printer import WeasyPrinter
from models.settings import load_settings
from rules.errors import RefusedForGood, UserMistake
from rules.letters import Attachment, InvoicePaper

app = typer.Typer()

_KINDS = (".eml", ".html", ".pdf")


@app.command("preview")
def preview(
    customer: CustomerKey,
    level: Annotated[
        int | None, typer.Option(min=1, max=3, help="As a notice of this level, due or not.")
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--out", help="Write it to this file: .eml, .html or .pdf."),
    ] = None,
) -> None:
    """Show the notice a customer would get with the data of now; nothing is recorded or sent."""
    if to is not None and to.suffix not in _KINDS:
        raise UserMistake(f"--out {to} is of no known kind, expected .eml, .html or .pdf")
    settings = load_settings()
    creditor = read_creditor(settings.creditor)
    with the_record() as session:
        found = preview_of(session, known_customer(session, customer), creditor, now(), level or 0)
    if to is None:
        say(_as_text(found))
        return
    to.write_bytes(asyncio.run(_as_file(found, to.suffix, settings.documents_dir)))
    say(f"Written to {to}.")


def _as_text(found: Preview) -> str:
    mail = _mail(found)
    head = "\n".join(f"{name}: {mail[name]}" for name in ("From", "To", "Subject"))
    names = "\n".join(f"Attached: {attachment_name(paper.number)}" for paper in found.papers)
    return f"{head}\n\n{_part(mail, 'plain')}\n{names}"


async def _as_file(found: Preview, kind: str, documents: Path) -> bytes:
    printer = WeasyPrinter()
    try:
        if kind == ".eml":
            store = FolderStore(documents)
            return _bytes(found, [await _paper(found, one, printer, store) for one in found.papers])
        html = _part(_mail(found), "html")
        return html.encode() if kind == ".html" else await printer.pdf(html)
    finally:
        await printer.close()


async def _paper(
    found: Preview, paper: InvoicePaper, printer: WeasyPrinter, store: FolderStore
) -> Attachment:
    """The original the store has, else a copy as it would be drawn."""
    name, original = attachment_name(paper.number), found.originals.get(paper.number)
    content = store.get(original) if original else await printer.pdf(invoice_html(paper))
    return Attachment(name, content)


def _mail(found: Preview) -> EmailMessage:
    """The mail with its attachments named and empty: enough for its words."""
    empty = [Attachment(attachment_name(paper.number), b"") for paper in found.papers]
    mail = email.message_from_bytes(_bytes(found, empty), policy=email.policy.default)
    assert isinstance(mail, EmailMessage), "the policy makes them"
    return mail


def _bytes(found: Preview, attachments: list[Attachment]) -> bytes:
    message_id = f"<{NUMBER.lower()}@duely.invalid>"
    try:
        return notice_mail(found.letter, attachments, message_id=message_id, date=now())
    except RefusedForGood as error:
        raise UserMistake(str(error)) from error


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None, "a notice has both kinds"
    return str(body.get_content()).replace("\r\n", "\n")
