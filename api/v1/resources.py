"""Every resource and its address."""

from django.urls import path

from api.v1.absences import AbsenceDetail, Absences
from api.v1.appointments import actions
from api.v1.appointments import views as appointments
from api.v1.catalogue import Agents, AppointmentTypes, Locations, Organisations
from api.v1.families import Families, FamilyContact, FamilyDetail, FamilyPersons
from api.v1.messages import MessageDetail, Messages
from api.v1.openings import OpeningPeriodDay, OpeningPeriodDays, OpeningPeriodDetail, OpeningPeriods
from api.v1.slots import FirstSlots, Slots
from api.v1.waiting_list import WaitingList, WaitingListDetail, WaitingListPause, WaitingListResume
from api.v1.webhooks.views import Deliveries, WebhookDetail, Webhooks

resources = [
    path("appointment-types/", AppointmentTypes.as_view(), name="appointment-types"),
    path("locations/", Locations.as_view(), name="locations"),
    path("organisations/", Organisations.as_view(), name="organisations"),
    path("agents/", Agents.as_view(), name="agents"),
    path("slots/", Slots.as_view(), name="slots"),
    path("slots/first/", FirstSlots.as_view(), name="first-slots"),
    path("appointments/", appointments.Appointments.as_view(), name="appointments"),
    path("appointments/<int:pk>/", appointments.AppointmentDetail.as_view(), name="appointment"),
    path("appointments/<int:pk>/cancel/", actions.Cancel.as_view(), name="cancel"),
    path("appointments/<int:pk>/move/", actions.Move.as_view(), name="move"),
    path("appointments/<int:pk>/outcome/", actions.Outcome.as_view(), name="outcome"),
    path("opening-periods/", OpeningPeriods.as_view(), name="opening-periods"),
    path("opening-periods/<int:pk>/", OpeningPeriodDetail.as_view(), name="opening-period"),
    path("opening-periods/<int:pk>/days/", OpeningPeriodDays.as_view(), name="opening-period-days"),
    path("opening-periods/<int:pk>/days/<str:day>/", OpeningPeriodDay.as_view(), name="opening-period-day"),
    path("absences/", Absences.as_view(), name="absences"),
    path("absences/<int:pk>/", AbsenceDetail.as_view(), name="absence"),
    path("waiting-list/", WaitingList.as_view(), name="waiting-list"),
    path("waiting-list/<int:pk>/", WaitingListDetail.as_view(), name="waiting-entry"),
    path("waiting-list/<int:pk>/pause/", WaitingListPause.as_view(), name="waiting-entry-pause"),
    path("waiting-list/<int:pk>/resume/", WaitingListResume.as_view(), name="waiting-entry-resume"),
    path("families/", Families.as_view(), name="families"),
    path("families/<int:pk>/", FamilyDetail.as_view(), name="family"),
    path("families/<int:pk>/contacts/<int:contact_pk>/", FamilyContact.as_view(), name="family-contact"),
    path("families/<int:pk>/persons/", FamilyPersons.as_view(), name="family-persons"),
    path("webhooks/", Webhooks.as_view(), name="webhooks"),
    path("webhooks/<int:pk>/", WebhookDetail.as_view(), name="webhook"),
    path("webhooks/<int:pk>/deliveries/", Deliveries.as_view(), name="webhook-deliveries"),
    path("messages/", Messages.as_view(), name="messages"),
    path("messages/<int:pk>/", MessageDetail.as_view(), name="message"),
]
