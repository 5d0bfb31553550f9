"""Read a signal's payload: machines and people type them, and what is malformed must not harm."""

from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from temporalio import workflow
from temporalio.common import RawValue

M = TypeVar("M", bound=BaseModel)


class Malformed(Exception):
    """The payload is not what the message takes. Its text repeats nothing of the payload."""


def read(args: Sequence[RawValue], model: type[M]) -> M:
    """One payload of a model; no payload at all means every field at its default."""
    if len(args) > 1:
        raise Malformed(f"expected one payload, found {len(args)}")
    try:
        if not args:
            return model()
        return workflow.payload_converter().from_payload(args[0].payload, model)
    except ValidationError as error:
        where = [".".join(map(str, fault["loc"])) for fault in error.errors()]
        raise Malformed(f"wrong or missing: {', '.join(where) or 'the payload'}") from error
    except Exception as error:  # any converter's complaint; a signal must never fail a workflow
        raise Malformed("the payload cannot be read") from error
