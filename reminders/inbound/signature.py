"""Who sent a webhook: Twilio's signature of a form.

The text that is signed is the public address of the webhook followed by each field and its value,
in the order of the fields' names; HMAC-SHA1 with the account's token, in base 64.
Source: https://www.twilio.com/docs/usage/security#validating-requests
Behind a proxy the address is the configured public one, not what the request says.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

Form = Mapping[str, Sequence[str]]
_DEFAULT_PORTS = {"https": 443, "http": 80}


def sign(*, token: str, url: str, form: Form) -> str:
    """The signature that Twilio would put in ``X-Twilio-Signature``; ``form``: values by field."""
    fields = "".join(name + value for name in sorted(form) for value in sorted(set(form[name])))
    digest = hmac.new(token.encode(), (url + fields).encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def is_signed(*, token: str, url: str, form: Form, signature: str) -> bool:
    """Whether ``signature`` is right, with or without the port in the address.

    Without a token nothing is signed: an account that is not configured receives nothing.
    """
    if not token or not signature:
        return False
    expected = [sign(token=token, url=each, form=form) for each in _with_and_without_port(url)]
    given = signature.encode()
    matches = [hmac.compare_digest(each.encode(), given) for each in expected]
    return any(matches)


def _with_and_without_port(url: str) -> Iterator[str]:
    """Twilio is not constant about the port: https://host/ and https://host:443/ are both seen."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].rpartition(":")[0] if parts.port else parts.netloc
    yield parts._replace(netloc=host).geturl()
    yield parts._replace(netloc=f"{host}:{parts.port or _DEFAULT_PORTS[parts.scheme]}").geturl()
