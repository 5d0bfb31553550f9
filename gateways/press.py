"""WeasyPrint itself. Imported by printing processes only (`gateways/printer.py`)."""

import base64
import binascii
import logging
import re
from functools import cache
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

# WeasyPrint logs what it could not load, which may be a customer's name: logs carry keys only.
logging.getLogger("weasyprint").setLevel(logging.CRITICAL)

LARGEST_IMAGE = 1_000_000  # bytes of a logo
_IMAGE = re.compile(r"data:(image/(?:png|jpeg));base64,([A-Za-z0-9+/]+={0,2})")
# WeasyPrint takes what is no bitmap for an SVG, and an SVG may ask for other files.
_BEGINS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


class Refused(ValueError):
    """A document asked for something from outside itself."""


class NothingFetched(URLFetcher):  # type: ignore[misc]  # ships no types
    """Opens no file and no address. Only a PNG or JPEG written into the document itself passes."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        media_type, content = embedded_image(url)
        return URLFetcherResponse(url, content, {"Content-Type": media_type})


def embedded_image(url: str) -> tuple[str, bytes]:
    """Media type and bytes of a `data:` URL with a bitmap. Raises Refused for any other URL."""
    match = _IMAGE.fullmatch(url)
    if match is None or len(match[2]) > LARGEST_IMAGE * 4 // 3:
        raise Refused(f"not fetched: {url[:60]}")
    try:
        content = base64.b64decode(match[2], validate=True)
    except binascii.Error as error:
        raise Refused("an image is no base64") from error
    if not content.startswith(_BEGINS[match[1]]):
        raise Refused(f"an image is no {match[1]}")
    return match[1], content


def press(html: str, css: str) -> bytes:
    """The PDF of a document. Fonts and the parsed stylesheet are kept for the next one."""
    fonts, stylesheet = _kept(css)
    document = HTML(string=html, url_fetcher=NothingFetched())
    pdf: bytes = document.write_pdf(stylesheets=[stylesheet], font_config=fonts)
    return pdf


@cache
def _kept(css: str) -> tuple[FontConfiguration, CSS]:
    fonts = FontConfiguration()
    return fonts, CSS(string=css, font_config=fonts, url_fetcher=NothingFetched())
