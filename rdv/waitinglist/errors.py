"""Why the waiting list refused, with stable codes and sentences for people."""

from django.utils.translation import gettext_noop

from rdv.booking.errors import BookingError, SlotTaken
from rdv.waitinglist.eligibility import SKIPPED_BECAUSE, Skip


class OfferOver(SlotTaken):
    """A yes that can no longer be honoured; `alternatives` are the nearest slots."""

    code = "offer_over"
    message = gettext_noop("Cette place ne vous est plus proposée.")


class OfferTaken(OfferOver):
    """Another family was faster, or the service gave the slot away."""

    code = "offer_taken"
    message = gettext_noop("Cette place est déjà prise.")


class OfferExpired(OfferOver):
    """The deadline has passed; the slot may be free again."""

    code = "offer_expired"
    message = gettext_noop("Le délai pour répondre est passé.")


class OfferDeclined(OfferOver):
    """The family had said no."""

    code = "offer_declined"
    message = gettext_noop("Vous aviez dit non à cette proposition.")


class OfferWithdrawn(OfferOver):
    """The service took it back, or a rule of booking stood in the way of a first yes."""

    code = "offer_withdrawn"


class NothingWanted(BookingError):
    """No place or no half-day is ticked: nothing could ever be offered."""

    code = "nothing_wanted"
    message = gettext_noop("Indiquez au moins un lieu et une demi-journée qui vous conviennent.")


class ContactMissing(BookingError):
    """The family's file has no contact, so no offer could ever reach it."""

    code = "contact_missing"
    message = gettext_noop(
        "Le dossier de cette famille n’a aucun contact. Ajoutez-y un téléphone ou un courriel, puis inscrivez-la."
    )


class PriorityReasonMissing(BookingError):
    code = "priority_reason_missing"
    message = gettext_noop("Donnez la raison de la priorité.")


class PriorityRefused(BookingError):
    """Only an agent gives a priority."""

    code = "priority_refused"
    message = gettext_noop("La priorité est donnée par le service.")


class NotYourAppointment(BookingError):
    """The appointment to be moved earlier is cancelled, past, of another type or another family's."""

    code = "not_your_appointment"
    message = gettext_noop("Ce rendez-vous ne peut pas être avancé. Inscrivez-vous sans rendez-vous, ou appelez-nous.")


class EntryEnded(BookingError):
    """The family has left the list, or got its appointment."""

    code = "entry_ended"
    message = gettext_noop("Cette inscription est terminée. Vous pouvez vous inscrire de nouveau.")


class ByAnAgentOnly(BookingError):
    """A slot is offered by hand, and taken back, by the service alone."""

    code = "by_an_agent_only"
    message = gettext_noop("Un créneau est proposé à la main par le service seulement.")


class OutOfTurnReasonMissing(BookingError):
    """A family that is asked before its turn passes others: it is said why."""

    code = "out_of_turn_reason_missing"
    message = gettext_noop("Dites pourquoi cette famille passe avant les autres.")


class TooLateToOffer(BookingError):
    """The families could not answer before public search has the slot again."""

    code = "too_late_to_offer"
    message = gettext_noop("Il reste trop peu de temps pour que les familles répondent. Appelez-en une, et réservez.")


class NobodyToAsk(BookingError):
    """Nobody waits for that, or none of those who do could take it now."""

    code = "nobody_to_ask"
    message = gettext_noop("Aucune famille en attente ne peut prendre ce créneau pour l’instant.")


class NotForThisFamily(BookingError):
    """Its wishes, the rules of booking or its caps stand in the way; `reason` says which."""

    code = "not_for_this_family"

    def __init__(self, reason: Skip) -> None:
        self.reason = reason
        super().__init__(f"Ce créneau ne peut pas être proposé à cette famille. {SKIPPED_BECAUSE[reason]}")


class NotEarlier(BookingError):
    """The family has moved its appointment itself meanwhile: a yes would bring it a later one."""

    code = "not_earlier"
    message = gettext_noop("Votre rendez-vous est déjà plus tôt que cette place : il reste tel quel.")


class WithdrawalReasonMissing(BookingError):
    """Nobody chose to offer this slot, the rule did: it is said why it no longer is."""

    code = "withdrawal_reason_missing"
    message = gettext_noop("Dites pourquoi ce créneau n’est plus proposé à la liste d’attente.")


class RoundEnded(BookingError):
    """Nothing is being offered any more."""

    code = "round_ended"
    message = gettext_noop("Cette proposition est terminée : il n’y a plus rien à retirer.")


class YesReceived(BookingError):
    """A family has said yes, and is about to have the slot."""

    code = "yes_received"
    message = gettext_noop("Une famille vient de dire oui : le créneau est pour elle.")
