"""The addresses that SMS providers call: `/sms/<provider>/…`."""

from django.urls import path

from reminders.inbound import webhooks

app_name = "inbound"

urlpatterns = [
    path("twilio/inbound/", webhooks.twilio_inbound, name="twilio_inbound"),
    path("twilio/status/", webhooks.twilio_status, name="twilio_status"),
    path("<slug:provider>/inbound/", webhooks.inbound, name="inbound"),
    path("<slug:provider>/status/", webhooks.status, name="status"),
]
