"""What becomes of the appointments that an absence hits, and the dates proposed to a family instead of its own."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from rdv.models.agent import Agent
from rdv.models.appointment import Appointment, AppointmentAgent, Channel, Hold, Status
from rdv.models.opening import Absence, AbsenceKind
from rdv.models.organisation import Location
from rdv.models.territory import Territory
from rdv.models.waiting_list import WaitingListEntry


class ProposalStatus(models.TextChoices):
    OPEN = "open", "En attente de réponse"
    CHOSEN = "chosen", "Une date est choisie"
    REFUSED = "refused", "Aucune date ne convient"
    EXPIRED = "expired", "Sans réponse"
    WITHDRAWN = "withdrawn", "Retirée"


class SlotProposalQuerySet(models.QuerySet["SlotProposal"]):
    def open(self) -> "SlotProposalQuerySet":
        return self.filter(status=ProposalStatus.OPEN)


class SlotProposal(models.Model):
    """Dates proposées: a few slots, named A, B, C, of which a family chooses one for its appointment.

    `slots` holds {"key": "A", "start": ISO instant with offset, "location": id}. They are proposed, not held. With
    `must_move` the appointment can't take place as it stands (an absence); else the family asked for another date.
    """

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="slot_proposals")
    slots = models.JSONField()
    must_move = models.BooleanField(default=False)
    status = models.CharField("état", max_length=10, choices=ProposalStatus, default=ProposalStatus.OPEN)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    chosen = models.CharField("choisie", max_length=1, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=8, choices=Channel, blank=True)

    objects = SlotProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "dates proposées"
        verbose_name_plural = "dates proposées"
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"], condition=Q(status="open"), name="slot_proposal_one_open_per_appointment"
            ),
            models.CheckConstraint(
                condition=(Q(status="chosen") & ~Q(chosen="")) | (~Q(status="chosen") & Q(chosen="")),
                name="slot_proposal_chosen_says_which",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], condition=Q(status="open"), name="slot_proposal_open")]

    def __str__(self) -> str:
        return f"{self.appointment_id} ({self.get_status_display()})"

    def slot(self, key: str) -> tuple[datetime, int] | None:
        """The start and the place of one of the dates."""
        for one in self.slots:
            if one["key"] == key:
                return datetime.fromisoformat(one["start"]), one["location"]
        return None


class Disruption(models.Model):
    """Perturbation: an absence, or the closing of a place, as it is dealt with; it outlives an absence withdrawn.

    There is one for each absence that hits appointments, whichever way it was declared.
    """

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="disruptions")
    absence = models.OneToOneField(Absence, on_delete=models.SET_NULL, null=True, blank=True, related_name="disruption")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField("nature", max_length=10, choices=AbsenceKind, default=AbsenceKind.OTHER)
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin")
    declared_at = models.DateTimeField("déclarée le")
    declared_by = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)

    class Meta:
        verbose_name = "perturbation"
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="disruption_order"),
            models.CheckConstraint(
                condition=Q(agent=None, location__isnull=False) | Q(agent__isnull=False, location=None),
                name="disruption_of_one",
            ),
        ]
        indexes = [models.Index(fields=["territory", "ends_at"], name="disruption_to_come")]

    def __str__(self) -> str:
        return f"{self.agent or self.location} : {self.get_kind_display()}"


class Decision(models.TextChoices):
    UNDECIDED = "undecided", "À décider"
    MOVE = "move", "Déplacer chez un collègue"
    PROPOSE = "propose", "Proposer trois dates à la famille"
    CANCEL = "cancel", "Annuler, avec une place en tête de liste d’attente"
    KEEP = "keep", "Maintenir tel quel"


class Step(models.TextChoices):
    """Where a decision stands: nothing is done before `due_at`, so that it can be undone."""

    OPEN = "open", "À décider"
    PLANNED = "planned", "Décidé"
    DONE = "done", "Fait"
    WITHDRAWN = "withdrawn", "L’absence est retirée"


class DisruptedAppointmentQuerySet(models.QuerySet["DisruptedAppointment"]):
    def to_decide(self, now: datetime) -> "DisruptedAppointmentQuerySet":
        """Nothing is decided, the absence still hits it, and there is still time to say something to the family."""
        return self._under_it(now).filter(step="open")

    def hit_again(self, now: datetime) -> "DisruptedAppointmentQuerySet":
        """Settled once, and under the absence all the same: it was prolonged over the hour that families were given.

        Who is kept on purpose, or still chooses another date, is not.
        """
        return self._under_it(now).filter(step="done").exclude(decision="keep").exclude(proposal__status="open")

    def unsettled(self) -> "DisruptedAppointmentQuerySet":
        """The absence stands and hits it where it stands, and nobody kept it all the same."""
        return (
            self._where_it_stands()
            .filter(disruption__withdrawn_at=None)
            .exclude(step="withdrawn")
            .exclude(decision="keep")
        )

    def _under_it(self, now: datetime) -> "DisruptedAppointmentQuerySet":
        return self._where_it_stands().filter(disruption__ends_at__gt=now, appointment__starts_at__gt=now)

    def _where_it_stands(self) -> "DisruptedAppointmentQuerySet":
        receiving = AppointmentAgent.objects.filter(
            appointment=OuterRef("appointment"), agent=OuterRef("disruption__agent")
        )
        return self.filter(
            Q(appointment__location=F("disruption__location")) | Exists(receiving),
            appointment__status=Status.UNKNOWN,
            appointment__starts_at__lt=F("disruption__ends_at"),
            appointment__ends_at__gt=F("disruption__starts_at"),
        )


class DisruptedAppointment(models.Model):
    """Rendez-vous touché: one appointment that an absence hits, what was decided for it and how far that is.

    A decision that could not be carried out is open again, with its `problem` in French.
    """

    disruption = models.ForeignKey(Disruption, on_delete=models.CASCADE, related_name="hits", db_index=False)
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="disruptions")
    was_at = models.DateTimeField("était prévu")
    decision = models.CharField("décision", max_length=10, choices=Decision, default=Decision.UNDECIDED)
    step = models.CharField("étape", max_length=10, choices=Step, default=Step.OPEN)
    start = models.DateTimeField("nouvelle date", null=True, blank=True)
    location = models.ForeignKey(Location, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    agents = ArrayField(models.BigIntegerField(), default=list, blank=True)
    hold = models.ForeignKey(Hold, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    proposal = models.ForeignKey(SlotProposal, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    entry = models.ForeignKey(WaitingListEntry, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField("à faire à partir de", null=True, blank=True)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    decided_by = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField("fait le", null=True, blank=True)
    problem = models.CharField("difficulté", max_length=200, blank=True)

    objects = DisruptedAppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "rendez-vous touché"
        verbose_name_plural = "rendez-vous touchés"
        constraints = [
            models.UniqueConstraint(fields=["disruption", "appointment"], name="disrupted_appointment_once"),
            models.CheckConstraint(
                condition=Q(decision="undecided", step__in=["open", "withdrawn"])
                | (~Q(decision="undecided") & Q(step="planned", due_at__isnull=False, decided_at__isnull=False))
                | (~Q(decision="undecided") & Q(step="done", done_at__isnull=False))
                | Q(step="withdrawn"),
                name="disrupted_appointment_stands_somewhere",
            ),
            models.CheckConstraint(
                condition=~Q(decision="move") | Q(start__isnull=False), name="disrupted_appointment_moves_somewhere"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(step="planned"), name="disrupted_appointment_due")]

    def __str__(self) -> str:
        return f"{self.appointment_id} : {self.get_decision_display()}"
