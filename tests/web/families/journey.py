"""A family on its way through the pages, one request after the other, as a browser makes them."""

from datetime import datetime
from typing import Any

from django.test import Client
from django.urls import reverse

from tests.factories import World

PARENT = {
    "first_name": "Alix",
    "last_name": "Exemple",
    "phone": "06 39 98 00 01",
    "email": "",
    "language": "fr",
    "child_1": "Léa",
}


class Family:
    """Somebody at a browser; every step gives the response that was shown, redirects followed."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.client = Client()

    def get(self, address: str, /, **values: Any) -> Any:
        return self.client.get(address, values, follow=True)

    def post(self, address: str, /, **values: Any) -> Any:
        return self.client.post(address, values, follow=True)

    def place_url(self) -> str:
        world = self.world
        return reverse("families:place", args=[world.type.slug, world.location.pk, "lieu"])

    def hold(self, start: datetime) -> Any:
        address = reverse("families:hold", args=[self.world.type.slug, self.world.location.pk])
        return self.post(address, debut=start.isoformat())

    def say(self, **values: Any) -> Any:
        return self.post(reverse("families:contact"), **PARENT | values)

    def confirm(self) -> Any:
        page = self.get(reverse("families:check"))
        return self.post(reverse("families:check"), retenue=page.context["hold"])

    def book(self, start: datetime, **values: Any) -> Any:
        self.hold(start)
        self.say(**values)
        return self.confirm()
