"""How many families say yes, measured on what was offered before: the p̂ of rules §9."""

from datetime import datetime, timedelta

from django.db.models import Case, ExpressionWrapper, F, FloatField, Q, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.fields import DurationField

from rdv.models import Offer, OfferRound, OfferStatus
from rdv.waitinglist.batches import PRIOR, acceptance, answered_within

MEASURED_OVER = timedelta(days=180)
# Slots that are soon are refused more often than those of next week: each band is measured for itself.
BANDS = (timedelta(hours=6), timedelta(hours=24), timedelta(hours=72))
# Whoever lost the slot to another before answering might still have said yes: the offer counts for the share of yeses
# that come in the time that it had.
STEPS = [timedelta(minutes=minutes) for minutes in (240, 120, 60, 30, 10)]
ANSWERED_AT_ONCE = 0.2

YES = Q(status=OfferStatus.ACCEPTED) | Q(status=OfferStatus.VOID, answered_at__isnull=False)
NO = Q(status__in=[OfferStatus.DECLINED, OfferStatus.EXPIRED])
# Whom no message reached, as when the provider is down, has refused nothing.
KNEW = Q(told_at__isnull=False) | Q(answered_at__isnull=False)


def measured(round_: OfferRound, *, now: datetime) -> float:
    """The share of offers of the last months that get a yes, even one that came second.

    That of the place and of the time left, smoothed towards that of the type, which is smoothed towards what is known
    of no type.
    """
    lead = ExpressionWrapper(F("round__starts_at") - F("made_at"), output_field=DurationField())
    over = Offer.objects.filter(
        KNEW, YES | NO | Q(status=OfferStatus.VOID), round__type=round_.type_id, made_at__gt=now - MEASURED_OVER
    ).annotate(lead=lead, had=_time_it_had())
    here = Q(round__location=round_.location_id) & _band(round_.starts_at - now)
    yes, said = Case(When(YES, then=Value(1.0)), default=Value(0.0)), _weight()
    counted = over.aggregate(
        yes=Sum(yes, default=0.0),
        offers=Sum(said, default=0.0),
        yes_here=Sum(yes, filter=here, default=0.0),
        offers_here=Sum(said, filter=here, default=0.0),
    )
    of_type = acceptance(counted["yes"], counted["offers"], supposed=PRIOR)
    return acceptance(counted["yes_here"], counted["offers_here"], supposed=of_type)


def _time_it_had() -> Combinable:
    return ExpressionWrapper(F("round__closed_at") - F("made_at"), output_field=DurationField())


def _weight() -> Case:
    """What an offer counts for: one that was answered, or had all its time, wholly."""
    within = [When(had__gte=step, then=Value(answered_within(step))) for step in STEPS]
    return Case(When(YES | NO, then=Value(1.0)), *within, default=Value(ANSWERED_AT_ONCE), output_field=FloatField())


def _band(lead: timedelta) -> Q:
    least = max((bound for bound in BANDS if bound <= lead), default=timedelta())
    most = min((bound for bound in BANDS if bound > lead), default=None)
    return Q(lead__gte=least) & (Q(lead__lt=most) if most else Q())
