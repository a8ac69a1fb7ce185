"""E-mails: a text and an HTML copy of it, with the appointment as a calendar file when it is booked, moved or ended.

A message's file holds its subject on the first line, then paragraphs; the card with the day, the hour and the place,
the button and the footer are the same for all.
"""

from collections.abc import Mapping
from datetime import datetime
from email.utils import formataddr, parseaddr

import css_inline
from django.conf import settings
from django.template.loader import render_to_string

from reminders import ics
from reminders.kinds import TABLE, Kind
from reminders.models import OutboundMessage
from reminders.providers.email import Email
from reminders.texts import rendering
from reminders.texts.facts import Meeting
from reminders.texts.labels import labels
from reminders.texts.library import Text

# The greeting, and what has happened; then the card, then what may be done.
BEFORE_CARD = 2
# Where the day, the hour and the place stand out; what is cancelled or gone is told in a sentence.
WITH_CARD = {Kind.BOOKED, Kind.MOVED, Kind.REMINDER, Kind.OFFER, Kind.AGENT_BOOKED, Kind.AGENT_MOVED}


def compose(
    message: OutboundMessage,
    written: Text,
    meeting: Meeting | None,
    *,
    link: str,
    context: Mapping[str, object],
    now: datetime,
) -> Email:
    """The e-mail of a row, in these words, ready to go."""
    language = written.language
    facts = {**context, **_facts(meeting, language)}
    subject, _, rest = rendering.words(written.phrasing, facts).strip().partition("\n")
    paragraphs = [" ".join(part.split("\n")) for part in rest.split("\n\n") if part.strip()]
    kind = Kind(message.kind)
    layout = {
        **facts,
        **labels(kind, language),
        "subject": subject,
        "opening": paragraphs[:BEFORE_CARD],
        "closing": paragraphs[BEFORE_CARD:],
        "has_card": kind in WITH_CARD and meeting is not None,
        "link": link,
        "language": language,
    }
    text = render_to_string("messages/email/layout.txt", layout)
    html = render_to_string("messages/email/layout.html", layout)
    sender = _sender(message, meeting)
    method, calendar = _invitation(message, link, sender, now)
    return Email(
        to=message.to,
        subject=subject,
        text="\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n",
        html=css_inline.inline(html),
        sender=sender,
        reference=message.key.replace(":", "."),
        thread=str(message.appointment.uid) if message.appointment else "",
        reply_to=_reply_to(meeting),
        calendar=calendar,
        calendar_method=method,
    )


def _facts(meeting: Meeting | None, language: str) -> dict[str, object]:
    if meeting is None:
        return {"moment": "", "day": "", "hour": "", "place": "", "address": "", "access": ""}
    discreet = meeting.service.is_discreet
    return {
        "moment": meeting.moment(language),
        "day": meeting.day(language),
        "hour": meeting.hour(language),
        "place": meeting.place(language),
        "address": "" if discreet else meeting.address(),
    }


def _sender(message: OutboundMessage, meeting: Meeting | None) -> str:
    """The territory's own sender; under a neutral name for a discreet service."""
    sender = message.territory.email_sender or settings.DEFAULT_FROM_EMAIL
    discreet = meeting.service.is_discreet if meeting else message.context.get("discreet", False)
    if discreet:
        return formataddr(("Rendez-vous", parseaddr(sender)[1]))
    return sender


def _reply_to(meeting: Meeting | None) -> str:
    """A person of the team; of a discreet service nobody that its name would betray."""
    if meeting is None:
        return ""
    organisation = meeting.location.organisation
    own = "" if meeting.service.is_discreet else organisation.email
    return own or organisation.territory.email


def _invitation(message: OutboundMessage, link: str, sender: str, now: datetime) -> tuple[str, str]:
    appointment, contact = message.appointment, message.contact
    if appointment is None or contact is None or not TABLE[Kind(message.kind)].invitation:
        return "PUBLISH", ""
    mine = [row for row in appointment.participations.all() if row.family_id == message.family_id]
    meeting = ics.meeting_of(appointment, url=link, participations=mine)
    name, address = parseaddr(sender)
    method, calendar = ics.invitation(
        meeting, organiser=(name or "Rendez-vous", address), attendee=("", message.to), now=now
    )
    return method, calendar.decode()
