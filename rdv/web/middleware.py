"""What each request knows before its view: its territory and its language."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from rdv.territories import territory_for
from rdv.web.languages import is_translated

GetResponse = Callable[[HttpRequest], HttpResponse]


class TerritoryMiddleware:
    """Sets `request.territory`: a Territory, looked up when first used, false when there is none."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        vars(request)["territory"] = SimpleLazyObject(lambda: territory_for(request.get_host()))
        return self.get_response(request)


class LanguageMiddleware:
    """The language chosen in the page's menu, if the pages are translated into it; else French.

    The browser's own preference isn't followed: a page half translated helps nobody.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if is_translated(chosen) else settings.LANGUAGE_CODE
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
