"""Addresses under /api/v1/."""

from django.urls import path, re_path

from api.v1.docs import Root, Unknown, docs, openapi_json
from api.v1.resources import resources

app_name = "api"
urlpatterns = [
    path("", Root.as_view(), name="root"),
    path("openapi.json", openapi_json, name="openapi"),
    path("docs/", docs, name="docs"),
    *resources,
    re_path("", Unknown.as_view(), name="unknown"),
]
