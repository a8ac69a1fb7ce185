"""A Django without anything: the same database, no middleware."""

from bench import settings as whole

DEBUG = False
SECRET_KEY = whole.SECRET_KEY
ALLOWED_HOSTS = whole.ALLOWED_HOSTS
DATABASES = vars(whole)["DATABASES"]
ROOT_URLCONF = "bench.bare.urls"
MIDDLEWARE: list[str] = []
INSTALLED_APPS: list[str] = []
USE_TZ = True
LOGGING_CONFIG = None
