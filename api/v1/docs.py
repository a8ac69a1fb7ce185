"""Pages about the API itself, and the answer to addresses that don't exist. No token is needed."""

import json
from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.cache import patch_cache_control
from drf_spectacular.generators import SchemaGenerator
from rest_framework.request import Request
from rest_framework.response import Response

from api.v1.endpoint import Endpoint
from api.v1.problems import Problem


@lru_cache(maxsize=1)
def openapi() -> bytes:
    """The description, made once per process."""
    schema = SchemaGenerator(urlconf="api.v1.described").get_schema(request=None, public=True)
    return json.dumps(schema, ensure_ascii=False, indent=1).encode()


@login_not_required
def openapi_json(request: HttpRequest) -> HttpResponse:
    """Readable from anywhere: it says nothing of anybody."""
    response = HttpResponse(openapi(), content_type="application/json; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(response, public=True, max_age=300)
    return response


@login_not_required
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI from the wheel; its start is a file of ours, as the content security policy demands."""
    return render(request, "api/docs.html")


class PermanentRedirect308(HttpResponsePermanentRedirect):
    """Keeps the method and the body."""

    status_code = 308


class Unknown(Endpoint):
    """Any other address under /api/v1/: a problem, or the way to the one with its final slash."""

    authentication_classes = ()
    permission_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not request.path.endswith("/") and _exists(f"{request.path}/"):
            return
        raise Problem(404, "not_found", "Cette adresse n’existe pas. Voir /api/v1/docs/.")

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        query = request.META.get("QUERY_STRING", "")
        return PermanentRedirect308(f"{request.path}/" + (f"?{query}" if query else ""))


class Root(Endpoint):
    """Where to begin."""

    authentication_classes = ()
    permission_classes = ()

    def get(self, request: Request) -> Response:
        return Response({"docs": "/api/v1/docs/", "openapi": "/api/v1/openapi.json"})


def _exists(path: str) -> bool:
    try:
        found = resolve(path)
    except Resolver404:
        return False
    return getattr(found.func, "cls", None) is not Unknown
