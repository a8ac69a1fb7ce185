"""Families: find one, read its file (which is logged), correct how to reach it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from rdv import moments
from rdv.access.roles import Right
from rdv.models import Contact, Family, Person, PhoneState
from rdv.models.family import FamilyQuerySet
from rdv.web.agents.agenda import colleagues
from rdv.web.agents.family_forms import ContactForm, OwnAgentForm, PersonForm
from rdv.web.agents.invitation_lines import invitations_of
from rdv.web.agents.missed import missed, missed_words
from rdv.web.agents.said import said_to_family
from rdv.web.agents.tasks import spoken
from rdv.web.agents.words import appointment_line
from rdv.web.agents.workspace import AgentRequest, asked_words, find_family, page, posted, workspace

MOST_FOUND = 20
PAST_SHOWN, WAITED_SHOWN = 20, 3


@dataclass(frozen=True, slots=True)
class FamilyLine:
    """One family in a list: whom to ask for, who the children are, the numbers."""

    pk: int
    name: str
    people: str
    phones: str
    url: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gives; `are_alike` when no name is written so and these are only close to it."""

    lines: list[FamilyLine]
    are_alike: bool = False


def search_families(request: AgentRequest, words: str, url_of: Callable[[int], str]) -> Found:
    """Families of the scope that answer to every word, else those whose names look like it.

    Fewer than two letters find nothing. Names are heard on the phone: a spelling that fits nobody is no dead end.
    """
    if len(words) < 2 or not request.scope.may(Right.SEE_FAMILIES):
        return Found([])
    plain = "".join(words.split()) if words.replace(" ", "").replace("+", "").replace(".", "").isdecimal() else words
    plain, families = plain.replace(".", ""), request.scope.families()
    exact = _found_lines(families.matching(plain), url_of)
    if exact or any(char.isdecimal() for char in plain):
        return Found(exact)
    return Found(_found_lines(families.resembling(plain), url_of), are_alike=True)


def _found_lines(found: FamilyQuerySet, url_of: Callable[[int], str]) -> list[FamilyLine]:
    loaded = found.prefetch_related("persons", "contacts").order_by("-last_contact_at", "pk")[:MOST_FOUND]
    return [family_line(one, url_of(one.pk)) for one in loaded]


def family_line(family: Family, url: str) -> FamilyLine:
    """A family that was loaded with its people and contacts. Namesakes are told apart by the dates of birth."""
    return FamilyLine(
        pk=family.pk,
        name=family_name(family),
        people=", ".join(_with_birth(person) for person in in_order(family.persons.all())),
        phones=", ".join(spoken(one.phone) for one in in_order(family.contacts.all()) if one.phone),
        url=url,
    )


def _with_birth(person: Person) -> str:
    return f"{person} ({person.birth_date:%d/%m/%Y})" if person.birth_date else str(person)


def family_name(family: Family) -> str:
    """The contact's name, else that of the first person."""
    named = [*in_order(family.contacts.all()), *in_order(family.persons.all())]
    return str(named[0]) if named else _("Famille sans nom")


def reachable(family: Family) -> bool:
    """Whether something written can be sent to somebody of this family."""
    return any(one.may_be_told and (one.can_get_sms or one.can_get_email) for one in family.contacts.all())


def in_order(rows: Any) -> list[Any]:
    """By age of the row: the first one entered is the one that people know."""
    return sorted(rows, key=lambda row: row.pk)


@workspace(Right.SEE_FAMILIES)
def families(request: AgentRequest) -> HttpResponse:
    """Search by name or number, whatever the accents and the spelling."""
    words = asked_words(request)
    found = search_families(request, words, lambda pk: reverse("agents:family", args=[pk]))
    context = {"words": words, "found": found, "most": MOST_FOUND}
    return page(request, "agents/families.html", context, here="families")


@workspace(Right.SEE_FAMILIES)
def family(request: AgentRequest, pk: int) -> HttpResponse:
    """The file: people, contacts, appointments, messages."""
    found = find_family(request, pk)
    mine = request.scope.appointments().of_family(found).with_people()
    standing = mine.standing().upcoming(request.now)
    coming = list(standing.order_by("starts_at", "pk"))
    past = list(mine.exclude(pk__in=standing.values("pk")).order_by("-starts_at", "pk")[:PAST_SHOWN])
    context = {
        "family": found,
        "name": family_name(found),
        "people": [_person_line(one, request) for one in in_order(found.persons.all())],
        "contacts": [_contact_line(one) for one in in_order(found.contacts.all())],
        "coming": [appointment_line(one, now=request.now) for one in coming],
        "past": [appointment_line(one, now=request.now) for one in past],
        "missed": missed_words(missed(request, [found.pk]).get(found.pk), at_least=1),
        "said": said_to_family(request, found),
        "waiting": list(request.scope.waiting_list().filter(family=found).waiting().select_related("type")),
        "waited": list(request.scope.waiting_list().filter(family=found).over().select_related("type")[:WAITED_SHOWN]),
        "invitations": invitations_of(request, found),
        "own_agent_form": _own_agent_form(request, found),
        "book_url": f"{reverse('agents:find_slot')}?famille={found.pk}",
    }
    return page(request, "agents/family.html", context, here="families")


@workspace(Right.SEE_FAMILIES, post=True)
def contact(request: AgentRequest, pk: int, contact_pk: int | None = None) -> HttpResponse:
    """Correct whom to tell, or add somebody."""
    found = find_family(request, pk)
    one = Contact(family=found) if contact_pk is None else found.contacts.filter(pk=contact_pk).first()
    if one is None:
        raise Http404
    form = ContactForm(posted(request), instance=one, territory=request.territory)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("C’est enregistré."))
        return redirect("agents:family", found.pk)
    context = {"form": form, "name": family_name(found), "family": found, "title": _contact_title(one)}
    return page(request, "agents/family_form.html", context, here="families")


@workspace(Right.SEE_FAMILIES, post=True)
def person(request: AgentRequest, pk: int, person_pk: int | None = None) -> HttpResponse:
    """Correct a child's name or birth date, or add a child."""
    found = find_family(request, pk)
    one = Person(family=found) if person_pk is None else found.persons.filter(pk=person_pk).first()
    if one is None:
        raise Http404
    form = PersonForm(posted(request), instance=one, territory=request.territory, today=request.today)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("C’est enregistré."))
        return redirect("agents:family", found.pk)
    title = _("Modifier %s") % one if one.pk else _("Ajouter un enfant")
    context = {"form": form, "name": family_name(found), "family": found, "title": title}
    return page(request, "agents/family_form.html", context, here="families")


@workspace(Right.SEE_FAMILIES, only_post=True)
def own_agent(request: AgentRequest, pk: int) -> HttpResponse:
    """Who follows this family: preferred when a type asks for the same agent."""
    found = find_family(request, pk)
    form = _own_agent_form(request, found, request.POST)
    if form.is_valid():
        chosen = form.cleaned_data["own_agent"]
        found.own_agent_id = int(chosen) if chosen else None
        found.save(update_fields=["own_agent"])
        messages.success(request, _("C’est enregistré."))
    else:
        messages.error(request, _("Cet agent ne peut pas être choisi."))
    return redirect("agents:family", found.pk)


def _own_agent_form(request: AgentRequest, found: Family, data: Any = None) -> OwnAgentForm:
    agents = [agent for agent in colleagues(request).values() if agent.is_practitioner]
    return OwnAgentForm(data, agents=agents, initial={"own_agent": found.own_agent_id or ""})


def _contact_title(one: Contact) -> str:
    return _("Modifier %s") % one if one.pk else _("Ajouter un contact")


def _person_line(one: Person, request: AgentRequest) -> dict[str, Any]:
    birth = one.birth_date
    born = (
        _("né·e le %(day)s, %(age)s")
        % {
            "day": moments.plain_day(birth),
            "age": moments.age(birth, request.today),
        }
        if birth
        else _("date de naissance inconnue")
    )
    return {"pk": one.pk, "name": str(one), "born": born}


def _contact_line(one: Contact) -> dict[str, Any]:
    """A contact with what keeps messages from reaching it."""
    notes = []
    if one.phone and one.sms_stopped_at:
        notes.append(_("Ne veut plus de SMS : prévenir par téléphone"))
    elif one.phone and not one.can_get_sms:
        notes.append(
            one.get_phone_state_display() if one.phone_state != PhoneState.OK else _("Téléphone fixe : pas de SMS")
        )
    if one.email and not one.can_get_email:
        notes.append(_("Adresse électronique refusée"))
    if not one.phone and not one.email:
        notes.append(_("Ni téléphone ni adresse électronique"))
    if not one.may_be_told:
        notes.append(_("Ne doit pas être prévenu"))
    return {
        "pk": one.pk,
        "name": str(one),
        "relation": one.get_relation_display(),
        "phone": spoken(one.phone),
        "tel": one.phone,
        "email": one.email,
        "language": one.language,
        "notes": notes,
    }
