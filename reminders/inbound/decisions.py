"""What to do about a reply: pure, from what it says and the situation it came in.

Doubt is never guessed. A cancellation needs one appointment and no word against it; else the family is asked, and
what it did not say clearly is left to a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from rdv.models import Offer
from reminders.inbound.reply import ALL_OPTIONS, Intent, Reply
from reminders.inbound.situation import KEYS, LETTERS, Candidate, Fit, Question, Situation, fit


class Action(StrEnum):
    """What is done; also what is kept of the reply as its outcome."""

    CONFIRM = "confirm"
    CANCEL = "cancel"
    MOVE = "move"
    TELL = "tell"  # the contact may not cancel: the secretary is told
    ACCEPT = "accept"
    DECLINE = "decline"
    ASK_WHICH = "ask_which"
    ASK_SURE = "ask_sure"
    ASK_PART = "ask_part"
    ASK_DAY = "ask_day"
    ASK_AGAIN = "ask_again"
    STOP = "stop"
    START = "start"
    WRONG_NUMBER = "wrong_number"
    HELP = "help"
    NOTHING = "nothing"
    GONE = "gone"
    NO_APPOINTMENT = "no_appointment"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Decision:
    """An action, the appointments that it touches, and what the question that it asks is for."""

    action: Action
    targets: Sequence[Candidate] = ()
    offer: Offer | None = None
    wanted: Intent | None = None


_AT_ONCE = {
    Intent.STOP: Action.STOP,
    Intent.START: Action.START,
    Intent.WRONG_NUMBER: Action.WRONG_NUMBER,
    Intent.HELP: Action.HELP,
    Intent.THANKS: Action.NOTHING,
}
# What says outright that an appointment is given up, whatever was asked; the others only answer a question.
_COMMANDS = frozenset({"cancels"})
_PLAIN = frozenset({"cancels", "cannot_come"})


def decide(reply: Reply, situation: Situation) -> Decision:
    """The one thing to do about a reply."""
    if not situation.contacts:
        quiet = reply.intent in (Intent.STOP, Intent.THANKS)
        return Decision(Action.NOTHING if quiet else Action.UNKNOWN)
    if reply.intent in _AT_ONCE:
        return Decision(_AT_ONCE[reply.intent], situation.asked or situation.candidates[:1])
    match reply.intent:
        case Intent.CODE:
            return _code(reply, situation)
        case Intent.WHICH:
            return _which(reply, situation)
        case Intent.YES | Intent.LATE:
            return _yes(reply, situation)
        case Intent.NO:
            return _no(reply, situation)
        case Intent.MOVE:
            return _move(reply, situation)
        case _:
            return _again(situation)


def _code(reply: Reply, situation: Situation) -> Decision:
    if situation.offer is None:
        return _again(situation)
    action = Action.DECLINE if reply.said is Intent.NO else Action.ACCEPT
    return Decision(action, offer=situation.offer)


def _which(reply: Reply, situation: Situation) -> Decision:
    question = situation.question
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
    return _cancelling(targets) if wanted is Intent.NO else Decision(Action.CONFIRM, targets)


def _yes(reply: Reply, situation: Situation) -> Decision:
    question = situation.question
    if question and question.question == Question.OFFER and question.offer and reply.intent is Intent.YES:
        if question.closed_at and question.wanted == Intent.YES:
            return Decision(Action.NOTHING)
        return Decision(Action.ACCEPT, offer=question.offer)
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


def _meant_by_yes(reply: Reply, situation: Situation) -> Sequence[Candidate]:
    """What was asked, else the only one there is; who is late speaks of today."""
    if reply.intent is Intent.LATE:
        today = [one for one in situation.candidates if one.starts.date() == _received_at(one, situation).date()]
        soon = situation.under_way or today
        return soon if len(soon) == 1 else situation.asked
    return situation.asked or (situation.candidates if len(situation.candidates) == 1 else ())


def _no(reply: Reply, situation: Situation) -> Decision:
    question, candidates = situation.question, situation.candidates
    offered = question is not None and question.question == Question.OFFER and question.offer is not None
    if offered and question and reply.why not in _COMMANDS and not _over(question.expires_at, situation):
        return Decision(Action.DECLINE, offer=question.offer)
    if not candidates:
        if offered and question:
            return Decision(Action.DECLINE, offer=question.offer)
        return Decision(Action.NOTHING) if situation.just_cancelled else _without_appointment(situation)
    asked = situation.asked
    if situation.asked_to_be_sure and asked and not reply.mentions:
        return _cancelling(asked) if reply.why in _PLAIN else _again(situation)
    said = _all_said(reply, candidates, situation)
    if not reply.mentions:
        return _no_to(asked or candidates, reply, situation)
    full = [one for one, how in said if how is Fit.YES]
    part = [one for one, how in said if how is Fit.PART]
    if len(full) == 1 and (not asked or full[0] in asked) and not offered:
        return _cancelling(full)
    if not full and len(part) == 1:
        return Decision(Action.ASK_PART, part, wanted=Intent.NO)
    return _ask(full or part or candidates)


def _no_to(targets: Sequence[Candidate], reply: Reply, situation: Situation) -> Decision:
    """A no that names no appointment: to what was asked, or to the only one there is."""
    question, only = situation.question, len(situation.candidates) == 1
    offered = question is not None and question.question == Question.OFFER
    if reply.why in _COMMANDS and not only:
        return _ask(situation.candidates)
    unasked = not situation.asked and reply.why not in _PLAIN
    if len(targets) > 1 or offered or unasked or situation.just_cancelled:
        return _ask(targets)
    return _cancelling(targets)


def _move(reply: Reply, situation: Situation) -> Decision:
    if not situation.candidates:
        return _without_appointment(situation)
    targets = situation.asked or situation.candidates
    fitting = _fitting(reply, situation.candidates, situation) if reply.mentions else []
    if len(fitting) == 1 and len(targets) > 1:
        targets = fitting
    return Decision(Action.MOVE, targets)


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
