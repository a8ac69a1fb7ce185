"""What a family was invited to, on its file: when, for whom, and what became of it."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from rdv import moments
from rdv.followups.candidates import invitable_types
from rdv.followups.inviting import booking_of
from rdv.models import Family, FollowUpInvitation
from rdv.web.agents.workspace import AgentRequest

REMEMBERED = timedelta(days=120)


def invitations_of(request: AgentRequest, family: Family) -> list[str]:
    """The invitations of the last months that led to no appointment, the latest first."""
    recent = request.territory.invitations.filter(family=family, invited_at__gt=request.now - REMEMBERED)
    types = invitable_types(request.scope).filter(pk__in=recent.values("type")).select_related("territory")
    left: list[FollowUpInvitation] = []
    for type_ in types:
        left += recent.filter(type=type_).exclude(booking_of(type_)).select_related("type", "person")
    return [_line(request, one) for one in sorted(left, key=lambda one: (one.invited_at, one.pk), reverse=True)]


def _line(request: AgentRequest, one: FollowUpInvitation) -> str:
    words = {
        "type": one.type.agents_label,
        "who": one.person.first_name,
        "day": _day(request, one.invited_at),
        "last": moments.plain_day(one.expires_on),
    }
    if one.declined_at is not None:
        return _("%(type)s (%(who)s), invitée le %(day)s : a dit non") % words
    if one.expires_on < request.today:
        return _("%(type)s (%(who)s), invitée le %(day)s : pas de réponse") % words
    if one.is_call:
        return _("%(type)s (%(who)s), à appeler depuis le %(day)s") % words
    return _("%(type)s (%(who)s), invitée le %(day)s, lien valable jusqu’au %(last)s") % words


def _day(request: AgentRequest, instant: datetime) -> str:
    return moments.plain_day(moments.local(instant, request.territory.time_zone).date())
