"""Work in the background. Tasks live in the packages' `tasks.py`; the pace is in the settings."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rdv.config.settings.production")

app = Celery("rdv")
# Celery remembers the current application per thread; the web server has several.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["rdv.config"], related_name="heartbeat")
app.autodiscover_tasks(["rdv.booking", "rdv.waitinglist", "rdv.retention", "rdv.statistics", "rdv.disruption"])


@setup_logging.connect
def keep_our_logs(**_: Any) -> None:
    """Leave logging as Django's settings have it: one format for all processes."""
