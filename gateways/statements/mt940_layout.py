"""The layout of MT940: fields of several lines, put together into statements.

Banks wrap the messages of SWIFT in envelopes of their own; what stands outside a statement is passed
over. Within one, a line that begins like a field and is none is refused: it may have been money.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from gateways.file_bytes import read_bytes
from gateways.ledger_fields import shown
from gateways.statements.texts import CONTROL
from gateways.statements.xml import LIMIT_NAME
from rules.errors import FileMistake, Place

_FIELD = re.compile(r":(\d{2}[A-Z]?|NS):")
_KNOWN = {
    *("13", "13D", "20", "21", "25", "25P", "28", "28C", "34F", "60F", "60M", "61", "62F", "62M"),
    *("64", "65", "86", "90C", "90D", "NS"),
}
ENDED = "-"
_END = re.compile(r"-([}å].*|[A-Z]{0,3})\s*")  # å is Sweden's 7-bit }
_ACCOUNT = ("25", "25P")
_LOST = re.compile(
    r":(?=.{0,2}\d).{1,3}:"
)  # a tag that lost a letter keeps a digit; :KO: is a text
# A time that was wrapped behind its hour.
_HOUR = re.compile(r"(?<!\d)(?:[01]\d|2[0-3])\Z")
_MINUTES = re.compile(r":[0-5]\d:[0-5]\d(?!\d)")
_ENVELOPE = re.compile(r"(?:\{[^{}]*\})*\{4:\s*")
# A line of money (field 61) as it would stand in the middle of a text.
_HIDDEN = re.compile(r"\d{6}(?:\d{4})?R?[CD][A-Z]?\d{1,12},\d{0,3}[NFS][A-Z0-9]{3}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field: its tag without colons, its value with line breaks as they stand."""

    file: str
    line: int
    tag: str
    value: str

    def mistake(self, message: str) -> FileMistake:
        return FileMistake(Place(self.file, self.line, f":{self.tag}:"), message)


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """The fields of one statement, from its :20: on, or its :25: where a bank leaves that out.
    `is_unfinished`: the file ends with it, in the middle of a line. `is_ended`: a hyphen or the next
    statement ends it, so that nothing of it is missing."""

    is_unfinished: bool = False
    is_ended: bool = False
    fields: list[Field] = field(default_factory=list)

    def first(self, *tags: str) -> Field | None:
        return next((found for found in self.fields if found.tag in tags), None)


def messages(path: Path, *, max_bytes: int) -> list[Message]:
    """Every statement of a file. Raises FileMistake."""
    text = _decoded(read_bytes(path, max_bytes=max_bytes, limit_name=LIMIT_NAME))
    found: list[Message] = []
    for one in _fields(str(path), text):
        if one.tag == "20" or (one.tag in _ACCOUNT and (not found or found[-1].first(*_ACCOUNT))):
            found[-1:] = [replace(before, is_ended=True) for before in found[-1:]]
            found.append(Message())
        if not found:
            raise one.mistake("stands before a statement has begun, expected :20:")
        if one.tag == ENDED:
            found[-1] = replace(found[-1], is_ended=True)
        else:  # some banks have a hyphen in the middle: that was no end
            found[-1] = replace(found[-1], is_ended=False)
            found[-1].fields.append(one)
    if found and not text.endswith("\n") and not found[-1].is_ended:
        found[-1] = replace(found[-1], is_unfinished=True)
    return found


def _decoded(data: bytes) -> str:
    """UTF-8, with or without its mark; else what Windows and old banks write."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return CONTROL.sub(" ", text)


def _fields(file: str, text: str) -> Iterator[Field]:
    """A statement ends with a line of a hyphen, or where the next begins."""
    number, tag, lines, is_open = 0, "", [""], False
    for line_number, raw in enumerate(text.split("\n"), start=1):
        line = _ENVELOPE.sub("", raw, count=1) if raw.startswith("{") else raw
        begins = _FIELD.match(line)
        if is_open and tag == "86" and _is_time(lines[-1], line):
            lines.append(line)
        elif begins and begins[1] in _KNOWN:
            if tag:
                yield _checked(file, number, tag, lines)
            is_open = begins[1][:2] == "60" or (is_open and begins[1][:2] != "62")
            number, tag, lines = line_number, begins[1], [line[begins.end() :]]
        elif tag and _END.fullmatch(line):
            yield _checked(file, number, tag, lines)
            yield Field(file=file, line=line_number, tag=ENDED, value="")
            tag = ""
        elif tag:
            _refuse_lost_field(file, line_number, line)
            lines.append(line)
        else:
            _refuse_hidden(file, line_number, line)
    if tag:
        yield _checked(file, number, tag, lines)


def _is_time(before: str, line: str) -> bool:
    """Whether a text was wrapped between hour and minutes, which then look like a field's tag."""
    return bool(_HOUR.search(before) and _MINUTES.match(line))


def _checked(file: str, number: int, tag: str, lines: list[str]) -> Field:
    text = "\n".join(lines).rstrip("\n")
    _refuse_hidden(file, number, text[1:] if tag == "61" else text, but_first=tag == "61")
    return Field(file=file, line=number, tag=tag, value=text)


def _refuse_lost_field(file: str, number: int, line: str) -> None:
    """SWIFT lets no line of a text begin with a colon; some do all the same, as before a time."""
    if _LOST.match(line):
        message = f"{shown(line[:8])} begins no field of MT940, expected such as :61: or :86:"
        raise FileMistake(Place(file, number), message)


def _refuse_hidden(file: str, number: int, text: str, *, but_first: bool = False) -> None:
    found = _HIDDEN.search(text, 10 if but_first else 0)
    if found:
        message = (
            f"{shown(found[0])} looks like money in the middle of a text, expected :61: before it"
        )
        raise FileMistake(Place(file, number + text.count("\n", 0, found.start())), message)
