"""Debits by what is on file: announced, made, tried again, returned; and when they stop.

All of these customers live through one spring of one house, each for themselves; each test looks at
what became of one. `LIVES` says what they have on file, and what happens to them on the way.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from activities import methods
from models.tables import AttentionRecord
from rules.methods import Brand, MethodKind, Wanted
from tests.workflows.debtors import (
    card,
    change,
    debits,
    events,
    letters,
    mandate,
    money_goes_back,
    put_on_file,
)
from tests.workflows.house import BERLIN, House

DEBITS = ("collection_announced", "collection_started", "collection_succeeded", "collection_failed")
SPRING = "2026-04-13"
Act = Callable[[House], Awaitable[object]]


@dataclass(frozen=True)
class Life:
    """One customer: invoices as number, due date and amount; what is on file from the first day; and
    what happens later, by the moment. `named` is the mandate in the invoices' own rows."""

    invoices: Sequence[tuple[str, str, str]]
    on_file: Sequence[Wanted] = ()
    acts: Sequence[tuple[str, Act]] = field(default=())
    email: str | None = None
    named: str = ""


def owes(
    *numbers: str, due: str = "2026-03-02", amount: str = "100.00"
) -> list[tuple[str, str, str]]:
    return [(number, due, amount) for number in numbers]


def asked(number: str, act: str, **said: object) -> Act:
    return lambda house: house.ask(number, act, **said)


def paid(number: str, amount: str) -> Act:
    return lambda house: house.pay(number, amount, ref=f"P-{number}")


def went_back(number: str, code: str) -> Act:
    return lambda house: money_goes_back(house, number, code)


def filed(customer: str, wanted: Wanted) -> Act:
    return lambda house: put_on_file(house, wanted, customer=customer)


def withdrew(customer: str) -> Act:
    return lambda house: change(house, methods.withdraw, f"M-{customer}-1")


def troubles_of(customer: str) -> Act:
    async def look(house: House) -> list[str]:
        rows = await house.rows(AttentionRecord)
        return [r.trouble for r in rows if r.customer_id == customer and r.ended_at is None]

    return look


LIVES = {
    "announced": Life(owes("AN"), [mandate("AN+ok")]),
    "known": Life(owes("KN"), [mandate("KN+ok")], named="KN+ok"),
    "two": Life([*owes("TW-1"), *owes("TW-2", amount="50.00")], [mandate("TW+ok")]),
    "part": Life(owes("PA"), [mandate("PA+ok")], [("2026-02-20 10:00", paid("PA", "30.00"))]),
    "moved": Life(
        owes("MO"),
        [mandate("MO+ok")],
        [("2026-02-17 00:05", asked("MO", "change_due_date", due_date="2026-03-12"))],
    ),
    "soft": Life(owes("SO"), [mandate("SO+soft:1")]),
    "hard": Life([*owes("HA-1"), *owes("HA-2", due="2026-03-16")], [mandate("HA+code:AC04")]),
    "new": Life(owes("NE"), acts=[("2026-03-06 11:00", filed("new", card("NE~ok")))]),
    "wanted_back": Life(
        owes("WB"),
        acts=[
            (
                "2026-03-06 11:00",
                filed("wanted_back", mandate("WB+code:MD06", notice_days=5)),
            )
        ],
    ),
    "another": Life(
        owes("OT"),
        [card("OT~ok"), mandate("OT+hard", notice_days=1, preferred=True)],
    ),
    "withdrawn": Life(
        owes("WI"), [mandate("WI+ok")], [("2026-02-20 00:05", withdrew("withdrawn"))]
    ),
    "by_hand": Life(owes("BH"), [card("BH~ok"), Wanted(kind=MethodKind.BY_HAND, preferred=True)]),
    "cancelled": Life(
        owes("CA"), [mandate("CA+ok")], [("2026-02-20 00:05", asked("CA", "cancel"))]
    ),
    "AM04": Life(
        owes("RE-4"),
        [mandate("R4+ok")],
        [("2026-03-10 10:00", went_back("RE-4", "AM04"))],
    ),
    "MD06": Life(
        owes("RE-6"),
        [mandate("R6+ok")],
        [("2026-03-10 10:00", went_back("RE-6", "MD06"))],
    ),
    "died": Life(owes("DI"), [mandate("DI+code:MD07")]),
    "form": Life(
        owes("FO"),
        [mandate("FO+code:RC01:1")],
        [
            ("2026-03-10 00:04", troubles_of("form")),
            ("2026-03-10 00:05", asked("FO", "retry_collection")),
        ],
    ),
    "pressed": Life(
        owes("PR"), [card("PR~soft:3")], [("2026-03-03 10:00", asked("PR", "collect_now"))]
    ),
    "nothing": Life(owes("NO"), acts=[("2026-02-20 00:05", asked("NO", "collect_now"))]),
    "silent": Life(
        owes("SI"),
        [mandate("SI+ok")],
        [
            ("2026-03-08 00:05", troubles_of("silent")),
            (
                "2026-03-08 00:06",
                lambda house: house.ask_customer("silent", "set_address", email="si@example.com"),
            ),
        ],
        email="",
    ),
    "often": Life(
        owes(*(f"OF-{number:02}" for number in range(11))),  # Mastercard: ten a day
        [card("OF~soft:9", brand=Brand.MASTERCARD, instrument="card-7")],
    ),
    "unknown": Life(owes("UN"), [mandate("UN+code:XX99")]),
    "unsaid": Life([*owes("US-1"), *owes("US-2", due="2026-03-30")], [mandate("US+code:MS03")]),
    "unheard": Life(
        owes("UH"),
        [card("UH~delay:90")],
        [
            ("2026-02-20 00:05", asked("UH", "debit_outcome", paid=True)),
            ("2026-03-20 00:04", troubles_of("unheard")),
            ("2026-03-20 00:05", asked("UH", "debit_outcome", paid=False, code="XX99")),
            ("2026-03-20 00:06", asked("UH", "debit_outcome", paid=False, code="AC04")),
        ],
    ),
}


@dataclass
class Spring:
    """What became of everybody."""

    story: list[str] = field(default_factory=list)
    debits: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    troubles: dict[str, object] = field(default_factory=dict)
    answers: dict[str, list[object]] = field(default_factory=dict)

    def of(self, number: str, *kinds: str) -> list[str]:
        """The timeline of one invoice, "DAY EVENT [LEVEL]"."""
        found = [line.split(" ") for line in self.story]
        return [
            " ".join([day, event, *rest])
            for day, invoice, event, *rest in found
            if invoice == number and event in kinds
        ]

    def debited(self, number: str) -> list[str]:
        """Its debits, "FOR-DAY STATE [CODE]"."""
        mine = [line.split(" ") for line in self.debits]
        return [" ".join([day, *rest]) for day, invoice, *rest in mine if invoice == number]

    def written(self, number: str) -> list[str]:
        return [line for line in self.letters if f" {number} " in line]


@pytest.fixture(scope="module")
def spring(tmp_path_factory: pytest.TempPathFactory) -> Spring:
    return asyncio.run(_live(tmp_path_factory.mktemp("spring")))


async def _live(folder: Path) -> Spring:
    async with House(folder) as house:
        for customer, life in LIVES.items():
            for number, due, amount in life.invoices:
                await house.invoice(
                    number, due, amount, customer=customer, email=life.email, mandate=life.named
                )
            await put_on_file(house, *life.on_file, customer=customer)
        found = Spring(answers={customer: [] for customer in LIVES})
        acts = [(at, name, act) for name, life in LIVES.items() for at, act in life.acts]
        for at, customer, act in sorted(acts, key=lambda one: one[0]):
            await _reach(house, at)
            found.answers[customer].append(await act(house))
        await house.at(SPRING)
        found.story = await house.story(*DEBITS, "settled", "notice_sent")
        found.debits, found.letters = await debits(house), await letters(house)
        found.unknown = [event.detail for event in await events(house, "unknown_reason")]
        found.troubles = {name: await troubles_of(name)(house) for name in LIVES}
        return found


async def _reach(house: House, at: str) -> None:
    """Until then. Another's act of the same minute may have taken a second of it already."""
    day, _, hour = at.partition(" ")
    now = (await house.now()).astimezone(BERLIN)
    if f"{now:%Y-%m-%d %H:%M}" < at:
        await house.at(day, hour)


def test_debit_is_announced_two_weeks_before_and_made_on_the_due_date(spring: Spring) -> None:
    assert spring.of("AN", *DEBITS, "settled", "notice_sent") == [
        "02-16 collection_announced",
        "03-02 collection_started",
        "03-02 collection_succeeded",
        "03-02 settled",
    ]


def test_mandate_of_which_more_becomes_known_is_announced_in_time(spring: Spring) -> None:
    assert spring.written("KN") == ["02-16 announcement sent: KN 100.00 03-02"]
    assert spring.debited("KN") == ["03-02 succeeded"]


def test_debits_of_a_customer_are_announced_in_one_mail(spring: Spring) -> None:
    assert spring.written("TW-1") == [
        "02-16 announcement sent: TW-1 100.00 03-02, TW-2 50.00 03-02"
    ]


def test_part_payment_after_the_announcement_is_announced_anew(spring: Spring) -> None:
    assert spring.written("PA") == [
        "02-16 announcement sent: PA 100.00 03-02",
        "02-20 announcement sent: PA 70.00 03-06",
    ]
    assert spring.debited("PA") == ["03-06 succeeded"]


def test_due_date_that_moves_is_announced_anew(spring: Spring) -> None:
    assert spring.written("MO") == [
        "02-16 announcement sent: MO 100.00 03-02",
        "02-26 announcement sent: MO 100.00 03-12",
    ]
    assert spring.debited("MO") == ["03-12 succeeded"]


def test_soft_failure_is_told_at_once_and_tried_again_on_the_day_the_mail_says(
    spring: Spring,
) -> None:
    assert spring.written("SO") == [
        "02-16 announcement sent: SO 100.00 03-02",
        "03-02 failed sent: SO 100.00 03-04",
    ]
    assert spring.debited("SO") == ["03-02 failed_soft no_funds", "03-04 succeeded"]


def test_hard_failure_ends_the_method_and_the_ladder_goes_on(spring: Spring) -> None:
    assert spring.debited("HA-1") == ["03-02 failed_hard AC04"]
    assert spring.of("HA-1", "notice_sent")[0] == "03-05 notice_sent 1"
    assert spring.debited("HA-2") == []


def test_new_method_is_tried_at_once_wherever_the_ladder_stands(spring: Spring) -> None:
    assert spring.of("NE", *DEBITS, "settled", "notice_sent") == [
        "03-05 notice_sent 1",
        "03-06 collection_started",
        "03-06 collection_succeeded",
        "03-06 settled",
    ]


def test_notices_wait_while_a_new_mandates_debit_is_announced(spring: Spring) -> None:
    happened = spring.of("WB", "collection_announced", "collection_failed", "notice_sent")
    assert happened[:4] == [
        "03-05 notice_sent 1",
        "03-06 collection_announced",
        "03-11 collection_failed",
        "03-11 notice_sent 2",  # its window has begun on 03-10, and it waited
    ]


def test_another_method_on_file_takes_over_from_one_that_failed(spring: Spring) -> None:
    assert spring.debited("OT") == ["03-02 failed_hard account_closed", "03-02 succeeded"]


def test_withdrawn_mandate_is_not_debited_although_announced(spring: Spring) -> None:
    assert spring.debited("WI") == []
    assert spring.of("WI", "notice_sent")[0] == "03-05 notice_sent 1"


def test_customer_who_prefers_to_pay_by_hand_is_not_debited(spring: Spring) -> None:
    assert spring.debited("BH") == []


def test_cancelled_invoices_planned_debit_dies_with_it(spring: Spring) -> None:
    assert spring.debited("CA") == []
    assert spring.answers["cancelled"] == [""]


@pytest.mark.parametrize(
    ("number", "debited", "reminded"),
    [
        ("RE-4", ["03-02 succeeded AM04", "03-12 succeeded"], []),
        ("RE-6", ["03-02 succeeded MD06"], ["03-10 notice_sent 1"]),
    ],
)
def test_returned_after_success_the_reason_says_what_follows(
    spring: Spring, number: str, debited: list[str], reminded: list[str]
) -> None:
    assert spring.debited(number) == debited
    assert spring.of(number, "notice_sent")[:1] == reminded


def test_payer_who_has_died_gets_no_more_mail_and_a_person_decides(spring: Spring) -> None:
    assert spring.of("DI", "notice_sent") == []
    assert spring.troubles["died"] == ["collection"]
    assert [line for line in spring.written("DI") if "failed" in line] == []


def test_wrong_form_waits_for_a_person_and_is_tried_again_once_corrected(spring: Spring) -> None:
    assert spring.debited("FO") == ["03-02 rejected RC01", "03-24 succeeded"]
    assert spring.of("FO", "notice_sent") == []
    assert spring.answers["form"] == [["collection"], ""]
    assert spring.troubles["form"] == []


def test_debit_by_hand_uses_up_no_automatic_one(spring: Spring) -> None:
    assert spring.debited("PR") == [
        "03-02 failed_soft no_funds",
        "03-03 failed_soft no_funds",
        "03-04 failed_soft no_funds",
        "03-06 succeeded",
    ]


def test_collect_now_without_anything_on_file_is_refused(spring: Spring) -> None:
    assert spring.answers["nothing"] == ["Refused: nothing on file may be debited"]


def test_without_an_address_nothing_is_announced_and_nothing_debited(spring: Spring) -> None:
    assert spring.answers["silent"] == [["address"], ""]
    assert spring.debited("SI") == ["03-23 succeeded"]


def test_card_tried_as_often_as_its_scheme_allows_waits_on_whatever_invoice(
    spring: Spring,
) -> None:
    first_day = [line for line in spring.debits if line.startswith("03-02 OF-")]
    assert len(first_day) == 10
    assert [line[:5] for line in spring.debits if " OF-" in line].count("03-03") == 1


def test_unknown_reason_changes_nothing_but_waits_for_a_person(spring: Spring) -> None:
    assert spring.debited("UN") == ["03-02 rejected XX99"]
    assert spring.unknown == ["XX99"]
    assert spring.troubles["unknown"] == ["collection"]
    assert spring.of("UN", "notice_sent") == []


def test_no_reason_given_three_times_is_as_hard_as_any(spring: Spring) -> None:
    days = ("03-02", "03-04", "03-06")
    assert spring.debited("US-1") == [f"{day} failed_soft MS03" for day in days]
    assert spring.debited("US-2") == []


def test_debit_nobody_speaks_of_has_the_outcome_that_a_person_knows(spring: Spring) -> None:
    early, troubles, unknown, taken = spring.answers["unheard"]
    assert "no debit of it is under way" in str(early)
    assert troubles == ["collection"]
    assert "reason XX99 is not known" in str(unknown)
    assert taken == ""
    assert spring.debited("UH") == ["03-02 failed_hard AC04"]
    assert spring.troubles["unheard"] == []
    assert spring.of("UH", "notice_sent")[0] == "03-20 notice_sent 1"
