"""What a family has said so far, kept in its session until the appointment is booked; nothing of it in addresses.

One draft at a time: the session is a browser's, and a browser holds one slot. Whatever happens to the slot (too slow,
another family was faster), what was typed stays here.
"""

import secrets
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Self

from django.http import HttpRequest

KEY = "prendre"
HOLDER = "retenue"
DONE = "faits"
MOST_DONE = 10


@dataclass(slots=True)
class Draft:
    """`type` is a slug, `place` a location's id, `start` an ISO instant, `hold` the token of the slot kept.

    `count` is how many people come (0: not said yet), `births` their dates where the type asks for them, `answers`
    the form as it was typed, `commune` an INSEE code. `invitation` is the one whose link was followed, when its type is
    open to nobody else.
    """

    type: str = ""
    count: int = 0
    births: list[str] = field(default_factory=list)
    place: int = 0
    start: str = ""
    hold: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    checked: bool = False
    invitation: int = 0

    @classmethod
    def of(cls, request: HttpRequest, type_slug: str | None = None) -> Self:
        """The draft of this session; for another type, who comes and the slot are asked again."""
        kept: dict[str, Any] = request.session.get(KEY, {})
        draft = cls(**{name: value for name, value in kept.items() if name in cls.__dataclass_fields__})
        if type_slug is not None and draft.type != type_slug:
            return cls(type=type_slug, answers=draft.answers)
        return draft

    def keep(self, request: HttpRequest) -> None:
        request.session[KEY] = asdict(self)

    @property
    def starts_at(self) -> datetime | None:
        return datetime.fromisoformat(self.start) if self.start else None

    @property
    def birth_dates(self) -> list[date]:
        return [date.fromisoformat(birth) for birth in self.births]


def forget(request: HttpRequest) -> None:
    """Nothing that was typed stays once it is booked."""
    request.session.pop(KEY, None)


def holder_of(request: HttpRequest) -> str:
    """Who holds a slot: a random name of this session, which says nothing about it."""
    if HOLDER not in request.session:
        request.session[HOLDER] = secrets.token_hex(16)
    return str(request.session[HOLDER])


def remember_booked(request: HttpRequest, hold: str, link_pk: int) -> None:
    """So that sending the form again, or going back, leads to the appointment that it made."""
    done = dict(request.session.get(DONE, {}))
    done[hold] = link_pk
    request.session[DONE] = dict(list(done.items())[-MOST_DONE:])


def booked_by(request: HttpRequest, hold: str) -> int | None:
    """The link of the appointment that this hold became."""
    return dict(request.session.get(DONE, {})).get(hold)


def last_booked(request: HttpRequest) -> int | None:
    """The link of the last appointment that this session made."""
    return next(reversed(list(dict(request.session.get(DONE, {})).values())), None)


def was_booked_here(request: HttpRequest, link_pk: int) -> bool:
    """Whether this session made it: then its page says what happens next."""
    return link_pk in dict(request.session.get(DONE, {})).values()
