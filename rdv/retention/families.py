"""Families: everything that says who they are goes two years after the last contact; appointments stay as figures."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Exists, Func, JSONField, OuterRef, Q, QuerySet, TextField, Value

from rdv.models import (
    AnonymousParticipation,
    Appointment,
    AppointmentEvent,
    EntryStatus,
    Family,
    Occupation,
    Offer,
    OfferRound,
    Participation,
    WaitingListEntry,
)
from rdv.retention.registry import Period, Purge, register

PERIOD = Period(months=24)
# What people typed in the history of an appointment; the rest of it are hours, states and numbers.
TYPED = ("reason", "note", "text")
# The database asks overbooked rows, and rounds out of order, for a reason.
ERASED_REASON = "Raison effacée"

Sparing = Callable[[datetime], Q]
Letting = Callable[[Collection[int]], None]

_spared: list[Sparing] = []
_along: list[Letting] = []


def spare(sparing: Sparing) -> None:
    """Keep the families that this condition on `Family` finds, given the limit: a contact that others know of."""
    _spared.append(sparing)


def along(letting: Letting) -> None:
    """Call this with the families of a batch before they are erased, to forget what only others know of."""
    _along.append(letting)


def connect() -> None:
    """Register; called once, when the application is ready."""
    register(
        Purge(
            kind="families",
            label="Familles : personnes, contacts, liens",
            rule="2 ans après le dernier contact",
            period=PERIOD,
            due=due,
            forget=forget,
            batch=50,
        )
    )


def due(limit: datetime) -> QuerySet[Family]:
    """Families of which nothing was heard since: no appointment since or to come, no waiting, no answer.

    Discreet files are kept and forgotten by the same rule.
    """
    mine = {"family": OuterRef("pk")}
    met = Participation.objects.filter(appointment__ends_at__gte=limit, **mine)
    waits = WaitingListEntry.objects.filter(Q(status=EntryStatus.WAITING) | Q(waiting_since__gte=limit), **mine)
    answered = Offer.objects.filter(answered_at__gte=limit, **mine)
    silent = Family.objects.filter(last_contact_at__lt=limit, created_at__lt=limit)
    silent = silent.exclude(Exists(met)).exclude(Exists(waits)).exclude(Exists(answered))
    for sparing in _spared:
        silent = silent.exclude(sparing(limit))
    return silent


def forget(pks: Sequence[int]) -> None:
    """Erase these families. Their appointments stay, with the figures of who came and without anybody."""
    rows = Participation.objects.filter(family__in=pks)
    kept = list(rows.order_by("pk").values("appointment_id", "status", "is_late", "seats"))
    AnonymousParticipation.objects.bulk_create(AnonymousParticipation(**values) for values in kept)
    for letting in _along:
        letting(pks)
    rows.delete()
    OfferRound.objects.filter(first_entry__family__in=pks).update(reason=ERASED_REASON)
    Family.objects.filter(pk__in=pks).delete()
    _clear({values["appointment_id"] for values in kept})


def _clear(appointments: set[int]) -> None:
    """What was typed about appointments, once nobody of them is known any more."""
    empty = Appointment.objects.filter(pk__in=appointments).exclude(
        Exists(Participation.objects.filter(appointment=OuterRef("pk")))
    )
    pks = list(empty.order_by("pk").values_list("pk", flat=True))
    Appointment.objects.filter(pk__in=pks).update(visit_address="", cancel_reason="")
    AppointmentEvent.objects.filter(appointment__in=pks).update(detail=_without("detail", TYPED))
    Occupation.objects.filter(appointment__in=pks, is_overbooked=True).update(overbooking_reason=ERASED_REASON)


def _without(field: str, keys: Sequence[str]) -> Func:
    """A JSON object less some of its keys."""
    listed: Any = Value(list(keys), output_field=ArrayField(TextField()))
    return Func(field, listed, template="%(expressions)s", arg_joiner=" - ", output_field=JSONField())
