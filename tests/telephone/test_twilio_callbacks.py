"""What Twilio tells is believed where the signature is right, and only there."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.twilio_callbacks import NotGenuine, NotUnderstood, Status, TwilioCallbacks
from rules.telephone import Leg, LegState
from tests.telephone.callbacks import body_of, form_of, query_of, signature_of
from tests.telephone.scripted_twilio import PUBLIC_URL, SID, TOKEN

CALLBACKS = TwilioCallbacks(token=TOKEN, public_url=PUBLIC_URL)


def read(query: str, form: dict[str, str], signature: str | None = None) -> Status:
    signature = signature_of(query, form) if signature is None else signature
    return CALLBACKS.read(query=query, body=body_of(form), signature=signature)


def test_signed_status_of_the_employees_leg_is_read() -> None:
    told = datetime(2026, 11, 24, 14, 3, 11, tzinfo=UTC)
    assert read(query_of(), form_of()) == Status(
        17, Leg.EMPLOYEE, LegState.RINGING, SID, told, None
    )


def test_signed_end_of_the_customers_leg_has_its_seconds_and_the_employees_id() -> None:
    status = read(
        query_of(leg="customer"), form_of("customer", "completed", CallDuration="75", Duration="2")
    )
    assert (status.leg, status.state) == (Leg.CUSTOMER, LegState.COMPLETED)
    assert (status.sid, status.seconds) == (SID, 75)


def test_name_beyond_ascii_is_signed_as_it_was_sent() -> None:
    form = form_of(CallerName="Müller & Söhne + Co")
    assert read(query_of(), form).call == 17


class Repeated(dict[str, str]):
    """A form one of whose parameters was sent with two values."""

    def getlist(self, name: str) -> list[str]:
        return ["b", "a"] if name == "Extra" else [self[name]]


def test_parameter_sent_twice_is_signed_twice() -> None:
    form = Repeated(form_of() | {"Extra": "a"})
    body = urlencode([*form_of().items(), ("Extra", "b"), ("Extra", "a")]).encode()
    signature = signature_of(query_of(), form)
    assert CALLBACKS.read(query=query_of(), body=body, signature=signature).call == 17
    with pytest.raises(NotGenuine):
        read(query_of(), dict(form), signature)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "bm90IGEgc2lnbmF0dXJl",
        "ä" * 28,
        signature_of(query_of(), form_of(), "the token before this one"),
        signature_of(query_of(call=16), form_of()),
        signature_of(query_of(), form_of(status="completed")),
    ],
    ids=["none", "made up", "not ascii", "old token", "other call", "other status"],
)
def test_false_signature_is_not_believed(signature: str) -> None:
    with pytest.raises(NotGenuine):
        read(query_of(), form_of(), signature)


@given(st.sampled_from(sorted(form_of())), st.text("abc019", min_size=1, max_size=3))
def test_signed_form_with_any_parameter_changed_is_not_believed(name: str, added: str) -> None:
    signature = signature_of(query_of(), form_of())
    changed = form_of() | {name: form_of()[name] + added}
    with pytest.raises(NotGenuine):
        read(query_of(), changed, signature)


def test_body_that_is_no_text_is_not_believed() -> None:
    with pytest.raises(NotGenuine):
        CALLBACKS.read(query=query_of(), body=b"\xff", signature=signature_of(query_of(), {}))


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("about=17", form_of()),
        ("call=99999999999999999999&leg=employee", form_of()),
        ("call=seventeen&leg=employee", form_of()),
        (query_of(leg="lawyer"), form_of()),
        (query_of(), form_of(status="dreaming")),
        (query_of(leg="customer"), form_of()),
        (query_of(), form_of(CallSid="CA1")),
    ],
    ids=["no call", "a number too large", "no number", "no leg", "no state", "no parent", "no id"],
)
def test_signed_nonsense_is_not_understood(query: str, form: dict[str, str]) -> None:
    with pytest.raises(NotUnderstood):
        read(query, form)


@pytest.mark.parametrize("told", ["", "yesterday", "Tue, 24 Nov 2026 14:03:11"])
def test_status_without_a_moment_that_can_be_read_has_none(told: str) -> None:
    assert read(query_of(), form_of(Timestamp=told)).at is None
