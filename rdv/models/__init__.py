"""The data of the product; each module says what one part of it means."""

from rdv.models.agent import Agent, AgentCalendar, Membership, Notify, Profession, Role
from rdv.models.appointment import (
    CANCELLED,
    Appointment,
    AppointmentAgent,
    Channel,
    Hold,
    Occupation,
    OccupationKind,
    Participation,
    Status,
)
from rdv.models.appointment_type import AppointmentType, Audience, BookableBy, Mode, OfferedType, TypeRevision, TypeStep
from rdv.models.audit import AccessLog, ActorKind, AppointmentEvent, Verb
from rdv.models.credentials import AccessCode, ApiToken, AppointmentLink
from rdv.models.disruption import (
    Decision,
    DisruptedAppointment,
    Disruption,
    ProposalStatus,
    SlotProposal,
    Step,
)
from rdv.models.family import Contact, EmailState, Family, Person, PhoneKind, PhoneState, Relation
from rdv.models.figures import DayFigures, FreedSlot
from rdv.models.follow_up import FollowUpInvitation
from rdv.models.message_text import MessageText
from rdv.models.opening import Absence, AbsenceKind, OpeningException, OpeningOccurrence, OpeningPeriod
from rdv.models.organisation import Location, Organisation, Room, Service
from rdv.models.retention import AnonymousParticipation, RetentionRun
from rdv.models.territory import ClosingDay, Commune, Territory
from rdv.models.waiting_list import (
    ON_THE_LIST,
    EntryStatus,
    HalfDay,
    Offer,
    OfferRound,
    OfferStatus,
    PriorityChange,
    RoundStatus,
    WaitingListEntry,
)

__all__ = [
    "CANCELLED",
    "ON_THE_LIST",
    "Absence",
    "AbsenceKind",
    "AccessCode",
    "AccessLog",
    "ActorKind",
    "Agent",
    "AgentCalendar",
    "AnonymousParticipation",
    "ApiToken",
    "Appointment",
    "AppointmentAgent",
    "AppointmentEvent",
    "AppointmentLink",
    "AppointmentType",
    "Audience",
    "BookableBy",
    "Channel",
    "ClosingDay",
    "Commune",
    "Contact",
    "DayFigures",
    "Decision",
    "DisruptedAppointment",
    "Disruption",
    "EmailState",
    "EntryStatus",
    "Family",
    "FollowUpInvitation",
    "FreedSlot",
    "HalfDay",
    "Hold",
    "Location",
    "Membership",
    "MessageText",
    "Mode",
    "Notify",
    "Occupation",
    "OccupationKind",
    "Offer",
    "OfferRound",
    "OfferStatus",
    "OfferedType",
    "OpeningException",
    "OpeningOccurrence",
    "OpeningPeriod",
    "Organisation",
    "Participation",
    "Person",
    "PhoneKind",
    "PhoneState",
    "PriorityChange",
    "Profession",
    "ProposalStatus",
    "Relation",
    "RetentionRun",
    "Role",
    "Room",
    "RoundStatus",
    "Service",
    "SlotProposal",
    "Status",
    "Step",
    "Territory",
    "TypeRevision",
    "TypeStep",
    "Verb",
    "WaitingListEntry",
]
