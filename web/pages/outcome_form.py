"""The form of a call's outcome: what was typed, as the message it stands for."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from activities.asking import Said
from models.messages import CallOutcome
from rules.calls import Outcome
from rules.errors import UserMistake

NOTICE_FIELD = "notice:"  # and its number; yes, no, or "" where nobody asked

OUTCOMES = {
    Outcome.PROMISE: "They promise to pay",
    Outcome.PAID: "They say it is paid",
    Outcome.DISPUTE: "They dispute it",
    Outcome.CALL_BACK: "Call back later",
    Outcome.NO_ANSWER: "Nobody answered",
    Outcome.REFUSED: "They would not talk about it",
    Outcome.WRONG_NUMBER: "Wrong number",
}


def outcome_of(form: Mapping[str, str], said: Said, zone: tzinfo) -> CallOutcome:
    """Raises UserMistake for what is missing or no date."""
    outcome = form.get("outcome", "")
    if outcome not in OUTCOMES:
        raise UserMistake("choose what came of the call")
    fields: dict[str, Any] = {"outcome": Outcome(outcome)}
    if outcome == Outcome.PROMISE and form.get("day"):
        fields["day"] = form["day"]
    if outcome == Outcome.CALL_BACK and form.get("at"):
        fields["at"] = _moment(form["at"], zone)
    return said.of(
        CallOutcome,
        invoice_number=form.get("invoice", ""),
        notices=_heard(form),
        **fields,
    )


def told(act: CallOutcome, zone: tzinfo) -> dict[str, str]:
    """A message as the fields of the form, for the form that confirms it."""
    fields = {"outcome": act.outcome.value, "invoice": act.invoice_number, "reason": act.reason}
    if act.day is not None:
        fields["day"] = act.day.isoformat()
    if act.at is not None:
        fields["at"] = f"{act.at.astimezone(zone):%Y-%m-%dT%H:%M}"
    for heard in act.notices:
        fields[f"{NOTICE_FIELD}{heard.notice}"] = "yes" if heard.received else "no"
    return fields


def _heard(form: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"notice": name.removeprefix(NOTICE_FIELD), "received": answer == "yes"}
        for name, answer in form.items()
        if name.startswith(NOTICE_FIELD) and answer in ("yes", "no")
    ]


def _moment(text: str, zone: tzinfo) -> datetime:
    """As browsers write a local time; it is one of the policy's zone."""
    try:
        typed = datetime.fromisoformat(text)
    except ValueError as error:
        raise UserMistake("at: expected a day and a time") from error
    return typed if typed.tzinfo else typed.replace(tzinfo=zone)
