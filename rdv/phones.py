"""Telephone numbers as people type them, in métropole and overseas.

A number is kept as E.164. The département says how a national number is read: "0692…" is a
Réunion number, and the prefix +262 alone tells neither Réunion from Mayotte nor a time zone.
"""

from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

REGIONS = {
    "971": "GP",
    "972": "MQ",
    "973": "GF",
    "974": "RE",
    "976": "YT",
    "975": "PM",
    "977": "BL",
    "978": "MF",
    "986": "WF",
    "987": "PF",
    "988": "NC",
}
_TRIED = ("FR", "RE", "GP", "MQ", "GF", "YT")
# Blocks that Arcep reserves for fiction (decision 2018-0881): libphonenumber doesn't know them.
_FICTION = {"19900": "fixed", "26191": "fixed", "35301": "fixed", "46571": "fixed", "53649": "fixed", "63998": "mobile"}


class Kind(StrEnum):
    """What can be done with a number: only a mobile gets SMS."""

    MOBILE = "mobile"
    FIXED = "fixed"
    OTHER = "other"


class PhoneError(ValueError):
    """The text isn't a telephone number; `code` says why: `missing_digits`, `too_long` or `unknown`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Phone(str):
    """A number in E.164 ("+33639981234"); also knows its kind and how people write it."""

    __slots__ = ()

    @property
    def kind(self) -> Kind:
        number = phonenumbers.parse(self)
        fiction = _fictional(number)
        if fiction:
            return fiction
        kind = phonenumbers.number_type(number)
        if kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE):
            return Kind.MOBILE
        return Kind.FIXED if kind in (PhoneNumberType.FIXED_LINE, PhoneNumberType.VOIP) else Kind.OTHER

    @property
    def is_mobile(self) -> bool:
        return self.kind is Kind.MOBILE

    @property
    def spoken(self) -> str:
        """As people write it: "06 39 98 12 34"; with its prefix when it is foreign."""
        number = phonenumbers.parse(self)
        french = phonenumbers.region_code_for_country_code(number.country_code or 0) in {"FR", *REGIONS.values()}
        text = phonenumbers.format_number(
            number, PhoneNumberFormat.NATIONAL if french else PhoneNumberFormat.INTERNATIONAL
        )
        return text.replace(" ", "\u00a0")


def region_of(department_code: str) -> str:
    """The numbering region of a département: "974" -> "RE", "57" -> "FR"."""
    return REGIONS.get(department_code, "FR")


def parse_phone(text: str, region: str = "FR") -> Phone:
    """Read a number typed by a person; raises PhoneError.

    >>> parse_phone("06 39 98 12 34"), parse_phone("0692 12 34 56", "RE"), parse_phone("0692123456")
    ('+33639981234', '+262692123456', '+262692123456')
    >>> parse_phone("06 39 98 12 34").spoken
    '06\\xa039\\xa098\\xa012\\xa034'
    """
    typed = text.strip().replace("(0)", "")
    if typed.startswith("00"):
        typed = f"+{typed[2:]}"
    for candidate in (region, *(other for other in _TRIED if other != region)):
        try:
            number = phonenumbers.parse(typed, candidate)
        except NumberParseException:
            continue
        if phonenumbers.is_valid_number(number) or _fictional(number):
            return Phone(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    raise PhoneError(_reason(typed))


def _fictional(number: phonenumbers.PhoneNumber) -> Kind | None:
    digits = str(number.national_number)
    if number.country_code == 33 and len(digits) == 9 and digits[:5] in _FICTION:
        return Kind(_FICTION[digits[:5]])
    return None


def _reason(typed: str) -> str:
    digits = sum(char.isdigit() for char in typed)
    if typed.startswith("0") and digits < 10:
        return "missing_digits"
    return "too_long" if typed.startswith("0") and digits > 10 else "unknown"
