"""Messages: what is said, to whom, when, and what is answered."""

from importlib import import_module

from django.apps import AppConfig


class RemindersConfig(AppConfig):
    """Rappels, messages et réponses."""

    name = "reminders"
    verbose_name = "Rappels et messages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what booking and the waiting list tell; say what is forgotten."""
        import_module("reminders.receivers").connect()
        import_module("reminders.proposing").connect()
        import_module("reminders.inviting").connect()
        import_module("reminders.retention").connect()
