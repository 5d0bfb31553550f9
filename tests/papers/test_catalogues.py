"""Every catalogue has every text of the templates, with the same placeholders."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from activities.papers.language import CATALOGUES, TEMPLATES, languages

OPTIONS = {"**.j2": {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}}
TRANSLATED = sorted(languages() - {"en"})
REFRESH = (
    "pybabel extract -F templates/locale/babel.cfg -o templates/locale/duely.pot --no-location"
    " --omit-header --sort-output -w 100 templates"
)


def extracted() -> set[str | tuple[str, ...]]:
    found = extract_from_dir(TEMPLATES, [("**.j2", "jinja2")], OPTIONS)
    return {message for _, _, message, _, _ in found}


def messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def read(*path: str) -> Catalog:
    with CATALOGUES.joinpath(*path).open("rb") as file:
        return read_po(file, abort_invalid=True)


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)s", text))


def test_template_catalogue_is_what_the_templates_say() -> None:
    assert {message.id for message in messages(read("duely.pot"))} == extracted(), REFRESH


@pytest.mark.parametrize("language", TRANSLATED)
def test_catalogue_translates_every_text_and_no_other(language: str) -> None:
    catalogue = read(language, "LC_MESSAGES", "duely.po")
    ready = {m.id for m in messages(catalogue) if all(forms(m)) and not m.fuzzy}
    assert ready == extracted()


@pytest.mark.parametrize("language", TRANSLATED)
def test_catalogue_fills_in_the_same_values(language: str) -> None:
    for message in messages(read(language, "LC_MESSAGES", "duely.po")):
        original = message.id if isinstance(message.id, str) else message.id[1]
        assert placeholders(forms(message)[-1]) == placeholders(original), message.id


def forms(message: Message) -> tuple[str, ...]:
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)
