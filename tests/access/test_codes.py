"""One-time codes: one right answer, few tries, a short life."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from rdv.access.codes import LIFETIME, MOST_ATTEMPTS, check, issue, sweep
from rdv.models import AccessCode, Territory
from tests.factories import NOW, territory

PHONE = "+33639981234"


@pytest.fixture
def here(db: None) -> Territory:
    return territory()


def test_a_code_opens_once(here: Territory) -> None:
    code = issue(territory=here, address=PHONE, now=NOW)
    assert (len(code), code.isdigit()) == (6, True)
    typed = f" {code[:3]} {code[3:]} "
    assert check(territory=here, address=PHONE, code=typed, now=NOW)
    assert not check(territory=here, address=PHONE, code=code, now=NOW)


def test_a_code_is_for_its_address_territory_and_time(here: Territory) -> None:
    code = issue(territory=here, address="Sam@Exemple.test", now=NOW)
    assert not check(territory=here, address=PHONE, code=code, now=NOW)
    assert not check(territory=territory(), address="sam@exemple.test", code=code, now=NOW)
    assert not check(territory=here, address="sam@exemple.test", code=code, now=NOW + LIFETIME)
    assert check(territory=here, address=" sam@exemple.test", code=code, now=NOW + LIFETIME - timedelta(seconds=1))


def test_a_new_code_ends_the_one_before(here: Territory) -> None:
    first = issue(territory=here, address=PHONE, now=NOW)
    later = NOW + timedelta(minutes=1)
    second = issue(territory=here, address=PHONE, now=later)
    assert first == second or not check(territory=here, address=PHONE, code=first, now=later)
    assert check(territory=here, address=PHONE, code=second, now=later)


def test_too_many_tries_end_it(here: Territory) -> None:
    code = issue(territory=here, address=PHONE, now=NOW)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for typed in [wrong] * (MOST_ATTEMPTS - 1):
        assert not check(territory=here, address=PHONE, code=typed, now=NOW)
    assert not check(territory=here, address=PHONE, code="", now=NOW)
    assert not check(territory=here, address=PHONE, code=code, now=NOW)


def test_the_database_holds_neither_code_nor_number(here: Territory) -> None:
    code = issue(territory=here, address=PHONE, now=NOW)
    row = AccessCode.objects.get()
    assert code not in row.code_hash
    assert PHONE not in row.address_hash
    assert len({row.code_hash, row.address_hash}) == 2


def test_old_codes_are_swept(here: Territory) -> None:
    issue(territory=here, address=PHONE, now=NOW - timedelta(days=2))
    issue(territory=here, address=PHONE, now=NOW)
    assert sweep(now=NOW) == 1
    assert AccessCode.objects.get().expires_at == NOW + LIFETIME


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_a_right_code_typed_twice_at_the_same_instant_opens_once() -> None:
    here = territory()
    code = issue(territory=here, address=PHONE, now=NOW)

    def one(_: int) -> bool:
        try:
            return check(territory=here, address=PHONE, code=code, now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one, range(4))) == [False, False, False, True]
