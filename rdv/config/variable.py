"""One variable of the environment."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One variable: how to read it, what it is without, and what to tell who forgot it.

    `default` None means "not given". `needed` variables have no default in production.
    """

    name: str
    kind: str
    default: Any
    remedy: str
    needed: bool = False
