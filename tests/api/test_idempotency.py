"""`Idempotency-Key`: the same key gives the same answer, whatever happens in between."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from api.v1.appointments import views
from rdv.models import Appointment
from tests.api.support import Caller, booking
from tests.factories import World


def test_the_same_key_gives_the_same_answer(api: Caller, world: World) -> None:
    first = api.post("appointments/", booking(world), Idempotency_Key="k-1")
    again = api.post("appointments/", booking(world), Idempotency_Key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert (again["Idempotency-Replayed"], again["Location"]) == ("true", first["Location"])
    assert Appointment.objects.count() == 1


def test_a_refusal_is_repeated_too(api: Caller, world: World) -> None:
    other = booking(world, contact={"first_name": "Autre", "last_name": "Famille"})
    api.post("appointments/", booking(world))
    first = api.post("appointments/", other, Idempotency_Key="k-1")
    made = Appointment.objects.get()
    api.post(f"appointments/{made.pk}/cancel/", {"by": "family"})
    again = api.post("appointments/", other, Idempotency_Key="k-1")
    assert (first.status_code, again.status_code, again.content) == (409, 409, first.content)
    assert again["Content-Type"] == "application/problem+json"


def test_a_key_serves_one_body(api: Caller, world: World) -> None:
    api.post("appointments/", booking(world), Idempotency_Key="k-1")
    other = api.post("appointments/", booking(world, 10), Idempotency_Key="k-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Appointment.objects.count() == 1


def test_a_corrected_body_may_keep_its_key(api: Caller, world: World) -> None:
    wrong = api.post("appointments/", booking(world, start="demain"), Idempotency_Key="k-1")
    right = api.post("appointments/", booking(world), Idempotency_Key="k-1")
    assert (wrong.status_code, right.status_code) == (400, 201)


def test_keys_of_two_tokens_are_strangers(api: Caller, world: World) -> None:
    api.post("appointments/", booking(world), Idempotency_Key="k-1")
    contact = {"first_name": "Autre", "last_name": "Famille"}
    other = Caller(world.territory).post("appointments/", booking(world, 10, contact=contact), Idempotency_Key="k-1")
    assert other.status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256])
def test_a_key_that_cannot_be_is_refused(api: Caller, world: World, key: str) -> None:
    answer = api.post("appointments/", booking(world), Idempotency_Key=key)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["Idempotency-Key"])


def test_a_crash_after_booking_and_before_answering_books_once(
    api: Caller, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: Any, **__: Any) -> None:
        raise RuntimeError("the process dies here")

    with monkeypatch.context() as patch:
        patch.setattr(views, "booking_json", dies)
        with pytest.raises(RuntimeError):
            api.post("appointments/", booking(world), Idempotency_Key="k-1")
    assert Appointment.objects.count() == 1
    again = api.post("appointments/", booking(world), Idempotency_Key="k-1")
    assert (again.status_code, again.json()["id"]) == (201, Appointment.objects.get().pk)


def test_a_crash_after_cancelling_is_told_as_cancelled(
    api: Caller, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world.book(9).appointment
    address, body = f"appointments/{made.pk}/cancel/", {"by": "service"}

    def dies(*_: Any, **__: Any) -> None:
        raise RuntimeError("the process dies here")

    with monkeypatch.context() as patch:
        patch.setattr(views, "appointment_json", dies)
        with pytest.raises(RuntimeError):
            api.post(address, body, Idempotency_Key="k-1")
    again = api.post(address, body, Idempotency_Key="k-1")
    assert (again.status_code, again.json()["status"]) == (200, "revoked")
    other = api.post(address, body, Idempotency_Key="k-2")
    assert (other.status_code, other.json()["code"]) == (409, "already_cancelled")


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_the_same_instant_books_once(api: Caller, world: World) -> None:
    def one(_: int) -> tuple[int, bytes]:
        try:
            answer = api.post("appointments/", booking(world), Idempotency_Key="k-1")
            return answer.status_code, answer.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(one, range(8)))
    assert len(answers) == 1
    assert answers.pop()[0] == 201
    assert Appointment.objects.count() == 1
