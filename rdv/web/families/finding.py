"""/rendez-vous/: find one's appointments again with a code sent by SMS or e-mail.

Every page is the same whether or not the address is known: who tries numbers learns nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rdv import clock
from rdv.access import codes, throttle
from rdv.access.links import links_of_address, participations_of
from rdv.access.waiting import entries_of_address, left_lately, pending_offers_to
from rdv.disruption.told import told_off
from rdv.models import AppointmentLink, Territory
from rdv.web.families.doors import language, open_to_all, personal, show, territory_of
from rdv.web.families.finding_forms import AddressForm, CodeForm, spoken
from rdv.web.families.meeting import Meeting
from rdv.web.families.waits import Proposed, Wait
from reminders.outbox import say_code

ASKED, PROVEN = "adresse", "prouvee"
PROOF_LASTS = timedelta(minutes=30)


@open_to_all
@personal
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Ask for a number or an address, and send a code there."""
    if _proven(request, clock.now()):
        return redirect("families:found")
    form = AddressForm(request.POST if request.method == "POST" else None, territory=territory_of(request))
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["address"]
        _send(request, address, clock.now())
        request.session[ASKED] = address
        return redirect("families:code")
    return show(request, "families/find.html", {"form": form}, here="find")


def _send(request: HttpRequest, address: str, now: datetime) -> None:
    """Send a code to an address that has something to find; to any other, nothing, behind the same page."""
    throttle.hit(throttle.CODE_BY_IP, throttle.client_ip(request))
    throttle.hit(throttle.CODE_BY_ADDRESS, address)
    throttle.hit(throttle.CODE_BY_ADDRESS_AND_DAY, address)
    territory = territory_of(request)
    known = (
        links_of_address(address, territory=territory, now=now)
        or entries_of_address(address, territory=territory)
        or _left(address, territory, now)
    )
    with transaction.atomic():
        code = codes.issue(territory=territory, address=address, now=now)
        if known:
            channel = {"email": address} if "@" in address else {"phone": address}
            say_code(territory=territory, code=code, now=now, language=language(), **channel)


@open_to_all
@personal
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Check the code; the right one opens the list for half an hour."""
    address = str(request.session.get(ASKED, ""))
    if not address:
        return redirect("families:find")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if _is_right(request, address, form.cleaned_data["code"]):
            return redirect("families:found")
        form.add_error("code", _("Ce code n’est pas le bon, ou il a expiré. Vérifiez-le, ou demandez-en un autre."))
    return show(request, "families/code.html", {"form": form, "address": spoken(address)}, here="find")


def _is_right(request: HttpRequest, address: str, typed: str) -> bool:
    throttle.hit(throttle.CODE_CHECK_BY_IP, throttle.client_ip(request))
    throttle.hit(throttle.CODE_CHECK_BY_ADDRESS, address)
    now = clock.now()
    if not codes.check(territory=territory_of(request), address=address, code=typed, now=now):
        return False
    request.session.cycle_key()
    request.session.pop(ASKED, None)
    request.session[PROVEN] = {"address": address, "until": (now + PROOF_LASTS).isoformat()}
    return True


@open_to_all
@personal
@require_safe
def found(request: HttpRequest) -> HttpResponse:
    """The coming appointments and the waits of whoever has proven its address."""
    now = clock.now()
    address = _proven(request, now)
    if not address:
        return redirect("families:find")
    territory = territory_of(request)
    links = links_of_address(address, territory=territory, now=now)
    waits = [Wait(entry, now) for entry in entries_of_address(address, territory=territory)]
    context = {
        "address": spoken(address),
        "cards": _cards(links, now),
        "waits": waits,
        "proposed": _proposed(waits),
        "left": _left(address, territory, now),
    }
    return show(request, "families/found.html", context, here="find")


@open_to_all
@personal
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Close the list, on a telephone that others use."""
    request.session.flush()
    return redirect("families:home")


def _proven(request: HttpRequest, now: datetime) -> str:
    """The address that this session has proven, while the proof lasts."""
    proof: dict[str, str] = request.session.get(PROVEN, {})
    return proof["address"] if proof and datetime.fromisoformat(proof["until"]) > now else ""


def _proposed(waits: Sequence[Wait]) -> list[Proposed]:
    """The proposals that an answer is awaited to, for whoever has lost the message."""
    offers = pending_offers_to(wait.entry for wait in waits)
    found = [wait.pending(one for one in offers if one.entry_id == wait.entry.pk) for wait in waits]
    return [one for one in found if one is not None and one.url]


def _left(address: str, territory: Territory, now: datetime) -> list[Wait]:
    """The lists that were left lately, to be joined again at the same place."""
    left = left_lately(address, territory=territory, since=now - timedelta(days=1))
    return [wait for wait in (Wait(entry, now) for entry in left) if wait.may_return]


def _cards(links: Sequence[AppointmentLink], now: datetime) -> list[dict[str, Any]]:
    hit = told_off([link.appointment for link in links])
    return [_card(link, now, is_told_off=link.appointment_id in hit) for link in links]


def _card(link: AppointmentLink, now: datetime, *, is_told_off: bool) -> dict[str, Any]:
    meeting = Meeting(link, participations_of(link), now, is_told_off)
    names = ", ".join(row.person.first_name for row in meeting.awaited if row.person.is_child)
    facts = [{"icon": "pin", "text": ", ".join(meeting.where)}]
    if names:
        facts.append({"icon": "baby", "text": names})
    tag = meeting.tag()
    url = reverse("families:appointment", args=[link.token])
    return {**meeting.leaf(), "title": meeting.when, "url": url, "off": False, "facts": facts, "tag": tag}
