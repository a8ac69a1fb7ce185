"""Accounts are named by the environment; what one lacks is said at start, all at once, with its remedy."""

import re

import pytest

from rdv.config import env
from rdv.config.settings.from_environment import settings_from

COMPLETE = {
    "SMS_PROVIDERS": "ovh, brevo",
    "OVH_SMS_APPLICATION_KEY": "ak",
    "OVH_SMS_APPLICATION_SECRET": "as",
    "OVH_SMS_CONSUMER_KEY": "ck",
    "OVH_SMS_SERVICE": "sms-ab12345-1",
    "BREVO_API_KEY": "xkeysib",
    "BREVO_SMS_SENDER": "RDV",
    "SMS_WEBHOOK_KEY": "une-cle-de-rappel-assez-longue",
    "SMS_PER_SECOND": "ovh=10,brevo=0.5",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for variable in env.VARIABLES:
        monkeypatch.delenv(variable.name, raising=False)
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def mistakes() -> list[str]:
    with pytest.raises(env.ConfigurationError) as caught:
        env.read(production=False)
    return re.findall(r"- ([A-Z_]+) ", str(caught.value))


def test_two_accounts_in_their_order(environment: pytest.MonkeyPatch) -> None:
    made = settings_from(env.read(production=False), json_logs=False)
    assert made["SMS_PROVIDERS"] == ["ovh", "brevo"]
    assert made["SMS_PER_SECOND"] == {"ovh": 10.0, "brevo": 0.5}
    assert made["OVH_SMS_SERVICE"] == "sms-ab12345-1"


def test_everything_that_an_account_lacks_is_said_at_once(environment: pytest.MonkeyPatch) -> None:
    for name in ("OVH_SMS_CONSUMER_KEY", "BREVO_SMS_SENDER"):
        environment.delenv(name)
    environment.setenv("SMS_WEBHOOK_KEY", "courte")
    assert mistakes() == ["OVH_SMS_CONSUMER_KEY", "BREVO_SMS_SENDER", "SMS_WEBHOOK_KEY"]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("SMS_PROVIDERS", "ovh,pigeon"),
        ("SMS_PROVIDERS", "ovh,ovh"),
        ("SMS_PER_SECOND", "ovh=vite"),
        ("SMS_PER_SECOND", "ovh=0"),
        ("SMS_PER_SECOND", "10"),
        ("SMS_LOW_CREDIT", "pigeon=10"),
    ],
)
def test_a_wrong_value_is_named(environment: pytest.MonkeyPatch, name: str, wrong: str) -> None:
    environment.setenv(name, wrong)
    assert name in mistakes()


def test_mail_by_brevo_needs_the_secret_of_its_reports(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("EMAIL_URL", "brevo://xkeysib-mail@api")
    assert mistakes() == ["EMAIL_WEBHOOK_SECRET"]
    environment.setenv("EMAIL_WEBHOOK_SECRET", "brevo:seize-caracteres-au-moins")
    made = settings_from(env.read(production=False), json_logs=False)
    assert made["EMAIL_BACKEND"] == "anymail.backends.brevo.EmailBackend"
    assert made["ANYMAIL"]["BREVO_API_KEY"] == "xkeysib-mail"
    assert made["ANYMAIL"]["WEBHOOK_SECRET"] == "brevo:seize-caracteres-au-moins"
