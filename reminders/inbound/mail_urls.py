"""The addresses that the mail provider calls: `/courriels/<provider>/`."""

from django.urls import path

from reminders.inbound.mail import BrevoReports

app_name = "mail"

urlpatterns = [path("brevo/", BrevoReports.as_view(), name="brevo")]
