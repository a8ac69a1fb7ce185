"""Every resource and its address."""

from django.urls import path

from api.v1.appointments import actions
from api.v1.appointments import views as appointments
from api.v1.catalogue import Agents, AppointmentTypes, Locations, Organisations
from api.v1.slots import FirstSlots, Slots

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
]
