"""What comes next, as a sentence."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from rules.case import HoldKind, What
from rules.foretelling import Coming, foretold
from rules.policy import StageKind

BERLIN = ZoneInfo("Europe/Berlin")
MIDNIGHT = datetime(2026, 3, 17, 0, 0, tzinfo=BERLIN)
NINE = datetime(2026, 3, 20, 9, 0, tzinfo=BERLIN)
PROMISED = Coming(What.HELD, at=MIDNIGHT, held_by=(HoldKind.PROMISE,))


@pytest.mark.parametrize(
    ("afterwards", "sentence"),
    [
        (
            Coming(What.STAGE, StageKind.NOTICE, 2, NINE),
            "Held through 16 March 2026; if the money has not come by then, "
            "notice 2 goes out on 20 March 2026.",
        ),
        (
            Coming(What.STAGE, StageKind.LEGAL, at=NINE, asks_first=True),
            "Held through 16 March 2026; if the money has not come by then, its case for the "
            "lawyer is put to a person for a yes on 20 March 2026.",
        ),
        (
            Coming(What.HELD, held_by=(HoldKind.PAUSE,)),
            "Held through 16 March 2026; if the money has not come by then, "
            "something else holds it still.",
        ),
        (None, "Held through 16 March 2026."),
    ],
)
def test_promise_is_told_with_what_follows_it(afterwards: Coming | None, sentence: str) -> None:
    assert foretold(PROMISED, afterwards) == sentence


@pytest.mark.parametrize(
    ("following", "sentence"),
    [
        (
            Coming(What.HELD, held_by=(HoldKind.DISPUTE,)),
            "Held until somebody records what became of the dispute.",
        ),
        (Coming(What.HELD, held_by=(HoldKind.PAUSE,)), "Held until somebody resumes it."),
        (
            Coming(What.CALLED, StageKind.CALL, at=NINE),
            "The next call is due on 20 March 2026, 09:00.",
        ),
        (Coming(What.STAGE, StageKind.CALL, at=NINE), "A new call is due on 20 March 2026."),
        (
            Coming(What.STAGE, StageKind.CALL),
            "Nobody is phoned before a person has seen to the telephone number (needs attention).",
        ),
        (Coming(What.STAGE, StageKind.LEGAL, at=NINE), "It goes to the lawyer on 20 March 2026."),
        (Coming(What.OVER), "Nothing is owed any more, and the ladder ends."),
    ],
)
def test_everything_else_is_one_step(following: Coming, sentence: str) -> None:
    assert foretold(following) == sentence
