"""The families' site: no account, no JavaScript; nothing personal in an address but a link's own token."""

from django.urls import path

from rdv.web.families import appointment, finding, holding, home, moving, places, questions, reserving, waiting

app_name = "families"

urlpatterns = [
    path("", home.home, name="home"),
    path("prendre/<slug:type_slug>/", places.places, name="places"),
    path("prendre/<slug:type_slug>/qui-vient/", questions.who, name="who"),
    path("prendre/<slug:type_slug>/<int:place>-<slug:name>/", places.place, name="place"),
    path("prendre/<slug:type_slug>/<int:place>/retenir/", holding.keep, name="hold"),
    path("reservation/coordonnees/", reserving.contact, name="contact"),
    path("reservation/verifier/", reserving.check, name="check"),
    path("reservation/faite/", reserving.booked, name="booked"),
    path("r/<str:token>/", appointment.appointment, name="appointment"),
    path("r/<str:token>/venir/", appointment.confirm, name="confirm"),
    path("r/<str:token>/annuler/", appointment.cancel, name="cancel"),
    path("r/<str:token>/rendez-vous.ics", appointment.calendar, name="calendar"),
    path("r/<str:token>/deplacer/", moving.choose, name="move"),
    path("r/<str:token>/deplacer/ailleurs/", moving.elsewhere, name="move_elsewhere"),
    path("r/<str:token>/deplacer/retenir/", moving.keep, name="move_hold"),
    path("r/<str:token>/deplacer/verifier/", moving.check, name="move_check"),
    path("r/<str:token>/plus-tot/", waiting.earlier, name="earlier"),
    path("rendez-vous/", finding.find, name="find"),
    path("liste-attente/", waiting.join, name="waiting"),
]
