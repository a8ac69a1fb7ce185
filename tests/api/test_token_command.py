"""`manage.py api_token`: what an administrator does from a terminal."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from rdv.models import ApiToken
from tests.factories import World, territory


def run(*words: str) -> str:
    out = StringIO()
    call_command("api_token", *words, stdout=out)
    return out.getvalue()


def test_a_token_is_made_listed_and_revoked(client, world: World) -> None:
    secret = run("create", "Portail", "--scope", "catalogue:read").split()[-1]
    call = {"headers": {"Authorization": f"Bearer {secret}"}}
    assert client.get("/api/v1/locations/", **call).json()["count"] == 1
    assert client.get("/api/v1/families/", **call).status_code == 403
    listed = run("list")
    assert "Portail (Val-d’Exemple, application)  en service" in listed
    assert "catalogue:read" in listed
    assert secret not in listed
    assert "révoqué" in run("revoke", str(ApiToken.objects.get().pk))
    assert client.get("/api/v1/locations/", **call).status_code == 401


def test_a_token_of_an_agent_acts_as_the_agent(client, world: World) -> None:
    run("create", "Agenda", "--agent", world.agent.email.upper())
    assert ApiToken.objects.get().agent == world.agent
    assert "toutes les portées" in run("list")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["create", "x", "--agent", "nobody@exemple.test"], "Aucun agent"),
        (["create", "x", "--territory", "rien"], "--territory"),
        (["create", "x"], "--territory"),
        (["revoke", "0"], "Aucun jeton"),
    ],
)
def test_mistakes_say_what_to_do(world: World, words: list[str], text: str) -> None:
    territory()
    with pytest.raises(CommandError, match=text):
        run(*words)
    assert ApiToken.objects.count() == 0
