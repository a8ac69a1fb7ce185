"""Who asks, and by which way."""

from dataclasses import dataclass

from rdv.models.agent import Agent
from rdv.models.appointment import Channel
from rdv.models.audit import ActorKind
from rdv.scheduling.rules import Booker


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of a change: recorded in the history, and the source of what he may do.

    `invitation` is the one that a family books by: its type is open to those whom it names.
    """

    kind: ActorKind
    channel: Channel
    agent: Agent | None = None
    invitation: int | None = None

    @classmethod
    def family(cls, channel: Channel = Channel.WEB) -> "Actor":
        return cls(ActorKind.FAMILY, channel)

    @classmethod
    def invited(cls, invitation: int, channel: Channel = Channel.WEB) -> "Actor":
        """A family by the link of an invitation; booking checks whom that is for."""
        return cls(ActorKind.FAMILY, channel, invitation=invitation)

    @classmethod
    def of(cls, agent: Agent, channel: Channel = Channel.AGENT) -> "Actor":
        return cls(ActorKind.AGENT, channel, agent)

    @classmethod
    def application(cls) -> "Actor":
        return cls(ActorKind.APPLICATION, Channel.API)

    @classmethod
    def system(cls) -> "Actor":
        return cls(ActorKind.SYSTEM, Channel.SYSTEM)

    @property
    def booker(self) -> Booker:
        """Families, applications and prescribers are bound by notice and openness; the others act for the service."""
        if self.agent is not None and self.agent.is_prescriber_only:
            return Booker.PRESCRIBER
        if self.invitation is not None:
            return Booker.INVITED
        bound = {ActorKind.FAMILY: Booker.EVERYONE, ActorKind.APPLICATION: Booker.PRESCRIBER}
        return bound.get(self.kind, Booker.AGENT)
