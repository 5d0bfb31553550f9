"""What a text is cut into, and the words that say what a number in it is the number of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rules.matching.masking import Span

_PIECE = re.compile(r"[A-Z]+|[0-9]+")
_MARKS = frozenset(
    (
        *("RE", "RG", "RN", "RNR", "RENR", "RGNR", "RECHN", "BELEG", "BELEGNR"),
        *("RECHNUNG", "RECHNUNGEN", "RECHNUNGSNR", "RECHNUNGSNUMMER", "INV", "INVOICE", "INVOICES"),
        *("FACT", "FACTURE", "FACTURES", "FACTUUR", "FACTUURNR", "FAKTURA", "FAKTURY", "FAKTURE"),
        *("FV", "VAT", "SF"),
        *("FRA", "FACTURA", "FATTURA", "SASKAITA", "SASKAITOS", "LASKU"),
    )
)
_NUMBER_SIGNS = frozenset(
    ("NR", "NO", "N", "NUM", "NUMMER", "NUMBER")
)  # of what, says the word before
_OF_OTHERS = frozenset(
    (
        *("KD", "KDNR", "KND", "KUNDE", "KUNDEN", "KUNDENNR", "KUNDENNUMMER", "CUSTOMER", "CLIENT"),
        *("KLIENT", "KLIENTAS", "DEBITOR", "MITGLIED", "MITGLIEDS", "MANDAT", "MANDATE", "PLZ"),
        *(
            "BESTELLUNG",
            "BESTELL",
            "BESTELLNR",
            "BEST",
            "AUFTRAG",
            "AUFTRAGS",
            "AUFTRAGSNR",
            "ORDER",
        ),
        *("ANGEBOT", "ANGEBOTS", "LIEFERSCHEIN", "LIEFERSCHEINNR", "COMMANDE", "DEVIS"),
        *("ZAMOWIENIE", "ZAM", "UZSAKYMAS", "OFERTA"),
    )
)
_AND = frozenset(("UND", "U", "AND", "ET", "EN", "E", "Y", "I", "IR", "OG", "SOWIE", "PLUS"))
_UNTIL = frozenset(("BIS", "TO", "TOT", "AL", "A", "THRU", "DO", "IKI", "TM", "THROUGH", "TILL"))
_INCLUDED = ("EINSCHLIESSLICH", "EINSCHL", "INKL", "INCL", "INCLUSIVE", "INCLUDING", "UNDMIT")
_DASH = re.compile(r"\s+[-\u2013\u2014]\s+")
_LIST_SIGNS = re.compile(r"[\s/+,;&|.:()\-]*")


@dataclass(frozen=True)
class Piece:
    """A run of letters or of digits, and where it stands."""

    text: str
    start: int
    end: int
    is_masked: bool

    @property
    def is_figures(self) -> bool:
        return self.text.isdigit()


@dataclass(frozen=True)
class Found:
    """A reading: the numbers that some pieces name."""

    first: int
    last: int  # pieces, both included
    numbers: frozenset[str]
    is_sure: bool
    is_faint: bool = False


def pieces_of(text: str, spans: Sequence[Span]) -> list[Piece]:
    """The pieces of a text that was folded; `spans` are those in which nothing names an invoice."""
    return [_piece(found, spans) for found in _PIECE.finditer(text)]


def _piece(found: re.Match[str], spans: Sequence[Span]) -> Piece:
    start, end = found.span()
    is_masked = any(first < end and start < last for first, last in spans)
    return Piece(found.group(), start, end, is_masked)


def _word_before(pieces: Sequence[Piece], first: int) -> str:
    """What it is the number of: `Rechnung Nr. 17`, `Kunden-Nr. 17`; "" where nothing is said."""
    before = [piece.text for piece in pieces[max(0, first - 2) : first]]
    if before and before[-1] in _NUMBER_SIGNS:
        return before[-2] if len(before) > 1 else before[-1]
    return before[-1] if before else ""


def is_marked(pieces: Sequence[Piece], first: int) -> bool:
    """Whether a word before it says that it is an invoice's number."""
    return _word_before(pieces, first) in _MARKS | _NUMBER_SIGNS


def is_of_others(pieces: Sequence[Piece], first: int) -> bool:
    """Whether it is the number of something else: of a customer, an order, an offer."""
    return _word_before(pieces, first) in _OF_OTHERS


def is_range(words: str, between: str) -> bool:
    """Whether two numbers are the ends of a row: `bis einschl.`, or a dash that stands by itself."""
    return _bare(words) in _UNTIL or (not words and _DASH.fullmatch(between) is not None)


def joins(words: str) -> bool:
    """Whether words between two numbers leave them in one row."""
    return not words or _bare(words) in _AND | _UNTIL


def _bare(words: str) -> str:
    for more in _INCLUDED:
        words = words.removesuffix(more)
    return words


def is_of_a_list(between: str) -> bool:
    """Whether nothing but signs of a list stands between two pieces."""
    return _LIST_SIGNS.fullmatch(between) is not None
