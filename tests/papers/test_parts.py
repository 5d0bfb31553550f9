"""What a notice says that comes bound or in several mails."""

import email
import email.policy
from email.message import EmailMessage

from activities.papers import notice_mail, part_mail, part_message_id
from rules.letters import Attachment, Enclosed, NoticeLetter
from tests.papers.builders import MESSAGE_ID, SENT, addressee, invoice, letter, part

THREE = Enclosed(invoices=3, bound=True, parts=3)
PDF = Attachment("invoices-part-2.pdf", b"%PDF-1.7\n" + bytes(range(256)))


def first(of: NoticeLetter, enclosed: Enclosed) -> EmailMessage:
    return parsed(notice_mail(of, [PDF], message_id=MESSAGE_ID, date=SENT, enclosed=enclosed))


def second(of: NoticeLetter) -> EmailMessage:
    return parsed(
        part_mail(
            of,
            [PDF],
            part=2,
            enclosed=THREE,
            numbers=["2012-7", "2012-8"],
            message_id=MESSAGE_ID,
            date=SENT,
        )
    )


def parsed(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_parts_are_numbered_and_follow_the_first() -> None:
    head, tail = first(letter(), THREE), second(letter())
    subject = "Payment reminder N-2012-000123, Farbtreu Proof GmbH"
    assert head["Subject"] == f"{subject} (part 1 of 3)"
    assert tail["Subject"] == f"{subject} (part 2 of 3)"
    assert head["Message-ID"] == MESSAGE_ID
    assert tail["Message-ID"] == "<n-1.abc.2@farbtreu.example>"
    assert (tail["In-Reply-To"], tail["References"]) == (MESSAGE_ID, MESSAGE_ID)
    assert (head["In-Reply-To"], tail["To"]) == (None, head["To"])


def test_message_ids_of_parts_differ_and_the_first_is_the_notices() -> None:
    ids = [part_message_id("<abc@x.example>", count) for count in range(1, 12)]
    assert ids[0] == "<abc@x.example>"
    assert len(set(ids)) == len(ids)


def test_further_part_claims_nothing_and_names_what_it_brings() -> None:
    text = part(second(letter()), "plain")
    assert "part 2 of 3" in text
    assert "2012-7\n2012-8\n" in text
    assert "50.39" not in text
    (attached,) = second(letter()).iter_attachments()
    assert attached.get_payload(decode=True) == PDF.content


def test_further_part_is_in_the_customers_language() -> None:
    german = second(letter(addressee=addressee(language="de", country="DE")))
    assert german["Content-Language"] == "de"
    assert "Teil 2 von 3" in str(german["Subject"])
    assert "steht in Teil 1" in " ".join(part(german, "plain").split())


def test_first_part_says_that_others_follow() -> None:
    said = " ".join(part(first(letter(), THREE), "plain").split())
    assert "this is the first of 3, and its overview is complete" in said


def test_invoice_that_no_mail_can_hold_is_said() -> None:
    some = Enclosed(invoices=1, too_large=1)
    said = " ".join(part(first(letter(invoice("A"), invoice("B")), some), "plain").split())
    assert "One of the invoices is attached as a PDF file." in said
    assert "One invoice is too large for an e-mail" in said


def test_overview_of_thousands_is_complete_and_far_below_any_limit() -> None:
    numbers = [f"RE-2012-{count:05}" for count in range(3000)]
    chain = letter(*(invoice(number) for number in numbers))
    raw = notice_mail(chain, [], message_id=MESSAGE_ID, date=SENT)
    assert len(raw) < 1_000_000
    message = parsed(raw)
    for kind in ("plain", "html"):
        said = part(message, kind)
        assert all(number in said for number in numbers)
