"""/i/<token>/: the service proposes the next appointment; the family books it, or says that it needs none."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rdv.followups.inviting import refuse, take_back
from rdv.models import FollowUpInvitation
from rdv.web.families.again import to_the_slots
from rdv.web.families.catalogue import public_label
from rdv.web.families.doors import show
from rdv.web.families.invited import Invited
from rdv.web.families.links import by_secret
from rdv.web.families.meeting import spoken_phone

by_invitation = by_secret(Invited.find)


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
    opens = one.pk if invited.is_needed else 0
    people = invited.people()
    return to_the_slots(request, one.type, people=people, family=one.family, at=one.location, invitation=opens)


@by_invitation
@require_POST
def decline(request: HttpRequest, invited: Invited) -> HttpResponse:
    """Not needed: seen elsewhere, or not wanted. The family is not asked again for these days.

    With `retirer` the answer is taken back: the invitation is as open as before.
    """
    if "retirer" in request.POST:
        if invited.state == "declined":
            take_back(invited.invitation)
    elif invited.state == "open":
        refuse(invited.invitation, now=invited.now)
    return redirect("families:invitation", invited.token)


def _phone(one: FollowUpInvitation) -> str:
    of = one.location.phone or one.location.organisation.phone if one.location else ""
    return of or one.territory.phone
