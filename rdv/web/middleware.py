"""What each request knows before its view: its territory and its language; what is answered when no view can."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from rdv.models import Territory
from rdv.territories import territory_for
from rdv.web.languages import is_translated
from rdv.web.public.errors import method_refused, not_found

# The workspace and the demonstration's own pages are not translated.
IN_FRENCH = ("/agents/", "/demo/")
GetResponse = Callable[[HttpRequest], HttpResponse]


class ReadableMiddleware:
    """Leaves out what nobody types and PostgreSQL can't hold, a NUL; says in words that a method is refused.

    Forms and the API refuse a NUL by themselves, field by field.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_page = not request.path_info.startswith("/api/")
        if is_page and "\x00" in request.path_info:
            return not_found(request)
        if is_page:
            request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "")
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\x00" not in value}
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            # Its language is chosen further in, and over by now.
            with translation.override(response.headers.get("Content-Language", settings.LANGUAGE_CODE)):
                page = method_refused(request)
            response.content, response.headers["Content-Type"] = page.content, page.headers["Content-Type"]
            # That of the empty answer was announced by CommonMiddleware.
            response.headers["Content-Length"] = str(len(page.content))
        return response


class TerritoryMiddleware:
    """Sets `request.territory`: a Territory, looked up when first used, false when there is none."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        vars(request)["territory"] = SimpleLazyObject(lambda: _territory_of(request))
        return self.get_response(request)


def recognise(request: HttpRequest, versions: bytes) -> None:
    """Look the territory up under versions that have just been read (`Versions.territories`): one query less."""
    vars(request)["territory"] = _territory_of(request, versions)


def _territory_of(request: HttpRequest, versions: bytes | None = None) -> Territory | None:
    """None for a host that isn't ours: the page that says so can't belong to anybody."""
    try:
        return territory_for(request.get_host(), versions)
    except DisallowedHost:
        return None


class LanguageMiddleware:
    """The language chosen in the page's menu, if the pages are translated into it; else French.

    The browser's own preference isn't followed: a page half translated helps nobody.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        read = is_translated(chosen) and not request.path.startswith(IN_FRENCH)
        language = chosen if read else settings.LANGUAGE_CODE
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
