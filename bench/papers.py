"""The papers of a made-up creditor: one of each kind, which everything of its kind names as its own."""

from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from pypdf import PdfWriter

from gateways.files import FolderStore

INVOICE, MAIL, PROOF, CASE = (
    "original/bench.pdf",
    "mail/bench.eml",
    "proof/bench.pdf",
    "case/bench.zip",
)


def put_papers(folder: Path) -> None:
    """Into the document store that the console reads."""
    store, pdf = FolderStore(folder), _pdf()
    store.put(INVOICE, pdf)
    store.put(PROOF, pdf)
    store.put(MAIL, _mail(pdf))
    store.put(CASE, _zip(pdf))


def _pdf() -> bytes:
    """Blank, and of the size of a letter with a font in it."""
    writer, file = PdfWriter(), BytesIO()
    writer.add_blank_page(width=595, height=842)
    writer.add_attachment("font.bin", bytes(range(256)) * 160)
    writer.write(file)
    return file.getvalue()


def _mail(pdf: bytes) -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Reminder", "a@creditor.example", "b@debtor.example"
    mail.set_content("Please pay.")
    mail.add_alternative("<p>Please pay.</p>", subtype="html")
    mail.add_attachment(pdf, maintype="application", subtype="pdf", filename="notice.pdf")
    return mail.as_bytes()


def _zip(pdf: bytes) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("list.pdf", pdf)
    return file.getvalue()
