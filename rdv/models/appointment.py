"""Appointments, who takes part, and the busy time that they cost."""

import uuid
from datetime import datetime, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from rdv.models.agent import Agent
from rdv.models.appointment_type import AppointmentType, Mode
from rdv.models.family import Family, Person
from rdv.models.organisation import Location, Organisation, Room, Service
from rdv.models.territory import Territory


class Status(models.TextChoices):
    """État, with the five codes of rdv-service-public so that exports need no table."""

    UNKNOWN = "unknown", "À venir ou à renseigner"
    SEEN = "seen", "Honoré"
    EXCUSED = "excused", "Annulé par la famille"
    REVOKED = "revoked", "Annulé par le service"
    NOSHOW = "noshow", "Absence"


# No meeting lasts longer, buffers included. Without this bound a question about one day would read the whole past.
LONGEST_OCCUPATION = timedelta(days=1)

CANCELLED = (Status.EXCUSED, Status.REVOKED)


class Channel(models.TextChoices):
    """By which way something was asked."""

    WEB = "web", "Site"
    AGENT = "agent", "Espace des agents"
    SMS = "sms", "SMS"
    EMAIL = "email", "Courriel"
    PHONE = "phone", "Téléphone"
    API = "api", "API"
    OFFER = "offer", "Proposition"
    SYSTEM = "system", "Système"


class TsTzRange(Func):
    """[start, end): 9:00–9:30 and 9:30–10:00 touch without overlapping."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


def no_overlap(name: str, resource: str) -> ExclusionConstraint:
    """At no instant two rows for the same agent, or the same room, unless overbooked on purpose."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            (F(resource), RangeOperators.EQUAL),
            (TsTzRange(F("starts_at"), F("ends_at"), Value("[)")), RangeOperators.OVERLAPS),
        ],
        condition=Q(is_overbooked=False, **{f"{resource}__isnull": False}),
        violation_error_code="slot_taken",
        violation_error_message="Ce créneau vient d’être pris.",
    )


def within_a_day(name: str) -> models.CheckConstraint:
    """No longer than `LONGEST_OCCUPATION`: questions about a day look no further back."""
    return models.CheckConstraint(
        condition=Q(ends_at__lte=F("starts_at") + LONGEST_OCCUPATION),
        name=name,
        violation_error_code="too_long",
        violation_error_message="Un rendez-vous dure un jour au plus, battements compris.",
    )


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    cancelled = Q(status__in=CANCELLED)

    def standing(self) -> "AppointmentQuerySet":
        """Not cancelled."""
        return self.exclude(self.cancelled)

    def between(self, start: datetime, end: datetime) -> "AppointmentQuerySet":
        return self.filter(starts_at__gt=start - LONGEST_OCCUPATION, starts_at__lt=end, ends_at__gt=start)

    def of_agent(self, agent: Agent) -> "AppointmentQuerySet":
        return self.filter(pk__in=AppointmentAgent.objects.filter(agent=agent).values("appointment"))

    def of_family(self, family: Family) -> "AppointmentQuerySet":
        return self.filter(pk__in=Participation.objects.filter(family=family).values("appointment"))

    def upcoming(self, now: datetime) -> "AppointmentQuerySet":
        return self.filter(ends_at__gt=now)

    def needing_outcome(self, now: datetime) -> "AppointmentQuerySet":
        return self.filter(status=Status.UNKNOWN, ends_at__lte=now)

    def with_people(self) -> "AppointmentQuerySet":
        """All that a row of an agenda shows, in a constant number of queries."""
        return self.select_related(
            "type__service", "type__territory", "location__organisation__territory", "service"
        ).prefetch_related("appointment_agents__agent", "participations__person", "participations__family__contacts")


class Appointment(models.Model):
    """Rendez-vous: a booked meeting. Moving it keeps its identity, link and history, and raises `sequence`.

    A collective appointment (atelier) is made by an agent with its capacity; families take seats in it.
    A foreign key has no index of its own where another one begins with it, or where nothing asks by it alone: every
    index is written by every booking.
    """

    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="appointments", db_index=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="appointments", db_index=False
    )
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="appointments", db_index=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="appointments", db_index=False)
    type = models.ForeignKey(AppointmentType, on_delete=models.PROTECT, related_name="appointments", db_index=False)
    agents = models.ManyToManyField(Agent, through="rdv.AppointmentAgent", related_name="appointments")
    mode = models.CharField("modalité", max_length=10, choices=Mode, default=Mode.ON_SITE)
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin")
    status = models.CharField("état", max_length=8, choices=Status, default=Status.UNKNOWN)
    is_late = models.BooleanField("annulation tardive", default=False)
    cancel_reason = models.CharField("raison de l’annulation", max_length=200, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    is_collective = models.BooleanField("collectif", default=False)
    capacity = models.PositiveSmallIntegerField("places", default=1)
    seats_taken = models.PositiveSmallIntegerField("places prises", default=0)
    visit_address = models.CharField("adresse de la visite", max_length=250, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField("référence", max_length=12, unique=True, editable=False)
    booked_at = models.DateTimeField("pris le")
    booked_by = models.ForeignKey(
        Agent, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    channel = models.CharField("pris par", max_length=8, choices=Channel, default=Channel.WEB)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "rendez-vous"
        verbose_name_plural = "rendez-vous"
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="appointment_order"),
            within_a_day("appointment_within_a_day"),
            models.CheckConstraint(
                condition=Q(seats_taken__lte=F("capacity")),
                name="appointment_seats_not_oversold",
                violation_error_code="full",
                violation_error_message="Il n’y a plus de place.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=CANCELLED) | Q(is_late=False), name="appointment_late_means_cancelled"
            ),
        ]
        indexes = [
            models.Index(fields=["location", "starts_at"], name="appointment_at_location"),
            models.Index(fields=["territory", "starts_at"], name="appointment_in_territory"),
            models.Index(
                fields=["type", "location", "starts_at"], condition=Q(is_collective=True), name="appointment_sessions"
            ),
            models.Index(
                fields=["organisation", "ends_at"], condition=Q(status="unknown"), name="appointment_to_settle"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_cancelled(self) -> bool:
        return self.status in CANCELLED

    @property
    def zone(self) -> str:
        return self.location.zone

    @property
    def seats_left(self) -> int:
        return self.capacity - self.seats_taken


class AppointmentAgent(models.Model):
    """Agent d'un rendez-vous: who receives, and when; kept after a cancellation, unlike the busy time."""

    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="appointment_agents", db_index=False
    )
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="appointment_agents", db_index=False)
    position = models.PositiveSmallIntegerField(default=0)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        verbose_name = "agent d’un rendez-vous"
        verbose_name_plural = "agents des rendez-vous"
        ordering = ("appointment", "position")
        constraints = [
            models.UniqueConstraint(fields=["appointment", "position"], name="appointment_agent_position_once"),
            within_a_day("appointment_agent_within_a_day"),
        ]
        indexes = [models.Index(fields=["agent", "starts_at"], name="appointment_of_agent")]

    def __str__(self) -> str:
        return f"{self.agent_id} @ {self.starts_at:%Y-%m-%d %H:%M}"


class Participation(models.Model):
    """Participation: one person in one appointment.

    `request_key` names the request that made it (a form, an API call): the same request books once.
    """

    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="participations", db_index=False
    )
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="participations", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="participations")
    status = models.CharField("état", max_length=8, choices=Status, default=Status.UNKNOWN)
    is_late = models.BooleanField("annulation tardive", default=False)
    seats = models.PositiveSmallIntegerField("places", default=1)
    confirmed_at = models.DateTimeField("venue confirmée le", null=True, blank=True)
    note = models.CharField("précision de la famille", max_length=40, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    request_key = models.CharField(max_length=120, null=True, blank=True, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "participation"
        ordering = ("appointment", "pk")
        constraints = [
            models.UniqueConstraint(fields=["appointment", "person"], name="participation_once_per_person"),
            models.UniqueConstraint(fields=["request_key"], name="participation_request_once"),
        ]
        indexes = [models.Index(fields=["family", "appointment"], name="participation_of_family")]

    def __str__(self) -> str:
        return f"{self.person} – {self.appointment}"


class Hold(models.Model):
    """Retenue: a slot kept for a family that is filling in the form, until `expires_at`.

    For a collective session (`session`) it keeps seats; otherwise it owns `Occupation` rows.
    """

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="holds")
    type = models.ForeignKey(AppointmentType, on_delete=models.CASCADE, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(Appointment, on_delete=models.CASCADE, null=True, blank=True, related_name="holds")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    attendees = models.PositiveSmallIntegerField(default=1)
    holder = models.CharField("qui retient", max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "retenue"
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="hold_order"),
            models.CheckConstraint(condition=Q(attendees__gte=1), name="hold_for_someone"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.starts_at:%Y-%m-%d %H:%M}"


class OccupationKind(models.TextChoices):
    APPOINTMENT = "appointment", "Rendez-vous"
    HOLD = "hold", "Retenue"
    OFFER = "offer", "Proposition"


class OccupationQuerySet(models.QuerySet["Occupation"]):
    def overlapping(self, start: datetime, end: datetime) -> "OccupationQuerySet":
        return self.filter(starts_at__gt=start - LONGEST_OCCUPATION, starts_at__lt=end, ends_at__gt=start)

    def live(self, now: datetime) -> "OccupationQuerySet":
        """Appointments, and the holds and offers whose time has not passed."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now))


class Occupation(models.Model):
    """Occupation: busy time of one agent or one room, buffers included, for an appointment, a hold or an offer.

    The exclusion constraints are the guarantee that nothing is booked twice, whatever the code does.
    Rows are deleted when the time is freed. An overbooked row steps outside the constraint, on
    purpose and with its reason. Expired holds and offers are deleted by whoever takes their place.
    """

    agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, blank=True, related_name="occupations", db_index=False
    )
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, null=True, blank=True, related_name="occupations", db_index=False
    )
    kind = models.CharField(max_length=12, choices=OccupationKind)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, null=True, blank=True, related_name="occupations"
    )
    hold = models.ForeignKey(
        Hold, on_delete=models.CASCADE, null=True, blank=True, related_name="occupations", db_index=False
    )
    round = models.ForeignKey(
        "rdv.OfferRound", on_delete=models.CASCADE, null=True, blank=True, related_name="occupations", db_index=False
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    is_overbooked = models.BooleanField("surréservation", default=False)
    overbooking_reason = models.CharField("raison de la surréservation", max_length=200, blank=True)

    objects = OccupationQuerySet.as_manager()

    class Meta:
        verbose_name = "occupation"
        constraints = [
            no_overlap("occupation_no_overlap_per_agent", "agent"),
            no_overlap("occupation_no_overlap_per_room", "room"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="occupation_order"),
            within_a_day("occupation_within_a_day"),
            models.CheckConstraint(
                condition=Q(agent=None, room__isnull=False) | Q(agent__isnull=False, room=None),
                name="occupation_of_one_resource",
            ),
            models.CheckConstraint(
                condition=Q(kind="appointment", appointment__isnull=False, hold=None, round=None, expires_at=None)
                | Q(kind="hold", hold__isnull=False, appointment=None, round=None, expires_at__isnull=False)
                | Q(kind="offer", round__isnull=False, appointment=None, hold=None, expires_at__isnull=False),
                name="occupation_of_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(is_overbooked=False) | (Q(kind="appointment") & ~Q(overbooking_reason="")),
                name="occupation_overbooked_with_a_reason",
                violation_error_message="Donnez la raison de la surréservation.",
            ),
        ]
        indexes = [
            models.Index(fields=["agent", "starts_at"], name="occupation_of_agent"),
            models.Index(fields=["room", "starts_at"], condition=Q(room__isnull=False), name="occupation_of_room"),
            models.Index(fields=["appointment"], condition=Q(is_overbooked=True), name="occupation_overbooked"),
            models.Index(fields=["hold"], condition=Q(hold__isnull=False), name="occupation_of_hold"),
            models.Index(fields=["round"], condition=Q(round__isnull=False), name="occupation_of_round"),
            # Matches the search's "live holds and offers" question, few rows at any time.
            models.Index(fields=["agent", "expires_at"], condition=~Q(kind="appointment"), name="occupation_passing"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_at:%Y-%m-%d %H:%M}–{self.ends_at:%H:%M}"
