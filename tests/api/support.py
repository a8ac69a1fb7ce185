"""A caller of the API, with a token of its own."""

import json
from datetime import timedelta
from typing import Any

from django.test import Client

from rdv.access.scopes import ALL
from rdv.access.tokens import issue_token
from rdv.models import Agent, ApiToken, Territory
from tests.factories import NOW, World


class Caller:
    """`get` and `post` give the response; `.json()` is its body."""

    def __init__(self, of: Territory, *, scopes: tuple[str, ...] = ALL, agent: Agent | None = None) -> None:
        self.token: ApiToken
        self.token, secret = issue_token(territory=of, name="essai", scopes=scopes, now=NOW, agent=agent)
        self.headers = {"Authorization": f"Bearer {secret}"}
        self.client = Client()

    def get(self, path: str, params: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.client.get(f"/api/v1/{path}", params or {}, headers=self.headers | headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(
            f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=self.headers | named
        )

    def patch(self, path: str, body: Any) -> Any:
        return self.client.patch(
            f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=self.headers
        )

    def delete(self, path: str) -> Any:
        return self.client.delete(f"/api/v1/{path}", headers=self.headers)


def booking(world: World, hour: int = 9, minute: int = 0, **values: Any) -> dict[str, Any]:
    """A body that books at that hour of the world's day."""
    return {
        "appointment_type": world.type.pk,
        "location": world.location.pk,
        "start": world.at(hour, minute).isoformat(),
        "contact": {"first_name": "Alix", "last_name": "Exemple", "phone": "06 39 98 12 34"},
        "attendees": [{"first_name": "Noé", "birth_date": "2026-06-01"}],
        **values,
    }


def day_after(world: World, days: int = 1) -> str:
    return (world.day + timedelta(days=days)).isoformat()
