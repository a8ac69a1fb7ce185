"""Entries become rows: each kind after those that it names."""

from collections.abc import Iterable
from typing import Any, Literal

from django.db import models

from rdv.models import (
    Agent,
    AppointmentType,
    ClosingDay,
    Commune,
    Location,
    Membership,
    MessageText,
    OfferedType,
    OpeningPeriod,
    Organisation,
    Room,
    Service,
    Territory,
    TypeRevision,
    TypeStep,
)
from rdv.territory_file.entries import Entry
from rdv.territory_file.plan import Plan, names_of
from rdv.territory_file.report import Report


class Loader:
    """One load. `rows` finds what was loaded by section and by the name that the file gives it."""

    territory: Territory

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.report = Report()
        self.rows: dict[str, dict[str, Any]] = {}
        self.changed_periods: list[int] = []
        self.closings_changed = False
        self.just_put: str = ""

    def run(self) -> None:
        """Load all; joins the running transaction."""
        head = self.plan.territory
        self.territory, _ = self._put(head, Territory.objects, {"slug": head.values["slug"]}, {})
        for name in self.plan.entries:
            self.rows[name] = {}
            for entry in self.plan.entries[name]:
                row = getattr(self, f"_{name}")(entry)
                for known_as in names_of(entry):
                    self.rows[name][known_as] = row

    def _services(self, entry: Entry) -> Service:
        return self._of_territory(entry, Service.objects, "slug")

    def _organisations(self, entry: Entry) -> Organisation:
        return self._of_territory(entry, Organisation.objects, "slug")

    def _locations(self, entry: Entry) -> Location:
        organisation = self._one(entry, "organisation", "organisations")
        key = {"organisation": organisation, "slug": entry.values["slug"]}
        row, _ = self._put(entry, Location.objects, key, {})
        for room in entry.nested.get("rooms", []):
            self._put(room, Room.objects, {"location": row, "name": room.values["name"]}, {})
        return row

    def _communes(self, entry: Entry) -> Commune:
        row = self._of_territory(entry, Commune.objects, "insee_code")
        self._set(entry, row, "locations", self._many(entry, "locations", "locations"))
        return row

    def _types(self, entry: Entry) -> AppointmentType:
        row = self._of_territory(
            entry, AppointmentType.objects, "slug", service=self._one(entry, "service", "services")
        )
        if "steps" in entry.nested:
            for position, step in enumerate(entry.nested["steps"]):
                self._put(step, TypeStep.objects, {"type": row, "position": position}, {})
            row.steps.filter(position__gte=len(entry.nested["steps"])).delete()
        for revision in entry.nested.get("revisions", []):
            self._put(revision, TypeRevision.objects, {"type": row, "valid_from": revision.values["valid_from"]}, {})
        for offered in entry.nested.get("offered", []):
            organisation = self._one(offered, "organisation", "organisations")
            self._put(offered, OfferedType.objects, {"type": row, "organisation": organisation}, {})
        return row

    def _closing_days(self, entry: Entry) -> ClosingDay:
        key = {
            "territory": self.territory,
            "organisation": self._one(entry, "organisation", "organisations"),
            "location": self._one(entry, "location", "locations"),
            "first_day": entry.values["first_day"],
            "last_day": entry.values["last_day"],
        }
        row, changed = self._put(entry, ClosingDay.objects, key, {})
        self.closings_changed |= changed
        return row

    def _texts(self, entry: Entry) -> MessageText:
        given = entry.values
        key = {"channel": given["channel"], "name": given["name"], "language": given["language"]}
        row, _ = self._put(entry, MessageText.objects, {"territory": self.territory, **key}, {})
        return row

    def _agents(self, entry: Entry) -> Agent:
        key = {"email__iexact": entry.values["email"]}
        row, _ = self._put(entry, Agent.objects, key, {"territory": self.territory})
        if not row.password:
            row.set_unusable_password()
            row.save(update_fields=["password"])
        self._set(entry, row, "services", self._many(entry, "services", "services"))
        for slug, role in entry.extra.get("roles", {}).items():
            key = {"agent": row, "organisation": self.rows["organisations"][slug]}
            member = Membership.objects.filter(**key).first()
            if member is None:
                Membership.objects.create(**key, role=role)
            elif member.role != role:
                Membership.objects.filter(pk=member.pk).update(role=role)
        return row

    def _opening_periods(self, entry: Entry) -> OpeningPeriod:
        location = self._one(entry, "location", "locations")
        key = {
            "agent": self._one(entry, "agent", "agents"),
            "location": location,
            "first_day": entry.values["first_day"],
            "start_time": entry.values["start_time"],
            "rrule": entry.values.get("rrule", ""),
        }
        room = entry.extra.get("room")
        values = {"room": Room.objects.get(location=location, name=room)} if room else {}
        row, changed = self._put(entry, OpeningPeriod.objects, key, values)
        types_changed = self._set(entry, row, "types", self._many(entry, "types", "types"))
        if changed or types_changed:
            self.changed_periods.append(row.pk)
        return row

    def _of_territory(self, entry: Entry, rows: models.Manager[Any], key: str, **values: Any) -> Any:
        return self._put(entry, rows, {"territory": self.territory, key: entry.values[key]}, values)[0]

    def _put(
        self, entry: Entry, rows: models.Manager[Any], key: dict[str, Any], values: dict[str, Any]
    ) -> tuple[Any, bool]:
        """The row of this key with the entry's values, and whether it had to be written."""
        wanted = {**entry.values, **values}
        row = rows.filter(**key).first()
        kind = entry.section.name
        if row is None:
            plain_key = {name: value for name, value in key.items() if "__" not in name}
            row = entry.section.model(**{**wanted, **plain_key})
            row.save(force_insert=True)
            self._count("created", kind)
            return row, True
        different = [name for name, value in wanted.items() if getattr(row, name) != value]
        for name in different:
            setattr(row, name, wanted[name])
        if different:
            row.save()
        self._count("changed" if different else "unchanged", kind)
        return row, bool(different)

    def _count(self, outcome: Literal["created", "changed", "unchanged"], kind: str) -> None:
        self.just_put = outcome
        self.report.count(outcome, kind)

    def _set(self, entry: Entry, row: models.Model, name: str, wanted: Iterable[models.Model] | None) -> bool:
        """Make a list of rows be exactly this one; None = the file doesn't say."""
        if wanted is None:
            return False
        manager = getattr(row, name)
        before = set(manager.values_list("pk", flat=True))
        after = {found.pk for found in wanted}
        if before == after:
            return False
        manager.set(after)
        if self.just_put == "unchanged":
            self.report.unchanged[entry.section.name] -= 1
            self.report.changed[entry.section.name] += 1
        return True

    def _one(self, entry: Entry, key: str, section: str) -> Any:
        name = entry.refs.get(key)
        return self.rows[section][name] if name else None

    def _many(self, entry: Entry, key: str, section: str) -> list[Any] | None:
        names = entry.refs.get(key)
        return None if names is None else [self.rows[section][name] for name in names]
