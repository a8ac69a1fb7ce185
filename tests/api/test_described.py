"""The description of the API is valid, complete, served to anyone, and true."""

import json
from io import StringIO

from django.core.management import call_command

from api.v1.docs import openapi
from api.v1.resources import resources
from rdv.access.scopes import LABELS, TokenScope

REFUSALS = {"400", "401", "403", "404", "406", "429"}


def test_the_description_is_valid_without_a_warning() -> None:
    call_command("spectacular", urlconf="api.v1.described", validate=True, fail_on_warn=True, stdout=StringIO())


def test_every_resource_and_method_is_in_it_with_its_refusals() -> None:
    described = json.loads(openapi())["paths"]
    for route in resources:
        path = "/api/v1/" + str(route.pattern).replace("<int:pk>", "{id}").replace("<int:contact_pk>", "{contact_pk}")
        operations = described[path.replace("<str:day>", "{day}")]
        view = route.callback.cls
        written = {name for name in ("get", "post", "patch", "delete") if hasattr(view, name)}
        assert set(operations) == written
        for method, operation in operations.items():
            assert set(operation["responses"]) >= REFUSALS
            assert operation["summary"]
            assert view.scopes[method.upper()] in TokenScope
    assert len(described) == len(resources)


def test_every_scope_has_its_sentence() -> None:
    assert set(LABELS) == set(TokenScope)


def test_anyone_reads_it_and_the_docs_need_no_other_site(client) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json; charset=utf-8")
    assert answer.json()["info"]["title"] == "RDV PMI"
    page = client.get("/api/v1/docs/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "http" not in text.replace("http-equiv", "")
    assert "<style" not in text
    assert "style-src" not in page["Content-Security-Policy"]
    assert "default-src 'self'" in page["Content-Security-Policy"]
    assert client.get("/api/v1/").json()["openapi"] == "/api/v1/openapi.json"
