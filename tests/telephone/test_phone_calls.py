"""A click, and what is recorded of it: once, and whatever comes back in whatever order."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from activities.phone_calls import hear, last_call
from gateways.twilio_callbacks import Status
from models.tables import PhoneCallRecord
from rules.calls import Outcome
from rules.errors import InDoubt, RefusedForGood, Unreachable, UserMistake
from rules.telephone import Leg, LegState
from tests.telephone.desk import TASK, Exchange, desk
from tests.telephone.scripted_twilio import CUSTOMER, EMPLOYEE, SID

E, C = Leg.EMPLOYEE, Leg.CUSTOMER
START = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
# A whole call as it is told: both ring, both answer, they talk, both hang up.
TOLD = [
    (E, LegState.QUEUED),
    (E, LegState.RINGING),
    (E, LegState.IN_PROGRESS),
    (C, LegState.QUEUED),
    (C, LegState.RINGING),
    (C, LegState.IN_PROGRESS),
    (C, LegState.COMPLETED),
    (E, LegState.COMPLETED),
]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'duely.db'}"


async def test_click_rings_both_and_is_recorded_before(database_url: str) -> None:
    exchange = Exchange()
    with desk(database_url, exchange) as here:
        assert await here.click() == 1
        dial = exchange.dialled[0]
        assert (dial.call, dial.employee, dial.customer) == (1, EMPLOYEE, CUSTOMER)
        view = here.view()
        assert (view.task, view.called_by, view.leg, view.state) == (
            TASK,
            "anna",
            E,
            LegState.QUEUED,
        )
        assert here.events() == ["phone_call_begun: call 1"]


async def test_double_click_rings_once(database_url: str) -> None:
    exchange = Exchange()
    with desk(database_url, exchange) as here:
        first, second = await asyncio.gather(here.click("same"), here.click("same"))
        assert (first, second) == (1, 1)
    assert len(exchange.dialled) == 1


async def test_second_click_while_a_call_is_under_way_is_refused(url: str) -> None:
    exchange = Exchange()
    with desk(url, exchange) as here:
        await here.click("k1")
        with pytest.raises(UserMistake, match="is under way"):
            await here.click("k2")
        await here.say(E, LegState.BUSY)
        assert await here.click("k3") == 2
    assert len(exchange.dialled) == 2


async def test_call_of_which_nothing_is_heard_blocks_no_other(url: str) -> None:
    with desk(url) as here:
        await here.click("k1")
        here.now += timedelta(minutes=4)
        assert here.view().is_lost
        assert await here.click("k2") == 2


async def test_whole_call_ends_with_its_seconds_and_an_empty_form(database_url: str) -> None:
    with desk(database_url) as here:
        await here.click()
        for leg, state in TOLD[:-2]:
            await here.say(leg, state)
            assert not here.view().opens_form
        await here.say(C, LegState.COMPLETED, seconds=75)
        await here.say(E, LegState.COMPLETED, seconds=90)
        view = here.view()
        assert (view.opens_form, view.suggested, view.seconds) == (True, None, 75)
        assert here.events()[1:] == [
            "phone_call_ended: call 1: customer: completed, 75 s",
            "phone_call_ended: call 1: employee: completed, 90 s",
        ]


@pytest.mark.parametrize("end", [LegState.BUSY, LegState.NO_ANSWER])
async def test_customer_who_does_not_answer_opens_the_form_with_that(
    url: str, end: LegState
) -> None:
    with desk(url) as here:
        await here.click()
        await here.say(E, LegState.IN_PROGRESS)
        await here.say(C, end)
        assert here.view().suggested is Outcome.NO_ANSWER
        assert here.read(lambda session: last_call(session, TASK, here.now)) == here.view()


async def test_status_that_comes_twice_or_late_changes_nothing_back(url: str) -> None:
    with desk(url) as here:
        await here.click()
        await here.say(C, LegState.COMPLETED, seconds=75)
        ended, events = here.view(), here.events()
        for leg, state in [(C, LegState.RINGING), (C, LegState.COMPLETED), (C, LegState.QUEUED)]:
            assert await here.say(leg, state)
        assert here.view() == ended
        assert here.events() == events


def record() -> PhoneCallRecord:
    return PhoneCallRecord(
        id=1,
        key="k",
        task=TASK,
        customer_id="C1",
        called_by="anna",
        employee_state=LegState.QUEUED.value,
        started_at=START,
        heard_at=START,
    )


def told(order: list[int]) -> dict[str, object]:
    """The record once these were told, by their place in a call."""
    one = record()
    for place in order:
        leg, state = TOLD[place]
        at = START + timedelta(seconds=place)
        hear(one, Status(1, leg, state, SID, at, 75 if state is LegState.COMPLETED else None), at)
    return one.model_dump()


@given(st.permutations(range(len(TOLD))), st.lists(st.sampled_from(range(len(TOLD)))))
def test_statuses_in_any_order_and_repeated_leave_the_same_record(
    order: list[int], again: list[int]
) -> None:
    assert told([*order, *again]) == told(list(range(len(TOLD))))


async def test_status_of_a_call_that_is_not_ours_changes_nothing_and_is_logged(url: str) -> None:
    other = "CA" + "b" * 32
    with desk(url) as here:
        await here.click()
        before = here.view()
        assert not await here.say(E, LegState.BUSY, sid=other)
        assert not await here.say(E, LegState.BUSY, call=99)
        assert here.view() == before
        ignored = f"message_ignored: telephone status of {other}, which is no call of ours"
        assert here.events()[1] == ignored
        assert len(here.events()) == 3


@pytest.mark.parametrize(
    "trouble",
    [Unreachable("Twilio cannot be reached"), RefusedForGood("Twilio refused the call")],
)
async def test_call_that_was_not_made_says_why_and_another_may_follow(
    url: str, trouble: Exception
) -> None:
    exchange = Exchange(trouble)
    with desk(url, exchange) as here:
        await here.click("k1")
        view = here.view()
        assert (view.state, view.reason, view.in_doubt) == (LegState.FAILED, str(trouble), False)
        assert not view.opens_form
        exchange.trouble = None
        assert await here.click("k2") == 2


async def test_call_in_doubt_is_said_and_not_repeated(url: str) -> None:
    exchange = Exchange(InDoubt("Twilio did not answer"))
    with desk(url, exchange) as here:
        await here.click()
        assert await here.click() == 1
        view = here.view()
        assert (view.in_doubt, view.reason, view.is_over) == (True, "Twilio did not answer", False)
        assert here.events()[1] == "phone_call_in_doubt: call 1: Twilio did not answer"
    assert len(exchange.dialled) == 1


async def test_status_after_all_ends_the_doubt(url: str) -> None:
    with desk(url, Exchange(InDoubt("Twilio did not answer"))) as here:
        await here.click()
        assert await here.say(E, LegState.RINGING)
        assert (here.view().in_doubt, here.view().reason) == (False, "")
        assert not await here.say(E, LegState.BUSY, sid="CA" + "b" * 32)


async def test_nobody_is_rung_where_nobody_may_be(url: str) -> None:
    exchange = Exchange()
    with desk(url, exchange) as here:
        here.take("ben")
        with pytest.raises(UserMistake, match="already taken by ben"):
            await here.click()
        here.take("anna")
        here.change(phone="0900 1234567")
        with pytest.raises(UserMistake, match="premium"):
            await here.click()
        here.change(phone="")
        with pytest.raises(UserMistake, match="no telephone number of the customer"):
            await here.click()
        with pytest.raises(UserMistake, match="no such call task"):
            await here.click(task="T-none-1")
        assert here.read(lambda session: session.exec(select(PhoneCallRecord)).all()) == []
    assert exchange.dialled == []


async def test_house_without_a_telephone_records_no_call(url: str) -> None:
    with desk(url, Exchange(rings=False)) as here:
        with pytest.raises(UserMistake, match="dial the number by hand"):
            await here.click()
        assert here.events() == []
