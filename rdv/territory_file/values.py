"""Values of a TOML table as columns of a model: strict about kinds, in French about mistakes."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models

_HOUR = re.compile(r"(\d{1,2}):([0-5]\d)")


class WrongValue(Exception):
    """The text (French) says what is expected."""


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise WrongValue("un texte entre guillemets est attendu.")
    if "\x00" in value:
        raise WrongValue("le texte contient un caractère nul.")
    return value


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise WrongValue("true ou false est attendu.")
    return value


def _int(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise WrongValue("un nombre entier est attendu.")
    return value


def _float(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise WrongValue("un nombre est attendu.")
    return float(value)


def _date(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise WrongValue("une date sans guillemets est attendue, par exemple 2027-03-15.")
    return value


def _time(value: Any) -> time:
    if isinstance(value, time):
        return value
    found = _HOUR.fullmatch(value) if isinstance(value, str) else None
    if not found or int(found[1]) > 23:
        raise WrongValue("une heure entre guillemets est attendue, par exemple 08:30.")
    return time(int(found[1]), int(found[2]))


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise WrongValue("une liste de textes entre crochets est attendue.")
    return [_text(item) for item in value]


def _anything(value: Any) -> Any:
    return value


_READERS: tuple[tuple[type[models.Field], Callable[[Any], Any]], ...] = (
    (ArrayField, _texts),
    (models.BooleanField, _bool),
    (models.IntegerField, _int),
    (models.FloatField, _float),
    (models.DateField, _date),
    (models.TimeField, _time),
    (models.CharField, _text),
    (models.TextField, _text),
)


def read_value(field: models.Field, value: Any) -> Any:
    """The value as the column holds it. Raises WrongValue."""
    reader = next((reader for kind, reader in _READERS if isinstance(field, kind)), _anything)
    read = reader(value)
    try:
        return field.clean(read, None)
    except ValidationError as error:
        raise WrongValue(_sentence(field, value, error)) from error


def unknown_key(key: str, known: Iterable[str]) -> str:
    """What to say of a key that the section doesn't have."""
    near = get_close_matches(key, list(known), n=1)
    return f"clé inconnue\u00a0; vouliez-vous dire «\u00a0{near[0]}\u00a0»\u00a0?" if near else "clé inconnue."


def _sentence(field: models.Field, value: Any, error: ValidationError) -> str:
    choices = [str(code) for code, _ in (field.flatchoices or [])]
    if choices and value not in choices:
        return f"«\u00a0{value}\u00a0» n’est pas admis\u00a0; au choix\u00a0: {', '.join(choices)}."
    return " ".join(error.messages)
