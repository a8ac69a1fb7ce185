"""Every address of the product, read from its own list."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from rdv.config.urls import PARTS


@dataclass(frozen=True)
class Address:
    """A pattern of the URLs: `route` as it is written there, `takes` its parameters with their converters."""

    name: str
    route: str
    takes: dict[str, str]
    is_open: bool

    @property
    def part(self) -> str:
        """The first segment of the parts that have one: agents, api, demo…; "" for the families' site."""
        return next((prefix.split("/")[0] for prefix, _module in PARTS if prefix and self.route.startswith(prefix)), "")

    @property
    def is_catch_all(self) -> bool:
        return "^.*$" in self.route

    def path(self, values: dict[str, Any]) -> str:
        """The address with these values, which are already quoted."""
        found = f"/{self.route}".replace("^.*$", "nulle-part/")
        for name, converter in self.takes.items():
            found = found.replace(f"<{converter}:{name}>", str(values[name]))
        return found

    def tries(self, known: dict[str, list[Any]], numbers: list[int]) -> Iterator[dict[str, Any]]:
        """Values to try one after the other, until one leads somewhere."""
        choices = [known.get(name, numbers) for name in self.takes]
        for values in product(*choices):
            yield dict(zip(self.takes, values, strict=True))


def every_address() -> list[Address]:
    """All of them, the parts in their order."""
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, route, f"{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            yield _address(pattern, route, namespace)


def _address(pattern: URLPattern, route: str, namespace: str) -> Address:
    takes = {name: _converter(route, name) for name in pattern.pattern.converters}
    is_open = not getattr(pattern.callback, "login_required", True)
    return Address(f"{namespace}{pattern.name}", route, takes, is_open)


def _converter(route: str, name: str) -> str:
    return next(kind for kind in ("int", "str", "slug", "uuid", "path") if f"<{kind}:{name}>" in route)
