"""What somebody who phones may say: a call script in the customer's language."""

from activities.papers.cleaning import cleaned
from activities.papers.language import tongue
from activities.papers.rendering import rendered
from rules.calls import CallWords


def call_script(call: CallWords) -> str:
    """HTML, escaped."""
    call = cleaned(call)
    speaks = tongue(call.language, call.country)
    values = {
        "call": call,
        "amounts": ", ".join(speaks.money(money) for money in call.owed),
        "days": ", ".join(speaks.day(day) for day in call.notices),
    }
    return rendered(speaks, "calls/script.html.j2", values)


def language_of_script(call_language: str) -> str:
    """The language a script is written in, as HTML names it."""
    return tongue(call_language).language
