"""The demonstration: the production set in small, with known accounts and simulated telephones."""

from rdv.config import env, servers
from rdv.config.settings.base import *
from rdv.config.settings.base import INSTALLED_APPS, STORAGES, TEMPLATES
from rdv.config.settings.from_environment import settings_from

servers.use_running_servers()
_given = env.read(production=False)
globals().update(settings_from(_given, json_logs=False))

DEBUG = False
DEMO = True
DEMO_PORT = _given["PORT"]
DEMO_URL = f"http://127.0.0.1:{DEMO_PORT}"
DEMO_CLOCK = True
TEMPLATES[0]["OPTIONS"]["context_processors"].append("rdv.demo.context.demo")
INSTALLED_APPS = [*INSTALLED_APPS, "rdv.demo"]

# Known to everyone: the demonstration holds nothing but invented people.
SECRET_KEY = _given["SECRET_KEY"] or "demo-only-not-a-secret-known-to-everyone-who-reads-this-file"
ALLOWED_HOSTS = ["*"]

WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

TWILIO_ACCOUNT_SID = _given["TWILIO_ACCOUNT_SID"] or "ACdemo"
TWILIO_AUTH_TOKEN = _given["TWILIO_AUTH_TOKEN"] or "demo-twilio"
TWILIO_SENDER = _given["TWILIO_SENDER"] or "36999"
TWILIO_API_URL = _given["TWILIO_API_URL"] or f"{DEMO_URL}/demo/twilio"
EMAIL_BACKEND = "rdv.demo.mail.MailboxBackend"
