"""The catalogue of what can be booked, with values that change on given dates."""

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact

from rdv.models.agent import Profession
from rdv.models.organisation import Organisation, Service
from rdv.models.territory import Territory
from rdv.models.text import Minutes
from rdv.scheduling.rules import Booker, TypeRules
from rdv.scheduling.slots import Step


class Mode(models.TextChoices):
    """Modalité of a meeting."""

    ON_SITE = "on_site", "Sur place"
    PHONE = "phone", "Par téléphone"
    HOME = "home", "À domicile"
    VIDEO = "video", "En visioconférence"


class BookableBy(models.TextChoices):
    EVERYONE = Booker.EVERYONE.value, "Toutes les familles"
    INVITED = Booker.INVITED.value, "Les familles invitées"
    PRESCRIBERS = Booker.PRESCRIBER.value, "Les prescripteurs"
    AGENTS = Booker.AGENT.value, "Les agents seulement"


class Audience(models.TextChoices):
    """Pour qui: who comes, and under which heading families find the type. A child comes with whoever books."""

    CHILD = "child", "Un enfant"
    PREGNANCY = "pregnancy", "Une femme enceinte ou de futurs parents"
    ONESELF = "oneself", "Soi-même"
    CAREGIVER = "caregiver", "Une personne qui garde des enfants"


class FollowUp(models.TextChoices):
    """Calendrier de suivi: by birth date, as dated data (see `rdv.followups.calendar`)."""

    CHILD = "enfant", "Examens médicaux obligatoires de l’enfant"


GRIDS = [(minutes, f"{minutes} min") for minutes in (5, 10, 15, 20, 25, 30, 40, 45, 50, 60)]


def duration_within_a_day(name: str) -> models.CheckConstraint:
    """What an appointment may last (see `LONGEST_OCCUPATION`); its buffers are counted when it is booked."""
    return models.CheckConstraint(
        condition=Q(duration_minutes=None) | Q(duration_minutes__lte=24 * 60),
        name=name,
        violation_error_code="too_long",
        violation_error_message="La durée est d’un jour au plus (1440 minutes).",
    )


class AppointmentTypeQuerySet(models.QuerySet["AppointmentType"]):
    def active(self) -> "AppointmentTypeQuerySet":
        return self.filter(is_active=True)

    def for_families(self) -> "AppointmentTypeQuerySet":
        return self.active().filter(bookable_by=BookableBy.EVERYONE)

    def for_the_invited(self) -> "AppointmentTypeQuerySet":
        """Those that families book by themselves, some of them by an invitation alone."""
        return self.active().filter(bookable_by__in=(BookableBy.EVERYONE, BookableBy.INVITED))

    def with_rules(self) -> "AppointmentTypeQuerySet":
        """Loads in a constant number of queries all that `rules_for` reads."""
        return self.select_related("service", "territory").prefetch_related("steps", "revisions", "offered")


class AppointmentType(models.Model):
    """Motif: what can be booked (rules §3). Minutes are multiples of 5; empty deadlines are inherited.

    What comes next is proposed to families: after `minimum_interval_days` and within `next_within_days` of the last
    one, or by the calendar that `follow_up` names (see `rdv.followups.calendars`).
    """

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="appointment_types")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="appointment_types")
    slug = models.SlugField("identifiant")
    public_label = models.CharField("libellé public", max_length=120)
    internal_label = models.CharField("libellé interne", max_length=120, blank=True)
    discreet_label = models.CharField("libellé discret", max_length=60, blank=True, default="")
    description = models.CharField("en une phrase", max_length=200, blank=True)
    mode = models.CharField("modalité", max_length=10, choices=Mode, default=Mode.ON_SITE)
    is_collective = models.BooleanField("collectif", default=False)
    capacity = models.PositiveSmallIntegerField("places", default=1)
    audience = models.CharField("pour qui", max_length=10, choices=Audience, default=Audience.CHILD)
    bookable_by = models.CharField("ouvert à", max_length=12, choices=BookableBy, default=BookableBy.EVERYONE)

    duration_minutes = Minutes("durée")
    grid_minutes = Minutes("pas des débuts", default=15)
    buffer_before_minutes = Minutes("battement avant", default=0)
    buffer_after_minutes = Minutes("battement après", default=0)
    extra_per_sibling_minutes = Minutes("temps par enfant supplémentaire", default=0)
    max_attendees = models.PositiveSmallIntegerField("personnes au plus", default=4)
    agents_needed = models.PositiveSmallIntegerField("nombre d’agents", default=1)
    earliest_notice_minutes = Minutes("délai minimal", null=True, blank=True)
    latest_notice_days = models.PositiveSmallIntegerField("délai maximal, en jours", null=True, blank=True)
    cancel_deadline_minutes = Minutes("délai d’annulation", null=True, blank=True)
    move_deadline_minutes = Minutes("délai de déplacement", null=True, blank=True)
    age_min_months = models.PositiveSmallIntegerField("âge minimal, en mois révolus", null=True, blank=True)
    age_max_months = models.PositiveSmallIntegerField(
        "âge à partir duquel c’est trop tard, en mois", null=True, blank=True
    )
    minimum_interval_days = models.PositiveSmallIntegerField("jours depuis le précédent", default=0)
    next_within_days = models.PositiveSmallIntegerField("suivant à proposer avant, en jours", null=True, blank=True)
    follow_up = models.SlugField("calendrier de suivi", choices=FollowUp, blank=True, default="", db_default="")
    same_agent = models.BooleanField("avec le même agent (suivi)", default=False)
    room_equipment = ArrayField(models.SlugField(), verbose_name="équipement de la salle", default=list, blank=True)
    needs_room = models.BooleanField("occupe une salle", default=False)

    colour = models.CharField("couleur", max_length=7, default="#2f6f6b")
    instructions = models.TextField("consignes", blank=True)
    documents_to_bring = models.TextField("documents à apporter", blank=True)
    tells_families = models.BooleanField("prévient les familles", default=True)
    reminder_plan = models.JSONField("plan de rappel", null=True, blank=True)
    follows_up_no_show = models.BooleanField("relance après une absence", default=False)
    calls_no_show = models.BooleanField("à rappeler après une absence", default=False, db_default=False)
    position = models.PositiveSmallIntegerField("rang", default=0)
    is_active = models.BooleanField("actif", default=True)

    objects = AppointmentTypeQuerySet.as_manager()

    class Meta:
        verbose_name = "motif"
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(fields=["territory", "slug"], name="appointment_type_slug_once_per_territory"),
            models.CheckConstraint(
                condition=Q(duration_minutes__gt=0) & Q(Exact(F("duration_minutes") % 5, 0)),
                name="appointment_type_duration_in_fives",
                violation_error_message="La durée est un multiple de 5 minutes.",
            ),
            duration_within_a_day("appointment_type_within_a_day"),
            models.CheckConstraint(
                condition=Q(grid_minutes__range=(5, 60)) & Q(Exact(F("grid_minutes") % 5, 0)),
                name="appointment_type_grid",
                violation_error_message="Le pas des débuts va de 5 à 60 minutes, par 5 minutes.",
            ),
            models.CheckConstraint(
                condition=Q(Exact(F("buffer_before_minutes") % 5, 0))
                & Q(Exact(F("buffer_after_minutes") % 5, 0))
                & Q(Exact(F("extra_per_sibling_minutes") % 5, 0)),
                name="appointment_type_buffers_in_fives",
                violation_error_message="Les battements sont des multiples de 5 minutes.",
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1) & (Q(is_collective=True) | Q(capacity=1)),
                name="appointment_type_capacity",
                violation_error_message="Seul un motif collectif a plusieurs places.",
            ),
            models.CheckConstraint(
                condition=Q(age_min_months=None) | Q(age_max_months=None) | Q(age_min_months__lt=F("age_max_months")),
                name="appointment_type_ages",
                violation_error_message="L’âge minimal doit être inférieur à l’âge maximal.",
            ),
            models.CheckConstraint(
                condition=Q(next_within_days=None) | Q(next_within_days__gt=F("minimum_interval_days")),
                name="appointment_type_next_after_the_interval",
                violation_error_message="Le suivant se propose après l’intervalle minimal.",
            ),
            models.CheckConstraint(
                condition=Q(agents_needed__gte=1) & Q(max_attendees__gte=1), name="appointment_type_at_least_one"
            ),
        ]

    def __str__(self) -> str:
        return self.public_label

    @property
    def agents_label(self) -> str:
        return self.internal_label or self.public_label

    def rules_for(self, organisation: Organisation, on: date) -> TypeRules:
        """The values in force at this organisation on that day.

        Each comes from the organisation's override of this type, else the dated revision, else the
        type, else the organisation, else the territory.
        """
        offered = self._offered_by(organisation)
        revision = self._revision_on(on)

        def value(name: str) -> Any:
            for source in (offered, revision, self, organisation, self.territory):
                found = getattr(source, name, None)
                if found is not None:
                    return found
            return None

        return TypeRules(
            duration=value("duration_minutes"),
            steps=tuple(Step(minutes=s.duration_minutes, profession=s.profession) for s in self.steps.all()),
            agents_needed=self.agents_needed,
            grid=self.grid_minutes,
            buffer_before=self.buffer_before_minutes,
            buffer_after=self.buffer_after_minutes,
            earliest_notice=value("earliest_notice_minutes"),
            latest_notice_days=value("latest_notice_days"),
            age_min_months=value("age_min_months"),
            age_max_months=value("age_max_months"),
            minimum_interval_days=value("minimum_interval_days"),
            extra_per_sibling=self.extra_per_sibling_minutes,
            capacity=self.capacity,
            bookable_by=Booker(self.bookable_by),
            cancel_deadline=value("cancel_deadline_minutes"),
            move_deadline=value("move_deadline_minutes"),
            needs_room=self.needs_room,
            same_agent=self.same_agent,
        )

    def offered_at(self, organisation: Organisation) -> bool:
        """An organisation offers every active type of its territory unless it switched it off."""
        offered = self._offered_by(organisation)
        return self.is_active and (offered is None or offered.is_active)

    def change_days(self, first: date, last: date) -> list[date]:
        """Days within (first, last] on which a revision starts: a search is cut there."""
        return sorted(r.valid_from for r in self.revisions.all() if first < r.valid_from <= last)

    def _offered_by(self, organisation: Organisation) -> "OfferedType | None":
        return next((o for o in self.offered.all() if o.organisation_id == organisation.pk), None)

    def _revision_on(self, on: date) -> "TypeRevision | None":
        past = [r for r in self.revisions.all() if r.valid_from <= on]
        return max(past, key=lambda r: r.valid_from, default=None)


class TypeStep(models.Model):
    """Étape: one professional's part in a chain (puéricultrice 15 min, then médecin 20 min)."""

    type = models.ForeignKey(AppointmentType, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField("rang")
    profession = models.CharField("métier", max_length=20, choices=Profession)
    duration_minutes = Minutes("durée")

    class Meta:
        verbose_name = "étape"
        ordering = ("type", "position")
        constraints = [
            models.UniqueConstraint(fields=["type", "position"], name="type_step_position_once"),
            models.CheckConstraint(
                condition=Q(duration_minutes__gt=0) & Q(Exact(F("duration_minutes") % 5, 0)),
                name="type_step_duration_in_fives",
                violation_error_message="La durée est un multiple de 5 minutes.",
            ),
            duration_within_a_day("type_step_within_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.get_profession_display()}, {self.duration_minutes} min"


def optional_duration_in_fives(name: str) -> models.CheckConstraint:
    """No duration of its own, or a positive multiple of the five minutes that searches count in."""
    return models.CheckConstraint(
        condition=Q(duration_minutes=None) | (Q(duration_minutes__gt=0) & Q(Exact(F("duration_minutes") % 5, 0))),
        name=name,
        violation_error_message="La durée est un multiple de 5 minutes.",
    )


class TypeRevision(models.Model):
    """Valeurs datées: ages, duration and interval that come into force on a day (a new calendar of examinations)."""

    type = models.ForeignKey(AppointmentType, on_delete=models.CASCADE, related_name="revisions")
    valid_from = models.DateField("à partir du")
    duration_minutes = Minutes("durée", null=True, blank=True)
    age_min_months = models.PositiveSmallIntegerField("âge minimal, en mois", null=True, blank=True)
    age_max_months = models.PositiveSmallIntegerField("âge maximal, en mois", null=True, blank=True)
    minimum_interval_days = models.PositiveSmallIntegerField("jours depuis le précédent", null=True, blank=True)
    source = models.CharField("référence", max_length=200, blank=True)

    class Meta:
        verbose_name = "valeurs datées"
        verbose_name_plural = "valeurs datées"
        constraints = [
            models.UniqueConstraint(fields=["type", "valid_from"], name="type_revision_once_per_day"),
            optional_duration_in_fives("type_revision_duration_in_fives"),
            duration_within_a_day("type_revision_within_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.type} à partir du {self.valid_from}"


class OfferedType(models.Model):
    """Motif d'une organisation: switched on or off, with the few values that it may override."""

    type = models.ForeignKey(AppointmentType, on_delete=models.CASCADE, related_name="offered")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="offered_types")
    is_active = models.BooleanField("proposé", default=True)
    duration_minutes = Minutes("durée", null=True, blank=True)
    earliest_notice_minutes = Minutes("délai minimal", null=True, blank=True)
    latest_notice_days = models.PositiveSmallIntegerField("délai maximal, en jours", null=True, blank=True)
    instructions = models.TextField("consignes", blank=True)

    class Meta:
        verbose_name = "motif d’une organisation"
        verbose_name_plural = "motifs des organisations"
        constraints = [
            models.UniqueConstraint(fields=["type", "organisation"], name="offered_type_once_per_organisation"),
            optional_duration_in_fives("offered_type_duration_in_fives"),
            duration_within_a_day("offered_type_within_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.type} à {self.organisation}"
