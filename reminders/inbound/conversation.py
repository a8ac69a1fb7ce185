"""One reply, from its words to its effect: understood in its situation, decided, carried out, noted as handled."""

from datetime import datetime

from reminders.inbound.context import situation_of
from reminders.inbound.decisions import Decision, decide
from reminders.inbound.effects import carry_out
from reminders.inbound.parser import parse
from reminders.inbound.reply import Intent, Reply
from reminders.inbound.situation import Situation
from reminders.models import InboundMessage
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
    understood = parse(text, language=language, options=options)
    if understood.intent is Intent.UNCLEAR and situation.question and len(situation.question.options) > 1:
        lettered = tuple(option[0].translate(LETTERED) + option[1:] for option in options)
        other = parse(text, language=language, options=lettered)
        if other.intent is Intent.WHICH:
            return other
    return understood


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
    reply.save(update_fields=["handled_at", "intent", "outcome", "conversation", "appointment", "family"])
