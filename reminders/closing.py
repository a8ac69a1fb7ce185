"""Tasks that nobody needs to do any more close by themselves and say why: a list of what is past hides what is not.

Derived from what is true now: doing it twice, or late, changes nothing.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from rdv.models import Channel, EntryStatus, FollowUpInvitation, OfferStatus, Participation, Status
from rdv.models.appointment import CANCELLED
from reminders.inbound.decisions import Action
from reminders.models import InboundMessage, Task, TaskEnd, TaskKind

# A number that does not answer or is not hers stays to be mended, whatever became of the appointment; and who answers
# somebody is read by him.
STAY = (TaskKind.WRONG_NUMBER, TaskKind.UNREACHABLE, TaskKind.ANSWERED)
# What a cancellation settles. Those that announce it, or ask whether it was said, are not among them.
OF_NO_USE_ONCE_CANCELLED = (TaskKind.CALL_REMINDER, TaskKind.UNCLEAR, TaskKind.WANTS_TO_MOVE)


def close_stale(now: datetime) -> int:
    """Close what was answered since, what its term has passed, and what was cancelled; gives how many."""
    with transaction.atomic():
        return sum(
            _opened(about).update(done_at=now, closed_as=end)
            for end, about in (
                (TaskEnd.SAID_YES, _answered(Action.CONFIRM)),
                (TaskEnd.SAID_NO, _answered(Action.CANCEL)),
                (TaskEnd.REBOOKED, _rebooked()),
                (TaskEnd.SAID_NO, _declined()),
                (TaskEnd.PASSED, _passed(now)),
                (TaskEnd.CANCELLED, _cancelled()),
                *_offered(),
                *_asked_whether_it_waits(),
            )
        )


def _opened(about: QuerySet[Task]) -> QuerySet[Task]:
    """By their numbers, in one statement: an update takes no joins."""
    return Task.objects.filter(done_at=None, pk__in=about.values("pk"))


def _answered(action: Action) -> QuerySet[Task]:
    """Unclear replies after which the same telephone answered clearly about the same appointment."""
    since = InboundMessage.objects.filter(
        sender=OuterRef("reply__sender"),
        appointment=OuterRef("appointment"),
        received_at__gt=OuterRef("reply__received_at"),
        outcome=action,
    )
    return Task.objects.filter(Exists(since), done_at=None, kind=TaskKind.UNCLEAR)


def _rebooked() -> QuerySet[Task]:
    """Families to call after an absence, or to invite, who have taken an appointment of that type since."""
    since = Participation.objects.filter(
        family=OuterRef("family"), created_at__gt=OuterRef("created_at"), status=Status.UNKNOWN
    )
    again = since.filter(appointment__type=OuterRef("appointment__type"))
    invited = since.filter(
        appointment__type__invitations__family=OuterRef("family"),
        appointment__type__invitations__invited_at=OuterRef("created_at"),
    )
    absent = Q(kind=TaskKind.CALL_NO_SHOW) & Q(Exists(again))
    return Task.objects.filter(absent | Q(kind=TaskKind.CALL_INVITATION) & Q(Exists(invited)), done_at=None)


def _declined() -> QuerySet[Task]:
    """Families to invite by telephone who want none of it: an agent noted it on the list of follow-ups."""
    same = FollowUpInvitation.objects.filter(family=OuterRef("family"), invited_at=OuterRef("created_at"))
    asked = Task.objects.filter(done_at=None, kind=TaskKind.CALL_INVITATION)
    return asked.filter(Exists(same), ~Exists(same.filter(declined_at=None)))


def _offered() -> list[tuple[TaskEnd, QuerySet[Task]]]:
    """Slots to propose by phone that were answered or taken since, or are wanted no more.

    Who said yes on the phone and was to wait for the others' answers is called back: that task stays.
    """
    told = Task.objects.filter(done_at=None, kind=TaskKind.CALL_OFFER).exclude(offer__answered_by=Channel.PHONE)
    booked = Q(offer__entry__status=EntryStatus.FULFILLED) & ~Q(offer__status=OfferStatus.ACCEPTED)
    said_no = Q(offer__status=OfferStatus.DECLINED, offer__answered_at__isnull=False)
    waits_no_more = Q(offer__entry__status__in=[EntryStatus.LEFT, EntryStatus.PAUSED])
    over = Q(offer__status__in=[OfferStatus.VOID, OfferStatus.EXPIRED, OfferStatus.DECLINED])
    return [
        (TaskEnd.SAID_YES, told.filter(offer__status=OfferStatus.ACCEPTED)),
        (TaskEnd.REBOOKED, told.filter(booked)),
        (TaskEnd.SAID_NO, told.filter(said_no)),
        (TaskEnd.OVER, told.filter(over | waits_no_more)),
    ]


def _asked_whether_it_waits() -> list[tuple[TaskEnd, QuerySet[Task]]]:
    """Whether a family still waits, once it has said, or waits no more; who does not need hear of no place either."""
    asked = Task.objects.filter(done_at=None, kind=TaskKind.CALL_WAITING)
    lost = Task.objects.filter(done_at=None, kind=TaskKind.CALL_TAKEN)
    return [
        (TaskEnd.SAID_YES, asked.filter(entry__status=EntryStatus.WAITING)),
        (TaskEnd.SAID_NO, asked.filter(entry__status=EntryStatus.LEFT)),
        (TaskEnd.REBOOKED, asked.filter(entry__status=EntryStatus.FULFILLED)),
        (TaskEnd.REBOOKED, lost.filter(offer__entry__status=EntryStatus.FULFILLED)),
        (TaskEnd.OVER, lost.filter(offer__entry__status=EntryStatus.LEFT)),
    ]


def _passed(now: datetime) -> QuerySet[Task]:
    """Those whose term is over, or their appointment where no term was given."""
    dated = Task.objects.filter(done_at=None).annotate(term=Coalesce("due_at", "appointment__starts_at"))
    return dated.filter(term__lt=now).exclude(kind__in=STAY)


def _cancelled() -> QuerySet[Task]:
    """Those about people of the family who don't come any more, all of them."""
    theirs = Participation.objects.filter(appointment=OuterRef("appointment"), family=OuterRef("family"))
    given_up, coming = Q(status__in=CANCELLED), ~Q(status__in=CANCELLED)
    settled = Task.objects.filter(done_at=None, kind__in=OF_NO_USE_ONCE_CANCELLED)
    return settled.filter(Exists(theirs.filter(given_up)), ~Exists(theirs.filter(coming)))
