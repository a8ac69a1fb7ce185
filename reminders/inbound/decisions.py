"""What to do about a reply: pure, from what it says and the situation it came in.

Doubt is never guessed. A cancellation needs one appointment and no word against it; else the family is asked, and
what it did not say clearly is left to a person.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rdv.models import Offer, OfferStatus
from reminders.inbound import answers_to
from reminders.inbound.action import Action, Decision
from reminders.inbound.answers_to_invitations import to_an_invitation
from reminders.inbound.mentions import stands_at
from reminders.inbound.reply import (
    ALL_OPTIONS,
    AS_PLANNED,
    COMING,
    COMMANDS,
    PLAIN,
    TAKES,
    Intent,
    Mention,
    MentionKind,
    Reply,
)
from reminders.inbound.situation import KEYS, LETTERS, Candidate, Fit, Question, Situation, fit

__all__ = ["Action", "Decision", "decide"]


_AT_ONCE = {
    Intent.STOP: Action.STOP,
    Intent.START: Action.START,
    Intent.WRONG_NUMBER: Action.WRONG_NUMBER,
    Intent.HELP: Action.HELP,
    Intent.THANKS: Action.NOTHING,
}

_AWAITING = (Action.CONFIRM, Action.ASK_DAY)


def decide(reply: Reply, situation: Situation) -> Decision:
    """The one thing to do about a reply."""
    if situation.answers_an_agent and not _says_it_to_all(reply, situation):
        return Decision(Action.TO_AGENT, situation.asked)
    if not situation.contacts:
        quiet = reply.intent in (Intent.STOP, Intent.THANKS)
        return Decision(Action.NOTHING if quiet else Action.UNKNOWN)
    if reply.intent in _AT_ONCE:
        return Decision(_AT_ONCE[reply.intent], situation.asked or situation.candidates[:1])
    for answer in (to_an_invitation, answers_to.dates, answers_to.waiting):
        about = answer(reply, situation)
        if about:
            return about
    by_intent = _BY_INTENT.get(reply.intent)
    return _as_it_stands(by_intent(reply, situation) if by_intent else _again(situation))


def _as_it_stands(decision: Decision) -> Decision:
    """Nobody is awaited, or asked to come, where the family was told that nothing takes place."""
    off = any(one.is_off for one in decision.targets)
    return Decision(Action.CALLED_OFF, decision.targets) if off and decision.action in _AWAITING else decision


def _says_it_to_all(reply: Reply, situation: Situation) -> bool:
    """Whether it means the same whoever wrote last: STOP, an offer's code, "j’annule". A yes answers that person."""
    if reply.intent is Intent.CODE:
        return situation.offer is not None
    return reply.intent in (Intent.STOP, Intent.START, Intent.WRONG_NUMBER) or reply.why in COMMANDS


def _code(reply: Reply, situation: Situation) -> Decision:
    if situation.offer is None:
        return _again(situation)
    if reply.said is not Intent.NO:
        return Decision(Action.ACCEPT, offer=situation.offer)
    if situation.offer.status != OfferStatus.ACCEPTED:
        return Decision(Action.DECLINE, offer=situation.offer)
    # It was accepted: the no is about the appointment, and a code does not say that it is given up.
    became = [one for one in situation.candidates if one.pk == situation.offer.appointment_id]
    return _ask(became) if became else Decision(Action.GONE)


def _which(reply: Reply, situation: Situation) -> Decision:
    question = situation.question
    if question is None and situation.lapsed is not None:
        return Decision(Action.EXPIRED, _of_lapsed(situation))
    if question is None or question.question != Question.WHICH or question.closed_at:
        return _again(situation)
    chosen = {
        each["appointment"]
        for each in question.options
        if reply.choice in (ALL_OPTIONS, each["key"], LETTERS[KEYS.index(each["key"])])
    }
    targets = [one for one in situation.candidates if one.pk in chosen]
    if not targets:
        return Decision(Action.GONE)
    wanted = Intent(question.wanted)
    if wanted is Intent.MOVE:
        return _moving(targets)
    return _cancelling(targets) if wanted is Intent.NO else Decision(Action.CONFIRM, targets)


def _of_lapsed(situation: Situation) -> Sequence[Candidate]:
    about = situation.lapsed.appointment_id if situation.lapsed else None
    return [one for one in situation.candidates if one.pk == about]


def _yes(reply: Reply, situation: Situation) -> Decision:
    to_the_offer = _yes_to_an_offer(reply, situation)
    if to_the_offer:
        return to_the_offer
    if reply.why == TAKES:
        return _again(situation)
    if situation.called_off and not _is_of_another(reply, situation):
        return _yes_to_what_is_off(reply, situation.called_off, situation)
    targets = _meant_by_yes(reply, situation)
    fitting = _fitting(reply, targets, situation)
    if targets and not fitting:
        return Decision(Action.ASK_DAY, targets)
    if fitting:
        return Decision(Action.CONFIRM, fitting)
    fitting = _fitting(reply, situation.candidates, situation) if reply.mentions else []
    if len(fitting) == 1:
        return Decision(Action.CONFIRM, fitting)
    if reply.intent is Intent.LATE:
        return _again(situation)
    # Nothing was asked: "ok merci" after two bookings confirms neither, and needs no answer.
    return Decision(Action.NOTHING) if situation.candidates else _without_appointment(situation)


def _is_of_another(reply: Reply, situation: Situation) -> bool:
    """Whether it names the day or the people of an appointment that stands."""
    return bool(reply.mentions and _fitting(reply, situation.candidates, situation))


def _yes_to_what_is_off(reply: Reply, about: Candidate, situation: Situation) -> Decision:
    """It is said how to rebook; who gave it up by SMS has just read that, and says "ok merci"."""
    question = situation.question
    gave_up = question is not None and question.closed_at is not None and question.wanted == Intent.NO
    known = gave_up and reply.why not in COMING
    return Decision(Action.NOTHING) if known else Decision(Action.CALLED_OFF, [about])


def _yes_to_an_offer(reply: Reply, situation: Situation) -> Decision | None:
    question = situation.question
    offer = question.offer if question and question.question == Question.OFFER else None
    if question is None or offer is None or reply.intent is not Intent.YES:
        return None
    if question.closed_at and question.wanted == Intent.YES:
        return Decision(Action.NOTHING)
    moments = [mention for mention in reply.mentions if mention.kind is not MentionKind.NAME]
    if any(mention.value in situation.not_offered for mention in reply.mentions):
        return _again(situation)
    if reply.why == TAKES and len(moments) < len(reply.mentions):
        return None
    if not _is_the_slot(moments, offer, situation):
        of_another = reply.why != TAKES and _fitting(reply, situation.candidates, situation)
        return None if of_another else _again(situation)
    if reply.why == AS_PLANNED and situation.candidates and not moments:
        return None
    return Decision(Action.ACCEPT, offer=offer)


def _is_the_slot(moments: Sequence[Mention], offer: Offer, situation: Situation) -> bool:
    """Whether the days and hours of "je prends celui de 9h" are those of the offer."""
    zone = ZoneInfo(offer.round.location.zone)
    starts, received = offer.round.starts_at.astimezone(zone), situation.reply.received_at.astimezone(zone)
    return all(stands_at(mention, starts, received) for mention in moments)


def _meant_by_yes(reply: Reply, situation: Situation) -> Sequence[Candidate]:
    """What was asked, else the only one there is; who is late speaks of today."""
    if reply.intent is Intent.LATE:
        today = [one for one in situation.candidates if one.starts.date() == _received_at(one, situation).date()]
        soon = situation.under_way or today
        return soon if len(soon) == 1 else situation.asked
    return situation.asked or (situation.candidates if len(situation.candidates) == 1 else ())


def _no(reply: Reply, situation: Situation) -> Decision:
    candidates, offer = situation.candidates, _offered(situation)
    if offer is not None and (not candidates or _is_said_to(offer, reply, situation)):
        return Decision(Action.DECLINE, offer=offer)
    if not candidates:
        return Decision(Action.NOTHING) if situation.just_cancelled else _without_appointment(situation)
    asked = situation.asked
    if situation.asked_to_be_sure and asked and not reply.mentions:
        return _cancelling(asked) if reply.why in PLAIN else _again(situation)
    said = _all_said(reply, candidates, situation)
    if not reply.mentions:
        return _no_to(asked or candidates, reply, situation)
    full = [one for one, how in said if how is Fit.YES]
    part = [one for one, how in said if how is Fit.PART]
    if len(full) == 1 and (not asked or full[0] in asked) and offer is None:
        return _cancelling(full)
    if not full and len(part) == 1:
        return Decision(Action.ASK_PART, part, wanted=Intent.NO)
    return _ask(full or part or candidates)


def _offered(situation: Situation) -> Offer | None:
    """What the last question offered. Once it is accepted it is an appointment like another, and nothing is asked."""
    question = situation.question
    offer = question.offer if question and question.question == Question.OFFER else None
    return None if offer is None or offer.status == OfferStatus.ACCEPTED else offer


def _is_said_to(offer: Offer, reply: Reply, situation: Situation) -> bool:
    """Whether a no is to the offer. Once another family has it, who can't come speaks of what he has."""
    question = situation.question
    if reply.why in COMMANDS or question is None or _over(question.expires_at, situation):
        return False
    return reply.why not in PLAIN or offer.is_pending or offer.status == OfferStatus.DECLINED


def _no_to(targets: Sequence[Candidate], reply: Reply, situation: Situation) -> Decision:
    """A no that names no appointment: to what was asked, or to the only one there is."""
    only, offered = len(situation.candidates) == 1, _offered(situation) is not None
    if reply.why in COMMANDS and not only:
        return _ask(situation.candidates)
    unasked = not situation.asked and reply.why not in PLAIN
    # Of what was cancelled since it was asked about, rather than of what stands.
    of_another = situation.just_cancelled or situation.called_off is not None
    if len(targets) > 1 or offered or unasked or of_another:
        return _ask(targets)
    return _cancelling(targets)


def _move(reply: Reply, situation: Situation) -> Decision:
    if not situation.candidates:
        return _without_appointment(situation)
    targets = situation.asked or situation.candidates
    fitting = _fitting(reply, situation.candidates, situation) if reply.mentions else []
    if len(fitting) == 1 and len(targets) > 1:
        targets = fitting
    return _moving(targets)


def _wait(reply: Reply, situation: Situation) -> Decision:
    """For the appointment that was asked about, or the only one; a family without any may wait for its first."""
    targets = situation.asked or situation.candidates
    allowed = all(one.may_cancel for one in targets)
    return Decision(Action.JOIN if allowed else Action.TELL, targets, wanted=Intent.WAIT)


def _moving(targets: Sequence[Candidate]) -> Decision:
    if len(targets) > 1:
        return Decision(Action.ASK_MOVE, targets, wanted=Intent.MOVE)
    return Decision(Action.MOVE if all(one.may_cancel for one in targets) else Action.TELL, targets)


def _again(situation: Situation) -> Decision:
    return Decision(Action.ASK_AGAIN, situation.asked or situation.candidates)


def _without_appointment(situation: Situation) -> Decision:
    return Decision(Action.GONE if situation.gone else Action.NO_APPOINTMENT)


def _cancelling(targets: Sequence[Candidate]) -> Decision:
    allowed = all(one.may_cancel for one in targets)
    return Decision(Action.CANCEL if allowed else Action.TELL, targets, wanted=Intent.NO)


def _ask(targets: Sequence[Candidate]) -> Decision:
    action = Action.ASK_WHICH if len(targets) > 1 else Action.ASK_SURE
    return Decision(action, targets, wanted=Intent.NO)


def _fitting(reply: Reply, candidates: Sequence[Candidate], situation: Situation) -> list[Candidate]:
    """Those that a yes may be about: it need not name everybody who comes."""
    return [one for one, how in _all_said(reply, candidates, situation) if how is not Fit.NO]


def _all_said(reply: Reply, candidates: Sequence[Candidate], situation: Situation) -> list[tuple[Candidate, Fit]]:
    return [(one, fit(reply, one, _received_at(one, situation))) for one in candidates]


def _received_at(candidate: Candidate, situation: Situation) -> datetime:
    """When the reply came, on the wall clock of the place."""
    return situation.reply.received_at.astimezone(ZoneInfo(candidate.appointment.zone))


def _over(end: datetime, situation: Situation) -> bool:
    return end <= situation.reply.received_at


_BY_INTENT = {
    Intent.CODE: _code,
    Intent.WHICH: _which,
    Intent.YES: _yes,
    Intent.LATE: _yes,
    Intent.NO: _no,
    Intent.MOVE: _move,
    Intent.WAIT: _wait,
}
