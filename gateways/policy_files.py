"""Policy files: a ladder as TOML, read into `rules.policy.Policy` or refused at the wrong line."""

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from gateways.policy_rules import Fault, KeyPath, faults
from gateways.policy_shape import STAGE_SHAPES, PolicyShape, StageShape
from gateways.toml_files import TomlDocument
from rules.errors import FileMistake
from rules.ladder import end_of_hours
from rules.policy import Policy, Send, Stage, StageKind, Window

_KINDS = ", ".join(StageKind)


def read_policy(path: Path) -> Policy:
    """The policy a file holds. Raises FileMistake with the line that is wrong."""
    return _policy(TomlDocument.from_path(path))


@cache
def policy_from_text(text: str, name: str) -> Policy:
    """The policy a text holds; `name` is what mistakes call it. Cached: a policy never changes.

    Raises FileMistake with the line that is wrong.
    """
    return _policy(TomlDocument.from_text(text, name))


def _policy(document: TomlDocument) -> Policy:
    try:
        shape = PolicyShape.model_validate(document.data)
    except ValidationError as error:
        raise _first(document, map(_explained, _telling(error))) from error
    wrong = list(faults(shape))
    if wrong:
        raise _first(document, wrong)
    return _frozen(shape, _digest(document.data))


def _first(document: TomlDocument, wrong: Iterable[Fault]) -> FileMistake:
    """One mistake at a time: the topmost, which is the one a reader of the file meets first."""
    placed = [(document.place(*path), message) for path, message in wrong]
    return FileMistake(*min(placed, key=lambda fault: fault[0].line or 0))


def _telling(error: ValidationError) -> list[ErrorDetails]:
    """Unknown keys before all else: a misspelt key is also a missing one, further up."""
    found = error.errors(include_url=False)
    return [details for details in found if details["type"] == "extra_forbidden"] or found


def _explained(details: ErrorDetails) -> Fault:
    """One of the library's findings as a key and what was expected there."""
    path = _key_path(details["loc"])
    match details["type"]:
        case "extra_forbidden":
            return path, f"unknown key {path[-1]!r}, expected {_known_keys(details['loc'])}"
        case "missing":
            return path, f"the key {path[-1]!r} is missing"
        case "union_tag_not_found":
            return (*path, "kind"), f"the key 'kind' is missing, expected one of {_KINDS}"
        case "union_tag_invalid":
            found = _shown(details["input"]["kind"])
            return (*path, "kind"), f"kind is {found}, expected one of {_KINDS}"
        case _:
            return path, f"{_named(path)} is {_shown(details['input'])}, {_reason(details)}"


def _known_keys(location: tuple[str | int, ...]) -> str:
    """The keys that may stand where an unknown one was found."""
    if len(location) == 1:
        return f"one of {', '.join(PolicyShape.model_fields)}"
    kind = str(location[2])
    return f"one of a {kind} stage: {', '.join(STAGE_SHAPES[kind].model_fields)}"


def _key_path(location: tuple[str | int, ...]) -> KeyPath:
    """Pydantic names the kind within the path: ("stage", 2, "notice", "window", 0)."""
    return location[:2] + location[3:] if location[:1] == ("stage",) else location


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def _named(path: KeyPath) -> str:
    """`window[0]`: which stage it stands in, the line says."""
    name = path[2:] if path[:1] == ("stage",) and len(path) > 2 else path
    return "".join(f"[{part}]" if isinstance(part, int) else part for part in name)


def _reason(details: ErrorDetails) -> str:
    """The library's sentence, put as what was expected."""
    limits = details.get("ctx", {})
    match details["type"]:
        case "greater_than_equal":
            return f"expected {limits['ge']} or more"
        case "less_than_equal":
            return f"expected {limits['le']} or less"
        case "too_short" | "too_long":
            bound = "at least" if "min_length" in limits else "at most"
            return f"expected {bound} {limits.get('min_length', limits.get('max_length'))} entries"
        case _:
            reason = details["msg"].removeprefix("Value error, ")
            return reason.replace("Input should be", "expected")


def _digest(data: dict[str, Any]) -> str:
    """Of what the file says, not how: comments, layout and the order of keys do not change it.

    Defaults are not filled in: a new key of a later release leaves the digests of old files alone.
    """
    canonical = json.dumps(data, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _frozen(shape: PolicyShape, digest: str) -> Policy:
    return Policy(
        name=shape.name,
        timezone=shape.timezone,
        business_days=shape.business_days,
        stages=tuple(_stage(stage) for stage in shape.stage),
        send=Send(shape.send),
        send_at=shape.send_at,
        send_until=end_of_hours(shape.send_at, shape.send_until),
        max_message_mb=shape.max_message_mb,
        promise_grace=shape.promise_grace,
        promise_limit=shape.promise_limit,
        promises=shape.promises,
        bank_data_max_age=shape.bank_data_max_age,
        discount_percent=shape.discount_percent,
        discount_days=shape.discount_days,
        small_difference=shape.small_difference,
        digest=digest,
    )


def _stage(shape: StageShape) -> Stage:
    """The fields of its kind; those of other kinds stay at their default."""
    fields: dict[str, Any] = shape.model_dump()
    fields["kind"] = StageKind(fields["kind"])
    if "window" in fields:
        fields["window"] = Window(*fields["window"])
    if "retry_days" in fields:
        fields["retry_days"] = tuple(fields["retry_days"])
    return Stage(**fields)
