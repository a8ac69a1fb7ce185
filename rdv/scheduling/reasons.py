"""Why a start can't be booked, and what people read about it; the same words on a page and in the API."""

from enum import StrEnum


class Reason(StrEnum):
    """A stable code: the API and the logs show it, so a value is never renamed."""

    IN_THE_PAST = "in_the_past"
    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    OFF_GRID = "off_grid"
    NOT_OPEN = "not_open"
    TAKEN = "taken"
    FULL = "full"
    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"
    BIRTH_DATE_NEEDED = "birth_date_needed"
    TOO_CLOSE_TO_PREVIOUS = "too_close_to_previous"
    NOT_FOR_YOU = "not_for_you"
    TYPE_CLOSED = "type_closed"
    OTHER_AGENT_NEEDED = "other_agent_needed"
    TOO_MANY_PEOPLE = "too_many_people"
    TOO_LONG = "too_long"


def gettext_noop(text: str) -> str:
    """Mark a text for translation, under the name that ``makemessages`` looks for; this package has no Django."""
    return text


MESSAGES: dict[Reason, str] = {
    Reason.IN_THE_PAST: gettext_noop("Cet horaire est déjà passé. Choisissez un horaire à venir."),
    Reason.TOO_SOON: gettext_noop(
        "Cet horaire est trop proche pour être réservé en ligne. Choisissez-en un plus tard, ou appelez-nous."
    ),
    Reason.TOO_FAR: gettext_noop(
        "Cet horaire n'est pas encore ouvert à la réservation. Choisissez une date plus proche."
    ),
    Reason.OFF_GRID: gettext_noop("Aucun rendez-vous ne commence à cette heure. Choisissez un horaire proposé."),
    Reason.NOT_OPEN: gettext_noop("Personne ne reçoit à cet horaire. Choisissez un autre horaire."),
    Reason.TAKEN: gettext_noop("Cet horaire vient d'être pris. Choisissez un autre horaire."),
    Reason.FULL: gettext_noop("Il n'y a plus de place à cette séance. Choisissez une autre date."),
    Reason.TOO_YOUNG: gettext_noop(
        "Votre enfant sera trop jeune à cette date pour ce rendez-vous. Choisissez une date plus tard, ou appelez-nous."
    ),
    Reason.TOO_OLD: gettext_noop(
        "Votre enfant sera trop grand à cette date pour ce rendez-vous. Choisissez un autre motif, ou appelez-nous."
    ),
    Reason.BIRTH_DATE_NEEDED: gettext_noop("Indiquez la date de naissance de l'enfant."),
    Reason.TOO_CLOSE_TO_PREVIOUS: gettext_noop(
        "Cette date est trop proche d'un autre rendez-vous du même type. Choisissez une autre date, ou appelez-nous."
    ),
    Reason.NOT_FOR_YOU: gettext_noop("Ce rendez-vous ne se réserve pas en ligne. Appelez-nous."),
    Reason.TYPE_CLOSED: gettext_noop("Ce rendez-vous n'est plus proposé. Choisissez un autre motif, ou appelez-nous."),
    Reason.OTHER_AGENT_NEEDED: gettext_noop(
        "Ce rendez-vous se prend avec le professionnel qui suit votre enfant. Choisissez un de ses horaires."
    ),
    Reason.TOO_MANY_PEOPLE: gettext_noop(
        "Vous êtes trop nombreux pour ce rendez-vous. Réservez pour moins de personnes, ou appelez-nous."
    ),
    Reason.TOO_LONG: gettext_noop("Un rendez-vous dure un jour au plus, battements compris."),
}
