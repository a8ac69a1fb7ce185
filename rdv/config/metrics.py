"""What Prometheus reads. Everything is counted in the database when asked, so any process can answer.

Only what an index answers: scraping must stay cheap when messages are millions.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from django.db import DatabaseError
from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from rdv.config import checks, heartbeat
from reminders import proof
from reminders.models import InboundMessage, Queued


class _State(Collector):
    """The product's state at `now`; no figure is about a person."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def describe(self) -> list[GaugeMetricFamily]:
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        healthy = GaugeMetricFamily("rdv_ready", "1 when the part works.", labels=["part"])
        for finding in checks.ready(self.now):
            healthy.add_metric([finding.name], float(finding.ok))
        yield healthy
        seen = heartbeat.last_seen()
        if seen:
            age = (timezone.now() - seen).total_seconds()
            yield GaugeMetricFamily("rdv_scheduler_heartbeat_age_seconds", "Since beat and a worker were seen.", age)
        with suppress(DatabaseError):
            # rdv_ready says that the database is gone; figures are then not known, which is not zero.
            yield from self._messages()
            yield from self._accounts()

    def _messages(self) -> Iterator[GaugeMetricFamily]:
        due = Queued.objects.filter(is_held=False, at__lte=self.now, message__give_up_at__gt=self.now)
        figures = due.aggregate(waiting=Count("pk"), oldest=Min("at"))
        age = (self.now - figures["oldest"]).total_seconds() if figures["oldest"] else 0.0
        flying = Queued.objects.filter(is_held=True, message__state="claimed").count()
        replies = InboundMessage.objects.filter(handled_at=None).count()
        yield GaugeMetricFamily("rdv_messages_due", "Messages that should leave now.", figures["waiting"])
        yield GaugeMetricFamily("rdv_messages_oldest_due_seconds", "How late the oldest of them is.", age)
        yield GaugeMetricFamily("rdv_messages_in_flight", "Messages handed to a provider, without its answer.", flying)
        yield GaugeMetricFamily("rdv_replies_unhandled", "Replies stored and not yet understood.", replies)

    def _accounts(self) -> Iterator[GaugeMetricFamily]:
        well = GaugeMetricFamily("rdv_sms_account_well", "1 when nothing is wrong with it.", labels=["provider"])
        credit = GaugeMetricFamily("rdv_sms_credit", "What is left, in the account's unit.", labels=["provider"])
        canary = GaugeMetricFamily("rdv_sms_canary_age_seconds", "Since one came back.", labels=["provider"])
        for state in proof.states(self.now):
            well.add_metric([state.provider], float(state.is_well))
            if state.credit is not None:
                credit.add_metric([state.provider], state.credit)
            if state.canary_age is not None:
                canary.add_metric([state.provider], state.canary_age)
        yield from (well, credit, canary)


def exposition(now: datetime) -> bytes:
    """The figures at `now`, in Prometheus's text format."""
    registry = CollectorRegistry()
    registry.register(_State(now))
    return generate_latest(registry)
