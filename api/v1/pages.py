"""Lists: `{"count", "next", "previous", "results"}`, in pages of a bounded size."""

from collections.abc import Callable, Sequence
from typing import Any

from django.core.paginator import EmptyPage, Paginator
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from api.v1.problems import Invalid, Problem

PAGE_SIZE = 50
LARGEST_PAGE = 200

PAGE_PARAMETERS = [
    OpenApiParameter("page", OpenApiTypes.INT, description="Numéro de page, à partir de 1."),
    OpenApiParameter("page_size", OpenApiTypes.INT, description=f"Résultats par page, {LARGEST_PAGE} au plus."),
]


def listing(item: type[serializers.BaseSerializer[Any]]) -> serializers.BaseSerializer[Any]:
    """The schema of a list of `item`."""
    return inline_serializer(
        name=f"{item.__name__.removesuffix('Serializer')}List",
        fields={
            "count": serializers.IntegerField(),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": item(many=True),
        },
    )


def whole(results: Sequence[Any]) -> Response:
    """A list that is bounded by itself and needs no pages."""
    return Response({"count": len(results), "next": None, "previous": None, "results": results})


def page_of(request: Request, queryset: QuerySet[Any], present: Callable[[Any], Any]) -> Response:
    """One page of an ordered queryset, as asked by `page` and `page_size`."""
    size = _number(request, "page_size", PAGE_SIZE, LARGEST_PAGE)
    number = _number(request, "page", 1, None)
    paginator = Paginator(queryset, size)
    try:
        page = paginator.page(number)
    except EmptyPage:
        raise Problem(404, "not_found", "Cette page n’existe pas : la liste est plus courte.") from None
    here = request.build_absolute_uri()
    return Response(
        {
            "count": paginator.count,
            "next": replace_query_param(here, "page", number + 1) if page.has_next() else None,
            "previous": replace_query_param(here, "page", number - 1) if page.has_previous() else None,
            "results": [present(row) for row in page.object_list],
        }
    )


def _number(request: Request, name: str, default: int, most: int | None) -> int:
    text = request.query_params.get(name, "").strip()
    if not text:
        return default
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if number < 1:
        raise Invalid({name: ["Donnez un nombre entier, à partir de 1."]})
    return min(number, most) if most else number
