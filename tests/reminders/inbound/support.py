"""What the scenarios share: somebody with a telephone, and the desk that she writes to."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from rdv.models import Appointment, Contact, Family
from reminders.dispatch import dispatch
from reminders.inbound.signature import sign
from reminders.models import Conversation, InboundMessage, Task
from tests.factories import NOW, World, family, who
from tests.standins.twilio import TwilioStandIn

MOTHER = "+33639980001"
SENDER = "36999"


@dataclass
class Desk:
    """The service as its families know it: a number to write to, and what comes from it."""

    standin: TwilioStandIn
    site: str
    now: datetime = NOW

    def receives(self, text: str, *, sender: str = MOTHER, sid: str = "", to: str = SENDER) -> int:
        """Somebody writes; the answers leave at once. Gives the HTTP status that the provider got."""
        status = self.standin.answer_by_sms(
            f"{self.site}/sms/twilio/inbound/", sender=sender, to=to, text=text, sid=sid
        )
        self.sends()
        return status

    def sends(self) -> None:
        """Everything due leaves."""
        dispatch(self.now)

    def waits(self, **time: float) -> None:
        """Time passes, then everything due leaves."""
        self.now += timedelta(**time)
        self.sends()

    def at(self, instant: datetime) -> None:
        """It is that instant, and everything due has left."""
        self.now = instant
        self.sends()

    def sms(self, phone: str = MOTHER) -> list[str]:
        """What that telephone has received, the oldest first."""
        return [str(message["body"]) for message in reversed(self.standin.messages) if message["to"] == phone]

    def new_sms(self, seen: int, phone: str = MOTHER) -> list[str]:
        return self.sms(phone)[seen:]


@dataclass
class Line(Desk):
    """As `Desk`, but the signed webhook is called in this process: no transaction is committed, and tests are quick."""

    client: Client = field(default_factory=Client)

    def receives(
        self, text: str, *, sender: str = MOTHER, sid: str = "", to: str = SENDER, forged: bool = False
    ) -> int:
        sid = sid or f"SM{uuid4().hex}"
        form = {"MessageSid": sid, "From": sender, "To": to, "Body": text, "NumMedia": "0"}
        path = "/sms/twilio/inbound/"
        token = "not ours" if forged else self.standin.auth_token
        signature = sign(token=token, url=f"{self.site}{path}", form={name: [value] for name, value in form.items()})
        answer = self.client.post(path, form, headers={"X-Twilio-Signature": signature})
        self.sends()
        return answer.status_code


def mother_of(world: World, **values: Any) -> Family:
    """A family whose one telephone is MOTHER's, with Léa."""
    return family(world.territory, phone=MOTHER, **values)


def booked(world: World, of: Family, hour: int, minute: int = 0, **values: Any) -> Appointment:
    """An appointment of the world's day for all the children of a family."""
    return world.book(hour, minute, who=who(of, children=of.persons.count()), **values).appointment


def last_reply() -> InboundMessage:
    return InboundMessage.objects.latest("pk")


def tasks(kind: str) -> list[Task]:
    return list(Task.objects.filter(kind=kind, done_at=None).order_by("pk"))


def open_question(phone: str = MOTHER) -> Conversation | None:
    return Conversation.objects.filter(phone=phone, closed_at=None).order_by("-asked_at", "-pk").first()


def contact_of(phone: str = MOTHER) -> Contact:
    return Contact.objects.get(phone=phone)
