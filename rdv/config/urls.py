"""Every address of the product; each part lists its own."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

PARTS = [
    ("", "rdv.config.health"),
    ("", "rdv.web.public.urls"),
    ("", "rdv.web.families.urls"),
    ("agents/", "rdv.web.agents.urls"),
    ("api/v1/", "api.v1.urls"),
    ("agenda/", "api.calendars.urls"),
    ("sms/", "reminders.inbound.urls"),
    ("courriels/", "reminders.inbound.mail_urls"),
]
if settings.DEMO:
    PARTS.append(("demo/", "rdv.demo.urls"))


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


urlpatterns: list[URLPattern | URLResolver] = [
    path(prefix, include(module)) for prefix, module in PARTS if _exists(module)
]

handler400 = "rdv.web.public.errors.bad_request"
handler403 = "rdv.web.public.errors.forbidden"
handler404 = "rdv.web.public.errors.not_found"
handler500 = "rdv.web.public.errors.server_error"
