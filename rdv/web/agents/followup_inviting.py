"""Inviting families from the follow-ups: those that were ticked or the whole list, and what is said of it."""

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rdv.followups.inviting import Invited, allowance, foresee, invite
from rdv.models import AppointmentType
from rdv.web.agents.workspace import AgentRequest

# As many as the boxes of a page.
MOST_TICKED = 40


def ticked(request: AgentRequest) -> list[int]:
    """The children whose boxes were ticked."""
    given = request.POST.getlist("enfant")[:MOST_TICKED]
    return [int(pk) for pk in given if pk.isascii() and pk.isdecimal() and len(pk) < 19]


def foreseen(request: AgentRequest, type_: AppointmentType, persons: Collection[int]) -> dict[str, Any]:
    """What inviting them would do now, in ready words; `may` when anybody would be invited or called."""
    done = foresee(request.scope, type_, persons, now=request.now)
    day = allowance(request.scope, type_, now=request.now)
    return {
        "foreseen": done,
        "may": bool(done.written or done.calls),
        "limit": _limit(day.most, day.used),
    }


def invite_these(request: AgentRequest, type_: AppointmentType, persons: Collection[int]) -> None:
    """Invite them, and say how many were, how many are to be called, and how many are left for another day."""
    done = invite(request.scope, type_, persons, by=request.by, now=request.now) if persons else Invited()
    for text in _told(done):
        messages.success(request, text)
    if done.left:
        left = ngettext(
            "La limite du jour est atteinte : %d famille reste à inviter demain.",
            "La limite du jour est atteinte : %d familles restent à inviter demain.",
            done.left,
        )
        messages.warning(request, left % done.left)
    if done == Invited():
        messages.info(request, _("Personne n’était coché, ou ces familles ont déjà été invitées."))


def _limit(most: int, used: int) -> str:
    """The service's limit, with what was sent today."""
    text = ngettext(
        "Ce service invite au plus %d famille par jour.", "Ce service invite au plus %d familles par jour.", most
    )
    if not used:
        return text % most
    today = ngettext("%d l’a déjà été aujourd’hui.", "%d l’ont déjà été aujourd’hui.", used)
    return f"{text % most} {today % used}"


def _told(done: Invited) -> list[str]:
    said = []
    if done.written:
        said.append(ngettext("%d famille invitée.", "%d familles invitées.", done.written) % done.written)
    if done.calls:
        text = ngettext(
            "%d famille à appeler : voyez « À faire ».", "%d familles à appeler : voyez « À faire ».", done.calls
        )
        said.append(text % done.calls)
    if done.silent:
        text = ngettext("%d famille n’est pas à prévenir.", "%d familles ne sont pas à prévenir.", done.silent)
        said.append(text % done.silent)
    return said
