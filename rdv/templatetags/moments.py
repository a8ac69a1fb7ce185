"""Dates in templates, in the page's language: `{% load moments %}`.

`{{ appointment.starts_at|moment:zone }}`, `{{ start|hour:zone }}`, `{{ date|day }}`,
`{% time start zone %}` for a machine-readable `<time>`. The zone is always said.
"""

from datetime import date, datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from rdv import moments

register = template.Library()


def _language() -> str:
    return get_language() or "fr"


@register.filter
def moment(instant: datetime, zone: str) -> str:
    """Gives "mardi 10 mars à 9 h 30"."""
    return moments.moment(instant, zone, language=_language())


@register.filter
def moment_with_year(instant: datetime, zone: str) -> str:
    """Gives "mardi 10 mars 2026 à 9 h 30"."""
    return moments.moment(instant, zone, year=True, language=_language())


@register.filter
def hour(instant: datetime, zone: str) -> str:
    """Gives "9 h 30"."""
    return moments.hour(instant, zone, language=_language())


@register.filter
def local_day(instant: datetime, zone: str) -> str:
    """The local day of an instant: "mardi 10 mars"."""
    return moments.day(moments.local(instant, zone).date(), language=_language())


@register.filter
def day(value: date) -> str:
    """Gives "mardi 10 mars"."""
    return moments.day(value, language=_language())


@register.filter
def day_with_year(value: date) -> str:
    """Gives "mardi 10 mars 2026"."""
    return moments.day(value, year=True, language=_language())


@register.filter
def plain_day(value: date) -> str:
    """For birth dates: "3 février 2025"."""
    return moments.plain_day(value, language=_language())


@register.filter
def duration(minutes: int) -> str:
    """Minutes as "1 h 30"."""
    return moments.duration(minutes, language=_language())


@register.simple_tag
def time(instant: datetime, zone: str, form: str = "moment") -> SafeString:
    """`<time>` with its offset: `{% time start zone %}`, `{% time start zone "hour" %}`, `… "day"`."""
    text = {"moment": moment, "hour": hour, "day": local_day, "year": moment_with_year}[form](instant, zone)
    return format_html(
        '<time datetime="{}">{}</time>', moments.local(instant, zone).isoformat(timespec="minutes"), text
    )
