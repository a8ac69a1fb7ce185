"""Every setting read from the environment, in one place.

Mistakes are reported all at once, each with its remedy. ``.env.example`` lists the same names.
"""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from environs import Env, EnvError

from rdv.config import sms
from rdv.config.variable import Variable

# Session cookies and links are signed with it.
SHORTEST_SECRET = 32


class ConfigurationError(Exception):
    """The environment is wrong; the text names each variable and what to do."""


VARIABLES: tuple[Variable, ...] = (
    Variable(
        name="SECRET_KEY",
        kind="secret",
        default="",
        needed=True,
        remedy=(
            "une longue chaîne au hasard (32 caractères au moins) : "
            "python -c 'import secrets; print(secrets.token_urlsafe(50))'"
        ),
    ),
    Variable(
        name="PUBLIC_URL",
        kind="url",
        default=None,
        needed=True,
        remedy="l'adresse publique du site, par exemple https://rdv.exemple.fr (elle est écrite dans les messages)",
    ),
    Variable(
        name="ALLOWED_HOSTS",
        kind="list",
        default=[],
        remedy="les autres noms du site, séparés par des virgules (celui de PUBLIC_URL est toujours admis)",
    ),
    Variable(
        name="DATABASE_URL",
        kind="database",
        default=None,
        needed=True,
        remedy="PostgreSQL 15 ou plus : postgres://utilisateur:motdepasse@serveur:5432/base",
    ),
    Variable(
        name="DATABASE_POOL",
        kind="int",
        default=10,
        remedy="le nombre maximal de connexions de chaque processus, un entier",
    ),
    Variable(
        name="REDIS_URL",
        kind="broker",
        default="",
        needed=True,
        remedy="Redis ou Valkey : redis://serveur:6379/0",
    ),
    Variable(
        name="BEHIND_PROXY",
        kind="bool",
        default=False,
        remedy="true si un serveur mandataire pose X-Forwarded-Proto et X-Forwarded-For, sinon false",
    ),
    Variable(
        name="EMAIL_URL",
        kind="email",
        default=None,
        needed=True,
        remedy=(
            "le serveur d'envoi : submission://utilisateur:motdepasse@serveur:587 (chiffré), smtp://serveur:25, "
            "brevo://clé@api ou console://"
        ),
    ),
    Variable(
        name="DEFAULT_FROM_EMAIL",
        kind="str",
        default="Rendez-vous <rendez-vous@demo.example>",
        needed=True,
        remedy="l'expéditeur des courriels : Rendez-vous PMI <rendez-vous@exemple.fr>",
    ),
    Variable(
        name="ADMIN_EMAILS",
        kind="list",
        default=[],
        remedy="les adresses prévenues des pannes, séparées par des virgules",
    ),
    *sms.VARIABLES,
    Variable(
        name="EMAIL_WEBHOOK_SECRET",
        kind="str",
        default="",
        remedy=(
            "utilisateur:motdepasse (16 caractères au hasard ou plus), placés dans l'adresse où le fournisseur "
            "de courriels signale les refus"
        ),
    ),
    Variable(
        name="METRICS_TOKEN",
        kind="str",
        default="",
        remedy="le jeton exigé par /metrics (Authorization: Bearer …) ; vide, la page est fermée en production",
    ),
    Variable(
        name="LOG_LEVEL",
        kind="level",
        default="INFO",
        remedy="DEBUG, INFO, WARNING ou ERROR",
    ),
    Variable(
        name="PORT",
        kind="int",
        default=8000,
        remedy="le port de la démonstration, un entier",
    ),
    Variable(
        name="RDV_DATA_DIR",
        kind="str",
        default="",
        remedy="le dossier de la base et des messages de la démonstration (.data si vide)",
    ),
)


def _level(text: str) -> None:
    if text not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError(text)


def _address(text: str) -> None:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(text)


def _secret(text: str) -> None:
    if len(text) < SHORTEST_SECRET:
        raise ValueError


def _broker(text: str) -> None:
    if urlsplit(text).scheme not in ("redis", "rediss", "unix"):
        raise ValueError


def _database(reader: Env, name: str) -> Any:
    """One engine: the guarantees are PostgreSQL's."""
    if urlsplit(reader.str(name)).scheme not in ("postgres", "postgresql"):
        raise ValueError(name)
    return reader.dj_db_url(name)


def _mail_server(reader: Env, name: str) -> Any:
    parts = urlsplit(reader.str(name))
    if parts.scheme == "brevo" and parts.username:
        return {"EMAIL_BACKEND": "anymail.backends.brevo.EmailBackend", "BREVO_API_KEY": parts.username}
    if parts.scheme not in ("submission", "smtp", "console"):
        raise ValueError(name)
    return reader.dj_email_url(name)


def _providers(given: list[str]) -> list[str]:
    names = [name.strip() for name in given]
    if len(set(names)) != len(names) or set(names) - set(sms.NEEDED):
        raise ValueError(given)
    return names


def _figures(pairs: dict[str, str]) -> dict[str, float]:
    figures = {_providers([name.strip()])[0]: float(figure) for name, figure in pairs.items()}
    if any(figure <= 0 for figure in figures.values()):
        raise ValueError(pairs)
    return figures


READERS: dict[str, Callable[[Env, str], Any]] = {
    "str": lambda reader, name: reader.str(name),
    "int": lambda reader, name: reader.int(name),
    "bool": lambda reader, name: reader.bool(name),
    "list": lambda reader, name: reader.list(name),
    "level": lambda reader, name: reader.str(name, validate=_level),
    "url": lambda reader, name: reader.str(name, validate=_address).rstrip("/"),
    "secret": lambda reader, name: reader.str(name, validate=_secret),
    "broker": lambda reader, name: reader.str(name, validate=_broker),
    "database": _database,
    "email": _mail_server,
    "providers": lambda reader, name: _providers(reader.list(name)),
    "figures": lambda reader, name: _figures(reader.dict(name)),
}


def _read(variable: Variable) -> Any:
    """The value given for one variable. Raises EnvError or ValueError when it can't be read."""
    return READERS[variable.kind](Env(eager=True), variable.name)


def _reports(values: dict[str, Any]) -> Iterator[str]:
    """A provider that reports refusals must be told from whoever pretends to."""
    by_provider = "BREVO_API_KEY" in (values["EMAIL_URL"] or {})
    if by_provider and not re.fullmatch(r"[^:]+:.{16,}", values["EMAIL_WEBHOOK_SECRET"]):
        remedy = next(one.remedy for one in VARIABLES if one.name == "EMAIL_WEBHOOK_SECRET")
        yield f"EMAIL_WEBHOOK_SECRET manque ou est trop court. À indiquer : {remedy}."


def read(*, production: bool) -> dict[str, Any]:
    """The value of every variable, by name.

    In production the needed ones must be there. Raises ConfigurationError with every mistake.
    """
    mistakes: list[str] = []
    values: dict[str, Any] = {}
    for variable in VARIABLES:
        values[variable.name] = variable.default
        if not os.environ.get(variable.name, "").strip():
            if production and variable.needed:
                mistakes.append(f"{variable.name} manque. À indiquer : {variable.remedy}.")
            continue
        try:
            values[variable.name] = _read(variable)
        except (EnvError, ValueError):
            mistakes.append(f"{variable.name} ne se lit pas. À indiquer : {variable.remedy}.")
    mistakes += sms.mistakes(values)
    mistakes += _reports(values)
    if mistakes:
        listed = "\n".join(f"  - {mistake}" for mistake in mistakes)
        raise ConfigurationError(f"Configuration incomplète ou fausse :\n{listed}\nVoir .env.example.")
    return values
