"""Tokens of the API and addresses of feeds."""

from datetime import timedelta

import pytest

from rdv.access.tokens import close_feed, find_feed, find_token, issue_token, open_feed, renew_feed, revoke_token
from rdv.models import ApiToken
from tests.factories import NOW, agent, organisation, territory

pytestmark = pytest.mark.django_db


def test_a_token_is_found_by_its_secret_alone_and_kept_as_a_hash() -> None:
    token, secret = issue_token(territory=territory(), name="essai", scopes=["slots:read"], now=NOW)
    assert find_token(secret, now=NOW) == token
    assert secret not in ApiToken.objects.get().token_hash
    assert find_token(secret + "x", now=NOW) is None
    assert find_token("\ud800", now=NOW) is None
    revoke_token(token, now=NOW)
    assert find_token(secret, now=NOW) is None


def test_scopes_that_do_not_exist_are_refused() -> None:
    with pytest.raises(ValueError, match="everything"):
        issue_token(territory=territory(), name="essai", scopes=["everything"], now=NOW)


def test_the_last_use_is_noted_from_time_to_time() -> None:
    token, secret = issue_token(territory=territory(), name="essai", scopes=[], now=NOW)
    for minutes in (0, 1, 6):
        find_token(secret, now=NOW + timedelta(minutes=minutes))
    token.refresh_from_db()
    assert token.last_used_at == NOW + timedelta(minutes=6)


def test_a_closed_territory_has_no_tokens() -> None:
    here = territory()
    _, secret = issue_token(territory=here, name="essai", scopes=[], now=NOW)
    here.is_active = False
    here.save()
    assert find_token(secret, now=NOW) is None


def test_a_feed_has_one_address_until_it_is_renewed() -> None:
    someone = agent(organisation())
    address = open_feed(someone)
    secret = address.rsplit("/", 1)[1].removesuffix(".ics")
    assert open_feed(someone) == address
    assert find_feed(secret) == someone
    assert someone.feed_secret not in (None, secret)
    assert find_feed(someone.feed_secret) is None
    renew_feed(someone)
    assert find_feed(secret) is None
    close_feed(someone)
    assert find_feed("") is None
