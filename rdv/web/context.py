"""What every template knows: `territory`, and `site`, the ready-made face of the instance."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from rdv.models import Territory
from rdv.phones import PhoneError, parse_phone, region_of
from rdv.web.languages import Language, offered
from rdv.web.theme import Theme


@dataclass(frozen=True, slots=True)
class Site:
    """Name, telephone, logo, colours and languages of the instance; neutral without a territory."""

    name: str = "Rendez-vous PMI"
    phone: str = ""
    phone_link: str = ""
    email: str = ""
    logo: str = ""
    theme_url: str = ""
    icon_url: str = ""
    languages: tuple[Language, ...] = ()

    @classmethod
    def of(cls, territory: Territory | None) -> "Site":
        if not territory:
            return cls()
        return _site(
            territory.name,
            _phone(territory.phone, territory.department_code),
            territory.email,
            json.dumps(territory.theme),
            tuple(territory.languages),
        )


@lru_cache(maxsize=64)
def _site(name: str, phone: tuple[str, str], email: str, theme_text: str, languages: tuple[str, ...]) -> Site:
    """Made once for what a territory says of itself, not once for each page."""
    given = json.loads(theme_text)
    theme = Theme.of(given)
    logo = str(given.get("logo", ""))
    return Site(
        name=name,
        phone=phone[0],
        phone_link=phone[1],
        email=email,
        logo=static(logo) if logo and not logo.startswith("/") else logo,
        theme_url=f"{reverse('public:theme')}?v={theme.version}" if theme.properties else "",
        icon_url=f"{reverse('public:icon')}?v={theme.version}" if theme.properties else "",
        languages=offered(languages),
    )


@lru_cache(maxsize=64)
def _phone(phone: str, department_code: str) -> tuple[str, str]:
    """The number as read, and as dialled; a short number ("3949") is kept as it is."""
    try:
        number = parse_phone(phone, region_of(department_code))
    except PhoneError:
        return phone, phone.replace(" ", "")
    return number.spoken, str(number)


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor: adds `territory` and `site`, both lazy."""
    territory = getattr(request, "territory", None)
    return {"territory": territory, "site": SimpleLazyObject(lambda: Site.of(territory))}
