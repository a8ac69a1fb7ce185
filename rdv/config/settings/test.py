"""The tests: fast, alone, and as strict as Django can be."""

import os

from rdv.config import env
from rdv.config.settings.base import *
from rdv.config.settings.base import INSTALLED_APPS, STORAGES, TEMPLATES
from rdv.config.settings.from_environment import databases, settings_from

# The developer's own accounts and switches must not change what a test sees.
for _variable in env.VARIABLES:
    if _variable.name not in ("DATABASE_URL", "LOG_LEVEL"):
        os.environ.pop(_variable.name, None)

_given = env.read(production=False)
globals().update(settings_from(_given, json_logs=False))

DEBUG = False
DEMO = True
DEMO_PORT = _given["PORT"]
INSTALLED_APPS = [*INSTALLED_APPS, "rdv.demo"]
SECRET_KEY = "tests-only-not-a-secret-but-long-enough-for-the-checks"
ALLOWED_HOSTS = ["*"]

# One connection per test and thread: a pool would keep the test database busy when it is dropped.
DATABASES = databases(_given["DATABASE_URL"], pool=0)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_BROKER_URL = "memory://"

TWILIO_ACCOUNT_SID = "ACtest"
TWILIO_AUTH_TOKEN = "test-twilio-token"
TWILIO_SENDER = "36999"
TEMPLATES[0]["OPTIONS"]["debug"] = True
