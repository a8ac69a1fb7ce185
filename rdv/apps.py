"""The main application: models, booking, pages."""

from importlib import import_module

from django.apps import AppConfig


class RdvConfig(AppConfig):
    """Rendez-vous: everything that isn't messages or the API."""

    name = "rdv"
    label = "rdv"
    verbose_name = "Rendez-vous"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load the Celery application, so that every process publishes to the configured broker; connect the parts."""
        import_module("rdv.config.celery")
        import_module("rdv.waitinglist.receivers").connect()
        import_module("rdv.disruption.receivers").connect()
        import_module("rdv.retention.families").connect()
        import_module("rdv.retention.traces").connect()
