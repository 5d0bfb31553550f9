"""The sample ledger's customers: who they are, how they pay, and what they say on the telephone.

Nobody of them exists: their domains end in `.example`, and `sample_ledger` gives them telephone
numbers that regulators keep free for films and books.
"""

from dataclasses import dataclass
from enum import Enum, auto


class Pays(Enum):
    """How a customer pays."""

    IN_TIME = auto()
    BY_DEBIT = auto()  # what is on file decides (sandbox/sample_methods.py)
    AFTER_NOTICE_1 = auto()
    AFTER_NOTICE_2 = auto()
    IN_PARTS = auto()
    TOO_MUCH = auto()  # and late
    RETURNED = auto()  # it comes back, and is paid again after a reminder
    SOMETIMES = auto()  # every other invoice
    NEVER = auto()


class Says(Enum):
    """What a customer says when phoned."""

    NOTHING = auto()  # nobody answers
    PROMISES = auto()  # and pays on the day
    PROMISES_IN_VAIN = auto()
    CALL_ME_BACK = auto()  # then promises, and pays on the day
    HAS_PAID = auto()  # and the money is on its way
    DISPUTES_RIGHTLY = auto()  # a part is credited
    DISPUTES_WRONGLY = auto()  # the ladder goes on
    WRONG_NUMBER = auto()


@dataclass(frozen=True)
class SampleCustomer:
    """`invoices` is how many."""

    name: str
    email: str
    country: str
    invoices: int
    pays: Pays
    says: Says = Says.NOTHING

    @property
    def language(self) -> str:
        return {"DE": "de", "FR": "fr", "SE": "sv"}.get(self.country, "en")

    @property
    def currency(self) -> str:
        return {"GB": "GBP", "SE": "SEK"}.get(self.country, "EUR")


def _who(name: str, email: str, country: str, invoices: int, pays: Pays) -> SampleCustomer:
    return SampleCustomer(name, email, country, invoices, pays)


def _never(name: str, email: str, country: str, invoices: int, says: Says) -> SampleCustomer:
    return SampleCustomer(name, email, country, invoices, Pays.NEVER, says)


_ALL = [
    _who("Druckhaus Lindenhof GmbH", "fibu@druckhaus-lindenhof.example", "DE", 4, Pays.IN_TIME),
    _never("Verlag Am Wehr KG", "rechnungen@verlag-am-wehr.example", "DE", 3, Says.NOTHING),
    _who("Ashdown & Pike Press Ltd", "ap@ashdownpike.example", "GB", 3, Pays.AFTER_NOTICE_1),
    _who("Atelier Perrin SARL", "compta@atelier-perrin.example", "FR", 3, Pays.BY_DEBIT),
    _never("Agentur Nordlicht GmbH", "post@agentur-nordlicht.example", "DE", 4, Says.PROMISES),
    _who("Galerie Sörensen", "post@galerie-soerensen.example", "DE", 2, Pays.AFTER_NOTICE_1),
    _who("Liffey Lane Studios Ltd", "finance@liffeylane.example", "IE", 3, Pays.IN_PARTS),
    _who("Tryckeri Björken AB", "ekonomi@tryckeribjorken.example", "SE", 3, Pays.AFTER_NOTICE_2),
    _never("Verpackung Kessler GmbH", "re@v-kessler.example", "DE", 4, Says.DISPUTES_RIGHTLY),
    _who("Fotografie Anna Blum", "anna@foto-blum.example", "DE", 2, Pays.IN_TIME),
    _who("Éditions du Vieux Pont", "factures@vieuxpont.example", "FR", 3, Pays.AFTER_NOTICE_1),
    _who("Harbour Lane Books Ltd", "accounts@harbourlane.example", "GB", 4, Pays.TOO_MUCH),
    _who("Brauerei Falkenstein AG", "einkauf@falkenstein.example", "DE", 3, Pays.IN_TIME),
    _never("Kestrel Packaging Ltd", "ledger@kestrel.example", "GB", 3, Says.PROMISES_IN_VAIN),
    _who("Studio Weiß & Partner", "office@studio-weiss.example", "DE", 3, Pays.BY_DEBIT),
    _who("Imprimerie Saint-Roch", "compta@saint-roch.example", "FR", 2, Pays.RETURNED),
    _who("Kalender-Manufaktur Rhön", "info@kalender-rhoen.example", "DE", 3, Pays.AFTER_NOTICE_2),
    _who("Claddagh Design Studio", "hello@claddaghdesign.example", "IE", 3, Pays.SOMETIMES),
    _who("Bokförlaget Skärgård AB", "faktura@skargard.example", "SE", 2, Pays.IN_TIME),
    _never("Modehaus Ravensberg KG", "fibu@ravensberg.example", "DE", 4, Says.CALL_ME_BACK),
    _who("Thameside Gallery Trust", "treasurer@thameside.example", "GB", 2, Pays.AFTER_NOTICE_1),
    _who("Kunstverein Oberstadt e. V.", "kasse@kv-oberstadt.example", "DE", 3, Pays.BY_DEBIT),
    _never("Maison Delorme", "achats@maison-delorme.example", "FR", 4, Says.HAS_PAID),
    _who("Etiketten Pfister GmbH", "buchung@pfister.example", "DE", 3, Pays.AFTER_NOTICE_1),
    _who("Wicklow Print Works", "office@wicklowprint.example", "IE", 3, Pays.BY_DEBIT),
    _who("Reiseverlag Kompass & Söhne", "rw@kompass-soehne.example", "DE", 4, Pays.RETURNED),
    _who("Foxglove Textiles Ltd", "payables@foxglove.example", "GB", 3, Pays.AFTER_NOTICE_2),
    _never("Norrsken Reklam AB", "ekonomi@norrsken.example", "SE", 3, Says.DISPUTES_WRONGLY),
    _who("Museum für Plakatkunst", "verwaltung@plakatmuseum.example", "DE", 3, Pays.IN_TIME),
    _who("Lithographie Gauthier", "bureau@litho-gauthier.example", "FR", 3, Pays.IN_PARTS),
    _who("Werbetechnik Zoller GmbH", "zoller@wt-zoller.example", "DE", 3, Pays.BY_DEBIT),
    _who("Penrose Type Foundry Ltd", "billing@penrosetype.example", "GB", 2, Pays.IN_TIME),
    _who("Messebau Ostermann GmbH", "re@messebau-ostermann.example", "DE", 4, Pays.AFTER_NOTICE_1),
    _never("Shannon River Wines Ltd", "ap@shannonwines.example", "IE", 2, Says.WRONG_NUMBER),
    _who("Lindqvist Foto HB", "hej@lindqvistfoto.example", "SE", 2, Pays.AFTER_NOTICE_1),
    _who("Spielkarten Altenberg", "rechnung@altenberg.example", "DE", 3, Pays.TOO_MUCH),
    _who("Affiches Montclair", "gestion@montclair.example", "FR", 3, Pays.AFTER_NOTICE_2),
    _never("Corkscrew Labels Ltd", "ap@corkscrewlabels.example", "GB", 4, Says.PROMISES),
    _who("Buchbinderei Eck", "eck@buchbinderei-eck.example", "DE", 2, Pays.IN_TIME),
    _never("Feinkost Tessmann GmbH", "einkauf@before-the-move.example", "DE", 3, Says.NOTHING),
]
CUSTOMERS = {f"C-{1001 + place}": customer for place, customer in enumerate(_ALL)}
