"""A family that came by an invitation: what its link opens, for whom, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.utils.translation import gettext as _

from rdv import moments
from rdv.followups.inviting import booked_since, find_invitation, known_invitation, still_to_book, together_with
from rdv.models import BookableBy, Channel, FollowUpInvitation, Person, Territory
from rdv.models.actor import Actor
from rdv.web.families.catalogue import is_for_the_invited
from rdv.web.families.doors import language


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation with those of the brothers and sisters who are invited by the same message."""

    invitation: FollowUpInvitation
    together: Sequence[FollowUpInvitation]
    now: datetime

    @classmethod
    def find(cls, token: str, territory: Territory, now: datetime) -> Self | None:
        """By the secret of its link; in whatever state."""
        found = find_invitation(token, territory=territory)
        return cls(found, together_with(found), now) if found else None

    @classmethod
    def opening(cls, pk: int, slug: str, territory: Territory, now: datetime) -> Self | None:
        """The one that opens a type which is closed to others; None once it is used, refused or over."""
        known = known_invitation(pk, territory=territory) if pk else None
        if known is None or known.type.slug != slug:
            return None
        found = cls(known, together_with(known), now)
        return found if found.is_needed and found.state == "open" else None

    @property
    def family_id(self) -> int:
        return self.invitation.family_id

    @property
    def token(self) -> str:
        return self.invitation.token

    @property
    def today(self) -> date:
        return moments.local(self.now, self.invitation.territory.time_zone).date()

    @property
    def state(self) -> str:
        """open, booked, declined or over."""
        one = self.invitation
        if one.declined_at is not None:
            return "declined"
        if booked_since(one):
            return "booked"
        return "open" if self._is_live else "over"

    @property
    def may_book(self) -> bool:
        return self.state in ("open", "declined") and self._is_live

    @property
    def is_needed(self) -> bool:
        """Whether the type is open to nobody without an invitation."""
        return self.invitation.type.bookable_by == BookableBy.INVITED

    @property
    def by(self) -> Actor:
        return Actor.invited(self.invitation.pk, Channel.WEB)

    @property
    def _is_live(self) -> bool:
        return self.today <= self.invitation.expires_on and is_for_the_invited(self.invitation.type)

    def people(self) -> list[Person]:
        """Those who may come: no appointment was taken for them since."""
        return still_to_book(self.invitation)

    def span(self) -> str:
        """Within which days the appointment should be; "" once they are over."""
        first, last = max(self.invitation.first_day, self.today), self.invitation.last_day
        if first > last:
            return ""
        words = {"first": moments.day(first, language=language()), "last": moments.day(last, language=language())}
        return _("Entre le %(first)s et le %(last)s") % words
