"""Write one message: what its template may use, who it comes from, and what is kept of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rdv import moments
from rdv.models import EntryStatus, Offer, Participation, Status
from rdv.waitinglist.became import Became, became, keeps_appointment
from reminders.kinds import EMAIL, Kind
from reminders.loading import Batch, meeting_of
from reminders.models import OutboundMessage
from reminders.providers import accounts
from reminders.providers.email import Email
from reminders.texts import emails, library, rendering
from reminders.texts.facts import Meeting, readable_phone

MASK = "••••••"
Context = dict[str, object]
Joined = Sequence[OutboundMessage]


@dataclass(frozen=True, slots=True)
class Ready:
    """A message that may leave now: `text` is the SMS, `email` the e-mail. The row keeps what the family will see."""

    message: OutboundMessage
    text: str = ""
    email: Email | None = None


def write(message: OutboundMessage, batch: Batch, joined: Joined, *, now: datetime) -> Ready:
    """The text of a message, put into its row as well; `joined` are the other reminders that it stands for."""
    meeting = meeting_of(message)
    context = _context(message, batch, joined, meeting, now)
    if joined:
        message.context = {**message.context, "joined": [other.appointment_id for other in joined]}
    if message.kind == Kind.REMINDER:
        message.context = {**message.context, "asks": context["asks"]}
    return (_email if message.channel == EMAIL else _sms)(message, batch, meeting, context, now)


def _sms(message: OutboundMessage, batch: Batch, meeting: Meeting | None, context: Context, now: datetime) -> Ready:
    # Answers go back to the number that wrote, whatever the file says by now.
    if message.contact is not None and message.kind not in (Kind.RECEIPT, Kind.QUESTION, Kind.REPLY_BY_AGENT):
        message.to = message.contact.phone
    neutral = meeting.service.neutral_sender if meeting and meeting.service.is_discreet else ""
    neutral = neutral or str(message.context.get("sender", ""))
    message.sender = accounts.sender(accounts.names()[0], neutral or message.territory.sms_sender)
    written = rendering.sms(
        _template(message), language=message.language, meeting=meeting, context=context, own=batch.own(message)
    )
    message.body, message.segments = _kept(message, written.text), written.segments
    return Ready(message, text=written.text)


def _email(message: OutboundMessage, batch: Batch, meeting: Meeting | None, context: Context, now: datetime) -> Ready:
    if message.contact is not None:
        message.to = message.contact.email
    elif message.agent is not None:
        message.to = message.agent.email or message.to
    link = batch.link(message)
    text = library.find("email", _template(message), message.language, batch.own(message))
    email = emails.compose(message, text, meeting, link=link, context=context, now=now)
    message.sender, message.subject = email.sender[:200], _kept(message, email.subject)[:200]
    message.body = _kept(message, email.text)
    return Ready(message, email=email)


def _template(message: OutboundMessage) -> str:
    return str(message.context.get("template") or message.kind)


def _kept(message: OutboundMessage, text: str) -> str:
    """The text as it is kept: a code would open the family's page to whoever reads it here."""
    code = message.context.get("code") if message.kind == Kind.ACCESS_CODE else None
    return text.replace(str(code), MASK) if code else text


def _context(message: OutboundMessage, batch: Batch, joined: Joined, meeting: Meeting | None, now: datetime) -> Context:
    """What the template may use besides the meeting's own words. All of it is there for every kind."""
    context: Context = {
        "link": batch.link(message),
        "site": message.territory.public_url,
        "phone": "" if message.agent else readable_phone(_phone(message, meeting)),
        "collective": bool(message.appointment and message.appointment.is_collective),
        "count": 1 + len(joined),
        **dict.fromkeys(("others", "code", "deadline", "span", "replaces"), ""),
        **dict.fromkeys(("asks", "keeps", "by_service", "gone", "prescriber", "hit", "same_time"), False),
        "leaves": True,
    }
    context |= message.context
    extra = EXTRAS.get(Kind(message.kind))
    return context | extra(message, joined, now) if extra else context


def _phone(message: OutboundMessage, meeting: Meeting | None) -> str:
    return (meeting.phone() if meeting else "") or message.territory.phone


def _of_reminder(message: OutboundMessage, joined: Joined, now: datetime) -> Context:
    """A family that said that it comes is reminded, and asked nothing."""
    asked = [row.confirmed_at is None for one in (message, *joined) for row in _coming(one)]
    hours = [meeting.hour(message.language) for other in joined if (meeting := meeting_of(other))]
    return {"asks": any(asked), "others": ", ".join(hours)}


def _coming(message: OutboundMessage) -> list[Participation]:
    rows = message.appointment.participations.all() if message.appointment else []
    return [row for row in rows if row.family_id == message.family_id and row.status == Status.UNKNOWN]


def _of_offer(message: OutboundMessage, joined: Joined, now: datetime) -> Context:
    offer, meeting = message.offer, meeting_of(message)
    if offer is None or meeting is None:
        return {}
    deadline = _deadline(replace(meeting, start=offer.expires_at), message, now)
    return {"code": offer.code, "replaces": _replaced(offer, message), "deadline": deadline}


def _deadline(end: Meeting, message: OutboundMessage, now: datetime) -> str:
    """Until when an answer is awaited: the hour is enough, unless it is on another day."""
    today = moments.local(now, end.zone).date() == moments.local(end.start, end.zone).date()
    if message.channel == EMAIL:
        spoken = moments.hour if today else moments.moment
        return spoken(end.start, end.zone, language=message.language)
    return end.hour(message.language) if today else moments.short(end.start, end.zone, language=message.language)


def _replaced(offer: Offer, message: OutboundMessage) -> str:
    """The appointment that a yes gives up; in an SMS its date is enough beside the new one."""
    present = offer.entry.current_appointment
    if present is None or present.is_cancelled:
        return ""
    if message.channel == EMAIL:
        return moments.moment(present.starts_at, present.zone, language=message.language)
    return f"{moments.local(present.starts_at, present.zone):%d/%m}"


def _of_lost_offer(message: OutboundMessage, joined: Joined, now: datetime) -> Context:
    offer = message.offer
    if offer is None:
        return {}
    withdrawn = became(offer, now=now) in (Became.WITHDRAWN, Became.REFUSED, Became.LATE)
    keeps = offer.entry.status == EntryStatus.WAITING and keeps_appointment(offer, now=now)
    return {"keeps": keeps, "withdrawn": withdrawn}


def _of_dates(message: OutboundMessage, joined: Joined, now: datetime) -> Context:
    """The dates under their letters: in few characters for an SMS, a paragraph each in an e-mail."""
    meeting, mail = meeting_of(message), message.channel == EMAIL
    if meeting is None:
        return {}
    dates = []
    for one in message.context.get("slots", []):
        start = datetime.fromisoformat(one["start"])
        if mail:
            dates.append(f"{one['key']}\u00a0: {moments.moment(start, meeting.zone, language=message.language)}")
        else:
            dates.append(f"{one['key']} {moments.short(start, meeting.zone, language=message.language)}")
    said: Context = {"choices": ("\n\n" if mail else ", ").join(dates)}
    if "until" in message.context:
        end = replace(meeting, start=datetime.fromisoformat(message.context["until"]))
        said["deadline"] = _deadline(end, message, now)
    return said


EXTRAS: dict[Kind, Callable[[OutboundMessage, Joined, datetime], Context]] = {
    Kind.REMINDER: _of_reminder,
    Kind.OFFER: _of_offer,
    Kind.OFFER_TAKEN: _of_lost_offer,
    Kind.DATES_PROPOSED: _of_dates,
}
