"""Several PDFs in one file. Imported by printing processes only (`gateways/printer.py`)."""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

# What a foreign file says wrongly in its inside may hold a name: logs carry keys only.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

# Equal objects become one from the inside out: a font's bytes, its description, what names it.
_ROUNDS = 5
_OBJECT = 35  # bytes around an object: its number, its entry in the table
_BOOKMARK = 800  # bytes of a page's bookmark and of its places in the trees of both


def weighed(pdf: bytes) -> Mapping[str, int] | None:
    """What a PDF consists of, bytes by digest; None for one that is to be left as it is.

    Left as they are: what cannot be read, what is encrypted or signed (a signature covers the whole
    file), and what carries files of its own (an electronic invoice's data, EN 16931).
    """
    try:
        reader = PdfReader(BytesIO(pdf))
        if reader.is_encrypted or _is_more_than_pages(reader):
            return None
        return _Contents(reader).sizes
    except Exception:  # whatever a foreign file makes a parser do
        return None


def _is_more_than_pages(reader: PdfReader) -> bool:
    root = reader.root_object
    form = root.get("/AcroForm")
    signed = form is not None and "/SigFlags" in form.get_object()
    return signed or "/AF" in root or any(True for _ in reader.attachment_list)


def bound(pdfs: Sequence[tuple[str, bytes]]) -> bytes:
    """One PDF of many, each with a bookmark; what they have in common is in it once.

    Equal input gives equal bytes.
    """
    writer = PdfWriter()
    for name, pdf in pdfs:
        writer.append(BytesIO(pdf), outline_item=name, import_outline=False)
    for _ in range(_ROUNDS):
        writer.compress_identical_objects()
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


class _Contents:
    """Every object that the pages of a PDF need, by a digest of what it is and all it names."""

    def __init__(self, reader: PdfReader) -> None:
        self._digests: dict[int, str] = {}
        self.sizes: dict[str, int] = {}
        for number, page in enumerate(reader.pages):
            self._weigh(f"page {number}".encode() + self._told(page), _BOOKMARK)

    def _weigh(self, told: bytes, besides: int = 0) -> str:
        digest = hashlib.sha256(told).hexdigest()[:16]
        self.sizes[digest] = len(told) + _OBJECT + besides
        return digest

    def _told(self, value: object) -> bytes:
        """An object's bytes, with a digest for each object it names."""
        if isinstance(value, IndirectObject):
            return self._named(value).encode()
        if isinstance(value, DictionaryObject):
            inside = b"".join(
                key.encode() + b" " + self._told(value.raw_get(key)) + b"\n"
                for key in value
                if key != "/Parent"
            )
            return inside + (_data(value) if isinstance(value, StreamObject) else b"")
        if isinstance(value, ArrayObject):
            return b" ".join(self._told(item) for item in list.__iter__(value))
        return str(value).encode("utf-8", "surrogatepass")

    def _named(self, reference: IndirectObject) -> str:
        number = reference.idnum
        if number not in self._digests:
            self._digests[number] = ""  # one that leads back to itself adds nothing
            self._digests[number] = self._weigh(self._told(reference.get_object()))
        return self._digests[number]


def _data(stream: StreamObject) -> bytes:
    """A stream's bytes as they stand in the file."""
    written = BytesIO()
    stream.write_to_stream(written)
    return written.getvalue().partition(b"\nstream\n")[2]
