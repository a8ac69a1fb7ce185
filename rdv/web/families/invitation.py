"""/i/<token>/: the service proposes the next appointment; the family books it, or says that it needs none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rdv import moments
from rdv.followups.inviting import booked_since, find_invitation, refuse, take_back, together_with
from rdv.models import FollowUpInvitation, Territory
from rdv.web.families.again import to_the_slots
from rdv.web.families.catalogue import is_for_families, public_label
from rdv.web.families.doors import language, show
from rdv.web.families.links import by_secret
from rdv.web.families.meeting import spoken_phone


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation with those of the brothers and sisters who are invited by the same message."""

    invitation: FollowUpInvitation
    token: str
    together: Sequence[FollowUpInvitation]
    now: datetime

    @property
    def today(self) -> date:
        return moments.local(self.now, self.invitation.territory.time_zone).date()

    @property
    def state(self) -> str:
        """open, booked, declined or over."""
        one = self.invitation
        if one.declined_at is not None:
            return "declined"
        if booked_since(one):
            return "booked"
        return "open" if self._is_live else "over"

    @property
    def may_book(self) -> bool:
        return self.state in ("open", "declined") and self._is_live

    @property
    def _is_live(self) -> bool:
        return self.today <= self.invitation.expires_on and is_for_families(self.invitation.type)

    def span(self) -> str:
        """Within which days the appointment should be; "" once they are over."""
        first, last = max(self.invitation.first_day, self.today), self.invitation.last_day
        if first > last:
            return ""
        words = {"first": moments.day(first, language=language()), "last": moments.day(last, language=language())}
        return _("Entre le %(first)s et le %(last)s") % words


def _invited(token: str, territory: Territory, now: datetime) -> Invited | None:
    found = find_invitation(token, territory=territory)
    return Invited(found, token, together_with(found), now) if found else None


by_invitation = by_secret(_invited)


@by_invitation
@require_safe
def invitation(request: HttpRequest, invited: Invited) -> HttpResponse:
    """For whom, within which days, and the two answers. Reading it answers nothing."""
    one = invited.invitation
    names = [row.person.first_name for row in invited.together] or [one.person.first_name]
    context: dict[str, Any] = {
        "state": invited.state,
        "may_book": invited.may_book,
        "label": public_label(one.type),
        "names": get_text_list(names, _("et")),
        "span": invited.span(),
        "place": one.location.name if one.location else "",
        "book_url": reverse("families:invitation_book", args=[invited.token]),
        "decline_url": reverse("families:invitation_decline", args=[invited.token]),
        "find_url": reverse("families:find"),
        "phone": spoken_phone(_phone(one), one.territory.department_code),
    }
    return show(request, "families/invitation.html", context, here="home")


@by_invitation
@require_POST
def book(request: HttpRequest, invited: Invited) -> HttpResponse:
    """To the slots of the place where the child was last seen, with its name and date of birth filled in.

    Whoever said no may think again, as long as the link lives.
    """
    if not invited.may_book:
        return redirect("families:invitation", invited.token)
    one = invited.invitation
    if one.declined_at is not None:
        take_back(one)
    people = [row.person for row in together_with(one)]
    return to_the_slots(request, one.type, people=people, family=one.family, at=one.location)


@by_invitation
@require_POST
def decline(request: HttpRequest, invited: Invited) -> HttpResponse:
    """Not needed: seen elsewhere, or not wanted. The family is not asked again for these days."""
    if invited.state == "open":
        refuse(invited.invitation, now=invited.now)
    return redirect("families:invitation", invited.token)


def _phone(one: FollowUpInvitation) -> str:
    of = one.location.phone or one.location.organisation.phone if one.location else ""
    return of or one.territory.phone
