"""What to say to a family on the phone when its appointment changes: the words that its task shows."""

from datetime import datetime
from typing import Any

from rdv import moments
from rdv.models import Appointment, Offer, ProposalStatus
from rdv.waitinglist.became import Became, became
from reminders.kinds import Kind

NOT_HELD = "Votre rendez-vous du {when} ne peut pas avoir lieu."
NEXT = {
    ProposalStatus.REFUSED: "Aucune des dates proposées ne vous convient\u00a0: laquelle vous irait\u00a0?",
    ProposalStatus.EXPIRED: "Vous n’avez pas répondu à notre message\u00a0: quelle date vous irait\u00a0?",
}
DATES = "Nous vous proposons\u00a0: {dates}. Laquelle vous convient\u00a0?"
WORDS = {
    Kind.MOVED: "Votre rendez-vous est déplacé\u00a0: ce sera {when}, {where}.",
    Kind.CANCELLED_BY_SERVICE: "Votre rendez-vous du {when} est annulé par nos services.",
    Kind.MAINTAINED: "Finalement, votre rendez-vous du {when} est maintenu.",
}
SAME_TIME = "Votre rendez-vous du {when} est maintenu, avec un autre professionnel."
TAKEN = "La place a été prise par une autre famille\u00a0: dites-le-lui. Elle garde son rang."
WITHDRAWN = "La place ne peut plus lui être proposée\u00a0: dites-le-lui. Elle garde son rang."


def to_say(kind: Kind, appointment: Appointment, context: dict[str, Any]) -> str:
    """Of an appointment that changed; `context` is that of the message. Empty where the kind of the task says all."""
    when = moments.moment(appointment.starts_at, appointment.zone)
    if kind == Kind.DATES_PROPOSED:
        dates = [moments.short(datetime.fromisoformat(one["start"]), appointment.zone) for one in context["slots"]]
        return f"{NOT_HELD} {DATES}".format(when=when, dates=", ".join(dates))
    words = SAME_TIME if kind == Kind.MOVED and context.get("same_time") else WORDS.get(kind, "")
    return words.format(when=when, where=appointment.location.name)


def without_answer(appointment: Appointment, status: ProposalStatus) -> str:
    """None of the dates suits, or nobody answered."""
    return f"{NOT_HELD} {NEXT[status]}".format(when=moments.moment(appointment.starts_at, appointment.zone))


def not_hers(offer: Offer, *, now: datetime) -> str:
    """Why a place of which a family was told is not for it."""
    return TAKEN if became(offer, now=now) is Became.TAKEN else WITHDRAWN
