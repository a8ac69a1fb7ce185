"""The whole file read and checked: sections, catalogue, references between tables, rules no column can tell."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from rdv.models import Role
from rdv.scheduling.recurrence import parse_rrule
from rdv.scheduling.recurrence.rrule import RecurrenceError
from rdv.territory_file import catalogue
from rdv.territory_file.entries import Entry, Reader
from rdv.territory_file.sections import SECTIONS, TERRITORY
from rdv.territory_file.values import unknown_key
from reminders.texts import checking
from reminders.texts.library import TextMissing

LEGAL = ("editor", "address", "publication_director", "host", "dpo", "accessibility_contact")
THEME = ("primary", "accent", "logo")
CHANNELS = ("email", "sms")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a right file asks for."""

    territory: Entry
    entries: dict[str, list[Entry]]


def read_plan(text: str) -> Plan:
    """Everything that the file wants. Raises FileMistakes with all that is wrong."""
    reader = Reader(text)
    names = ["territory", *(section.name for section in SECTIONS)]
    for key in reader.data:
        if key not in names:
            reader.wrong((key, 0) if isinstance(reader.data[key], list) else (key,), key, unknown_key(key, names))
    head = reader.data.get("territory")
    if not isinstance(head, dict):
        reader.wrong((), "territory", "la table [territory] manque.")
        reader.stop_if_wrong()
        raise AssertionError
    territory = reader.entry(TERRITORY, ("territory",), head)
    catalogue.complete(reader)
    entries = {
        section.name: [
            reader.entry(section, *found)
            for found in reader.tables(section, (section.name,), reader.data.get(section.name))
        ]
        for section in SECTIONS
    }
    plan = Plan(territory, entries)
    _check(reader, plan)
    reader.stop_if_wrong()
    return plan


def _check(reader: Reader, plan: Plan) -> None:
    everything = [entry for found in plan.entries.values() for entry in found]
    for found in plan.entries.values():
        _no_doubles(reader, found)
    known = {name: {key for entry in found for key in names_of(entry)} for name, found in plan.entries.items()}
    for entry in _deep(everything):
        _references(reader, entry, known)
        _zone(reader, entry)
        _reminder_plan(reader, entry)
    _zone(reader, plan.territory)
    _reminder_plan(reader, plan.territory)
    _known_keys(reader, plan.territory, "legal", LEGAL)
    _known_keys(reader, plan.territory, "theme", THEME)
    for service in plan.entries["services"]:
        _neutral_sender(reader, service, plan.territory)
    for agent in plan.entries["agents"]:
        _roles(reader, agent, known["organisations"])
    for text in plan.entries["texts"]:
        _text(reader, text)
    rooms = _rooms(plan)
    for period in plan.entries["opening_periods"]:
        _recurrence(reader, period)
        _room(reader, period, rooms)


def names_of(entry: Entry) -> list[str]:
    """How other tables may name this one: a location also as "organisation/lieu"."""
    if entry.section.name == "locations":
        return [entry.key, f"{entry.refs.get('organisation', '')}/{entry.key}"]
    return [entry.key]


def identity(entry: Entry) -> tuple[Any, ...]:
    """What makes the entry one and the same row at each load."""
    given = {**entry.refs, **entry.values}
    found = tuple(given.get(name, "") for name in entry.section.identity)
    return (entry.refs.get("organisation"), *found) if entry.section.name == "locations" else found


def _deep(entries: Iterable[Entry]) -> Iterable[Entry]:
    for entry in entries:
        yield entry
        for inner in entry.nested.values():
            yield from _deep(inner)


def _no_doubles(reader: Reader, entries: list[Entry]) -> None:
    seen: dict[tuple[Any, ...], Entry] = {}
    for entry in entries:
        first = seen.setdefault(identity(entry), entry)
        if first is not entry:
            reader.wrong(entry.path, entry.where, "ce même élément est déjà décrit plus haut dans le fichier.")
        for inner in entry.nested.values():
            if inner and inner[0].section.identity != ("position",):
                _no_doubles(reader, inner)


def _references(reader: Reader, entry: Entry, known: dict[str, set[str]]) -> None:
    for key, target in entry.section.refs.items():
        wanted = entry.refs.get(key, [])
        for name in [wanted] if isinstance(wanted, str) else wanted:
            if name not in known[target.rstrip("*")]:
                text = f"«\u00a0{name}\u00a0» n’est décrit nulle part dans [[{target.rstrip('*')}]]."
                reader.wrong((*entry.path, key), f"{entry.where}, {key}", text)


def _zone(reader: Reader, entry: Entry) -> None:
    zone = entry.values.get("time_zone")
    if zone and zone not in available_timezones():
        text = f"«\u00a0{zone}\u00a0» n’est pas un fuseau horaire, par exemple Europe/Paris ou Indian/Reunion."
        reader.wrong((*entry.path, "time_zone"), f"{entry.where}, time_zone", text)


def _reminder_plan(reader: Reader, entry: Entry) -> None:
    plan = entry.values.get("reminder_plan")
    if plan is None:
        return
    right = isinstance(plan, list) and all(
        isinstance(step, dict)
        and set(step) == {"channel", "days_before"}
        and step["channel"] in CHANNELS
        and type(step["days_before"]) is int
        and 0 <= step["days_before"] <= 60
        for step in plan
    )
    if not right:
        text = 'chaque rappel s’écrit { channel = "sms" ou "email", days_before = 0 à 60 }.'
        reader.wrong((*entry.path, "reminder_plan"), f"{entry.where}, reminder_plan", text)


def _known_keys(reader: Reader, entry: Entry, name: str, known: tuple[str, ...]) -> None:
    found = entry.values.get(name, {})
    if not isinstance(found, dict):
        reader.wrong((*entry.path, name), name, f"une table [territory.{name}] est attendue.")
        return
    for key, value in found.items():
        if key not in known:
            reader.wrong((*entry.path, name, key), f"{name}, {key}", unknown_key(key, known))
        elif not isinstance(value, str):
            reader.wrong((*entry.path, name, key), f"{name}, {key}", "un texte entre guillemets est attendu.")


def _neutral_sender(reader: Reader, entry: Entry, territory: Entry) -> None:
    """A reply to the neutral sender is one to the discreet service: the others can't share it."""
    sender = entry.values.get("neutral_sender")
    if sender and sender == territory.values.get("sms_sender"):
        text = "l’expéditeur neutre doit différer de celui du département, sinon les réponses se confondent."
        reader.wrong((*entry.path, "neutral_sender"), f"{entry.where}, neutral_sender", text)


def _roles(reader: Reader, entry: Entry, organisations: set[str]) -> None:
    roles = entry.extra.get("roles", {})
    path, where = (*entry.path, "roles"), f"{entry.where}, roles"
    if not isinstance(roles, dict):
        reader.wrong(path, where, 'les rôles s’écrivent { identifiant-organisation = "agent" }.')
        return
    for organisation, role in roles.items():
        if organisation not in organisations:
            reader.wrong(path, where, f"«\u00a0{organisation}\u00a0» n’est décrit nulle part dans [[organisations]].")
        if role not in Role.values:
            reader.wrong(
                path, where, f"«\u00a0{role}\u00a0» n’est pas un rôle\u00a0; au choix\u00a0: {', '.join(Role.values)}."
            )


def _text(reader: Reader, entry: Entry) -> None:
    """The same rules as on the page where texts are written."""
    given = entry.values
    if not all(given.get(key) for key in entry.section.required):
        return
    try:
        checking.check(given["channel"], given["name"], given["language"], given["text"])
    except TextMissing:
        text = f"« {given['name']} » n’est pas un message que dit {given['channel']}."
        reader.wrong((*entry.path, "name"), f"{entry.where}, name", text)
    except checking.TextRefused as refusal:
        for reason in refusal.reasons:
            reader.wrong((*entry.path, "text"), f"{entry.where}, text", reason)


def _rooms(plan: Plan) -> set[tuple[str, str]]:
    """Each room by the name of its location and its own."""
    return {
        (name, room.key)
        for location in plan.entries["locations"]
        for name in names_of(location)
        for room in location.nested.get("rooms", [])
    }


def _room(reader: Reader, entry: Entry, rooms: set[tuple[str, str]]) -> None:
    room = entry.extra.get("room")
    if room is not None and (str(entry.refs.get("location")), room) not in rooms:
        text = f"«\u00a0{room}\u00a0» n’est pas une salle de ce lieu dans le fichier."
        reader.wrong((*entry.path, "room"), f"{entry.where}, room", text)


def _recurrence(reader: Reader, entry: Entry) -> None:
    if "first_day" not in entry.values:
        return
    try:
        parse_rrule(entry.values.get("rrule", ""), entry.values["first_day"])
    except RecurrenceError as error:
        reader.wrong((*entry.path, "rrule"), f"{entry.where}, rrule", str(error))
