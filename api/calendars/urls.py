"""Addresses under /agenda/."""

from django.urls import path

from api.calendars.views import agent_feed

app_name = "calendars"
urlpatterns = [path("<str:secret>.ics", agent_feed, name="agent-feed")]
