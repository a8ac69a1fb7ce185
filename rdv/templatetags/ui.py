"""The design system's tags: `{% load ui %}`. Components themselves are plain includes."""

from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """An icon of the sprite: decorative, unless a label says what it means.

    `{% icon "calendar" %}`, `{% icon "phone" label="Par téléphone" %}`, `{% icon "baby" size="large" %}`.
    """
    return _icon(name, str(label), size)


@lru_cache(maxsize=512)
def _icon(name: str, label: str, size: str) -> SafeString:
    """Drawn once: a list of places has the same icon at each of them."""
    sprite = f"{static('rdv/icons.svg')}#{name}"
    css = f"icon icon--{size}" if size else "icon"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}" focusable="false"><use href="{}"></use></svg>',
            css,
            label,
            sprite,
        )
    return format_html('<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', css, sprite)


@register.simple_tag
def error_links(form: BaseForm) -> list[dict[str, Any]]:
    """The errors of a bound form in the order of its fields, each with the id of the control to go to."""
    links = [{"text": str(error), "target": ""} for error in form.non_field_errors()]
    for field in form:
        links += [{"text": str(error), "target": _first_control(field)} for error in field.errors]
    return links


def _first_control(field: BoundField) -> str:
    for control in field.subwidgets:
        if control.data.get("type") == "hidden":
            continue
        inner = control.data.get("subwidgets")
        return str(inner[0]["attrs"]["id"] if inner else control.id_for_label or field.auto_id)
    return str(field.auto_id)


@register.filter
def tel(number: str) -> str:
    """A telephone number for a `tel:` link: digits and the plus sign."""
    return "".join(char for char in number if char.isdigit() or char == "+")
