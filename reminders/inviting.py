"""What follow-ups make us say: the link to book what comes next, or a call to whoever can't be written to."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from rdv.booking import events
from rdv.followups.events import FamiliesInvited
from rdv.models import FollowUpInvitation
from reminders import outbox, todo
from reminders.audience import Told, families_told
from reminders.kinds import EMAIL, Kind
from reminders.models import OutboundMessage, Task, TaskKind
from reminders.planning import Planned, plan_notice

# How long a no by SMS is still taken for an answer to it; the link answers longer.
ANSWERED_WITHIN = timedelta(days=7)


def connect() -> None:
    """Listen to follow-ups; called once."""
    events.subscribe(FamiliesInvited, on_invited)


def on_invited(event: FamiliesInvited) -> None:
    """One message to each contact, however many children are invited; by telephone, one task for the family.

    As many queries for one family as for many.
    """
    first_of: dict[int, FollowUpInvitation] = {}
    for one in event.invitations:
        first_of.setdefault(one.family_id, one)
    rows, calls = [], []
    for told in families_told(first_of):
        first = first_of[told.family_id]
        if first.is_call:
            calls.append(_call(first, told, event.at))
        else:
            planned = plan_notice(Kind.INVITATION, told.recipients(), now=event.at, window=first.territory.sending)
            rows += [_row(one, first, told, event.at) for one in planned if one.recipient]
    outbox.enqueue(rows, now=event.at)
    todo.open_tasks(calls)


def _row(one: Planned, invitation: FollowUpInvitation, told: Told, now: datetime) -> OutboundMessage:
    key = one.recipient.key if one.recipient else ""
    contact = told.contacts[key]
    return OutboundMessage(
        territory_id=invitation.territory_id,
        key=f"{Kind.INVITATION}:i{invitation.pk}:{key}:{one.channel}",
        kind=Kind.INVITATION,
        channel=one.channel,
        family_id=invitation.family_id,
        contact=contact,
        to=contact.email if one.channel == EMAIL else contact.phone,
        language=contact.language,
        context={"invitation": invitation.pk, "until": (one.due_at + ANSWERED_WITHIN).isoformat()},
        **outbox.timing(Kind.INVITATION, one.due_at, now, one.give_up_at),
    )


def _call(first: FollowUpInvitation, told: Told, now: datetime) -> Task:
    zone = ZoneInfo(first.territory.time_zone)
    contact = next((one for one in told.contacts.values() if one.phone), None)
    return todo.new_task(
        kind=TaskKind.CALL_INVITATION,
        key=f"i{first.pk}",
        territory=first.territory_id,
        organisation=first.organisation_id,
        family=first.family_id,
        contact=contact,
        detail=str(first.type.agents_label),
        due_at=datetime.combine(first.expires_on, time(20), zone),
        now=now,
    )
