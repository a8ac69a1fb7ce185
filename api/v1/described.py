"""The resources, as the description of the API lists them (drf-spectacular reads this module)."""

from django.urls import include, path

from api.v1.resources import resources

urlpatterns = [path("api/v1/", include(resources))]
