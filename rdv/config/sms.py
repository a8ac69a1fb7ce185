"""The SMS accounts: which provider comes first, what each needs, and what is wrong with what was given."""

from collections.abc import Iterator
from typing import Any

from rdv.config.variable import Variable

# What an account needs, by provider; the first names are secrets or identifiers that nothing works without.
NEEDED: dict[str, tuple[str, ...]] = {
    "twilio": ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_SENDER"),
    "ovh": ("OVH_SMS_APPLICATION_KEY", "OVH_SMS_APPLICATION_SECRET", "OVH_SMS_CONSUMER_KEY", "OVH_SMS_SERVICE"),
    "brevo": ("BREVO_API_KEY", "BREVO_SMS_SENDER"),
    "smsmode": ("SMSMODE_API_KEY",),
}
UNSIGNED = ("ovh", "brevo", "smsmode")
SHORTEST_KEY = 24


def _text(name: str, remedy: str) -> Variable:
    return Variable(name=name, kind="str", default="", remedy=remedy)


def _stand_in(name: str, provider: str) -> Variable:
    return _text(name, f"à laisser vide, sauf pour un serveur d'essai à la place de {provider}")


VARIABLES: tuple[Variable, ...] = (
    Variable(
        name="SMS_PROVIDERS",
        kind="providers",
        default=[],
        remedy="le fournisseur de SMS, puis celui qui prend le relais, parmi twilio, ovh, brevo, smsmode",
    ),
    _text("TWILIO_ACCOUNT_SID", "l'identifiant du compte Twilio (AC…), pour envoyer des SMS"),
    _text("TWILIO_AUTH_TOKEN", "le jeton du compte Twilio, qui signe aussi les réponses reçues"),
    _text("TWILIO_SENDER", "le numéro (+33…), le numéro court ou l'identifiant MG… qui envoie les SMS"),
    _stand_in("TWILIO_API_URL", "Twilio"),
    _text("OVH_SMS_APPLICATION_KEY", "la clé de l'application OVHcloud (https://eu.api.ovh.com/createToken/)"),
    _text("OVH_SMS_APPLICATION_SECRET", "le secret de l'application OVHcloud"),
    _text("OVH_SMS_CONSUMER_KEY", "la clé d'utilisateur OVHcloud, avec les droits GET et POST sur /sms/*"),
    _text("OVH_SMS_SERVICE", "le compte SMS OVHcloud (sms-ab12345-1)"),
    _text("OVH_SMS_SENDER", "l'expéditeur OVHcloud validé ; vide, un numéro court auquel on peut répondre 48 heures"),
    _stand_in("OVH_SMS_API_URL", "OVHcloud"),
    _text("BREVO_API_KEY", "la clé de l'API Brevo (xkeysib-…), pour les SMS, les courriels ou les deux"),
    _text("BREVO_SMS_SENDER", "l'expéditeur des SMS Brevo : 11 lettres et chiffres au plus, ou un numéro"),
    _stand_in("BREVO_API_URL", "Brevo"),
    _text("SMSMODE_API_KEY", "la clé de l'API smsmode"),
    _text("SMSMODE_SENDER", "l'expéditeur smsmode : 11 lettres et chiffres au plus ; vide, celui du canal"),
    _stand_in("SMSMODE_API_URL", "smsmode"),
    _text("SMS_WEBHOOK_KEY", f"{SHORTEST_KEY} caractères au hasard ou plus, placés dans les adresses de rappel"),
    Variable(
        name="SMS_PER_SECOND",
        kind="figures",
        default={},
        remedy="les SMS par seconde que chaque compte admet : ovh=10,brevo=20 (un compte absent n'a pas de limite)",
    ),
    Variable(
        name="SMS_LOW_CREDIT",
        kind="figures",
        default={},
        remedy="le crédit sous lequel prévenir, par compte, dans son unité : ovh=500,twilio=50",
    ),
    _text("SMS_CANARY_NUMBER", "un numéro mobile du service (+33…), qui reçoit chaque jour un SMS de contrôle"),
)


def mistakes(values: dict[str, Any]) -> Iterator[str]:
    """What the accounts that are named lack."""
    named: list[str] = values["SMS_PROVIDERS"]
    remedies = {variable.name: variable.remedy for variable in VARIABLES}
    for provider in named:
        for name in NEEDED[provider]:
            if not values[name]:
                yield f"{name} manque pour {provider}. À indiquer : {remedies[name]}."
    if any(provider in UNSIGNED for provider in named) and len(values["SMS_WEBHOOK_KEY"]) < SHORTEST_KEY:
        yield f"SMS_WEBHOOK_KEY manque ou est trop courte. À indiquer : {remedies['SMS_WEBHOOK_KEY']}."


def settings_of(values: dict[str, Any]) -> dict[str, Any]:
    """The settings that the accounts make, by name."""
    named: list[str] = values["SMS_PROVIDERS"]
    same = [variable.name for variable in VARIABLES if variable.name != "SMS_PROVIDERS"]
    return {"SMS_PROVIDERS": named, **{name: values[name] for name in same}}
