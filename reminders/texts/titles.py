"""What each text is called, for those who change it; in the order of the page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """Texts that are read together: `titles` by the name of the text."""

    label: str
    titles: dict[str, str]


GROUPS = (
    Group(
        "Le rendez-vous d’une famille",
        {
            "booked": "Rendez-vous pris",
            "reminder": "Rappel",
            "moved": "Rendez-vous déplacé, ou autre professionnel",
            "cancelled_by_family": "Annulé par la famille",
            "cancelled_by_service": "Annulé par le service",
            "participation_cancelled": "Participation annulée",
            "dates_proposed": "Absence d’un agent : autres dates proposées",
            "maintained": "Absence retirée : rendez-vous maintenu",
            "no_show": "Après une absence de la famille",
            "invitation": "Rendez-vous suivant à prendre",
        },
    ),
    Group(
        "La liste d’attente",
        {
            "waiting": "Inscription notée",
            "offer": "Une place se libère",
            "offer_taken": "La place proposée est prise",
            "still_waiting": "Attendez-vous toujours ?",
        },
    ),
    Group(
        "Les réponses aux SMS des familles",
        {
            "receipt_confirmed": "Oui : venue confirmée",
            "receipt_cancelled": "Non : rendez-vous annulé",
            "receipt_late": "Retard noté",
            "receipt_help": "Demande de renseignements",
            "receipt_move": "Demande d’une autre date, sans date libre",
            "receipt_move_late": "Demande d’une autre date, trop tard",
            "receipt_moved": "Rendez-vous déplacé par SMS",
            "receipt_told": "Transmis au secrétariat, qui rappelle",
            "receipt_forwarded": "Message pas compris, transmis",
            "receipt_gone": "Rendez-vous passé ou annulé",
            "receipt_called_off": "Oui à un rendez-vous annulé",
            "receipt_not_held": "Oui à un rendez-vous qui ne peut pas avoir lieu",
            "receipt_expired": "Réponse arrivée trop tard",
            "receipt_no_appointment": "Aucun rendez-vous à venir",
            "receipt_unknown": "Numéro inconnu",
            "receipt_wrong_number": "Erreur de numéro",
            "receipt_stopped": "STOP",
            "receipt_started": "START",
            "receipt_offer_claimed": "Proposition : oui reçu, en attente",
            "receipt_offer_won": "Proposition : créneau obtenu",
            "receipt_offer_declined": "Proposition : non noté",
            "receipt_offer_lost": "Proposition : créneau déjà pris",
            "receipt_offer_late": "Proposition : délai passé",
            "receipt_offer_over": "Proposition : plus proposée",
            "receipt_offer_refused": "Proposition : créneau impossible",
            "receipt_waiting_kept": "Liste d’attente : reste inscrite",
            "receipt_waiting_left": "Liste d’attente : retirée",
            "receipt_waiting_choose": "Liste d’attente : plusieurs rendez-vous à venir",
            "receipt_waiting_where": "Liste d’attente : à dire sur le site",
            "receipt_waiting_over": "Liste d’attente : n’y était plus",
            "receipt_invitation_link": "Invitation : oui, le lien",
            "receipt_invitation_refused": "Invitation : non noté",
        },
    ),
    Group(
        "Les questions posées par SMS",
        {
            "question_which": "Quel rendez-vous annuler ?",
            "question_which_again": "Quel rendez-vous annuler ? (deuxième fois)",
            "question_part": "Pour tout le monde, ou pour une personne ?",
            "question_sure": "Est-ce bien une annulation ?",
            "question_day": "Ce jour-là ?",
            "question_repeat": "Pas compris : oui ou non ?",
            "question_offer": "Proposition : pas compris, oui ou non ?",
            "question_waiting": "Liste d’attente : pas compris, oui ou non ?",
            "question_move": "Quelle autre date ?",
            "question_move_again": "Quelle autre date ? (deuxième fois)",
            "question_move_taken": "La date choisie vient d’être prise",
            "question_move_which": "Quel rendez-vous déplacer ?",
        },
    ),
    Group(
        "Les courriels aux agents",
        {
            "agent_booked": "Rendez-vous ajouté",
            "agent_moved": "Rendez-vous changé",
            "agent_cancelled": "Rendez-vous annulé",
            "agent_absent": "Absence déclarée",
        },
    ),
    Group("Le site", {"access_code": "Code pour retrouver ses rendez-vous"}),
)
TITLES = {name: title for group in GROUPS for name, title in group.titles.items()}
