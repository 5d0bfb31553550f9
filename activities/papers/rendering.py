"""The templates, filled in. `*.html.j2` escape what they are given; a missing value is an error."""

import textwrap
from collections.abc import Mapping
from functools import cache
from gettext import NullTranslations
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from activities.papers.cleaning import one_line
from activities.papers.language import CATALOGUES, ENGLISH, TEMPLATES, Tongue

_WIDTH = 76  # characters of a line of plain text


def rendered(speaks: Tongue, template: str, values: Mapping[str, object]) -> str:
    """One template of `templates/` in one language; it finds the tongue as `t`."""
    return _environment(speaks.language).get_template(template).render(t=speaks, **values)


def phrases(speaks: Tongue, template: str, values: Mapping[str, object]) -> dict[str, str]:
    """What a template sets, by name, each on one line: words that several templates share."""
    page = _environment(speaks.language).get_template(template)
    module = page.make_module({"t": speaks, **values})
    exported = {name: getattr(module, name) for name in module.__dict__ if name[0] != "_"}
    return {name: one_line(text) for name, text in exported.items() if isinstance(text, str)}


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html.j2"], default_for_string=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters["wrapped"] = _wrapped
    translations = _translations(language)
    # Added to the environment by the extension: a method that its types do not name.
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    return environment


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


@cache
def _translations(language: str) -> NullTranslations:
    """The catalogue, compiled in memory: no `.mo` beside the `.po` that could be older than it."""
    if language == ENGLISH:
        return NullTranslations()
    with (CATALOGUES / language / "LC_MESSAGES" / "duely.po").open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)
