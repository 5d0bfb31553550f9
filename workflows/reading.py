"""Read a signal's payload: machines and people type them, and what is malformed must not harm.

Handlers take `*args`, whatever they are: a handler with one typed argument would drop what does not
fit it without a trace, and fail its workflow's task over a missing one.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)


class Malformed(Exception):
    """The payload is not what the message takes. Its text repeats nothing of the payload."""


def read(args: Sequence[Any], model: type[M]) -> M:
    """One payload of a model; no payload at all means every field at its default."""
    if len(args) > 1:
        raise Malformed(f"expected one payload, found {len(args)}")
    try:
        return model.model_validate(args[0] if args else {})
    except ValidationError as error:
        where = [".".join(map(str, fault["loc"])) for fault in error.errors()]
        raise Malformed(
            f"wrong or missing: {', '.join(filter(None, where)) or 'all of it'}"
        ) from error
