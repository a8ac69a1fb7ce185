"""The families' site: no account, no JavaScript; nothing personal in an address but a link's own token."""

from django.urls import path

from rdv.web.families import (
    appointment,
    dates,
    finding,
    holding,
    home,
    moving,
    offers,
    places,
    questions,
    reserving,
    waiting,
)
    wait,

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
    path("r/<str:token>/dates/", dates.dates, name="dates"),
    path("r/<str:token>/plus-tot/", waiting.earlier, name="earlier"),
    path("r/<str:token>/plus-tot/arreter/", waiting.stop_waiting, name="stop_waiting"),
    path("rendez-vous/", finding.find, name="find"),
    path("rendez-vous/code/", finding.code, name="code"),
    path("rendez-vous/liste/", finding.found, name="found"),
    path("rendez-vous/attente/<int:entry>/quitter/", finding.leave_list, name="leave_list"),
    path("rendez-vous/fermer/", finding.close, name="close"),
    path("liste-attente/", waiting.join, name="waiting"),
    path("liste-attente/inscription/", waiting.joined, name="waiting_done"),
    path("liste-attente/offre/<str:token>/", offers.offer, name="offer"),
    path("liste-attente/offre/<str:token>/oui/", offers.accept, name="offer_accept"),
    path("liste-attente/offre/<str:token>/non/", offers.decline, name="offer_decline"),
]
    path("liste-attente/suivi/<str:token>/", wait.wait, name="wait"),
    path("liste-attente/suivi/<str:token>/changer/", wait.change, name="wait_change"),
    path("liste-attente/suivi/<str:token>/dire/", wait.act, name="wait_act"),
