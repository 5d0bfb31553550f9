"""Texts in the signs that every bank in SEPA reads (EPC217-08: Latin letters, figures, a few marks)."""

import re

from text_unidecode import unidecode

_OTHERS = re.compile(r"[^A-Za-z0-9+?/:().,' -]")
_SPACES = re.compile(r"\s+")
# Germany's own way to write its letters without dots, before the general one drops these.
_GERMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ẞ": "SS"}
)
_MEANT = str.maketrans({"&": "+", "_": "-", "@": "(at)", ";": ",", '"': "'", "[": "(", "]": ")"})


def sepa_text(text: str, longest: int) -> str:
    """A name or a text as a bank takes it, cut to `longest` signs; what has no equal becomes a space.

    It does not begin or end with a slash, nor hold two: the scheme keeps those for itself.
    """
    latin = str(unidecode(text.translate(_GERMAN))).translate(_MEANT)
    plain = _SPACES.sub(" ", _OTHERS.sub(" ", latin)).strip()
    return re.sub(r"/{2,}", "/", plain)[:longest].strip("/ ")
