"""Why a booking verb refused: each error has a stable code, for pages and API alike, and a French sentence."""

from collections.abc import Sequence
from typing import ClassVar

from django.utils.translation import gettext_noop

from rdv.scheduling.rules import MESSAGES, Reason
from rdv.scheduling.slots import Slot


class BookingError(Exception):
    """Base of all refusals. Nothing was changed."""

    code: ClassVar[str] = "refused"
    message: ClassVar[str] = gettext_noop("La demande n’a pas pu aboutir.")

    def __init__(self, message: str | None = None) -> None:
        self.text = message or self.message
        super().__init__(self.text)


class SlotTaken(BookingError):
    """Somebody else was faster: a normal screen, with the nearest free slots."""

    code = "slot_taken"
    message = gettext_noop(
        "Ce créneau vient d’être pris. Choisissez-en un autre : rien de ce que vous avez écrit n’est perdu."
    )

    def __init__(self, message: str | None = None, *, alternatives: Sequence[Slot] = ()) -> None:
        super().__init__(message)
        self.alternatives = list(alternatives)


class Full(SlotTaken):
    """A collective appointment has not enough seats left."""

    code = "full"
    message = gettext_noop(
        "Il n’y a plus assez de places. Choisissez une autre date, ou inscrivez-vous en liste d’attente."
    )


class NoRoom(SlotTaken):
    """The agents are free, and none of the rooms that suit is; one that is kept for an offer is not free."""

    code = "no_room"
    message = gettext_noop(
        "Aucune salle qui convient n’est libre ici à cette heure-là. Choisissez une autre heure ou un autre lieu."
    )


class NotBookable(BookingError):
    """The rules of the type, the person or the time do not admit it; `reason` says which."""

    code = "not_bookable"

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(MESSAGES[reason])


class SlotOffered(BookingError):
    """The slot is being offered to waiting families: an agent may take it, knowing that."""

    code = "slot_offered"
    message = gettext_noop("Ce créneau est en cours de proposition à des familles en liste d’attente.")


class HoldExpired(BookingError):
    code = "hold_expired"
    message = gettext_noop("Le créneau n’est plus retenu pour vous. S’il est encore libre, vous pouvez le reprendre.")


class AlreadyBooked(BookingError):
    code = "already_booked"
    message = gettext_noop(
        "Vous avez déjà un rendez-vous à cette heure. Pour venir avec un enfant de plus, annulez-le, ou appelez-nous."
    )


class RequestKeyReused(BookingError):
    """Two different requests bear the same name."""

    code = "request_key_reused"
    message = gettext_noop("Cette demande a déjà servi. Recommencez depuis le choix du créneau.")


class AlreadyCancelled(BookingError):
    code = "already_cancelled"
    message = gettext_noop("Ce rendez-vous est déjà annulé.")


class InThePast(BookingError):
    code = "in_the_past"
    message = gettext_noop("Ce rendez-vous est passé : il ne peut plus être modifié.")


class TooLateToMove(BookingError):
    code = "too_late_to_move"
    message = gettext_noop("Il est trop tard pour déplacer ce rendez-vous en ligne. Appelez-nous, ou annulez-le.")


class TransitionRefused(BookingError):
    code = "transition_refused"
    message = gettext_noop("Ce changement n’est pas possible dans l’état actuel du rendez-vous.")


class NotBegun(BookingError):
    code = "not_begun"
    message = gettext_noop("Ce rendez-vous n’a pas encore commencé : attendez son heure pour dire s’il a eu lieu.")


class ReasonMissing(BookingError):
    code = "reason_missing"
    message = gettext_noop("Donnez la raison de la surréservation.")


class NobodyComes(BookingError):
    code = "nobody_comes"
    message = gettext_noop("Indiquez au moins une personne qui vient.")
