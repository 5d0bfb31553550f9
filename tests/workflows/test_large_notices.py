"""A notice that one mail cannot hold (policy key `max_message_mb`, here 1 MB)."""

import email
import email.policy
from collections.abc import Callable
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from random import Random
from zipfile import ZipFile

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject

from activities import writing
from gateways.mail import Outgoing
from gateways.printer import WeasyPrinter
from models.settings import Documents
from models.tables import AttentionRecord, DocumentRecord, NoticePartRecord, NoticeRecord
from rules.errors import InDoubt, RefusedForGood, Unreachable
from tests.workflows.house import House, Postman
from tests.workflows.policies import EARLY, HEAD, NOTICES, SHORT

LIMIT = 1_000_000
ONE_MB = HEAD + EARLY + "max_message_mb = 1\n" + NOTICES
ONE_MB_ONE_HOUR = HEAD + EARLY + 'max_message_mb = 1\nsend_until = "10:00"\n' + NOTICES
TWO_MB = ONE_MB.replace("max_message_mb = 1", "max_message_mb = 2")
FIVE = ("101", "102", "103", "104", "105")


def photo(number: str, size: int = 300_000) -> bytes:
    """No PDF that can be read, and nothing of it is in another: it goes as it is."""
    return b"%PDF-1.7\n" + Random(number).randbytes(size)


def huge(number: str) -> bytes:
    return photo(number, 1_200_000)


def with_logo(number: str) -> bytes:
    """A page of its own width, on which are 300 KB that all others have as well."""
    logo = DecodedStreamObject()
    logo.set_data(Random("logo").randbytes(300_000))
    writer = PdfWriter()
    writer.add_blank_page(int(number), 842).replace_contents(logo.flate_encode())
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


class Chain(House):
    """A house whose invoices have originals of some size."""

    def __init__(
        self,
        folder: Path,
        *,
        policy: str = ONE_MB,
        mail: Postman | None = None,
        documents: Documents = Documents.INVOICES,
    ) -> None:
        self.postman = mail or Postman()
        super().__init__(folder, policy=policy, mail=self.postman, documents=documents)
        self._originals = folder / "documents" / "original"

    async def owes(
        self, *numbers: str, original: Callable[[str], bytes] = photo, policy: str | None = None
    ) -> None:
        self._originals.mkdir(parents=True, exist_ok=True)
        for number in numbers:
            (self._originals / f"{number}.pdf").write_bytes(original(number))
            await self.invoice(number, document=f"original/{number}.pdf", policy=policy)

    async def parts(self) -> list[str]:
        """The further parts on the record, "PART STATE"."""
        return [f"{row.part} {row.state}" for row in await self.rows(NoticePartRecord)]

    def subjects(self) -> list[str]:
        """How every mail that came ends its subject: "part 1 of 2"."""
        return [str(parsed(m)["Subject"]).partition("(")[2].rstrip(")") for m in self.postman.taken]

    def files(self) -> dict[str, bytes]:
        """Every file that came, by name."""
        return {
            str(part.get_filename()): bytes(part.get_payload(decode=True) or b"")
            for mail in self.postman.taken
            for part in parsed(mail).iter_attachments()
        }


def parsed(mail: Outgoing) -> EmailMessage:
    message = email.message_from_bytes(mail.content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not any(part.defects for part in message.walk())
    return message


def sent(*numbers: str) -> list[str]:
    return [f"03-05 {number} notice_sent 1" for number in numbers]


async def test_pdfs_that_share_much_come_in_one_file(tmp_path: Path) -> None:
    async with Chain(tmp_path) as house:
        await house.owes(*FIVE, original=with_logo)
        await house.at("2026-03-06")
        assert [len(mail.content) < LIMIT for mail in house.postman.taken] == [True]
        ((name, content),) = house.files().items()
        assert name == "invoices.pdf"
        widths = [float(page.mediabox.width) for page in PdfReader(BytesIO(content)).pages]
        assert widths == [101, 102, 103, 104, 105]
        assert "in one file, with a bookmark for each" in said(house.postman.taken[0])


async def test_pdfs_that_share_nothing_come_in_parts_that_have_each_once(tmp_path: Path) -> None:
    async with Chain(tmp_path) as house:
        await house.owes(*FIVE)
        await house.at("2026-03-06")
        assert house.subjects() == ["part 1 of 3", "part 2 of 3", "part 3 of 3"]
        assert all(len(mail.content) <= LIMIT for mail in house.postman.taken)
        assert house.files() == {f"invoice-{number}.pdf": photo(number) for number in FIVE}
        assert await house.story("notice_sent") == sent(*FIVE)
        assert all(number in said(house.postman.taken[0]) for number in FIVE)
        assert await house.parts() == ["2 sent", "3 sent"]


async def test_each_part_is_a_document_of_its_own(tmp_path: Path) -> None:
    async with Chain(tmp_path) as house:
        await house.owes(*FIVE)
        await house.at("2026-03-06")
        kept = [row.key for row in await house.rows(DocumentRecord)]
        assert kept == ["mail/N-C1-1.eml", "mail/N-C1-1.2.eml", "mail/N-C1-1.3.eml"]
        files = [(tmp_path / "documents" / key).read_bytes() for key in kept]
        assert files == [mail.content for mail in house.postman.taken]


async def test_customer_with_two_policies_gets_mails_of_the_smaller_size(tmp_path: Path) -> None:
    async with Chain(tmp_path) as house:
        await house.owes("101", "102", policy=TWO_MB)
        await house.owes("103", "104")
        await house.at("2026-03-06")
        assert house.subjects() == ["part 1 of 2", "part 2 of 2"]
        assert all(len(mail.content) <= LIMIT for mail in house.postman.taken)


async def test_pdf_too_large_for_any_mail_is_said_and_needs_a_person(tmp_path: Path) -> None:
    async with Chain(tmp_path) as house:
        await house.owes("101")
        await house.owes("102", original=huge)
        await house.at("2026-03-06")
        assert await house.story("notice_sent") == sent("101", "102")
        assert list(house.files()) == ["invoice-101.pdf"]
        assert "One invoice is too large for an e-mail" in said(house.postman.taken[0])
        (trouble,) = await house.rows(AttentionRecord)
        assert (trouble.trouble, trouble.reference) == ("enclosure", "102")
        await house.at("2026-03-11")
        assert len(await house.story("notice_sent")) == 4, "the next notice goes out all the same"


async def test_case_for_the_lawyer_has_every_part_and_every_original(tmp_path: Path) -> None:
    policy = SHORT.replace(EARLY, EARLY + "max_message_mb = 1\n")
    async with Chain(tmp_path, policy=policy, documents=Documents.ALL) as house:
        await house.owes(*FIVE)
        await house.at("2026-03-17")
        assert await house.troubles() == []
    with ZipFile(tmp_path / "documents" / "case" / "C-C1-1.zip") as case:
        names = case.namelist()
        assert case.read("invoices/invoice-103.pdf") == photo("103")
    assert names == [
        "list.pdf",
        "notices/N-C1-1.eml",
        "notices/N-C1-1.2.eml",
        "notices/N-C1-1.3.eml",
        *(f"invoices/invoice-{number}.pdf" for number in FIVE),
        "calls.csv",
    ]


class TestBetweenParts:
    """The overview was accepted: the notice is sent, and nothing of it goes twice or is lost."""

    async def test_crash_sends_the_rest_only(self, tmp_path: Path) -> None:
        mail = Postman([None, RuntimeError("killed")])
        async with Chain(tmp_path, mail=mail) as house:
            await house.owes(*FIVE)
            await house.at("2026-03-06")
            assert house.subjects() == ["part 1 of 3", "part 2 of 3", "part 3 of 3"]
            assert mail.tried == 4
            assert await house.parts() == ["2 sent", "3 sent"]

    async def test_doubt_sends_the_same_part_again(self, tmp_path: Path) -> None:
        mail = Postman([None, InDoubt("no answer")])
        async with Chain(tmp_path, mail=mail) as house:
            await house.owes(*FIVE)
            await house.at("2026-03-06")
            assert house.subjects() == ["part 1 of 3", *["part 2 of 3"] * 2, "part 3 of 3"]
            assert mail.taken[1].content == mail.taken[2].content
            assert await house.story("notice_sent") == sent(*FIVE)

    async def test_outage_past_the_hours_lapses_nothing(self, tmp_path: Path) -> None:
        mail = Postman([None, *[Unreachable("away")] * 40])
        async with Chain(tmp_path, mail=mail, policy=ONE_MB_ONE_HOUR) as house:
            await house.owes(*FIVE)
            await house.at("2026-03-05", "10:30")
            assert await house.parts() == ["2 made", "3 made"]
            await house.at("2026-03-06")
            assert await house.story("notice_sent") == sent(*FIVE)
            assert [row.state for row in await house.rows(NoticeRecord)] == ["sent"]
            assert house.subjects() == ["part 1 of 3", "part 2 of 3", "part 3 of 3"]

    async def test_refused_part_needs_a_person_and_the_next_goes(self, tmp_path: Path) -> None:
        mail = Postman([None, RefusedForGood("too big")])
        async with Chain(tmp_path, mail=mail) as house:
            await house.owes(*FIVE)
            await house.at("2026-03-06")
            assert house.subjects() == ["part 1 of 3", "part 3 of 3"]
            assert await house.parts() == ["2 refused", "3 sent"]
            (trouble,) = await house.rows(AttentionRecord)
            assert (trouble.trouble, trouble.reference) == ("enclosure", "N-C1-1.2")
            assert await house.ask_customer("C1", "retry") == ""
            assert await house.troubles() == []

    async def test_refused_notice_has_no_parts_that_follow(self, tmp_path: Path) -> None:
        mail = Postman([RefusedForGood("no such user")])
        async with Chain(tmp_path, mail=mail) as house:
            await house.owes(*FIVE)
            await house.at("2026-03-10")
            assert (mail.tried, await house.troubles()) == (1, ["address"])
            assert await house.parts() == ["2 made", "3 made"]

    async def test_what_was_parked_goes_out_after_a_person_says_retry(self, tmp_path: Path) -> None:
        mail = Postman([None, *[Unreachable("away")] * 20])
        async with Chain(tmp_path, mail=mail) as house:
            await house.owes(*FIVE)
            await house.at("2026-03-05", "09:01")
            kept = tmp_path / "documents" / "mail" / "N-C1-1.eml"
            content = kept.read_bytes()
            kept.unlink()
            await house.at("2026-03-05", "10:00")
            assert await house.troubles() == ["papers"]
            kept.write_bytes(content)
            mail.orders.clear()
            assert await house.ask_customer("C1", "retry") == ""
            await house.settle_down()
            assert house.subjects() == ["part 1 of 3", "part 2 of 3", "part 3 of 3"]
            assert await house.story("notice_sent") == sent(*FIVE)


async def test_crash_half_way_through_the_copies_draws_the_rest_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_DRAWN_AT_ONCE", 2)
    drawn = []

    async def draw(_printer: WeasyPrinter, html: str) -> bytes:
        drawn.append(html)
        if len(drawn) == 5:
            raise RuntimeError("killed")
        return b"%PDF-1.7 " + str(len(html)).encode()

    monkeypatch.setattr(WeasyPrinter, "pdf", draw)
    async with House(tmp_path, documents=Documents.INVOICES) as house:
        for number in FIVE:
            await house.invoice(number)
        await house.at("2026-03-06")
        assert await house.story("notice_sent") == sent(*FIVE)
    assert len(drawn) == 6
    assert len(set(drawn)) == 5


def said(mail: Outgoing) -> str:
    """A mail's text, its lines joined."""
    body = parsed(mail).get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())
