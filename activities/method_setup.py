"""A payment method that a customer has set up with a provider comes on file."""

from dataclasses import replace

from activities import methods
from activities.journal import Journal
from activities.zones import newest_zone
from gateways.stripe_setup import SetUp
from models.tables import CustomerRecord
from rules.errors import UserMistake
from rules.methods import MethodKind

NOT_OURS = "not ours"


def record_set_up(journal: Journal, found: SetUp | None) -> str:
    """Put it on file as the preferred one, and plan anew: what is due is tried at once. Safe to
    repeat: the provider's token is taken once. What it came to, in a word."""
    if found is None or journal.session.get(CustomerRecord, found.customer_id) is None:
        return NOT_OURS
    wanted = found.method
    if wanted.kind is MethodKind.MANDATE:
        today = journal.now.astimezone(newest_zone(journal.session)).date()
        wanted = replace(wanted, signed_on=today)
    try:
        return methods.add(journal, found.customer_id, wanted).number
    except UserMistake as mistake:
        journal.log_customer("webhook_ignored", found.customer_id, detail=str(mistake))
        return "refused"


def provider_customer_of(journal: Journal, customer_id: str) -> str:
    """Under which name the provider knows a customer; "" where it does not."""
    known = (one.provider_customer for one in methods.records_of(journal.session, customer_id))
    return next((name for name in known if name), "")
