"""What a reply is understood with: whose number it is, what was asked of it, which appointments it may mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rdv import moments
from rdv.models import Appointment, Contact, Family, FollowUpInvitation, Offer, Territory
from reminders.inbound.mentions import stands_at
from reminders.inbound.picking import Proposal
from reminders.inbound.reply import Intent, MentionKind, Reply
from reminders.models import Conversation, InboundMessage

Question = Conversation.Question

KEYS = "12345678"
LETTERS = "ABCDEFGH"
"""What an option is called in the question (a digit), and what people also write (its letter)."""

YES_OR_NO = (Question.COMING, Question.REPEAT, Question.WAITING)

EXPLAINING = timedelta(hours=6)
"""How long after a cancellation "je ne peux pas venir" may be its reason rather than another cancellation."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An appointment to come that the sender may mean.

    `starts` is on the wall clock of the place. `names` are the first names of who comes, `around` the words that say
    nothing more (the parent's own name, the place); both folded. `who` may be named in a question, or is empty.
    `is_off`: it stands, though the family was told that it can't take place.
    """

    appointment: Appointment
    family: Family
    starts: datetime
    names: frozenset[str]
    around: frozenset[str]
    who: str = ""
    may_cancel: bool = True
    is_off: bool = False

    @property
    def pk(self) -> int:
        return self.appointment.pk

    def label(self, language: str = "fr") -> str:
        """What an option says of it: "mar. 12/01 à 9h30 (Léa)"."""
        moment = moments.short(self.appointment.starts_at, self.appointment.zone, language=language)
        return f"{moment} ({self.who})" if self.who else moment


@dataclass(frozen=True, slots=True)
class Invited:
    """The invitation to book what comes next that was the last thing asked of the number.

    `names` are the first names of the children it is for, `around` the words that name nobody else; both folded.
    `alone`: nothing else that was asked, or said since, could be what the reply is about.
    """

    invitation: FollowUpInvitation
    names: frozenset[str]
    around: frozenset[str]
    alone: bool

    @property
    def is_refused(self) -> bool:
        return self.invitation.declined_at is not None


class Fit(StrEnum):
    """How what a reply mentions agrees with an appointment."""

    YES = "yes"
    PART = "part"  # it names some of those who come
    NO = "no"


@dataclass(frozen=True, slots=True)
class Situation:
    """All that matters to one reply.

    `contacts` is empty for a number that nobody has. `candidates` have not begun, `under_way` have; `gone` is the last
    appointment that was cancelled or is over; `called_off` is cancelled and would have been to come, and was the last
    that the number was asked about, or told of. `question` is the last that was asked of the number, `lapsed` the same
    once its time has passed. `must_move`: dates were proposed because the appointment can't take place. `offer` is the
    one whose code the reply may carry. `invited` is there while its invitation may still be answered: an older question
    that waits for its answer stays the `question`. `not_offered`: the children whom its proposal is not for.
    """

    reply: InboundMessage
    territory: Territory
    contacts: Sequence[Contact] = ()
    candidates: Sequence[Candidate] = ()
    under_way: Sequence[Candidate] = ()
    question: Conversation | None = None
    lapsed: Conversation | None = None
    must_move: bool = False
    offer: Offer | None = None
    gone: Appointment | None = None
    called_off: Candidate | None = None
    not_offered: frozenset[str] = frozenset()
    invited: Invited | None = None

    @property
    def asked(self) -> Sequence[Candidate]:
        """The appointments that the last question was about."""
        question = self.question
        if question is None or (question.closed_at and not question.wanted):
            return ()
        if question.closed_at and question.question in (Question.WHICH, Question.MOVE):
            return ()
        wanted = asked_pks(question)
        return [one for one in self.candidates if one.pk in wanted]

    @property
    def options(self) -> tuple[str, ...]:
        """What the last question offered, for the parser."""
        question = self.question
        if question is None:
            return ()
        if question.question == Question.WHICH and not question.closed_at and len(question.options) > 1:
            by_pk = {one.pk: one.label() for one in self.candidates}
            given = [(each["key"], by_pk.get(each["appointment"], "…")) for each in question.options]
            return tuple(f"{key}={label}" for key, label in given)
        if question.closed_at:
            # A digit answers what is being asked, and nothing else; said twice it says the same.
            return ("1=yes",) if question.question in YES_OR_NO and question.wanted == Intent.YES else ()
        return ("1=yes", "2=no") if question.question in YES_OR_NO else ()

    @property
    def moving(self) -> bool:
        """Whether dates are being proposed."""
        question = self.question
        return question is not None and question.question == Question.MOVE and question.closed_at is None

    @property
    def answers_an_agent(self) -> bool:
        """Whether the last word to this number was somebody's own, not the product's."""
        return self.question is not None and self.question.question == Question.AGENT

    @property
    def asked_to_be_sure(self) -> bool:
        """Whether the last question was "write ANNULER to cancel that one"."""
        question = self.question
        return bool(
            question and question.question == Question.WHICH and not question.closed_at and len(question.options) == 1
        )

    @property
    def just_cancelled(self) -> bool:
        """Whether this number has cancelled something since it was last asked: its next no may only explain."""
        cancelled = self.gone.cancelled_at if self.gone else None
        if cancelled is None or self.reply.received_at - cancelled > EXPLAINING:
            return False
        question = self.question
        return question is None or question.closed_at is not None or question.asked_at < cancelled

    @property
    def language(self) -> str:
        return next((contact.language for contact in self.contacts), "fr")


def asked_pks(question: Conversation) -> set[int]:
    """The appointments of a question: its own, and those that it lists."""
    listed = {each["appointment"] for each in question.options if isinstance(each, dict) and "appointment" in each}
    return listed | ({question.appointment_id} if question.appointment_id else set())


def proposed(question: Conversation) -> list[Proposal]:
    """The dates of a question that proposed some, on the wall clock of the place."""
    appointment = question.appointment
    if question.question != Question.MOVE or appointment is None:
        return []
    return [
        Proposal(each["key"], moments.local(datetime.fromisoformat(each["start"]), appointment.zone))
        for each in question.options
    ]


def fit(reply: Reply, candidate: Candidate, received: datetime) -> Fit:
    """Whether the days, hours and names of a reply are those of an appointment; `received` on its wall clock."""
    names = {mention.value for mention in reply.mentions if mention.kind is MentionKind.NAME}
    moments = [mention for mention in reply.mentions if mention.kind is not MentionKind.NAME]
    if not all(stands_at(mention, candidate.starts, received) for mention in moments):
        return Fit.NO
    people = names - candidate.around
    if not people:
        return Fit.YES
    if not people <= candidate.names:
        return Fit.NO
    return Fit.YES if people == candidate.names else Fit.PART
