"""What territory administrators read on every page while a message account is in trouble."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from rdv import moments
from rdv.models import Agent, Territory
from reminders import breaker, trouble
from reminders.models import Trouble, TroubleKind

NAMES = {"twilio": "Twilio", "ovh": "OVHcloud", "brevo": "Brevo", "smsmode": "smsmode"}


@dataclass(frozen=True, slots=True)
class TroubleLine:
    """One alert: what is wrong since when, and what becomes of the messages."""

    kind: str
    title: str
    text: str


def trouble_lines(agent: Agent, territory: Territory, now: datetime) -> list[TroubleLine]:
    """The alerts for this agent: none for who can do nothing about an account."""
    if not agent.is_territory_admin:
        return []
    return [_line(row, territory, now) for row in trouble.current()]


def _line(row: Trouble, territory: Territory, now: datetime) -> TroubleLine:
    name = NAMES.get(row.provider, row.provider)
    since = moments.moment(row.began_at, territory.time_zone)
    title = _("%(name)s : %(what)s depuis le %(since)s") % {
        "name": name,
        "what": row.get_kind_display().lower(),
        "since": since,
    }
    if row.kind in (TroubleKind.LOW_CREDIT, TroubleKind.CANARY):
        return TroubleLine(
            "warning", title, _("Vérifiez le compte du fournisseur (%(detail)s).") % {"detail": row.detail}
        )
    others = breaker.taking_over(row.provider, now)
    if others:
        text = _("Les SMS partent par %(other)s en attendant.") % {"other": NAMES.get(others[0], others[0])}
        return TroubleLine("warning", title, text)
    text = _("Les SMS ne partent plus : les courriels prennent le relais, les autres familles sont à appeler.")
    return TroubleLine("error", title, text)
