"""Where a provider of payments tells us something: signed, kept once, recorded, and told to the workflows."""

from fastapi import Request
from fastapi.responses import PlainTextResponse, Response

from activities.provider_words import ProviderWords
from gateways.stripe_events import LARGEST, NotGenuine, NotUnderstood
from rules.errors import Unreachable
from web.desk import Desk
from web.refusals import NotThere, TooLarge
from web.routes import Routes

routes = Routes()


@routes.callback("/webhooks/stripe")
async def told_by_stripe(request: Request) -> Response:
    """What Stripe says. 400 where it is not Stripe that says it, or says nothing that makes sense; 503
    where it could not be recorded: Stripe tells it again, for three days."""
    desk: Desk = request.app.state.desk
    if desk.stripe is None or desk.stripe.events is None:
        raise NotThere("No provider of payments is connected.")
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > LARGEST:
        raise TooLarge
    words = ProviderWords(desk.database, desk.stripe.setups, desk.temporal, desk.clock)
    now = desk.business_now()
    try:
        signature = request.headers.get("Stripe-Signature", "")
        told = desk.stripe.events.read(await request.body(), signature)
        return PlainTextResponse(await words.hear(told, now))
    except (NotGenuine, NotUnderstood) as error:
        await words.refused(str(error), now)
        return PlainTextResponse(f"Nothing was done: {error}.", 400)
    except Unreachable:
        return PlainTextResponse("Not recorded, it is to be told again.", 503)
