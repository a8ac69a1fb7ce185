"""Production's settings, with servers of this run's own; logs and limits stand aside, they are not what is measured."""

import os

from rdv.config import env
from rdv.config.settings.base import *
from rdv.config.settings.base import STORAGES
from rdv.config.settings.from_environment import settings_from

os.environ["LOG_LEVEL"] = "ERROR"
_given = env.read(production=False)
globals().update(settings_from(_given, json_logs=True))

DEBUG = False
SECRET_KEY = "benchmarks-only-not-a-secret-but-long-enough-for-the-checks"
ALLOWED_HOSTS = ["*"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

# Every request comes from one address.
RATE_LIMITS = {"api-token": 10**9, "api-ip": 10**9, "booking-ip": 10**9, "booking-phone": 10**9}
