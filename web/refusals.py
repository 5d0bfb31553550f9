"""Why a request is not answered as asked, and what its person sees instead."""

from dataclasses import dataclass


class Refusal(Exception):
    """The root."""


@dataclass
class LoginNeeded(Refusal):
    """No session, or one that has ended. `page` is where to come back to, `form` names what was
    typed there ("" for nothing)."""

    page: str
    form: str = ""


@dataclass
class Forbidden(Refusal):
    """Not for this person, or not from a page of ours; `why` is a sentence."""

    why: str


class TooLarge(Refusal):
    """More than any form of ours has."""


@dataclass
class NotThere(Refusal):
    """Nothing is recorded under this key; `what` is a sentence."""

    what: str
