"""An invitation to book what comes next, answered by SMS: which one is meant, its link again, or a refusal."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import QuerySet

from rdv.followups.inviting import booked_since, together_with
from rdv.followups.inviting import refuse as refuse_invitation
from rdv.models import Contact, FollowUpInvitation
from reminders.inbound import answers, questions
from reminders.inbound.action import Decision
from reminders.inbound.asked import asked_of
from reminders.inbound.reading import fold, read
from reminders.inbound.reply import Intent, Reply
from reminders.inbound.situation import Invited, Question, Situation
from reminders.kinds import SMS, Kind
from reminders.models import Conversation, InboundMessage, OutboundMessage

# What is said besides, and could be what an answer is about: not our answers, nor what opened a question of its own.
_ASIDE = (Kind.RECEIPT, Kind.QUESTION, Kind.ACCESS_CODE, Kind.INVITATION)


def pending_before(last: Conversation | None, reply: InboundMessage) -> Conversation | None:
    """What was asked before an invitation and still waits for its answer: an invitation takes nobody's place."""
    if last is None or last.question != Question.INVITATION:
        return None
    return _waiting(reply).exclude(question=Question.INVITATION).select_related("offer__round", "appointment").first()


def invited_by(
    last: Conversation | None, question: Conversation | None, contacts: Sequence[Contact], reply: InboundMessage
) -> Invited | None:
    """The invitation that the last message to this number was, while it is of use to somebody of its family."""
    if last is None or last.question != Question.INVITATION:
        return None
    invitation = _invitation(last)
    own = [one for one in contacts if invitation is not None and one.family_id == invitation.family_id]
    if invitation is None or not own or (invitation.declined_at is None and booked_since(invitation)):
        return None
    invitees = together_with(invitation) or [invitation]
    surnames = [one.person.last_name for one in invitees]
    parents = [name for one in own for name in (one.first_name, one.last_name)]
    names = _words(one.person.first_name for one in invitees)
    alone = question == last and not _others(last, reply) and not _said_since(last)
    return Invited(invitation, names, _words([*parents, *surnames]) - names, alone)


def lead(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    """The link again: the day and the hour are chosen there. The invitation still waits for its answer."""
    answers.receipt_of_invitation(situation, "receipt_invitation_link", now=now)


def refuse(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    """As "je n'en ai pas besoin" on its page; whatever is booked stands."""
    if situation.invited is None:
        raise ValueError("there is an invitation to refuse")
    refuse_invitation(situation.invited.invitation, now=now)
    questions.close(situation.question, now=now, answer=Intent.NO)
    answers.receipt_of_invitation(situation, "receipt_invitation_refused", now=now)


def _waiting(reply: InboundMessage) -> QuerySet[Conversation]:
    return asked_of(reply).filter(closed_at=None, expires_at__gt=reply.received_at)


def _invitation(question: Conversation) -> FollowUpInvitation | None:
    found = FollowUpInvitation.objects.select_related("family", "person", "type__territory", "territory")
    return found.filter(pk__in=_pks(question)).first()


def _pks(question: Conversation) -> list[int]:
    return [each["invitation"] for each in question.options]


def _others(last: Conversation, reply: InboundMessage) -> bool:
    """Whether another invitation waits for its answer: for another child of another family, or another type."""
    pks = {pk for one in _waiting(reply).filter(question=Question.INVITATION) for pk in _pks(one)} - {*_pks(last)}
    others = FollowUpInvitation.objects.filter(pk__in=pks, declined_at=None).select_related("type__territory")
    return any(not booked_since(one) for one in others)


def _said_since(last: Conversation) -> bool:
    """Whether something else was written to this number after the invitation."""
    later = OutboundMessage.objects.filter(to=last.phone, channel=SMS, sent_at__gt=last.asked_at)
    return later.exclude(kind__in=_ASIDE).exists()


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(token.word for text in texts for token in read(fold(text)) if len(token.word) > 1)
