"""The fictitious world to try things in; installed by the demo and test settings alone."""

from django.apps import AppConfig
from django.conf import settings


class DemoConfig(AppConfig):
    """Démonstration."""

    name = "rdv.demo"
    label = "demo"
    verbose_name = "Démonstration"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Move the product's clock, in the demonstration; tests keep the world's."""
        if settings.DEMO_CLOCK:
            from rdv.demo.time import install

            install()
