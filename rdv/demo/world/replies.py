"""What families wrote back: understood or not, and what it left for the secretaries to do."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from rdv.demo.models import DemoSms
from rdv.demo.world.base import World
from rdv.models import Appointment, Contact, Participation, PhoneState, Status
from reminders.inbound.reply import Intent
from reminders.kinds import SMS, Kind
from reminders.models import InboundMessage, MessageState, OutboundMessage, Task, TaskKind

YES = ("Oui", "oui merci", "OUI", "ok merci 🙏", "Oui on sera là", "oui c bon", "d'accord", "1", "Oui merci à demain")
OTHERS = 40


@dataclass(frozen=True, slots=True)
class Line:
    """One reply that needs somebody, and why."""

    text: str
    intent: Intent
    task: TaskKind
    detail: str = ""


LEFT_TO_DO = (
    Line("Est-ce que le papa peut venir à ma place ?", Intent.UNCLEAR, TaskKind.UNCLEAR),
    Line("12", Intent.UNCLEAR, TaskKind.UNCLEAR),
    Line("on a pas la voiture mardi sauf si ma sœur peut", Intent.UNCLEAR, TaskKind.UNCLEAR),
    Line("il a de la fièvre depuis hier je fais quoi", Intent.UNCLEAR, TaskKind.UNCLEAR),
    Line("bonjour c est a quelle adresse svp", Intent.UNCLEAR, TaskKind.UNCLEAR),
    Line("Possible de décaler à la semaine d'après ?", Intent.MOVE, TaskKind.WANTS_TO_MOVE, "à la semaine d’après"),
    Line("je peux venir plutôt le matin ?", Intent.MOVE, TaskKind.WANTS_TO_MOVE, "plutôt le matin"),
    Line("Vous vous trompez de numéro", Intent.WRONG_NUMBER, TaskKind.WRONG_NUMBER),
    Line("STOP", Intent.STOP, TaskKind.STOPPED),
)

# What the product did of each, in the words that it keeps.
OUTCOMES = {
    TaskKind.UNCLEAR: "ask_again",
    TaskKind.WANTS_TO_MOVE: "move",
    TaskKind.WRONG_NUMBER: "wrong_number",
    TaskKind.STOPPED: "stop",
}


def write_replies(world: World) -> None:
    """Answers to the reminders of the last days; the last ones are still on somebody's desk."""
    asked = OutboundMessage.objects.filter(
        kind=Kind.REMINDER,
        channel=SMS,
        state=MessageState.DELIVERED,
        appointment__starts_at__gt=world.now,
        appointment__status=Status.UNKNOWN,
        appointment__is_collective=False,
        appointment__service__is_discreet=False,
    )
    found = list(asked.select_related("appointment", "contact", "family").order_by("pk"))
    world.rng.shuffle(found)
    to_do = found[: len(LEFT_TO_DO)]
    for message, line in zip(to_do, LEFT_TO_DO, strict=False):
        _left_to_do(world, message, line)
    for message in found[len(to_do) : len(to_do) + OTHERS]:
        _reply(world, message, world.rng.choice(YES), Intent.YES, "confirm")
        coming = Participation.objects.filter(appointment=message.appointment, family=message.family)
        coming.update(confirmed_at=_after(world, message))


def _left_to_do(world: World, message: OutboundMessage, line: Line) -> None:
    reply = _reply(world, message, line.text, line.intent, OUTCOMES[line.task])
    appointment, contact = message.appointment, message.contact
    if not isinstance(appointment, Appointment) or not isinstance(contact, Contact):
        return
    if line.task == TaskKind.STOPPED:
        Contact.objects.filter(phone=contact.phone).update(sms_stopped_at=reply.received_at)
    elif line.task == TaskKind.WRONG_NUMBER:
        Contact.objects.filter(phone=contact.phone).update(phone_state=PhoneState.TO_CHECK)
    about_contact = line.task in (TaskKind.STOPPED, TaskKind.WRONG_NUMBER)
    Task.objects.create(
        territory=world.territory,
        organisation_id=appointment.organisation_id,
        kind=line.task,
        key=f"c{contact.pk}" if about_contact else f"r{reply.pk}",
        family=message.family,
        contact=contact,
        appointment=appointment,
        reply=reply,
        detail=line.detail or line.text,
        due_at=appointment.starts_at,
        created_at=reply.received_at,
    )


def _after(world: World, message: OutboundMessage) -> datetime:
    """A little after the reminder, never in the future."""
    sent = message.sent_at or message.due_at
    return min(sent + timedelta(minutes=world.rng.triangular(1, 240, 9)), world.now - timedelta(minutes=1))


def _reply(world: World, message: OutboundMessage, text: str, intent: Intent, outcome: str) -> InboundMessage:
    at = _after(world, message)
    sid = f"SM{uuid.UUID(int=world.rng.getrandbits(128)).hex}"
    DemoSms.objects.create(
        sid=sid,
        phone=message.to,
        sender=world.territory.sms_sender,
        body=text,
        is_from_family=True,
        status="received",
        at=at,
    )
    return InboundMessage.objects.create(
        territory=world.territory,
        provider="twilio",
        provider_id=sid,
        sender=message.to,
        to=world.territory.sms_sender,
        body=text,
        received_at=at,
        handled_at=at,
        intent=intent,
        outcome=outcome,
        family=message.family,
        appointment=message.appointment,
    )
