"""What every template knows: `territory`, and `site`, the ready-made face of the instance."""

from dataclasses import dataclass
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
    languages: tuple[Language, ...] = ()

    @classmethod
    def of(cls, territory: Territory | None) -> "Site":
        if not territory:
            return cls()
        theme = Theme.of(territory.theme)
        logo = str(territory.theme.get("logo", ""))
        spoken, link = _phone(territory)
        return cls(
            name=territory.name,
            phone=spoken,
            phone_link=link,
            email=territory.email,
            logo=static(logo) if logo and not logo.startswith("/") else logo,
            theme_url=f"{reverse('public:theme')}?v={theme.version}" if theme.properties else "",
            languages=offered(territory.languages),
        )


def _phone(territory: Territory) -> tuple[str, str]:
    """The number as read, and as dialled; a short number ("3949") is kept as it is."""
    try:
        number = parse_phone(territory.phone, region_of(territory.department_code))
    except PhoneError:
        return territory.phone, territory.phone.replace(" ", "")
    return number.spoken, str(number)


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor: adds `territory` and `site`, both lazy."""
    territory = getattr(request, "territory", None)
    return {"territory": territory, "site": SimpleLazyObject(lambda: Site.of(territory))}
