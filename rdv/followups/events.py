"""What follow-ups tell: the registry is booking's."""

from collections.abc import Sequence
from dataclasses import dataclass

from rdv.booking.events import Event
from rdv.models import FollowUpInvitation


@dataclass(frozen=True, slots=True)
class FamiliesInvited(Event):
    """Families are invited to book what comes next, each for one or several of its children at once."""

    invitations: Sequence[FollowUpInvitation]
