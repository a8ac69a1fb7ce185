"""The fictitious world to try things in; installed by the demo and test settings alone."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Démonstration."""

    name = "rdv.demo"
    label = "demo"
    verbose_name = "Démonstration"
    default_auto_field = "django.db.models.BigAutoField"
