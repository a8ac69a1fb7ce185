"""The machine-readable face of the product."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """API."""

    name = "api"
    verbose_name = "API"
    default_auto_field = "django.db.models.BigAutoField"
