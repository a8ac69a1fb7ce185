"""One account per address, however it is typed."""

import pytest
from django.contrib.auth import authenticate

from rdv.models import Agent
from tests.factories import agent, organisation

pytestmark = pytest.mark.django_db


def test_an_address_is_kept_and_found_without_its_case() -> None:
    made = agent(organisation(), email="Camille.Roux@Exemple.test")
    made.set_password("un-mot-de-passe-long")
    made.save()
    assert Agent.objects.get().email == "camille.roux@exemple.test"
    assert authenticate(username="CAMILLE.roux@exemple.test", password="un-mot-de-passe-long") == made


def test_agents_without_an_address_don_t_collide() -> None:
    team = organisation()
    assert {agent(team, email="").email, agent(team, email=None).email} == {None}
