"""One reply, from its words to its effect: understood in its situation, decided, carried out, noted as handled."""

from datetime import datetime
from zoneinfo import ZoneInfo

from reminders.inbound.action import Action, Decision
from reminders.inbound.context import situation_of
from reminders.inbound.decisions import decide
from reminders.inbound.effects import carry_out
from reminders.inbound.invitation_words import read_invited
from reminders.inbound.parser import parse
from reminders.inbound.picking import pick
from reminders.inbound.reply import NO_OPTION, Intent, Reply
from reminders.inbound.situation import Question, Situation, proposed
from reminders.models import Conversation, InboundMessage
from reminders.outbox import answering

# A WHICH question may be answered as it was asked, by digit, or by letter.
LETTERED = str.maketrans("12345678", "ABCDEFGH")


def handle(reply: InboundMessage, *, now: datetime) -> Decision:
    """Honour one stored reply, inside the running transaction."""
    situation = situation_of(reply, now=now)
    understood = understand(situation)
    decision = decide(understood, situation)
    with answering(reply.sender):
        carry_out(decision, understood, situation, now=now)
    _note(situation, understood, decision, now)
    return decision


def understand(situation: Situation) -> Reply:
    """What the words say, given what was asked."""
    text, language, options = situation.reply.body, situation.language, situation.options
    picked = _picked(situation, situation.question)
    if picked:
        return picked
    if situation.invited:
        said = read_invited(text, names=situation.invited.names | situation.invited.around)
        if said:
            return said
    understood = parse(text, language=language, options=options)
    if understood.intent is not Intent.UNCLEAR:
        return understood
    if situation.question and len(situation.question.options) > 1:
        lettered = tuple(option[0].translate(LETTERED) + option[1:] for option in options)
        other = parse(text, language=language, options=lettered)
        if other.intent is Intent.WHICH:
            return other
    return _too_late(situation) or understood


def _picked(situation: Situation, question: Conversation | None) -> Reply | None:
    """The date that it takes, when dates were proposed."""
    if question is None or question.appointment is None or question.question != Question.MOVE:
        return None
    received = situation.reply.received_at.astimezone(ZoneInfo(question.appointment.zone))
    choice = pick(situation.reply.body, proposed(question), received)
    if choice == NO_OPTION and question.closed_at:
        return None
    return Reply(Intent.WHICH, "date", choice) if choice else None


def _too_late(situation: Situation) -> Reply | None:
    """An answer to the last question, whose time has passed: it is said so, and nothing else is made of it."""
    lapsed = situation.lapsed
    if lapsed is None or lapsed.closed_at:
        return None
    if lapsed.question == Question.MOVE:
        picked = _picked(situation, lapsed)
        return picked if picked and picked.choice != NO_OPTION else None
    if lapsed.question != Question.WHICH or len(lapsed.options) < 2:
        return None
    keys = tuple(each["key"] for each in lapsed.options)
    answer = parse(situation.reply.body, language=situation.language, options=keys)
    return answer if answer.intent is Intent.WHICH else None


def _note(situation: Situation, understood: Reply, decision: Decision, now: datetime) -> None:
    reply = situation.reply
    about = next(iter(decision.targets), None)
    contact = next(iter(situation.contacts), None)
    reply.handled_at = now
    reply.intent, reply.outcome = understood.intent, decision.action
    reply.conversation = situation.question
    reply.appointment = about.appointment if about else None
    reply.family = about.family if about else (contact.family if contact else None)
    if decision.offer is not None:
        reply.family, reply.appointment = decision.offer.family, decision.offer.appointment
    if situation.invited is not None and decision.action in (Action.INVITE, Action.REFUSE):
        reply.family = situation.invited.invitation.family
    reply.save(update_fields=["handled_at", "intent", "outcome", "conversation", "appointment", "family"])
