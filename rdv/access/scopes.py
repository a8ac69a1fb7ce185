"""What a token of the API may be used for. Roles narrow it further; a scope never widens a role."""

from enum import StrEnum


class TokenScope(StrEnum):
    """Stable codes: they are stored in tokens and shown in the documentation."""

    CATALOGUE_READ = "catalogue:read"
    SLOTS_READ = "slots:read"
    APPOINTMENTS_READ = "appointments:read"
    APPOINTMENTS_WRITE = "appointments:write"
    OPENINGS_READ = "openings:read"
    OPENINGS_WRITE = "openings:write"
    ABSENCES_READ = "absences:read"
    ABSENCES_WRITE = "absences:write"
    WAITING_LIST_READ = "waiting-list:read"
    WAITING_LIST_WRITE = "waiting-list:write"
    FAMILIES_READ = "families:read"
    FAMILIES_WRITE = "families:write"
    MESSAGES_READ = "messages:read"
    WEBHOOKS = "webhooks:manage"


LABELS: dict[TokenScope, str] = {
    TokenScope.CATALOGUE_READ: "lire les motifs, les lieux, les organisations et les agents",
    TokenScope.SLOTS_READ: "chercher des créneaux",
    TokenScope.APPOINTMENTS_READ: "lire les rendez-vous",
    TokenScope.APPOINTMENTS_WRITE: "prendre, annuler et déplacer des rendez-vous, et dire ce qu’ils sont devenus",
    TokenScope.OPENINGS_READ: "lire les plages d’ouverture",
    TokenScope.OPENINGS_WRITE: "modifier les plages d’ouverture",
    TokenScope.ABSENCES_READ: "lire les absences",
    TokenScope.ABSENCES_WRITE: "déclarer et retirer des absences",
    TokenScope.WAITING_LIST_READ: "lire la liste d’attente",
    TokenScope.WAITING_LIST_WRITE: "inscrire sur la liste d’attente et en retirer",
    TokenScope.FAMILIES_READ: "lire les familles",
    TokenScope.FAMILIES_WRITE: "créer et modifier des familles",
    TokenScope.MESSAGES_READ: "lire les messages envoyés",
    TokenScope.WEBHOOKS: "gérer les notifications sortantes",
}

ALL: tuple[str, ...] = tuple(scope.value for scope in TokenScope)
