"""Reminders planned and sent, against a stand-in provider: the real adapter, the real texts, real appointments.

The reference posts as many forms to the same stand-in, with the same HTTP client (`requests`, on which the provider's
SDK stands) and as many threads, each waiting for its turn on the same kept connections, and does nothing else.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time
from zoneinfo import ZoneInfo

import requests
from django.db import connection
from django.test import override_settings

from bench import standin
from bench.measure import Figure, at_least, seconds
from reminders import dispatch, handing
from reminders.kinds import Kind, Usefulness
from reminders.missing import plan_missing
from reminders.models import MessageState, OutboundMessage

MESSAGES = 4000
TEXT = "Rappel : RDV demain a 9h30, Lieu 7. Venez-vous ? Repondez OUI (1) ou NON (2). http://rdv.exemple.fr/r/x/"
EMPTY = "TRUNCATE reminders_outboundmessage, reminders_queued, reminders_conversation CASCADE"
# One message a contact: none stands for another.
FEW = """
    DELETE FROM reminders_outboundmessage WHERE id NOT IN (
        SELECT min(id) FROM reminders_outboundmessage WHERE channel = 'sms' GROUP BY contact_id ORDER BY 1 LIMIT %s)
"""
DUE = "UPDATE reminders_outboundmessage SET due_at = %s, next_try_at = %s"
# Of whichever rank a number gives.
MANY = """
    INSERT INTO reminders_outboundmessage (territory_id, key, kind, channel, "to", language, sender, subject, body,
        context, version, segments, usefulness, state, due_at, give_up_at, next_try_at, tries, provider, provider_id,
        reason, created_at)
    SELECT %s, 'bench:many:' || n, 'still_waiting', 'sms', '+33639980000', 'fr', '', '', '', '{}', 0, 0,
        (%s::smallint[])[1 + n * 7919 %% %s], 'planned', %s, %s::timestamptz + interval '1 day', %s, 0, '', '', '', %s
    FROM generate_series(1, %s) AS n
"""


def run(territory_id: int, *, now: datetime) -> Iterator[Figure]:
    """Plan all that is missing, send some of it, then claim a hundred thousand that are due at once."""
    noon = datetime.combine(now.date(), time(12), ZoneInfo("Europe/Paris"))
    _execute(EMPTY)
    begun = seconds(lambda: plan_missing(noon))
    planned = OutboundMessage.objects.count()
    yield Figure("rappels planifiés", planned / begun, "/s")
    _execute(FEW, [MESSAGES])
    _execute(DUE, [noon, noon])
    _execute("VACUUM ANALYZE")
    yield from _sent(noon)
    yield _in_order(territory_id, 100_000, noon)


def _sent(noon: datetime) -> Iterator[Figure]:
    with (
        standin.running() as url,
        override_settings(
            TWILIO_ACCOUNT_SID="ACbench", TWILIO_AUTH_TOKEN="bench", TWILIO_API_URL=url, SMS_PROVIDERS=[]
        ),
    ):
        # Both once before: the SDK is imported, statements are known, the provider is awake.
        _post(url, dispatch.BATCH)
        dispatch.dispatch(noon, limit=dispatch.BATCH)
        count, begun = OutboundMessage.objects.count(), _left()
        before = seconds(lambda: _post(url, count))
        taken = seconds(lambda: dispatch.dispatch(noon))
        after = seconds(lambda: _post(url, count))
        left = _left() - begun
    if left + begun < count * 0.95:
        raise RuntimeError(f"{left} rappels partis sur {count}")
    reference = ("le même client, sans rien d'autre", 2 * count / (before + after))
    yield at_least(f"rappels envoyés à un fournisseur d'essai ({left})", left / taken, reference, 0.5, unit="/s")


def _left() -> int:
    return OutboundMessage.objects.filter(state=MessageState.SENT, kind=Kind.REMINDER).count()


def _post(url: str, count: int) -> None:
    form = {"To": "+33639980000", "From": "36999", "Body": TEXT, "StatusCallback": "http://rdv.exemple.fr/sms/status/"}
    with requests.Session() as session, ThreadPoolExecutor(handing.SENDERS) as pool:
        session.trust_env = False
        session.auth = ("ACbench", "bench")
        address = f"{url}/2010-04-01/Accounts/ACbench/Messages.json"
        for answer in pool.map(lambda _: session.post(address, data=form, timeout=10), range(count)):
            answer.raise_for_status()


def _in_order(territory_id: int, count: int, noon: datetime) -> Figure:
    """All are claimed, batch by batch: no rank comes after one that is less useful."""
    _execute(EMPTY)
    ranks = [int(rank) for rank in Usefulness]
    _execute(MANY, [territory_id, ranks, len(ranks), noon, noon, noon, noon, count])
    _execute("VACUUM ANALYZE")
    claimed: list[int] = []
    taken = seconds(lambda: _claim_all(claimed, noon))
    of = dict(OutboundMessage.objects.values_list("pk", "usefulness"))
    batches = [sorted(of[pk] for pk in claimed[at : at + 500]) for at in range(0, len(claimed), 500)]
    ordered = [rank for batch in batches for rank in batch]
    holds = len(claimed) == count and ordered == sorted(ordered)
    return Figure(
        f"{count} messages dus d'un coup, pris dans l'ordre d'utilité", taken, "s", target="tous, dans l'ordre",
        holds=holds,
    )  # fmt: skip


def _claim_all(claimed: list[int], noon: datetime) -> None:
    while batch := dispatch.claim(noon, 500):
        claimed += batch


def _execute(sql: str, values: Sequence[object] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
