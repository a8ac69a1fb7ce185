"""A purge says what it would do, does it in batches, keeps a record, and goes on where it was cut short."""

import io
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command

from api.models import DeliveryState, IdempotencyRecord, Webhook, WebhookDelivery
from rdv import clock
from rdv.access.tokens import issue_token
from rdv.config.settings import base
from rdv.models import AccessCode, AccessLog, Family, Hold, RetentionRun
from rdv.retention import registry, tasks
from rdv.retention.run import run
from tests.factories import NOW, World, family, territory

pytestmark = pytest.mark.django_db

LATER = NOW.replace(year=2029, month=3)


class Cut(Exception):
    """The machine stops."""


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    small = {kind: replace(purge, batch=2) for kind, purge in registry._purges.items()}
    monkeypatch.setattr(registry, "_purges", small)


def cut_at(monkeypatch: pytest.MonkeyPatch, batch: int, kind: str = "families") -> None:
    """Die at the end of that batch, everything written and nothing committed."""
    purge = registry._purges[kind]
    batches = iter(range(1, 100))

    def forget(pks: Sequence[Any]) -> None:
        purge.forget(pks)
        if next(batches) == batch:
            raise Cut

    monkeypatch.setitem(registry._purges, kind, replace(purge, forget=forget))


def records() -> list[tuple[str, int, bool]]:
    rows = RetentionRun.objects.order_by("pk").values_list("kind", "count", "finished_at")
    return [(kind, count, finished is not None) for kind, count, finished in rows]


@pytest.mark.usefixtures("small_batches")
def test_a_crash_loses_one_batch_and_the_next_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    home = territory()
    for _ in range(7):
        family(home)
    with monkeypatch.context() as patch:
        cut_at(patch, 3)
        with pytest.raises(Cut):
            list(run(now=LATER))
    assert Family.objects.count() == 3
    assert records() == [("families", 4, False)]

    list(run(now=LATER + timedelta(days=1)))
    assert Family.objects.count() == 0
    assert records() == [("families", 7, True)]


@pytest.mark.usefixtures("small_batches")
def test_a_run_stopped_between_two_batches_goes_on_too() -> None:
    home = territory()
    for _ in range(5):
        family(home)
    stopped = run(now=LATER)
    assert next(stopped).done == 2
    stopped.close()
    assert (Family.objects.count(), records()) == (3, [("families", 2, False)])
    assert [step.done for step in run(now=LATER) if step.purge.kind == "families"] == [2, 3, 3]
    assert records() == [("families", 5, True)]


def test_a_second_run_erases_and_records_nothing() -> None:
    family(territory())
    list(run(now=LATER))
    list(run(now=LATER))
    assert records() == [("families", 1, True)]


def test_logs_codes_holds_and_log_ins_pass() -> None:
    world = World()
    year, week, month = timedelta(days=365), timedelta(days=7), timedelta(days=30)
    second = timedelta(seconds=1)
    for at in (NOW - year - second, NOW - year + second):
        AccessLog.objects.create(at=at, agent=world.agent, action="family")
    for ends in (NOW - timedelta(days=1) - second, NOW):
        AccessCode.objects.create(territory=world.territory, created_at=ends, expires_at=ends)
        Session.objects.create(session_key=str(ends), session_data="", expire_date=ends)
    for ends in (NOW - timedelta(hours=1) - second, NOW):
        place = {"location": world.location, "starts_at": world.at(9), "ends_at": world.at(10)}
        Hold.objects.create(
            territory=world.territory, type=world.type, created_at=ends, expires_at=ends, holder="x", **place
        )
    token, _ = issue_token(territory=world.territory, name="Essai", scopes=[], now=NOW)
    for at in (NOW - week - second, NOW):
        IdempotencyRecord.objects.create(token=token, key=str(at), fingerprint="", created_at=at)
    hook = Webhook.objects.create(territory=world.territory, token=token, url="https://exemple.test/", created_at=NOW)
    for number, (state, at) in enumerate(
        (
            (DeliveryState.DELIVERED, NOW - month - second),
            (DeliveryState.DELIVERED, NOW - month + second),
            (DeliveryState.PLANNED, NOW - month - second),
            (DeliveryState.PLANNED, NOW - year - second),
        )
    ):
        WebhookDelivery.objects.create(
            webhook=hook, event_id=str(number), kind="appointment.booked", payload={}, state=state, created_at=at,
            next_try_at=at,
        )  # fmt: skip
    list(run(now=NOW))
    left = (AccessLog, AccessCode, Session, Hold, IdempotencyRecord)
    assert [model.objects.count() for model in left] == [1, 1, 1, 1, 1]
    assert sorted(WebhookDelivery.objects.values_list("event_id", flat=True)) == ["1", "2"]


def test_a_dry_run_shows_everything_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)
    family(territory())
    said = io.StringIO()
    call_command("retention", "--dry-run", stdout=said)
    lines = said.getvalue().splitlines()
    assert lines[1].split("  ")[0] == "Familles : personnes, contacts, liens"
    assert lines[1].split()[-2:] == ["11/03/2027", "1"]
    assert lines[-1] == "Essai seulement : rien n’a été effacé."
    assert len(lines) == 2 + len(registry.purges())
    assert (Family.objects.count(), records()) == (1, [])


def test_the_command_says_what_it_erased(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)
    family(territory())
    said = io.StringIO()
    call_command("retention", stdout=said)
    lines = said.getvalue().splitlines()
    assert lines[0] == "Familles : personnes, contacts, liens, 1 ligne effacée."
    assert lines[-1] == "1 ligne effacée."
    assert Family.objects.count() == 0


@pytest.mark.usefixtures("small_batches")
def test_the_weekly_task_leaves_to_the_next_stretch_what_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    again: list[None] = []
    monkeypatch.setattr(clock, "now", lambda: LATER)
    monkeypatch.setattr(tasks, "STRETCH_SECONDS", -1)
    monkeypatch.setattr(tasks.purge, "delay", lambda: again.append(None))
    home = territory()
    for _ in range(3):
        family(home)
    tasks.purge()
    assert (Family.objects.count(), len(again)) == (1, 1)
    assert base.CELERY_BEAT_SCHEDULE["retention"]["task"] == tasks.purge.name


@pytest.mark.usefixtures("small_batches")
def test_a_terminal_has_a_bar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    home = territory()
    for _ in range(3):
        family(home)
    said = io.StringIO()
    call_command("retention", stdout=said)
    assert said.getvalue() == "3 lignes effacées.\n"
    assert "3/3" in capsys.readouterr().err
