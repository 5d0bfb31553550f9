"""Telephone numbers: read as people write them, kept as networks dial them (E.164)."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType, shortnumberinfo

from rules.errors import UserMistake

# What may be dialled by a click. The rest costs by the minute or belongs to nobody: premium and
# shared-cost services, personal numbers, pagers, voicemail.
_ORDINARY = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.VOIP,
    }
)


def dialable(text: str, country: str = "") -> str:
    """A number in E.164, like +493023125000. `country` (ISO 3166, two letters) is where a number
    without its country's code is dialled from, "" for unknown.

    Raises UserMistake for what is no number, an emergency number or one that costs extra; its
    words never carry the number.
    """
    if country and shortnumberinfo.is_emergency_number(text, country):
        raise UserMistake("an emergency number is never dialled from here")
    number = _parsed(text, country)
    if not phonenumbers.is_valid_number(number):
        raise UserMistake(f"the telephone number is none that exists, {_EXPECTED}")
    if phonenumbers.number_type(number) not in _ORDINARY:
        raise UserMistake(
            "the telephone number is a premium or special one, expected a landline or mobile number"
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


_EXPECTED = "expected one like +49 30 23125000"


def _parsed(text: str, country: str) -> PhoneNumber:
    try:
        return phonenumbers.parse(text, country or None)
    except NumberParseException as error:
        if error.error_type == NumberParseException.INVALID_COUNTRY_CODE:
            raise UserMistake(f"the telephone number has no country's code, {_EXPECTED}") from None
        raise UserMistake(f"the telephone number cannot be read, {_EXPECTED}") from None
