"""/demo/composants/: every component of the design system with invented contents, to look at and to test."""

from types import SimpleNamespace as Thing

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rdv.web.forms import (
    BaseForm,
    BirthDateField,
    CardLabel,
    CheckboxCards,
    DayField,
    EmailField,
    PhoneField,
    RadioCards,
)

PLACES = [
    ("mds", CardLabel("MDS des Tilleuls", "12 rue des Tilleuls, Val-d’Exemple")),
    ("bus", CardLabel("Bus PMI", "Place du Marché, le mardi matin")),
]
DAYS = [
    ("Mardi 10 mars", "mardi 10 mars", ["9\u00a0h", "9\u00a0h\u00a030", "10\u00a0h", "14\u00a0h\u00a015"]),
    ("Jeudi 12 mars", "jeudi 12 mars", ["8\u00a0h\u00a030", "11\u00a0h"]),
]


class GalleryForm(BaseForm):
    """One field of each kind."""

    first_name = forms.CharField(label="Prénom de l’enfant", help_text="Le prénom suffit.")
    birth_date = BirthDateField(label="Date de naissance", help_text="Par exemple 27 3 2025")
    phone = PhoneField(
        label="Votre téléphone mobile", help_text="Pour recevoir la confirmation et les rappels par SMS."
    )
    email = EmailField(label="Votre adresse électronique", required=False)
    day = DayField(label="À partir du", required=False)
    language = forms.ChoiceField(label="Langue des messages", choices=[("fr", "Français"), ("ar", "العربية")])
    place = forms.ChoiceField(label="Où souhaitez-vous venir\u00a0?", choices=PLACES, widget=RadioCards)
    half_days = forms.MultipleChoiceField(
        label="Quand êtes-vous disponible\u00a0?",
        choices=[("am", "Le matin"), ("pm", "L’après-midi")],
        widget=CheckboxCards,
        required=False,
    )
    note = forms.CharField(label="Précisions", widget=forms.Textarea({"rows": 3}), required=False)
    agreed = forms.BooleanField(
        label="Je souhaite être prévenu si un rendez-vous plus proche se libère.", required=False
    )


def _slots() -> list[Thing]:
    return [
        Thing(label=label, slots=[Thing(hour=hour, name=f"{day} à {hour}", url="#", note="") for hour in hours])
        for label, day, hours in DAYS
    ]


def _appointments() -> list[Thing]:
    facts = [
        Thing(icon="pin", text="MDS des Tilleuls, 12 rue des Tilleuls"),
        Thing(icon="baby", text="Léa et Noé"),
        Thing(icon="clock", text="30\u00a0min"),
    ]
    coming = Thing(
        month="mars", number=10, weekday="mardi", title="mardi 10 mars à 9\u00a0h\u00a030", url="#", off=False,
        facts=facts, tag=Thing(label="Confirmé", tone="good"),
    )  # fmt: skip
    gone = Thing(**(vars(coming) | {"off": True, "url": "", "tag": Thing(label="Annulé", tone="bad")}))
    return [coming, gone]


@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    """Show everything; with `?erreurs` the form comes back with its errors."""
    form = GalleryForm({"phone": "06 39 98", "email": "lea@gmial.com"} if "erreurs" in request.GET else None)
    context = {
        "form": form,
        "days": _slots(),
        "appointments": _appointments(),
        "steps": [Thing(label="", state=state) for state in ("done", "current", "todo", "todo", "todo")],
        "rows": [
            Thing(label="Rendez-vous", value="Consultation de l’enfant", url="#"),
            Thing(label="Quand", value="mardi 10 mars à 9\u00a0h\u00a030", url="#"),
            Thing(label="Enfants", value="Léa, née le 3 février 2025\nNoé, né le 1er mai 2023", url=""),
        ],
        "events": [
            Thing(
                when="lundi 2 mars à 18\u00a0h\u00a012", text="Rendez-vous pris par la famille", detail="Par le site"
            ),
            Thing(when="samedi 7 mars à 10\u00a0h", text="Rappel reçu par SMS", detail=""),
        ],
        "bubbles": [
            Thing(text="RDV mar. 10/03 à 9h30, MDS des Tilleuls. Répondez OUI ou NON.", when="7 mars, 10h", sent=False),
            Thing(text="Oui merci 🙏", when="10h04", sent=True),
        ],
        "columns": ["Heure", "Enfant", "Motif"],
        "table_rows": [["9\u00a0h", "Léa", "Consultation"], ["9\u00a0h\u00a030", "Noé", "Pesée"]],
        "page": Paginator(range(200), 20).page(4),
        "crumbs": [Thing(url="#", label="Accueil")],
        "nav_items": [
            Thing(url="#", label="Prendre rendez-vous", current=True),
            Thing(url="#", label="Mes rendez-vous", current=False),
        ],
    }
    return render(request, "demo/components.html", context)
