"""When each message is due and until when it serves. Pure: values in, values out; no clock, no database.

Days are the calendar days of the place: "two days before" keeps its hour over a change of clocks. Instants that come
out are UTC.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rdv.scheduling.sending import Window
from reminders.kinds import CALL, EMAIL, SMS, TABLE, Kind
from reminders.models import MessageChannel

REMINDER_TIME = time(9)


@dataclass(frozen=True, slots=True)
class Lead:
    """One reminder of the plan: which way, how many calendar days before, at what time of the day."""

    channel: MessageChannel
    days_before: int
    time: time = REMINDER_TIME


@dataclass(frozen=True, slots=True)
class Recipient:
    """One contact, and how it can be reached; `key` is what its messages are known by."""

    key: str
    sms: bool = False
    email: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """One message to come.

    `lead` counts the days before, for a reminder; `recipient` None is a call to the family. `at_any_hour` lets it leave
    outside the allowed hours.
    """

    kind: Kind
    channel: MessageChannel
    recipient: Recipient | None
    due_at: datetime
    give_up_at: datetime
    lead: int | None = None
    at_any_hour: bool = False


def at(day: date, hour: time, zone: str) -> datetime:
    """A wall-clock time of the place as an instant; one that doesn't exist (spring) is the instant after the gap."""
    return datetime.combine(day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def leads(plan: Iterable[Mapping[str, Any]]) -> list[Lead]:
    """The reminders of a plan as stored, the earliest first; entries that can't be read are left out."""
    found = []
    for entry in plan:
        channel, days = entry.get("channel"), entry.get("days_before")
        hour = _hour(entry.get("time"))
        if channel in (SMS, EMAIL) and isinstance(days, int) and days >= 0 and hour is not None:
            found.append(Lead(MessageChannel(channel), days, hour))
    return sorted(found, key=lambda lead: -lead.days_before)


def _hour(stored: Any) -> time | None:
    """The hour of a lead: the usual one when none is given, None when it can't be read."""
    try:
        return time.fromisoformat(stored).replace(tzinfo=None) if stored else REMINDER_TIME
    except (TypeError, ValueError):
        return None


def plan_notice(
    kind: Kind,
    recipients: Sequence[Recipient],
    *,
    now: datetime,
    window: Window,
    start: datetime | None = None,
    must_know_by: datetime | None = None,
    deadline: datetime | None = None,
    own: bool = False,
    answering: str = "",
) -> list[Planned]:
    """What is said at once: by SMS and by e-mail to each contact that has them, inside the allowed hours.

    What the family did itself (`own`) is confirmed by e-mail at any hour; the contact that is being answered
    (`answering`, a recipient's key) gets its SMS at any hour too. When nobody can be written to, or an SMS would come
    after `must_know_by`, a person calls, unless the family did it itself.
    """
    rule = TABLE[kind]
    planned: list[Planned] = []
    in_time = not recipients
    for recipient in recipients:
        for channel in _channels(rule.channels, recipient):
            free = rule.at_any_hour or recipient.key == answering or (own and channel == EMAIL)
            due = now if free else window.next(now)
            end = give_up(kind, due, start=start, deadline=deadline)
            if due < end:
                planned.append(Planned(kind, channel, recipient, due, end, at_any_hour=free))
                in_time = in_time or must_know_by is None or due <= must_know_by
    if rule.call and not own and (not in_time or not planned):
        end = give_up(kind, now, start=start, deadline=deadline)
        if now < end:
            planned.append(Planned(kind, CALL, None, now, end))
    return planned


def plan_reminders(
    recipients: Sequence[Recipient],
    *,
    start: datetime,
    told_at: datetime,
    now: datetime,
    plan: Sequence[Lead],
    window: Window,
) -> list[Planned]:
    """The reminders of one appointment that are still to come.

    `told_at` is when the family was last told (booked or moved): a reminder on that very day would be one message too
    many. One that should have left already is due now, as long as it serves: until the next of the same contact, or an
    hour before the meeting. When no contact has any way, the last reminder of the plan is a call, on a working day.
    """
    planned: list[Planned] = []
    for recipient in recipients:
        planned += _reminders_of(recipient, start, told_at, now, plan, window)
    reachable = any(recipient.sms or recipient.email for recipient in recipients)
    if plan and recipients and not reachable:
        planned += _calls(plan[-1], start, told_at, now, window)
    return planned


def give_up(kind: Kind, due: datetime, *, start: datetime | None = None, deadline: datetime | None = None) -> datetime:
    """From when on the message no longer serves."""
    rule = TABLE[kind]
    if rule.until == "start" and start is not None:
        return start - rule.margin
    if rule.until == "deadline" and deadline is not None:
        return deadline
    return due + rule.lifetime


def _channels(wanted: Sequence[MessageChannel], recipient: Recipient) -> list[MessageChannel]:
    has = {SMS: recipient.sms, EMAIL: recipient.email}
    return [channel for channel in wanted if has.get(channel)]


def _reminders_of(
    recipient: Recipient, start: datetime, told_at: datetime, now: datetime, plan: Sequence[Lead], window: Window
) -> list[Planned]:
    wanted: list[tuple[Lead, MessageChannel, datetime]] = []
    # An SMS of the evening waits for the morning.
    told = window.next(told_at) if recipient.sms else told_at
    for lead in plan:
        channel = _way(lead, recipient)
        due = _due(lead, start, told, window)
        if channel and due:
            wanted.append((lead, channel, due))
    last = give_up(Kind.REMINDER, start, start=start)
    planned = []
    for position, (lead, channel, due) in enumerate(wanted):
        end = min(wanted[position + 1][2], last) if position + 1 < len(wanted) else last
        if max(window.next(now), due) < end:
            planned.append(Planned(Kind.REMINDER, channel, recipient, due, end, lead.days_before))
    return planned


def _calls(lead: Lead, start: datetime, told_at: datetime, now: datetime, window: Window) -> list[Planned]:
    due = window.calls_on(window.day_of(start) - timedelta(days=lead.days_before), lead.time)
    end = give_up(Kind.REMINDER, start, start=start)
    if window.day_of(due) <= window.day_of(told_at) or max(now, due) >= end:
        return []
    return [Planned(Kind.REMINDER, CALL, None, due, end, lead.days_before)]


def _way(lead: Lead, recipient: Recipient) -> MessageChannel | None:
    """An SMS, else an e-mail in its place; an e-mail of the plan has no other way."""
    if lead.channel == SMS and recipient.sms:
        return SMS
    return EMAIL if recipient.email else None


def _due(lead: Lead, start: datetime, told_at: datetime, window: Window) -> datetime | None:
    # A reminder that would fall on a quiet day comes before it: Monday's, on Saturday.
    day = window.eve(window.day_of(start) - timedelta(days=lead.days_before))
    if day <= window.day_of(told_at):
        return None
    return at(day, window.within(lead.time), window.zone)
