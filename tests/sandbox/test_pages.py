"""The mailbox as pages: what is in a mail is shown and does nothing; what is not there is not found."""

import io
import smtplib
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from activities.documents import Kept, keep
from gateways.files import FolderStore
from models.tables import CaseState, LegalCaseItemRecord, LegalCaseRecord
from sandbox.archive import Archive
from sandbox.mailbox import Mailbox
from sandbox.pages import Pages
from tests.sandbox.record import NOW, invoice, record

MARKUP = "<script>alert(1)</script> & Söhne"
PDF = b"%PDF-1.7 not much of one"


@dataclass
class Site:
    """A mailbox with one mail, a database with one document and one case, and their pages."""

    url: str
    folder: Path

    def get(self, path: str) -> tuple[str, HTTPMessage]:
        with urllib.request.urlopen(self.url + path) as page:  # noqa: S310 - our own
            return page.read().decode("utf-8", "replace"), page.headers

    def status(self, path: str, host: str = "") -> int:
        """Of a path sent as it stands: no client of ours tidies it up."""
        connection = HTTPConnection(urlsplit(self.url).netloc)
        connection.putrequest("GET", path, skip_host=True)
        connection.putheader("Host", host or urlsplit(self.url).netloc)
        connection.endheaders()
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status


def letter() -> bytes:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = "accounts@farbtreu.example"
    mail["To"] = f'"{MARKUP}" <a@one.example>'
    mail["Subject"] = f"Reminder {MARKUP}"
    mail["Date"] = NOW
    mail["Message-ID"] = "<1@farbtreu.example>"
    mail.set_content("The plain words")
    mail.add_alternative("<p>The words<script>alert(2)</script>", subtype="html")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="a/../b ü.pdf")
    return mail.as_bytes()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    store = FolderStore(tmp_path / "documents")
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.writestr("list.pdf", PDF)
        archive.writestr("calls.csv", "at,outcome\n")
    with record(tmp_path / "duely.db", invoice("C-1", "2026-0001", name=MARKUP)) as (
        session,
        journal,
    ):
        for key, kind, content in (
            ("copy/invoice-2026-0001.pdf", "copy", PDF),
            ("case/C-C-1-1.zip", "case", bundle.getvalue()),
        ):
            store.put(key, content)
            keep(journal, [Kept.of(key, kind, content)])
        session.add(
            LegalCaseRecord(
                case="C-C-1-1",
                customer_id="C-1",
                sequence=1,
                state=CaseState.HANDED_OVER.value,
                document="case/C-C-1-1.zip",
                opened_at=NOW,
            )
        )
        session.flush()
        session.add(
            LegalCaseItemRecord(
                case="C-C-1-1", invoice_number="2026-0001", balance_minor=9000, currency="EUR"
            )
        )
    (tmp_path / "secret.txt").write_text("not for a browser")
    with Mailbox() as mailbox:
        with smtplib.SMTP(mailbox.host, mailbox.port) as client:
            client.sendmail("accounts@farbtreu.example", ["a@one.example"], letter())
        archive_of = Archive(mailbox, tmp_path / "duely.db", tmp_path / "documents")
        with Pages(archive_of, port=0) as pages:
            yield Site(pages.url, tmp_path)


@pytest.mark.parametrize("path", ["/", "/mails/1", "/documents", "/cases"])
def test_markup_in_a_name_shows_as_text(site: Site, path: str) -> None:
    body, headers = site.get(path)
    assert "<script" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Söhne" in body
    assert "script-src" not in headers["Content-Security-Policy"]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_html_of_a_mail_is_framed_without_any_right(site: Site) -> None:
    page, _ = site.get("/mails/1")
    assert 'sandbox="" src="/mails/1/html"' in page
    body, headers = site.get("/mails/1/html")
    assert body.startswith("<p>The words")
    policy = headers["Content-Security-Policy"]
    assert policy.endswith("; sandbox")
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_mail_shows_its_text_headers_and_attachments(site: Site) -> None:
    page, _ = site.get("/mails/1")
    assert "The plain words" in page
    assert "&lt;1@farbtreu.example&gt;" in page
    assert 'href="/mails/1/attachments/0/' in page


def test_attached_pdf_is_shown_and_keeps_its_name(site: Site) -> None:
    body, headers = site.get("/mails/1/attachments/0/any-name")
    assert body.encode() == PDF
    assert headers["Content-Type"] == "application/pdf"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"] == "inline; filename*=UTF-8''a%2F..%2Fb%20%C3%BC.pdf"


def test_source_is_for_keeping_not_for_showing(site: Site) -> None:
    _, headers = site.get("/mails/1/source")
    assert headers["Content-Disposition"].startswith("attachment; ")


def test_documents_and_cases_open(site: Site) -> None:
    assert "/documents/copy/invoice-2026-0001.pdf" in site.get("/documents")[0]
    assert site.get("/documents/copy/invoice-2026-0001.pdf")[0].encode() == PDF
    assert "90.00 EUR" in site.get("/cases")[0]
    assert site.get("/cases/C-C-1-1/list.pdf")[0].encode() == PDF
    assert site.get("/cases/C-C-1-1/calls.csv")[1]["Content-Type"].startswith("text/plain")
    assert site.get("/cases/C-C-1-1")[1]["Content-Type"] == "application/zip"


@pytest.mark.parametrize(
    "path",
    [
        "/secret.txt",
        "/../secret.txt",
        "/documents/../secret.txt",
        "/documents/..%2Fsecret.txt",
        "/documents/copy/..%2f..%2fsecret.txt",
        "/documents/%2Fetc%2Fpasswd",
        "/documents/copy/2026-0002.pdf",
        "/cases/../secret.txt",
        "/cases/C-C-1-1/..%2F..%2Fsecret.txt",
        "/cases/nobody",
        "/page.css/../../secret.txt",
        "/mails/0",
        "/mails/2",
        "/mails/-1",
        "/mails/1/attachments/1/x",
        "/mails/1/attachments/-1/x",
        "/mails/1/anything",
        "//secret.txt",
    ],
)
def test_what_is_not_there_is_not_found(site: Site, path: str) -> None:
    assert site.status(path) == 404


def test_mails_of_one_customer_alone(site: Site) -> None:
    assert "1 mails" in site.get("/")[0]
    assert "No mail yet" in site.get("/?customer=C-9")[0]


def test_another_host_name_gets_nothing(site: Site) -> None:
    assert site.status("/") == 200
    assert site.status("/", host="evil.example:8025") == 404


def test_nothing_can_be_changed(site: Site) -> None:
    connection = HTTPConnection(urlsplit(site.url).netloc)
    connection.request("POST", "/", body=b"")
    assert connection.getresponse().status == 501
    connection.close()
