"""What each role gives, as data: how far it sees in its organisation, and what it may do there."""

from dataclasses import dataclass
from enum import StrEnum

from rdv.models.agent import Role


class Reach(StrEnum):
    """Whose appointments a role opens in its organisation."""

    OWN_BOOKINGS = "own_bookings"
    OWN_SERVICES = "own_services"
    OPEN_SERVICES = "open_services"


class Right(StrEnum):
    """What a role lets do, beyond seeing."""

    SEE_AGENDA = "see_agenda"
    SEE_FAMILIES = "see_families"
    BOOK = "book"
    OVERBOOK = "overbook"
    CHANGE = "change"
    SETTLE = "settle"
    WAITING_LIST = "waiting_list"
    TASKS = "tasks"
    OWN_TIME = "own_time"
    OTHERS_TIME = "others_time"
    LOCATION_TIME = "location_time"
    MANAGE = "manage"
    TERRITORY = "territory"


@dataclass(frozen=True, slots=True)
class RoleRights:
    reach: Reach
    rights: frozenset[Right]


_DESK = frozenset(
    {
        Right.SEE_AGENDA,
        Right.SEE_FAMILIES,
        Right.BOOK,
        Right.OVERBOOK,
        Right.CHANGE,
        Right.SETTLE,
        Right.WAITING_LIST,
        Right.TASKS,
        Right.OWN_TIME,
    }
)
_TIME = frozenset({Right.OTHERS_TIME, Right.LOCATION_TIME})

# A discreet service is opened by none of these: only by belonging to it.
ROLES: dict[Role, RoleRights] = {
    Role.AGENT: RoleRights(Reach.OWN_SERVICES, _DESK),
    Role.SECRETARY: RoleRights(Reach.OPEN_SERVICES, _DESK | _TIME),
    Role.ADMIN: RoleRights(Reach.OPEN_SERVICES, _DESK | _TIME | {Right.MANAGE}),
    Role.PRESCRIBER: RoleRights(Reach.OWN_BOOKINGS, frozenset({Right.BOOK})),
}
# What concerns the whole territory, such as the texts of its messages, is for its own administrators.
TERRITORY_ADMIN = RoleRights(Reach.OPEN_SERVICES, ROLES[Role.ADMIN].rights | {Right.TERRITORY})
