"""Whatever is typed, what reads it gives a value or the error that it announces, never another."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from api.v1.fields import Bound
from api.v1.fields import read_instant as read_instant_of_api
from rdv.access.tokens import find_feed
from rdv.models.text import search_key
from rdv.phones import PhoneError, parse_phone
from rdv.web.families.doors import read_number
from rdv.web.families.holding import read_instant
from rdv.web.families.weeks import read_monday
from rdv.web.fields import BirthDateField, DayField, EmailField, PhoneField, read_day, read_month
from rdv.web.mail_typos import suggestion
from reminders.inbound.parser import parse
from tests.hostile.values import EVERYTHING

MORE = {
    "29 february of a year that has none": "29/2/2027",
    "29 february of a year that has one": "29/2/2028",
    "a month by half": "3 j 2027",
    "a day too many": "31 avril 2027",
    "prefix alone": "+",
    "two prefixes": "++33 6 39 98 00 01",
    "letters in a number": "06 TRENTE-NEUF",
    "two at signs": "a@b@c.fr",
    "international domain": "léa@exemple.中国",
    "a whole address": "Léa <lea@exemple.fr>, noe@exemple.fr",
    "zero width": "06\u200b39\u200b98\u200b00\u200b01",
    "combining": "e\u0301" * 200,
    "every sign": "".join(map(chr, range(1, 0x250))),
}
TYPED = {name: value.decode("utf-8", "replace") for name, value in EVERYTHING.items()} | MORE


def _birth(text: str) -> Any:
    field = BirthDateField(required=False)
    field.today = date(2027, 1, 11)
    found = [field.clean([text, None, None])]
    for parts in ([text, "2", "2026"], ["1", text, "2026"], ["1", "2", text]):
        with suppress(ValidationError):
            found.append(field.clean(parts))
    return found


READERS: dict[str, tuple[Callable[[str], Any], type[Exception] | tuple[()]]] = {
    "a day": (read_day, ValueError),
    "a month": (read_month, ValueError),
    "a birth": (_birth, ValidationError),
    "a day of a form": (DayField(required=False).clean, ValidationError),
    "a telephone of a form": (PhoneField(required=False).clean, ValidationError),
    "an e-mail address": (EmailField(required=False).clean, ValidationError),
    "a telephone": (parse_phone, PhoneError),
    "a telephone overseas": (lambda text: parse_phone(text, "RE"), PhoneError),
    "a slip in an address": (suggestion, ()),
    "a number of a button": (read_number, ()),
    "the instant of a button": (read_instant, ()),
    "the Monday of a week": (read_monday, ()),
    "an instant of the API": (read_instant_of_api, ValueError),
    "a bound of the API": (Bound, ValueError),
    "a name to search": (search_key, ()),
    "an SMS": (parse, ()),
}


@pytest.mark.parametrize("reader", READERS)
def test_only_the_errors_announced(reader: str) -> None:
    read, announced = READERS[reader]
    for label, text in TYPED.items():
        try:
            with suppress(announced):
                read(text)
        except Exception as error:
            raise AssertionError(f"{label}: {error!r}") from error


@pytest.mark.django_db
def test_the_secret_of_a_feed() -> None:
    for label, text in TYPED.items():
        assert find_feed(text.replace("\x00", "")) is None, label
