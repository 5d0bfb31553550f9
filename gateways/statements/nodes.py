"""An element of XML with all below it, for readers that know nothing of the parser."""

from dataclasses import dataclass, field
from functools import cache

from lxml.etree import _Element

from gateways.statements.texts import CONTROL
from rules.errors import FileMistake, Place

LONGEST_TEXT = 100_000  # no field of these messages is a hundredth of it
# What no reader asks for, and most of a long entry.
_PASSED_OVER = {"PstlAdr", "RltdAgts", "RltdDts", "SplmtryData", "Svcr", "CtctDtls"}


@dataclass(slots=True)
class Node:
    """One element with all below it, by local names: each version has a namespace of its own."""

    file: str
    name: str
    line: int
    text: str
    attributes: dict[str, str]
    children: dict[str, list["Node"]] = field(default_factory=dict)

    def all(self, path: str) -> list["Node"]:
        """Every element at `A/B/C` below this one, in the order of the file."""
        found = [self]
        for name in _steps(path):
            found = [child for node in found for child in node.children.get(name, ())]
            if not found:
                break
        return found

    def first(self, *paths: str) -> "Node | None":
        """The first element at the first of the paths that has one."""
        return next((node for path in paths for node in self.all(path)), None)

    def value(self, *paths: str) -> str:
        """The text at the first of the paths where there is any, else ""."""
        return next((node.text for path in paths for node in self.all(path) if node.text), "")

    def mistake(self, message: str) -> FileMistake:
        return FileMistake(Place(self.file, self.line, self.name), message)


@cache
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split("/"))


def node_of(element: _Element, file: str, *, without: str = "", until: str = "") -> Node:
    """An element without its children called `without`, or only with those before the first called
    `until`. Raises FileMistake for a text that no bank writes."""
    node = Node(file, name_of(element), int(element.sourceline or 0), "", {})
    node.text = _text(node, element.text or "")
    if element.attrib:
        node.attributes = {str(key): str(value) for key, value in element.attrib.items()}
    for child in element:
        if not isinstance(child.tag, str):  # an entity's reference
            raise node.mistake("refers to an entity, expected the plain XML that banks send")
        name = name_of(child)
        if until and name == until:
            break
        if name != without and name not in _PASSED_OVER:
            node.children.setdefault(name, []).append(node_of(child, file))
    return node


def _text(node: Node, text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise node.mistake(f"holds {len(text)} characters, at most {LONGEST_TEXT} are read")
    text = text.strip()
    return text if text.isprintable() else CONTROL.sub(" ", text)


def name_of(element: _Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]
