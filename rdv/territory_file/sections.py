"""The tables of a territory file: which model each describes, and under which keys.

Keys have the names of the model's fields. A section's `plain` keys are values of the row itself; `refs` name other
rows of the file by their slug; `nested` are tables of rows that belong to it.
"""

from dataclasses import dataclass, field

from django.db import models

from rdv.models import (
    Agent,
    AppointmentType,
    ClosingDay,
    Commune,
    Location,
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


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of table. `refs` maps a key to the section that it names, "*" after it for a list."""

    name: str
    singular: str
    model: type[models.Model]
    plain: tuple[str, ...]
    required: tuple[str, ...] = ()
    refs: dict[str, str] = field(default_factory=dict)
    nested: dict[str, "Section"] = field(default_factory=dict)
    extra: tuple[str, ...] = ()
    identity: tuple[str, ...] = ("slug",)

    @property
    def keys(self) -> tuple[str, ...]:
        return (*self.plain, *self.refs, *self.nested, *self.extra)


def _fields(model: type[models.Model], *without: str) -> tuple[str, ...]:
    """The editable columns of a model that are neither keys nor relations."""
    left_out = {"id", *without}
    return tuple(
        f.name for f in model._meta.concrete_fields if not f.is_relation and f.editable and f.name not in left_out
    )


TERRITORY = Section(
    name="territory",
    singular="département",
    model=Territory,
    plain=_fields(Territory),
    required=("slug", "name", "department_code"),
    extra=("catalogue",),
)
SERVICES = Section(
    name="services", singular="service", model=Service, plain=_fields(Service), required=("slug", "name")
)
ORGANISATIONS = Section(
    name="organisations",
    singular="organisation",
    model=Organisation,
    plain=_fields(Organisation),
    required=("slug", "name"),
)
ROOMS = Section(name="rooms", singular="salle", model=Room, plain=_fields(Room), required=("name",), identity=("name",))
LOCATIONS = Section(
    name="locations",
    singular="lieu",
    model=Location,
    plain=_fields(Location),
    required=("slug", "name", "organisation"),
    refs={"organisation": "organisations"},
    nested={"rooms": ROOMS},
)
COMMUNES = Section(
    name="communes",
    singular="commune",
    model=Commune,
    plain=_fields(Commune, "search_key"),
    required=("insee_code", "name"),
    refs={"locations": "locations*"},
    identity=("insee_code",),
)
STEPS = Section(
    name="steps",
    singular="étape",
    model=TypeStep,
    plain=("profession", "duration_minutes"),
    required=("profession", "duration_minutes"),
    identity=("position",),
)
REVISIONS = Section(
    name="revisions",
    singular="valeurs datées",
    model=TypeRevision,
    plain=_fields(TypeRevision),
    required=("valid_from",),
    identity=("valid_from",),
)
OFFERED = Section(
    name="offered",
    singular="motif d’une organisation",
    model=OfferedType,
    plain=_fields(OfferedType),
    required=("organisation",),
    refs={"organisation": "organisations"},
    identity=("organisation",),
)
TYPES = Section(
    name="types",
    singular="motif",
    model=AppointmentType,
    plain=_fields(AppointmentType),
    required=("slug", "service", "public_label", "duration_minutes"),
    refs={"service": "services"},
    nested={"steps": STEPS, "revisions": REVISIONS, "offered": OFFERED},
    extra=("catalogue",),
)
CLOSING_DAYS = Section(
    name="closing_days",
    singular="jour de fermeture",
    model=ClosingDay,
    plain=_fields(ClosingDay),
    required=("first_day", "last_day"),
    refs={"organisation": "organisations", "location": "locations"},
    identity=("organisation", "location", "first_day", "last_day"),
)
TEXTS = Section(
    name="texts",
    singular="texte",
    model=MessageText,
    plain=("channel", "name", "language", "text"),
    required=("channel", "name", "language", "text"),
    identity=("channel", "name", "language"),
)
AGENTS = Section(
    name="agents",
    singular="agent",
    model=Agent,
    plain=_fields(Agent, "password", "last_login", "search_key", "feed_secret"),
    required=("email", "first_name", "last_name"),
    refs={"services": "services*"},
    extra=("roles",),
    identity=("email",),
)
OPENING_PERIODS = Section(
    name="opening_periods",
    singular="plage d’ouverture",
    model=OpeningPeriod,
    plain=_fields(OpeningPeriod, "created_at"),
    required=("agent", "location", "types", "first_day", "start_time", "end_time"),
    refs={"agent": "agents", "location": "locations", "types": "types*"},
    extra=("room",),
    identity=("agent", "location", "first_day", "start_time", "rrule"),
)

# In the order of loading: a table names only what stands above it.
SECTIONS = (SERVICES, ORGANISATIONS, LOCATIONS, COMMUNES, TYPES, CLOSING_DAYS, TEXTS, AGENTS, OPENING_PERIODS)
