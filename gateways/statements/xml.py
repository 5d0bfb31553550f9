"""XML of banks, read as a stream and safely: no document type, no entity, no network.

libxml2's own limits stand as well: 10 MB in one text, a nesting of 256 elements.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO, Literal

from lxml import etree
from lxml.etree import _Element

from gateways.file_bytes import opened
from gateways.statements.nodes import Node, name_of, node_of
from gateways.statements.texts import CONTROL
from rules.errors import FileMistake, Place

LIMIT_NAME = "DUELY_IMPORT_MAX"
CREATED = "GrpHdr"
_ANY_SIZE = 2**62  # only the beginning is read
_LOOKED_AT = 300  # elements before Document: an envelope with a business header has some thirty


@dataclass(frozen=True, kw_only=True)
class Root:
    """The element that is the message: `Document` wherever it stands, else the outermost."""

    name: str
    namespace: str


def root_of(path: Path) -> Root:
    """What message a file holds, by its beginning. Raises FileMistake for what is no XML."""
    outermost = None
    with opened(path, max_bytes=_ANY_SIZE) as file:
        for number, element in enumerate(_events(path, file, event="start", names=("*",))):
            namespace = str(element.tag).rpartition("}")[0].removeprefix("{")
            found = Root(name=_plain(name_of(element)), namespace=_plain(namespace))
            outermost = outermost or found
            if found.name == "Document":
                return found
            if number >= _LOOKED_AT:
                break
    assert outermost, "well-formed XML has an element"
    return outermost


class Moment(Enum):
    """Where in a statement the stream is."""

    BEGINS = "begins"
    ENTRY = "entry"
    ENDS = "ends"


def stream(
    path: Path, *, max_bytes: int, parents: tuple[str, ...], entry: str
) -> Iterator[tuple[Moment, Node]]:
    """Of each of `parents`: what stands before its first `entry` (and, as `CREATED`, when the message
    was made), each `entry`, all but its entries.

    Memory holds one entry at a time. Raises FileMistake for XML that is not whole.
    """
    begun = False
    with opened(path, max_bytes=max_bytes, limit_name=LIMIT_NAME) as file:
        for element in _events(path, file, event="end", names=(entry, *parents)):
            is_entry = name_of(element) == entry
            parent = element.getparent() if is_entry else element
            if parent is None or name_of(parent) not in parents:
                continue
            if not begun:
                yield Moment.BEGINS, _beginning(parent, str(path), entry)
            begun = is_entry
            if is_entry:
                yield Moment.ENTRY, node_of(element, str(path))
            else:
                yield Moment.ENDS, node_of(element, str(path), without=entry)
            _forget_before(element)


def _beginning(parent: _Element, file: str, entry: str) -> Node:
    node = node_of(parent, file, until=entry)
    above = parent.getparent()
    created = None if above is None else above.find("{*}GrpHdr/{*}CreDtTm")
    if created is not None:
        node.children[CREATED] = [node_of(created, file)]
    return node


def whole(path: Path, *, max_bytes: int, name: str) -> Node | None:
    """The first element of that name with all below it; None where there is none."""
    found = None
    with opened(path, max_bytes=max_bytes, limit_name=LIMIT_NAME) as file:
        for element in _events(path, file, event="end", names=(name,)):
            found = found or node_of(element, str(path))
    return found


def _events(
    path: Path, file: BinaryIO, *, event: Literal["start", "end"], names: tuple[str, ...]
) -> Iterator[_Element]:
    """The elements of these names. Whatever the parser has to say is a FileMistake."""
    _skip_blanks(file)
    try:
        reading = etree.iterparse(
            _Nameless(file),
            events=(event,),
            tag=[f"{{*}}{name}" for name in names],
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        for number, (_, element) in enumerate(reading):
            if number == 0:
                _refuse_doctype(path, element)
            yield element
    except etree.XMLSyntaxError as error:
        raise _not_xml(path, error) from error


class _Nameless:
    """A stream without the name that lxml would ask for: names are bytes, and some no text."""

    def __init__(self, file: BinaryIO) -> None:
        self.read = file.read


def _skip_blanks(file: BinaryIO) -> None:
    """XML wants its declaration first; some files have a blank line before it. Lines count from there."""
    while (letter := file.read(1)) and letter.isspace():
        pass
    file.seek(-len(letter), os.SEEK_CUR)


def _refuse_doctype(path: Path, element: _Element) -> None:
    if element.getroottree().docinfo.doctype:
        message = "declares a DOCTYPE, expected the plain XML that banks send"
        raise FileMistake(Place(str(path), 1), message)


def _not_xml(path: Path, error: etree.XMLSyntaxError) -> FileMistake:
    reason = _plain(re.sub(r", line \d+, column \d+.*", "", error.msg or "it ends early"))
    message = f"is no well-formed XML, or is cut: {reason[:120]}"
    return FileMistake(Place(str(path), error.lineno or None), message)


def _forget_before(element: _Element) -> None:
    """What is read is dropped. The element itself stays: the parser is not done with it."""
    element.clear(keep_tail=True)
    before = element.getprevious()
    if before is not None and before.tag == element.tag:
        parent = element.getparent()
        assert parent is not None
        parent.remove(before)


def _plain(text: str) -> str:
    """What a message quotes is one line, whatever the file holds."""
    return CONTROL.sub(" ", text).replace("\n", " ").strip()[:200]
