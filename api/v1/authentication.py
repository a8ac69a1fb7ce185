"""Bearer tokens (RFC 6750): of an agent, who acts as himself, or of an application of the territory."""

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from rdv import clock
from rdv.access.throttle import UNKNOWN_TOKEN_BY_IP, client_ip, hit
from rdv.access.tokens import find_token
from rdv.models import Agent, ApiToken

Caller = tuple[Agent | AnonymousUser, ApiToken]


class BearerAuthentication(BaseAuthentication):
    """`request.auth` is the ApiToken; `request.user` its agent, or anonymous for an application."""

    def authenticate(self, request: Request) -> Caller | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        token = None
        if len(parts) == 2:
            token = find_token(parts[1].decode("latin-1"), now=clock.now())
        if token is None:
            hit(UNKNOWN_TOKEN_BY_IP, client_ip(request))
            raise AuthenticationFailed("Ce jeton est inconnu ou révoqué.", code="invalid_token")
        return token.agent or AnonymousUser(), token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="RDV PMI"'


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "Jeton d’un agent ou d’une application."}
