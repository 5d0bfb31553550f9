"""Why: why a notice was sent and what it claimed, or why an invoice is not reminded."""

from typing import Annotated

import typer
from sqlmodel import Session

from activities.explaining import Told, circumstances, notices_about, story_of
from commands.at_hand import known_invoice, now, the_record
from commands.options import AsJson
from commands.printing import say, show_json
from models.settings import load_settings
from models.tables import NoticeRecord
from rules.reasons import Reason, why_not_reminded
from rules.sent_reasons import why_sent

app = typer.Typer()


@app.command("why")
def why(
    number: Annotated[
        str, typer.Argument(help="An invoice's number, or a notice's.", metavar="NUMBER")
    ],
    as_json: AsJson = False,
) -> None:
    """Say why a notice was sent and what it claimed, or why an invoice is not reminded now."""
    with the_record() as session:
        if session.get(NoticeRecord, number) is not None:
            _tell("notice", number, why_sent(story_of(session, number)), (), as_json=as_json)
        else:
            told, reasons = _of_invoice(session, number)
            _tell("invoice", number, reasons, told, as_json=as_json)


def _of_invoice(session: Session, number: str) -> tuple[tuple[Told, ...], tuple[Reason, ...]]:
    known_invoice(session, number)
    found = circumstances(session, number, now(), load_settings().mode)
    return notices_about(session, number), why_not_reminded(found)


def _tell(
    what: str,
    number: str,
    reasons: tuple[Reason, ...],
    notices: tuple[Told, ...],
    *,
    as_json: bool,
) -> None:
    if as_json:
        show_json({what: number, "reasons": reasons, "notices": notices})
        return
    for notice in notices:
        say(notice.sentence)
    for reason in reasons:
        say(reason.sentence)
