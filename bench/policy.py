"""The policy of the benchmark's creditor: the standard ladder, and what payers may keep back."""

from bench.stories import DISCOUNT_DAYS, SMALL
from models.settings import HOME
from rules.money import decimal_text


def policy_text() -> str:
    """The sample's text, in front of it (keys before tables) what the stories take for granted."""
    kept = (
        'discount_percent = "2"\n'
        f"discount_days = {DISCOUNT_DAYS.days}\n"
        f'small_difference = "{decimal_text(SMALL, "EUR")}"\n'
    )
    return kept + (HOME / "samples" / "standard.toml").read_text("utf-8")
