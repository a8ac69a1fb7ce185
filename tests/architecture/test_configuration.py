"""The environment is documented, checked at start, and every mistake comes with its remedy."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from celery import current_app
from django.core.management import call_command

from rdv.config import env
from rdv.config.settings.from_environment import broker_url, settings_from

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "SECRET_KEY": "long-enough-to-be-a-secret-for-these-tests-and-then-some",
    "PUBLIC_URL": "https://rdv.exemple.fr/",
    "DATABASE_URL": "postgres://rdv:secret@db:5432/rdv",
    "REDIS_URL": "redis://redis:6379/0",
    "EMAIL_URL": "submission://u:p@smtp.exemple.fr:587",
    "DEFAULT_FROM_EMAIL": "RDV <rdv@exemple.fr>",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment with the needed variables and no other of ours."""
    for variable in env.VARIABLES:
        monkeypatch.delenv(variable.name, raising=False)
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_the_example_lists_exactly_what_is_read() -> None:
    listed = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(variable.name for variable in env.VARIABLES)


def test_only_one_module_reads_the_environment() -> None:
    """The others are the embedded servers and the demonstration's supervisor, which write it."""
    allowed = {"env.py", "embedded.py", "servers.py", "supervisor.py", "celery.py", "wsgi.py", "test.py"}
    readers = {
        path.name
        for folder in ("rdv", "reminders", "api")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"os\.(environ|getenv)", path.read_text(encoding="utf-8"))
    }
    assert readers <= allowed


def test_production_needs_everything_and_says_it_at_once(environment: pytest.MonkeyPatch) -> None:
    for name in COMPLETE:
        environment.delenv(name)
    with pytest.raises(env.ConfigurationError) as caught:
        env.read(production=True)
    needed = {variable.name for variable in env.VARIABLES if variable.needed}
    assert set(re.findall(r"- ([A-Z_]+) manque\. À indiquer :", str(caught.value))) == needed == set(COMPLETE)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("PUBLIC_URL", "rdv.exemple.fr"),
        ("SECRET_KEY", "trop-court"),
        ("DATABASE_URL", "n'importe quoi"),
        ("DATABASE_URL", "mysql://rdv:secret@db/rdv"),
        ("DATABASE_URL", "sqlite:///rdv.db"),
        ("REDIS_URL", "redis"),
        ("REDIS_URL", "http://redis:6379/0"),
        ("DATABASE_POOL", "dix"),
        ("BEHIND_PROXY", "peut-être"),
        ("EMAIL_URL", "pigeon://exemple"),
        ("EMAIL_URL", "submission://serveur:port"),
        ("LOG_LEVEL", "BAVARD"),
        ("PORT", "http"),
    ],
)
def test_a_wrong_value_is_named_with_its_remedy(environment: pytest.MonkeyPatch, name: str, wrong: str) -> None:
    environment.setenv(name, wrong)
    with pytest.raises(env.ConfigurationError) as caught:
        env.read(production=True)
    remedy = next(variable.remedy for variable in env.VARIABLES if variable.name == name)
    assert str(caught.value).count("  - ") == 1
    assert f"{name} ne se lit pas. À indiquer : {remedy}." in str(caught.value)


def test_what_is_wrong_is_not_repeated(environment: pytest.MonkeyPatch) -> None:
    """A mistyped address may hold a password, and logs are read by many."""
    environment.setenv("DATABASE_URL", "postgre://rdv:tres-secret@db/rdv")
    with pytest.raises(env.ConfigurationError) as caught:
        env.read(production=True)
    assert "tres-secret" not in str(caught.value)


def test_settings_follow_the_environment(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DATABASE_POOL", "4")
    environment.setenv("ALLOWED_HOSTS", "a.exemple.fr,b.exemple.fr")
    made = settings_from(env.read(production=True), json_logs=True)
    assert made["PUBLIC_URL"] == "https://rdv.exemple.fr"
    assert made["ALLOWED_HOSTS"] == ["rdv.exemple.fr", "a.exemple.fr", "b.exemple.fr"]
    database = made["DATABASES"]["default"]
    assert (database["HOST"], database["CONN_MAX_AGE"]) == ("db", 0)
    assert database["OPTIONS"]["pool"] == {"min_size": 0, "max_size": 4, "timeout": 10}
    assert (made["EMAIL_HOST"], made["EMAIL_PORT"], made["EMAIL_USE_TLS"]) == ("smtp.exemple.fr", 587, True)
    assert "SECURE_PROXY_SSL_HEADER" not in made


def test_celery_spells_a_unix_socket_its_own_way() -> None:
    assert broker_url("redis://r:6379/1") == "redis://r:6379/1"
    assert broker_url("unix:///run/v.sock?db=2") == "redis+socket:///run/v.sock?virtual_host=2"


def test_beat_sends_tasks_that_exist() -> None:
    current_app.loader.import_default_modules()
    schedule = current_app.conf.beat_schedule
    assert {entry["task"] for entry in schedule.values()} <= set(current_app.tasks)
    assert "heartbeat" in schedule


def test_tasks_survive_a_dying_worker() -> None:
    assert current_app.conf.task_acks_late
    assert current_app.conf.accept_content == ["json"]
    assert current_app.conf.timezone == "UTC"


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_every_environment_has_settings_that_import() -> None:
    for name in ("base", "demo", "test"):
        assert import_module(f"rdv.config.settings.{name}").AUTH_USER_MODEL == "rdv.Agent"
