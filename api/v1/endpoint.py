"""What every resource of the API has in common: who calls, with which scope, how often."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import BasePermission
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from api.v1.authentication import BearerAuthentication
from api.v1.parsers import StrictJSONParser
from api.v1.problems import Problem
from rdv import clock
from rdv.access.roles import Right
from rdv.access.scope import Scope
from rdv.access.scopes import LABELS, TokenScope
from rdv.access.throttle import API_BY_IP, API_BY_TOKEN, client_ip, hit_all
from rdv.models import ApiToken, Channel, Territory
from rdv.models.actor import Actor


class HasTokenScope(BasePermission):
    """The token carries the scope that the endpoint declares for the method."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        needed = getattr(view, "scopes", {}).get(request.method)
        token = request.auth
        if not isinstance(token, ApiToken):
            return False
        if needed and needed not in token.scopes:
            text = f"Ce jeton n’a pas la portée « {needed} » ({LABELS[needed]})."
            raise Problem(403, "insufficient_scope", text, scope=needed)
        return True


class TokenThrottle(BaseThrottle):
    def allow_request(self, request: Request, view: APIView) -> bool:
        counted = [(API_BY_IP, client_ip(request))]
        if isinstance(request.auth, ApiToken):
            counted.append((API_BY_TOKEN, str(request.auth.pk)))
        hit_all(*counted)
        return True


class Negotiation(BaseContentNegotiation):
    """JSON for whoever takes any JSON, problems included; the default rule would refuse problem+json."""

    TAKEN: ClassVar[set[str]] = {
        "*/*",
        "application/*",
        "application/json",
        "application/problem+json",
    }

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        given = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == given), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        accepted = request.headers.get("Accept", "*/*") or "*/*"
        names = {part.partition(";")[0].strip().lower() for part in accepted.split(",")}
        if not names & self.TAKEN:
            raise Problem(406, "not_acceptable", "Les réponses sont en application/json.")
        return next(iter(renderers)), "application/json"


class Endpoint(APIView):
    """Base of all views. `scopes` gives for each method the scope that a token must carry."""

    scopes: ClassVar[Mapping[str, TokenScope]] = {}
    authentication_classes: Sequence[type[BaseAuthentication]] = (BearerAuthentication,)
    permission_classes: Sequence[Any] = (HasTokenScope,)
    throttle_classes = (TokenThrottle,)
    parser_classes = (StrictJSONParser,)
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = Negotiation
    metadata_class = None
    http_method_names: Sequence[str] = [name for name in APIView.http_method_names if name != "options"]
    # Whether an earlier try of this request began and left no answer (see idempotency).
    resumed = False

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        request.encoding = "utf-8"  # whatever charset a Content-Type claims
        return super().initialize_request(request, *args, **kwargs)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """What is read about people is kept by nothing that stands between."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final.headers.setdefault("Cache-Control", "no-store")
        return final

    @cached_property
    def now(self) -> datetime:
        return clock.now()

    @cached_property
    def token(self) -> ApiToken:
        token = self.request.auth
        if not isinstance(token, ApiToken):
            raise TypeError("an endpoint is reached with a token")
        return token

    @cached_property
    def scope(self) -> Scope:
        return Scope.of_token(self.token)

    @property
    def territory(self) -> Territory:
        return self.token.territory

    @cached_property
    def actor(self) -> Actor:
        agent = self.token.agent
        return Actor.of(agent, Channel.API) if agent else Actor.application()

    def may(self, right: Right, organisation_id: int | None = None) -> bool:
        """An application is bound by its token's scopes alone, an agent by his roles too."""
        return self.scope.is_application or self.scope.may(right, organisation_id)

    def need(self, right: Right, organisation_id: int | None = None) -> None:
        """Raise 403 when an agent's roles don't give the right."""
        if not self.may(right, organisation_id):
            raise Problem(403, "permission_denied", "Votre rôle ne permet pas de faire cela ici.")
