"""Two accounts, OVHcloud then Brevo, over real HTTP; one server each for the tests of a module."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache

from tests.standins import rest
from tests.standins.french_sms import OVH_KEYS, BrevoWorld, OvhWorld
from tests.standins.rest import StandIn

KEY = "une-cle-de-rappel-assez-longue"


@dataclass
class Two:
    """The stand-ins and their worlds: `first` is OVHcloud, `second` is Brevo."""

    first: StandIn
    second: StandIn
    ovh: OvhWorld
    brevo: BrevoWorld


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[StandIn, StandIn]]:
    with rest.running() as first, rest.running() as second:
        yield first, second


@pytest.fixture
def two(servers: tuple[StandIn, StandIn], settings: Any) -> Two:
    cache.clear()
    made = Two(*servers, OvhWorld(), BrevoWorld())
    made.first.play(made.ovh)
    made.second.play(made.brevo)
    settings.SMS_PROVIDERS = ["ovh", "brevo"]
    for name, value in OVH_KEYS.items():
        setattr(settings, f"OVH_SMS_{name.upper()}", value)
    settings.OVH_SMS_API_URL, settings.BREVO_API_URL = servers[0].url, servers[1].url
    settings.BREVO_API_KEY, settings.BREVO_SMS_SENDER = "xkeysib-essai", "RDV"
    settings.SMS_WEBHOOK_KEY = KEY
    settings.ADMIN_EMAILS = ["exploitation@exemple.test"]
    return made
