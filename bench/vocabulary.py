"""Words that a made-up ledger and its payers use."""


def words(text: str) -> tuple[str, ...]:
    """What a text is made of, between its spaces."""
    return tuple(text.split())


FIRST = words(
    "Nordlicht Süßmann Müller Schmidt Weiß Grünwald Jäger Köhler Böhm Brandt Voß Hübner Lange Krüger "
    "Maas Vermeulen Jansen Lefèvre Moreau Dubois Nowak Kowalski Wójcik Kazlauskas Rossi Bianchi García "
    "Novák Horváth Olsen Lindqvist Whitfield Hartley Oberland Rheintal Alster Spree Neckar Isar Hansa"
)
TRADE = words(
    "Druck Verlag Medien Papier Proof Design Agentur Technik Logistik Handel Optik Möbel Metallbau "
    "Werbung Software Kartonagen Etiketten Textil Lebensmittel Gartenbau"
)
LEGAL = {
    "DE": ("GmbH", "GmbH & Co. KG", "KG", "e.K.", "AG", ""),
    "AT": ("GmbH", "OG"),
    "CH": ("AG", "GmbH", "Sàrl"),
    "NL": ("B.V.", "VOF"),
    "FR": ("SARL", "SAS", "SA"),
    "PL": ("Sp. z o.o.", "S.A."),
    "LT": ("UAB",),
    "ES": ("S.L.",),
    "IT": ("S.r.l.",),
    "GB": ("Ltd", "LLP"),
}
LANGUAGE = {
    **dict.fromkeys(("DE", "AT", "CH"), "de"),
    "NL": "nl",
    "FR": "fr",
    "PL": "pl",
    "LT": "lt",
    "ES": "es",
    "IT": "it",
    "GB": "en",
}
# How payers write about one number. {n} the number, {c} their customer number, {d} a day, {a} an
# amount, {p} a telephone number, {o} an order number of their own. The shapes are those of real
# files: abbreviations, what stands beside the number, whole sentences.
PHRASES = {
    "de": (
        "{n}",
        "Rechnung {n}",
        "RECHNUNG NR. {n}",
        "Rg. {n}",
        "Rg.Nr. {n} v. {d}",
        "Re-Nr {n}",
        "Re.Nr.: {n}, Kd.Nr. {c}",
        "RNr {n}",
        "Rechnungsnr. {n} vom {d}",
        "KD-NR {c} RE {n}",
        "Kd.Nr. {c} Rg.Nr. {n} v. {d} EUR {a}",
        "Zahlung {n} danke",
        "Inv {n}",
        "Ihre Rechnung {n} vom {d}, bei Fragen Tel. {p}",
        "Bestellung {o} / Rechnung {n}",
        "RG {n} BEST.NR {o} BETRAG {a}",
        "Ueberweisung fuer Ihre Lieferung, Rechnung Nr. {n} mit bestem Dank",
    ),
    "nl": ("factuur {n}", "Betaling factuurnr. {n} klantnr {c}", "BETREFT FACTUUR {n} D.D. {d}"),
    "fr": ("facture {n}", "FACT N° {n} DU {d}", "Règlement facture no {n} client {c}"),
    "pl": ("faktura {n}", "ZAPLATA ZA FAKTURE {n}", "FV {n} z dnia {d}"),
    "lt": ("Sąskaita faktūra Nr. {n}", "uz saskaita {n}", "Apmokėjimas pagal sąskaitą {n} {d}"),
    "es": ("factura {n}", "PAGO FRA. {n} DE {d}", "Pago de la factura núm. {n}"),
    "it": ("fattura {n}", "SALDO FATT. N. {n} DEL {d}", "Pagamento fattura {n} cliente {c}"),
    "en": ("Invoice {n}", "INV {n}", "payment of inv no {n} dated {d}", "{n} your ref {c}"),
}
# Nothing here says which debt is meant.
NOTHING = (
    "",
    "Zahlung",
    "Danke",
    "Ueberweisung",
    "siehe Avis",
    "lt. Avis vom {d}",
    "Ihre Rechnung",
    "Payment",
    "betaling",
    "virement",
    "Rechnung vom {d}",
    "Avis folgt per Mail",
    "wie besprochen, Tel. {p}",
    "Sammelzahlung {o}",
)
ALL_OPEN = (
    "alle offenen Posten",
    "OP-Ausgleich",
    "Saldoausgleich",
    "Ausgleich Konto {c}",
    "",
    "Zahlung",
)
ON_ACCOUNT = ("Akontozahlung", "Abschlagszahlung", "a conto", "Teilzahlung Kd {c}")
DISCOUNT = (
    "abzgl. 2% Skonto",
    "./. 2 % Skonto",
    "abz. Skonto",
    "Skonto 2%",
    "less 2% discount",
    "",
)
SUPPLIERS = (
    "Stadtwerke",
    "Papiergroßhandel Union",
    "Telekom",
    "Hausverwaltung Kern",
    "Paketdienst Nord",
)
