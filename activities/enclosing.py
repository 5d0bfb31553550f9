"""Put a notice's PDFs into mails that a mail server takes: each by itself, bound, or in parts.

A mail holds no more than the `max_message_mb` of the policies concerned. Where the PDFs do not fit
as they are, those that may be bound become one file, in which what they share is once; where that
does not fit either, further mails of the same notice bring the rest. An overview is never cut.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from activities.papers import notice_mail, part_mail
from gateways.files import DocumentStore
from gateways.printer import Printer
from rules.errors import RefusedForGood
from rules.letters import Attachment, Enclosed, NoticeLetter
from rules.parts import Piece, in_parts

_BYTES_A_LINE, _LINE = 57, 78  # base64: 57 bytes are 76 characters and the end of their line
_ATTACHMENT = 400  # bytes around an attachment
_WORDS = 8_000  # bytes: a further part without its list of numbers, or what the first says of parts
_WEIGHED_AT_ONCE = 50  # PDFs
_LARGE = 1_000_000  # bytes of a mail


@dataclass(frozen=True)
class Envelope:
    """A notice to be put into mails of at most `limit` bytes; `date` in the policy's zone."""

    letter: NoticeLetter
    message_id: str
    date: datetime
    limit: int


@dataclass(frozen=True)
class Pdf:
    """An invoice's PDF in the store; `name` is a mail's name for it."""

    number: str
    name: str
    key: str


@dataclass(frozen=True)
class _Part:
    """What goes with one mail: files as they are, and what was bound into one."""

    numbers: tuple[str, ...] = ()
    files: tuple[Attachment, ...] = ()
    bound: bytes = b""

    @property
    def size(self) -> int:
        files = sum(encoded(len(file.content)) for file in self.files)
        bound = encoded(len(self.bound)) if self.bound else 0
        return files + bound + sum(_named(number) for number in self.numbers)

    def attachments(self, name: str) -> tuple[Attachment, ...]:
        """`name` is the bound file's."""
        return (*([Attachment(name, self.bound)] if self.bound else []), *self.files)


def encoded(size: int) -> int:
    """Bytes that an attachment of `size` bytes takes in a mail."""
    return -(-size // _BYTES_A_LINE) * _LINE + _ATTACHMENT


def _decoded(room: int) -> int:
    """Bytes of attachments that `room` bytes of a mail hold."""
    return max(0, room) * _BYTES_A_LINE // _LINE


def _named(number: str) -> int:
    """Bytes that a number takes in the words of a part, quoted-printable."""
    return 3 * len(number.encode()) + 2


class Encloser:
    """Puts one notice into its mails."""

    def __init__(self, printer: Printer, store: DocumentStore, envelope: Envelope) -> None:
        self._printer = printer
        self._store = store
        self._envelope = envelope
        self._room = envelope.limit - _WORDS
        self._as_they_are: set[str] = set()  # numbers whose PDFs are not to be bound

    async def mails(self, pdfs: Sequence[Pdf]) -> AsyncIterator[tuple[bytes, tuple[str, ...]]]:
        """The mails in order, the overview first, each with the numbers of the invoices in it; one
        whose PDF is too large for any mail is in none. Equal facts give equal bytes."""
        sizes = {pdf.number: encoded(self._store.size(pdf.key)) for pdf in pdfs}
        if sum(sizes.values()) < self._envelope.limit:
            mail = await self._written(sum(sizes.values()), _Part(files=self._files(pdfs)))
            if len(mail) <= self._envelope.limit:
                yield mail, tuple(sizes)
                return
        fitting = [pdf for pdf in pdfs if sizes[pdf.number] <= self._room]
        parts = await self._parts(fitting)
        enclosed = Enclosed(
            invoices=len(fitting),
            bound=any(part.bound for part in parts),
            parts=len(parts),
            too_large=len(pdfs) - len(fitting),
        )
        for count, part in enumerate(parts, 1):
            yield await self._written(part.size, part, count, enclosed), part.numbers

    # --- a mail ----------------------------------------------------------------------------------

    async def _written(
        self, size: int, part: _Part, count: int = 1, enclosed: Enclosed | None = None
    ) -> bytes:
        """A mail's bytes. Megabytes are put together on a thread: they take seconds."""
        if size < _LARGE:
            return self._mail(part, count, enclosed)
        return await asyncio.to_thread(self._mail, part, count, enclosed)

    def _mail(self, part: _Part, count: int = 1, enclosed: Enclosed | None = None) -> bytes:
        letter, message_id = self._envelope.letter, self._envelope.message_id
        alone = enclosed is None or enclosed.parts == 1
        files = part.attachments("invoices.pdf" if alone else f"invoices-part-{count}.pdf")
        if enclosed is None or count == 1:
            return notice_mail(
                letter, files, message_id=message_id, date=self._envelope.date, enclosed=enclosed
            )
        return part_mail(
            letter,
            files,
            part=count,
            enclosed=enclosed,
            numbers=part.numbers,
            message_id=message_id,
            date=self._envelope.date,
        )

    def _files(self, pdfs: Sequence[Pdf]) -> tuple[Attachment, ...]:
        return tuple(Attachment(pdf.name, self._store.get(pdf.key)) for pdf in pdfs)

    # --- parts -----------------------------------------------------------------------------------

    async def _parts(self, pdfs: Sequence[Pdf]) -> list[_Part]:
        first = self._room - len(self._mail(_Part()))
        pieces = await self._pieces(pdfs)
        planned = in_parts(pieces, room=_decoded(self._room), room_of_first=_decoded(first))
        of = {pdf.number: pdf for pdf in pdfs}
        parts: list[_Part] = []
        for pieces_of_part in planned:
            room = self._room if parts else first
            some = await self._bound([of[piece.name] for piece in pieces_of_part], room)
            if not parts and some[0].size > first:
                parts.append(_Part())
            parts += some
        return parts

    async def _pieces(self, pdfs: Sequence[Pdf]) -> list[Piece]:
        """What each PDF consists of; one that is not to be bound, of nothing that others have."""
        pieces = []
        for start in range(0, len(pdfs), _WEIGHED_AT_ONCE):
            some = pdfs[start : start + _WEIGHED_AT_ONCE]
            contents = [self._store.get(pdf.key) for pdf in some]
            weights = await self._printer.weighed(contents)
            for pdf, content, weight in zip(some, contents, weights, strict=True):
                named = {f"the number {pdf.number}": _named(pdf.number)}
                if weight is None:
                    self._as_they_are.add(pdf.number)
                    weight = {f"the file {pdf.number}": len(content) + _ATTACHMENT}
                pieces.append(Piece(pdf.number, {**weight, **named}))
        return pieces

    async def _bound(self, pdfs: Sequence[Pdf], room: int) -> list[_Part]:
        """The part, or, where it came out larger than it was weighed, its halves."""
        part = await self._as_one(pdfs)
        if part is not None and (part.size <= room or len(pdfs) < 2):
            return [part]
        half = len(pdfs) // 2
        return [*await self._bound(pdfs[:half], room), *await self._bound(pdfs[half:], room)]

    async def _as_one(self, pdfs: Sequence[Pdf]) -> _Part | None:
        """None where the files, each fit to be bound, cannot be bound together."""
        whole = [pdf for pdf in pdfs if pdf.number in self._as_they_are]
        others = [pdf for pdf in pdfs if pdf.number not in self._as_they_are]
        numbers = tuple(pdf.number for pdf in pdfs)
        if len(others) < 2:
            return _Part(numbers, self._files(pdfs))
        try:
            bound = await self._printer.bound([(p.number, self._store.get(p.key)) for p in others])
        except RefusedForGood:
            return None
        return _Part(numbers, self._files(whole), bound)
