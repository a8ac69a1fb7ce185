"""The machine-readable face of the product."""

from importlib import import_module

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """API."""

    name = "api"
    verbose_name = "API"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell other systems what booking tells us, describe our authentication, and say what is forgotten."""
        import_module("api.v1.webhooks.outbox").connect()
        import_module("api.v1.authentication")
        import_module("api.retention").connect()
