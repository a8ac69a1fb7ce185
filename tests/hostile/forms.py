"""Every form with good answers: where it is, and what a careful person would write in it."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from tests.hostile.site import Site
from tests.web.families.journey import PARENT


@dataclass(frozen=True)
class Filled:
    """A form at an address, with answers that it takes; values may be lists."""

    path: str
    answers: dict[str, Any]

    @property
    def pairs(self) -> list[tuple[str, bytes]]:
        many = {name: value if isinstance(value, list) else [value] for name, value in self.answers.items()}
        return [(name, str(value).encode()) for name, values in many.items() for value in values]


def families_forms(site: Site) -> dict[str, Filled]:
    """As seen by a browser that has kept a slot (`Site.family_at_the_form`)."""
    aged = site.aged_type.slug
    waiting = {**PARENT, "places": [site.location.pk], "half_days": ["1-am", "2-pm"], "notice": "120"}
    return {
        "who": Filled(reverse("families:who", args=[site.type.slug]), {"count": "2"}),
        "births": Filled(reverse("families:who", args=[aged]), birth("birth_1")),
        "contact": Filled(reverse("families:contact"), PARENT),
        "find": Filled(reverse("families:find"), {"address": "06 39 98 00 01"}),
        "waiting": Filled(f"{reverse('families:waiting')}?motif={site.type.slug}", waiting),
        "telephone": Filled(reverse("demo:telephones"), {"phone": "06 39 98 00 01"}),
    }


def agents_forms(site: Site) -> dict[str, Filled]:
    """As seen by an administrator of the organisation."""
    day, family, opened = site.day.isoformat(), site.family, site.open
    child = {"first_name_0": "Noé", "last_name_0": "", **birth("birth_date_0")}
    contact = {"contact_first_name": "Alix", "contact_last_name": "Exemple", "contact_relation": "parent"}
    reach = {"contact_phone": "06 39 98 12 34", "contact_email": "", "contact_language": "fr"}
    chosen = {"motif": site.type.pk, "lieu": site.location.pk, "debut": site.at(11, 30).isoformat()}
    overbooked = urlencode({**chosen, "debut": site.at(9).isoformat(), "agent": site.agent.pk, "surreservation": "1"})
    moved = urlencode({"lieu": site.location.pk, "debut": site.at(10, 30).isoformat()})
    who = f"agent-{site.agent.pk}"
    period = {
        "agent": site.agent.pk, "location": site.location.pk, "types": [site.type.pk], "first_day": "2027-01-13",
        "start_time": "14:00", "end_time": "16:00", "every": "1", "weekdays": ["3"], "until": "", "label": "",
        "save": "1",
    }  # fmt: skip
    later = "2027-01-20"
    absent = {"who": who, "kind": "leave", "first_day": later, "last_day": later, "start_time": "", "end_time": ""}
    session = {
        "type": site.workshop_type.pk, "location": site.location.pk, "day": "2027-01-14", "time": "10:00",
        "agents": [site.agent.pk], "capacity": "8",
    }  # fmt: skip
    person = {"first_name": "Noé", "last_name": "Exemple", "is_child": "on", **birth("birth_date")}
    known = {"first_name": "Sam", "last_name": "Exemple", "relation": "parent", "language": "fr", "may_be_told": "on"}
    return {
        "book": Filled(f"{reverse('agents:confirm')}?{urlencode(chosen)}", {**child, **contact, **reach}),
        "overbook": Filled(
            f"{reverse('agents:confirm')}?{overbooked}", {**child, **contact, **reach, "overbooking_reason": "urgence"}
        ),
        "cancel": Filled(reverse("agents:cancel", args=[opened.pk]), {"by": "family", "reason": "malade"}),
        "move": Filled(f"{reverse('agents:move', args=[opened.pk])}?{moved}", {"_": "1"}),
        "contact": Filled(
            reverse("agents:new_contact", args=[family.pk]), {**known, "phone": "06 39 98 12 35", "email": ""}
        ),
        "person": Filled(reverse("agents:new_person", args=[family.pk]), person),
        "waiting": Filled(
            reverse("agents:new_entry"),
            {
                **child,
                **contact,
                **reach,
                "type": site.aged_type.pk,
                "priority": "1",
                "priority_reason": "suivi",
                "notice": "120",
                "half_days": ["1-am"],
            },
        ),
        "priority": Filled(
            reverse("agents:entry", args=[site.entry.pk]), {"priority": "1", "priority_reason": "suivi"}
        ),
        "session": Filled(reverse("agents:new_session"), session),
        "opening": Filled(reverse("agents:new_opening"), period),
        "exception": Filled(
            reverse("agents:opening_exceptions", args=[site.period.pk]),
            {"day": day, "start_time": "09:00", "end_time": "10:00"},
        ),
        "absence": Filled(reverse("agents:new_absence"), {**absent, "label": "formation"}),
    }


def birth(name: str) -> dict[str, str]:
    return {f"{name}_day": "1", f"{name}_month": "6", f"{name}_year": "2026"}
