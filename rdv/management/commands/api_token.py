"""`python manage.py api_token create | list | revoke`: the tokens with which other systems call the API."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rdv import clock
from rdv.access.scopes import ALL, LABELS, TokenScope
from rdv.access.tokens import issue_token, revoke_token
from rdv.models import Agent, ApiToken, Territory


class Command(BaseCommand):
    """Make, list and revoke tokens of the API."""

    help = "Crée, liste et révoque les jetons de l’API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="crée un jeton, et montre son secret cette seule fois")
        create.add_argument("name", help="à quoi il sert")
        create.add_argument("--territory", help="identifiant du département (inutile s’il n’y en a qu’un)")
        create.add_argument("--agent", help="adresse électronique de l’agent qui agit ; sans agent, une application")
        scopes = "\n".join(f"{scope} : {label}" for scope, label in LABELS.items())
        create.add_argument("--scope", action="append", choices=ALL, help=f"répétable ; toutes sans elle. {scopes}")
        actions.add_parser("list", help="liste les jetons")
        revoke = actions.add_parser("revoke", help="refuse un jeton dès maintenant")
        revoke.add_argument("number", type=int, help="son numéro dans la liste")

    def handle(self, *args: Any, **options: Any) -> None:
        {"create": self._create, "list": self._list, "revoke": self._revoke}[options["action"]](options)

    def _create(self, options: dict[str, Any]) -> None:
        agent = self._agent(options["agent"])
        token, secret = issue_token(
            territory=agent.territory if agent else self._territory(options["territory"]),
            name=options["name"],
            scopes=options["scope"] or ALL,
            now=clock.now(),
            agent=agent,
        )
        self.stdout.write(f"Jeton {token.pk} pour {token.territory}. Il n’est montré qu’une fois :\n{secret}")

    def _list(self, options: dict[str, Any]) -> None:
        for token in ApiToken.objects.select_related("territory", "agent").order_by("pk"):
            state = "révoqué" if token.revoked_at else "en service"
            used = f"{token.last_used_at:%Y-%m-%d}" if token.last_used_at else "jamais"
            whose = token.agent or "application"
            scopes = "toutes les portées" if set(token.scopes) >= set(TokenScope) else ", ".join(token.scopes)
            self.stdout.write(
                f"{token.pk}  {token.name} ({token.territory}, {whose})  {state}  dernier appel : {used}  {scopes}"
            )

    def _revoke(self, options: dict[str, Any]) -> None:
        token = ApiToken.objects.filter(pk=options["number"]).first()
        if token is None:
            raise CommandError("Aucun jeton n’a ce numéro. Voir : python manage.py api_token list")
        revoke_token(token, now=clock.now())
        self.stdout.write(f"Le jeton {token.pk} ({token.name}) est révoqué.")

    def _territory(self, slug: str | None) -> Territory:
        found = Territory.objects.filter(is_active=True).order_by("pk")
        chosen = list(found.filter(slug=slug) if slug else found)
        if len(chosen) != 1:
            names = ", ".join(found.values_list("slug", flat=True)) or "aucun"
            raise CommandError(f"Dites quel département avec --territory. Il y a : {names}.")
        return chosen[0]

    def _agent(self, email: str | None) -> Agent | None:
        if not email:
            return None
        agent = Agent.objects.active().select_related("territory").filter(email__iexact=email).first()
        if agent is None:
            raise CommandError("Aucun agent en activité n’a cette adresse.")
        return agent
