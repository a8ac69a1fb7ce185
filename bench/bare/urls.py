"""One view that reads, one that writes."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from bench.bare import sql


def one_query(request: HttpRequest) -> HttpResponse:
    """A page with one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM rdv_territory WHERE id = %s", [1])
        return HttpResponse(str(cursor.fetchone()))


@csrf_exempt
def one_insert(request: HttpRequest) -> HttpResponse:
    """A booking and nothing else: the row under the exclusion constraint."""
    with connection.cursor() as cursor:
        cursor.execute(sql.INSERT, [request.POST["agent"], request.POST["start"], request.POST["end"]])
    return HttpResponse("ok")


urlpatterns = [path("read/", one_query), path("write/", one_insert)]
