"""Pages that many people read at once, written once for all who would read the same.

A page is a function of what it is written from. Where all of that is known as a value, the text is kept under it, and
the next reader of the same values gets it with a token of her own put in. Nothing can be out of date: another value is
another text. What is written for one person alone has no place here.
"""

import secrets
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from rdv.web.context import Site
from rdv.web.families.doors import language, menu, show, territory_of

# Some 20 kB each.
KEPT = 512
# Stands where the token goes; drawn at start, so that no text that people type can hold it.
HOLE = secrets.token_hex(32)

_kept: OrderedDict[Hashable, list[bytes]] = OrderedDict()


def show_kept(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, made_from: Hashable, here: str
) -> HttpResponse:
    """As `show`, for a template that reads nothing but the site, the address and a context made of `made_from`."""
    if settings.DEMO or len(get_messages(request)):
        return show(request, template, context, here=here)
    key = (template, language(), Site.of(territory_of(request)), request.get_full_path(), here, made_from)
    pieces = _kept.get(key)
    if pieces is None:
        whole = {"nav_items": menu(here), **context, "csrf_token": HOLE}
        pieces = render_to_string(template, whole, request).encode().split(HOLE.encode())
        _keep(key, pieces)
    return HttpResponse(get_token(request).encode().join(pieces))


def _keep(key: Hashable, pieces: list[bytes]) -> None:
    """The latest last; threads share it, and any of them may have made room already."""
    _kept[key] = pieces
    if len(_kept) > KEPT:
        with suppress(KeyError):
            _kept.popitem(last=False)
