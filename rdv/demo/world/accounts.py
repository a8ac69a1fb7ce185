"""The accounts and the token that everybody knows; the demonstration holds nothing but invented people."""

from django.conf import settings
from django.contrib.auth.hashers import make_password

from rdv.access.scopes import ALL
from rdv.demo.world.base import World
from rdv.models import Agent, ApiToken
from rdv.models.credentials import hashed

PASSWORD = "demo-rdv-2026"
TOKEN = "demo-token"
ACCOUNTS = ("camille.roux", "secretariat", "admin")


class NotTheDemo(Exception):
    """Known passwords are for the demonstration's settings alone."""


def refuse_outside_the_demo() -> None:
    """Raises NotTheDemo."""
    if not settings.DEMO:
        raise NotTheDemo


def open_accounts(world: World) -> None:
    """Let everybody log in with the password of the demonstration, and the API know its token."""
    refuse_outside_the_demo()
    password = make_password(PASSWORD)
    Agent.objects.filter(pk__in=[agent.pk for agent in world.agents.values()]).update(password=password)
    ApiToken.objects.create(
        territory=world.territory,
        name="Jeton de la démonstration",
        token_hash=hashed(TOKEN),
        scopes=list(ALL),
        created_at=world.now,
    )
