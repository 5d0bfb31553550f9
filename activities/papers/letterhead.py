"""What `templates/paper.html.j2` puts on every printed paper about the creditor."""

import base64
from email.utils import parseaddr
from functools import lru_cache
from pathlib import Path

from stdnum import iban

from rules.creditor import Creditor

# What gateways/press.py lets through, told apart by how such a file begins.
_BEGINS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@lru_cache(maxsize=8)
def logo_url(path: str) -> str:
    """The file as a `data:` URL, so that printing needs no file; "" where it is no PNG or JPEG.

    An invoice without its logo is better than none: the file was checked when the worker started.
    """
    try:
        content = Path(path).read_bytes() if path else b""
    except OSError:
        return ""
    for begin, media_type in _BEGINS.items():
        if content.startswith(begin):
            return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"
    return ""


def letterhead(creditor: Creditor, logo: str) -> dict[str, object]:
    """The frame's values; `logo` a `data:` URL or "". Replies go where the mails' replies go."""
    return {
        "creditor": creditor,
        "logo": logo,
        "contact": parseaddr(creditor.reply_to)[1],
        "iban": iban.format(creditor.iban),
    }
