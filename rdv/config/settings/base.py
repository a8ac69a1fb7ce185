"""What every installation shares. The environment is read in `rdv.config.env` alone."""

from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parents[3]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rdv",
    "reminders",
    "api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "rdv.web.robots.DiscreetMiddleware",
    "rdv.web.middleware.ReadableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "rdv.web.middleware.LanguageMiddleware",
    "rdv.web.middleware.TerritoryMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "rdv.web.busy.BusyMiddleware",
]

# The demonstration and the tests alone know simulated telephones and a clock that can be moved.
DEMO = False
DEMO_PORT = 8000
DEMO_URL = "http://127.0.0.1:8000"
DEMO_CLOCK = False

# What the environment gives in the end (from_environment.py), so that it has a type and a default.
PUBLIC_URL: str = "http://127.0.0.1:8000"
REDIS_URL: str = ""
ADMIN_EMAILS: list[str] = []
METRICS_TOKEN: str = ""
TWILIO_ACCOUNT_SID: str = ""
TWILIO_AUTH_TOKEN: str = ""
TWILIO_SENDER: str = ""
TWILIO_API_URL: str = ""
OVH_SMS_APPLICATION_KEY = OVH_SMS_APPLICATION_SECRET = OVH_SMS_CONSUMER_KEY = OVH_SMS_SERVICE = ""
OVH_SMS_SENDER = OVH_SMS_API_URL = BREVO_API_KEY = BREVO_SMS_SENDER = BREVO_API_URL = ""
SMSMODE_API_KEY = SMSMODE_SENDER = SMSMODE_API_URL = ""
SMS_PROVIDERS: list[str] = []
SMS_PER_SECOND: dict[str, float] = {}
SMS_LOW_CREDIT: dict[str, float] = {}
SMS_WEBHOOK_KEY = SMS_CANARY_NUMBER = ""
# django-anymail, when mails leave by a provider's API (EMAIL_URL=brevo://…).
ANYMAIL: dict[str, Any] = {}
# Whether X-Forwarded-For is written by a proxy of ours.
BEHIND_PROXY: bool = False
# Other limits than those of rdv.access.throttle, by the name of the rate.
RATE_LIMITS: dict[str, int] = {}

ROOT_URLCONF = "rdv.config.urls"
WSGI_APPLICATION = "rdv.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "rdv.web.context.site",
            ],
        },
    },
]

# People

AUTH_USER_MODEL = "rdv.Agent"
LOGIN_URL = "/agents/connexion/"
LOGIN_REDIRECT_URL = "/agents/"
LOGOUT_REDIRECT_URL = "/agents/connexion/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Language and time: instants are UTC, each place shows its own zone

LANGUAGE_CODE = "fr"
LANGUAGES = [
    ("fr", "Français"),
    ("en", "English"),
    ("ar", "العربية"),
    ("tr", "Türkçe"),
    ("pt", "Português"),
    ("es", "Español"),
    ("ro", "Română"),
    ("uk", "Українська"),
]
LOCALE_PATHS = [BASE_DIR / "rdv" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Files

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Safety of pages

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_ENGINE = "rdv.access.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FORM_RENDERER = "rdv.web.forms.DesignSystemRenderer"
CSRF_FAILURE_VIEW = "rdv.web.public.errors.csrf_failure"

# Work in the background

CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_ENABLE_UTC = True
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A publisher must not wait for a broker that is gone: what matters is a row, the sweep finds it.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
CELERY_TASK_PUBLISH_RETRY = False

# What is done at a regular pace. Every entry may run twice or be missed: the database says what is due.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "heartbeat": {"task": "rdv.heartbeat", "schedule": crontab()},
    "webhooks": {"task": "api.deliver_webhooks", "schedule": crontab()},
    "api-sweep": {"task": "api.sweep", "schedule": crontab(hour=1, minute=50)},
    # In UTC: late evening or night in every zone of France, at an hour that always exists.
    "roll": {"task": "rdv.booking.roll", "schedule": crontab(hour=1, minute=20)},
    # Once the day is over in every zone of France but Polynesia, whose last hours are counted the night after.
    "figures": {"task": "rdv.statistics.count", "schedule": crontab(hour=3, minute=20)},
    "retention": {"task": "rdv.retention.purge", "schedule": crontab(day_of_week=0, hour=2, minute=20)},
    "messages": {"task": "reminders.dispatch", "schedule": 10.0},
    "replies-to-fetch": {"task": "reminders.fetch_replies", "schedule": crontab()},
    "accounts": {"task": "reminders.watch_accounts", "schedule": crontab(minute="2-59/10")},
    "replies": {"task": "reminders.process_inbound", "schedule": crontab()},
    "messages-in-flight": {"task": "reminders.sweep", "schedule": crontab()},
    "tasks-to-close": {"task": "reminders.close_tasks", "schedule": crontab(minute="5-59/10")},
    "messages-missing": {"task": "reminders.plan_missing", "schedule": crontab(minute="*/10")},
    "disruptions": {"task": "rdv.disruption.work", "schedule": crontab()},
    "waiting-list": {"task": "rdv.waitinglist.advance_due", "schedule": crontab()},
}

# The API

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "api.v1.problems.exception_handler",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.v1.parsers.StrictJSONParser"],
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "RDV PMI",
    "DESCRIPTION": "Rendez-vous, créneaux, familles et messages des services d’un département.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "Status": "rdv.models.Status",
        "Mode": "rdv.models.Mode",
        "WebhookEvent": "api.models.WebhookEvent",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.v1.schema.describe_problems",
    ],
}
