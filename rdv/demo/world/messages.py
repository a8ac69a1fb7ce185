"""What was said, what will be: the real rules plan each message; those of the past are written as if they had left."""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from rdv.demo.models import DemoSms
from rdv.demo.world.base import World
from rdv.demo.world.families import Household
from rdv.demo.world.rows import Rows
from rdv.models import Appointment, AppointmentLink, Participation
from reminders.audience import Told, reminder_plan, window_at
from reminders.kinds import CALL, EMAIL, SMS, Kind
from reminders.models import MessageState, OutboundMessage, Task
from reminders.planning import Planned, plan_notice, plan_reminders
from reminders.texts import rendering
from reminders.texts.facts import Meeting, link_of
from reminders.writing import Subject, call_task, stamp_of, write

BATCH = 1000
# Older messages would be purged or never looked at; the telephones remember less.
TOLD_DAYS, ON_TELEPHONES_DAYS = 14, 8


class Messenger:
    """Plans and writes the messages of all appointments near today."""

    def __init__(self, world: World, households: list[Household], rows: Rows) -> None:
        self.world = world
        self.rows = rows
        self.contacts = {household.family.pk: household.contacts for household in households}
        self.links = {(link.appointment_id, link.family_id): link for link in rows.links}
        self.messages: list[OutboundMessage] = []
        self.tasks: list[Task] = []
        self.sms: list[DemoSms] = []

    def write(self) -> None:
        """Everything, in four queries."""
        for appointment, family_id, participations in self._enrolments():
            self._tell(appointment, family_id, participations)
        OutboundMessage.objects.bulk_create(self.messages, batch_size=BATCH)
        Task.objects.bulk_create(self.tasks, ignore_conflicts=True)
        DemoSms.objects.bulk_create(self.sms, batch_size=BATCH)

    def _enrolments(self) -> Iterator[tuple[Appointment, int, list[Participation]]]:
        """Each family's part in an appointment that is still to come, or has just been."""
        since = self.world.now - timedelta(days=TOLD_DAYS)
        found: dict[tuple[int, int], list[Participation]] = defaultdict(list)
        appointments = {row.pk: row for row in self.rows.appointments if row.starts_at > since and not row.is_cancelled}
        for row in self.rows.participations:
            if row.appointment_id in appointments:
                found[row.appointment_id, row.family_id].append(row)
        for (appointment_id, family_id), rows in found.items():
            yield appointments[appointment_id], family_id, rows

    def _tell(self, appointment: Appointment, family_id: int, participations: list[Participation]) -> None:
        told = Told(family_id, {f"c{contact.pk}": contact for contact in self.contacts[family_id]})
        subject = Subject(appointment, stamp=stamp_of(participations))
        booked_at, window = participations[0].created_at, window_at(appointment.location)
        planned = plan_notice(
            Kind.BOOKED, told.recipients(), now=booked_at, window=window, start=appointment.starts_at
        ) + plan_reminders(
            told.recipients(),
            start=appointment.starts_at,
            told_at=booked_at,
            now=booked_at,
            plan=reminder_plan(appointment),
            window=window,
        )
        link = self.links[appointment.pk, family_id]
        for one in planned:
            self._one(one, told, subject, link, booked_at)

    def _one(self, one: Planned, told: Told, subject: Subject, link: AppointmentLink, booked_at: datetime) -> None:
        if one.channel == CALL and one.due_at <= self.world.now:
            if one.give_up_at > self.world.now:
                self.tasks.append(call_task(one.kind, told, subject, now=one.due_at))
            return
        message = write([one], told, subject, now=booked_at)[0][0]
        if message.due_at <= self.world.now:
            self._sent(message, link)
        self.messages.append(message)

    def _sent(self, message: OutboundMessage, link: AppointmentLink) -> None:
        appointment = message.appointment
        if appointment is None:
            return
        location = appointment.location
        meeting = Meeting(
            start=appointment.starts_at,
            zone=location.zone,
            mode=appointment.mode,
            location=location,
            service=appointment.service,
        )
        context = {
            "link": link_of(self.world.territory.public_url, link.token),
            "collective": appointment.is_collective,
            "asks": message.kind == Kind.REMINDER,
            "others": "",
            "count": 1,
        }
        written = rendering.sms(message.kind, language=message.language, meeting=meeting, context=context)
        failed = message.channel == SMS and self.world.chance(0.012)
        message.body, message.state = written.text, MessageState.FAILED if failed else MessageState.DELIVERED
        message.reason = "unreachable 30003" if failed else ""
        message.sent_at, message.tries = message.due_at + timedelta(seconds=self.world.rng.uniform(1, 40)), 1
        message.provider, message.provider_id = (
            ("twilio", f"SM{self._hex()}") if message.channel == SMS else ("email", "")
        )
        if message.channel == EMAIL:
            message.subject, message.state = f"Votre rendez-vous, {meeting.day(message.language)}", MessageState.SENT
            return
        message.segments, message.sender = written.segments, self.world.territory.sms_sender
        if not failed and message.due_at > self.world.now - timedelta(days=ON_TELEPHONES_DAYS):
            self._ring(message)

    def _ring(self, message: OutboundMessage) -> None:
        self.sms.append(
            DemoSms(
                sid=message.provider_id,
                phone=message.to,
                sender=message.sender,
                body=message.body,
                status="delivered",
                at=message.sent_at or message.due_at,
            )
        )

    def _hex(self) -> str:
        return uuid.UUID(int=self.world.rng.getrandbits(128)).hex
