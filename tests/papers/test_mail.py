"""The message itself: headers, parts, bytes, and what an attacker would like in them."""

import email.utils
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.papers.cleaning import one_line
from activities.papers.mail import mailbox
from rules.errors import RefusedForGood
from rules.letters import Attachment
from tests.papers.builders import (
    MESSAGE_ID,
    SENT,
    addressee,
    creditor,
    invoice,
    letter,
    mail,
    raw_mail,
)

PDF = Attachment("invoice-0280670965.pdf", b"%PDF-1.7\n" + bytes(range(256)))
HEADERS = {
    "From",
    "Reply-To",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
}


def test_headers_are_exactly_these() -> None:
    message = mail(letter())
    assert sorted(message.keys()) == sorted(HEADERS)
    assert message["From"] == "Farbtreu Proof <accounts@farbtreu.example>"
    assert message["Reply-To"] == "Farbtreu Proof GmbH <accounts@farbtreu.example>"
    assert message["To"] == "Blumen Huber KG <ap@huber.example>"
    assert message["Subject"] == "Payment reminder N-2012-000123, Farbtreu Proof GmbH"
    assert email.utils.parsedate_to_datetime(message["Date"]) == SENT
    assert message["Message-ID"] == MESSAGE_ID
    assert message["Auto-Submitted"] == "auto-generated"


def test_content_language_is_that_of_the_text() -> None:
    assert mail(letter(addressee=addressee(language="tr")))["Content-Language"] == "en"
    assert mail(letter(addressee=addressee(language="de")))["Content-Language"] == "de"


def test_parts_are_text_and_html_then_attachments() -> None:
    kinds = [part.get_content_type() for part in mail(letter(), PDF).walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
    ]


def test_attachment_comes_out_as_it_went_in() -> None:
    (part,) = mail(letter(), PDF).iter_attachments()
    assert part.get_filename() == "invoice-0280670965.pdf"
    assert part.get_payload(decode=True) == PDF.content


def test_equal_letters_are_equal_bytes() -> None:
    assert raw_mail(letter(), PDF) == raw_mail(letter(), PDF)


def test_message_is_seven_bit_with_short_crlf_lines() -> None:
    long = letter(invoice("Ä" * 300), addressee=addressee(name="Ü" * 900))
    for line in raw_mail(long, PDF).split(b"\r\n"):
        assert len(line) <= 998
        assert line.isascii()
        assert b"\n" not in line


def test_message_has_no_defects() -> None:
    assert not [part.defects for part in mail(letter(), PDF).walk() if part.defects]


def test_html_loads_nothing_from_anywhere() -> None:
    page = raw_mail(letter()).decode("ascii").lower()
    for loading in ("src=", "href=", "url(", "<link", "<script", "@import", "http"):
        assert loading not in page


def test_message_id_without_brackets_gets_them() -> None:
    assert b"\r\nMessage-ID: <n-1.abc@farbtreu.example>\r\n" in raw_mail(letter())


def test_umlauts_and_commas_in_a_name_survive() -> None:
    name = 'Müller, "Söhne" & Co. (Bäcker); KG'
    (to,) = mail(letter(addressee=addressee(name=name)))["To"].addresses
    assert (to.display_name, to.addr_spec) == (name, "ap@huber.example")


@pytest.mark.parametrize(
    "name",
    ["Eve\r\nBcc: all@evil.example", "Eve\nX-Evil: 1\n\nbody", "Eve\x00\x1b[2J", "a\u2028b\x85c"],
)
def test_header_injection_in_a_name_adds_no_header(name: str) -> None:
    message = mail(letter(addressee=addressee(name=name)))
    assert set(message.keys()) == HEADERS
    assert [to.addr_spec for to in message["To"].addresses] == ["ap@huber.example"]


def test_header_injection_in_numbers_adds_no_header() -> None:
    evil = letter(number="N-1\r\nBcc: all@evil.example", creditor=creditor(name="X\r\nTo: y@z"))
    assert set(mail(evil).keys()) == HEADERS


def test_header_injection_in_a_file_name_adds_no_header() -> None:
    evil = replace(PDF, name='a"\r\nX-Evil: 1.pdf')
    (part,) = mail(letter(), evil).iter_attachments()
    assert "X-Evil" not in part


@given(st.text(max_size=200))
def test_any_name_makes_a_message_to_one_person(name: str) -> None:
    message = mail(letter(addressee=addressee(name=name)))
    (to,) = message["To"].addresses
    assert to.addr_spec == "ap@huber.example"
    assert set(message.keys()) == HEADERS


@given(st.text(max_size=60))
def test_one_line_is_one_line_and_stays_so(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert one_line(line) == line


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "@huber.example",
        "a@",
        "a b@huber.example",
        "a@b.example, c@d.example",
        "a@b.example\r\nBcc: c@d.example",
        "Name <a@b.example>",
        "a@b..example",
        "ä@huber.example",
        "a" * 300 + "@" + "b" * 300,
    ],
)
def test_unusable_address_is_refused_for_good(address: str) -> None:
    with pytest.raises(RefusedForGood):
        raw_mail(letter(addressee=addressee(email=address)))


def test_domain_outside_ascii_is_written_in_its_ascii_form() -> None:
    assert mailbox("", "info@müller.example").addr_spec == "info@xn--mller-kva.example"
