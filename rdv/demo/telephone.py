"""The simulated telephone: the SMS of a number as a conversation, and a box to answer."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from rdv import clock, moments
from rdv.demo import network, work
from rdv.demo.models import DemoSms
from rdv.demo.world.cast import CAST
from rdv.demo.world.families import MOBILE
from rdv.models import Contact, PhoneKind
from rdv.phones import Phone, PhoneError, parse_phone
from rdv.web.forms import BaseForm, PhoneField

SHOWN = 20


class NumberForm(BaseForm):
    """Which telephone to look at."""

    phone = PhoneField(label="Numéro de téléphone", help_text="Par exemple 06 39 98 00 01.")


class ReplyForm(BaseForm):
    """What the family writes back."""

    body = forms.CharField(label="Votre réponse", max_length=480)


@dataclass(frozen=True, slots=True)
class Bubble:
    """One SMS of a conversation."""

    text: str
    when: str
    sent: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One telephone of the list."""

    number: str
    digits: str
    owner: str
    last: str
    when: str


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def telephones(request: HttpRequest) -> HttpResponse:
    """The last telephones that rang, those of the visit, and a box for any other number."""
    form = NumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("demo:telephone", digits=str(form.cleaned_data["phone"]).lstrip("+"))
    last = DemoSms.objects.order_by("phone", "-at", "-pk").distinct("phone").values("pk")
    latest = list(DemoSms.objects.filter(pk__in=last).order_by("-at", "-pk")[:SHOWN])
    names = _owners([row.phone for row in latest])
    zone = _zone(request)
    rang = [_line(row, names, zone) for row in latest]
    return render(request, "demo/telephones.html", {"form": form, "lines": rang, "cast": _cast()})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def telephone(request: HttpRequest, digits: str) -> HttpResponse:
    """One telephone. An answer goes to the product's webhook, signed, as Twilio sends it."""
    phone = _phone(digits)
    if phone.lstrip("+") != digits:
        return redirect("demo:telephone", digits=phone.lstrip("+"))
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            network.reply(phone, form.cleaned_data["body"])
        except network.NotCarried as error:
            messages.error(request, f"Votre SMS n’est pas passé\u00a0: {error}")
        work.run_due(now=clock.now())
        return redirect("demo:telephone", digits=digits)
    planned = work.next_message(phone)
    context = {
        "form": form,
        "phone": phone,
        "digits": digits,
        "owner": _owners([phone]).get(phone, ""),
        "bubbles": _bubbles(request, phone),
        "next_message": planned,
        "nothing_planned": planned is None,
        "zone": _zone(request),
    }
    return render(request, "demo/telephone.html", context)


@login_not_required
@require_safe
def thread(request: HttpRequest, digits: str) -> HttpResponse:
    """The conversation alone, asked for every few seconds."""
    return render(request, "demo/thread.html", {"bubbles": _bubbles(request, _phone(digits))})


def _phone(digits: str) -> Phone:
    """The number of an address: as the product stores it, or as people write it ("0639987777")."""
    plain = digits.removeprefix("+")
    if not plain.isascii() or not plain.isdigit():
        raise Http404
    try:
        return parse_phone(plain if plain.startswith("0") else f"+{plain}")
    except PhoneError as error:
        raise Http404 from error


def _zone(request: HttpRequest) -> str:
    territory = getattr(request, "territory", None)
    return territory.time_zone if territory else "Europe/Paris"


def _bubbles(request: HttpRequest, phone: str) -> list[Bubble]:
    rows = list(DemoSms.objects.filter(phone=phone).order_by("-at", "-pk")[:60])
    zone = _zone(request)
    return [Bubble(row.body, moments.short(row.at, zone), row.is_from_family) for row in reversed(rows)]


def _owners(phones: list[str]) -> dict[str, str]:
    rows = Contact.objects.filter(phone__in=phones, family__discreet_service=None).order_by("-pk")
    return {contact.phone: str(contact) for contact in rows}


def _line(row: DemoSms, names: dict[str, str], zone: str) -> Line:
    spoken = Phone(row.phone).spoken if row.phone.startswith("+") else row.phone
    when = moments.short(row.at, zone)
    return Line(spoken, row.phone.lstrip("+"), names.get(row.phone, ""), row.body, when)


def _cast() -> list[Line]:
    return [
        Line(
            Phone(f"{MOBILE}{number:04d}").spoken,
            f"{MOBILE}{number:04d}".lstrip("+"),
            f"{role.first_name} {role.last_name}",
            "",
            "",
        )
        for number, role in CAST.items()
        if role.phone_kind == PhoneKind.MOBILE
    ]
