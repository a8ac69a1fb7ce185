"""Reminders claimed, against the bare claim: a partial index, SKIP LOCKED, 500 a batch."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection

from bench.department import Department
from bench.loading import copy_lines, indexes_aside, settle_tables
from bench.measure import Figure, at_least, at_most, medians
from bench.search import bare_connection
from bench.size import Size
from reminders.dispatch import claim
from reminders.kinds import Kind, Usefulness
from reminders.models import OutboundMessage, Queued

BATCH = 500
ROUNDS, WARM = 20, 3
COLUMNS = (
    *("territory_id", "key", "kind", "channel", "family_id", "contact_id", "to", "language", "body", "context"),
    *("usefulness", "state", "due_at", "give_up_at", "next_try_at", "created_at"),
)
TEXT = "RDV demain mardi 12 janvier a 9h30, Lieu 7. Venez-vous ? Repondez OUI ou NON. Voir ou deplacer : rdv.exemple.fr"
# The same rows, with what no outbox could do without: a key, a guard against saying twice, and what is due.
BARE_TABLE = """
    DROP TABLE IF EXISTS bench_claim;
    CREATE TABLE bench_claim (LIKE reminders_outboundmessage);
    INSERT INTO bench_claim SELECT * FROM reminders_outboundmessage;
    ALTER TABLE bench_claim ADD PRIMARY KEY (id), ADD UNIQUE (key);
    CREATE INDEX bench_claim_due ON bench_claim (next_try_at) WHERE state = 'planned';
"""
# Triggers stand aside with the indexes.
QUEUE = """
    INSERT INTO reminders_queued (message_id, usefulness, contact_id, at, is_held)
    SELECT id, usefulness, contact_id, next_try_at, false FROM reminders_outboundmessage WHERE state = 'planned'
"""
BARE_CLAIM = """
    UPDATE bench_claim SET state = 'claimed', claimed_at = now(), tries = tries + 1 WHERE id = ANY(ARRAY(
        SELECT id FROM bench_claim WHERE state = 'planned' AND next_try_at <= %s
         ORDER BY next_try_at LIMIT 500 FOR NO KEY UPDATE SKIP LOCKED)) RETURNING id
"""


def rounds(size: Size) -> int:
    """How many batches are measured: a contact gets all that is due to it in one batch, so each has one message."""
    return max(1, min(ROUNDS, size.families // (2 * BATCH) - WARM))


def load_messages(size: Size, made: Department, *, now: datetime) -> None:
    """Nine in ten were sent long ago; of the rest, one is due to each of as many contacts as are claimed below."""
    due = BATCH * 2 * (rounds(size) + WARM)
    rank, stamp = int(Usefulness.REMINDER), now.isoformat()
    later = (now + timedelta(days=3)).isoformat()
    territory = made.territory.pk

    def lines() -> Iterator[str]:
        for n in range(size.messages):
            family = n * 7919 % size.families + 1
            planned = n % 10 == 0 or n < due
            when = stamp if n < due else later if planned else (now - timedelta(minutes=n)).isoformat()
            yield (
                f"{territory}\tbench:{n}\t{Kind.REMINDER}\tsms\t{family}\t{family}\t+33639980000\tfr\t{TEXT}\t{{}}"
                f"\t{rank}\t{'planned' if planned else 'delivered'}\t{when}\t{later}\t{when}\t{stamp}\n"
            )

    with indexes_aside([OutboundMessage._meta.db_table, Queued._meta.db_table]):
        copy_lines(OutboundMessage, COLUMNS, lines())
        with connection.cursor() as cursor:
            cursor.execute(QUEUE)
    settle_tables([OutboundMessage])


def run(size: Size, made: Department, *, now: datetime) -> Iterator[Figure]:
    """One worker; then whether claiming gets slower as rows age."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE reminders_outboundmessage, reminders_queued CASCADE")
    load_messages(size, made, now=now)
    with connection.cursor() as cursor:
        cursor.execute(BARE_TABLE)
        cursor.execute("VACUUM ANALYZE bench_claim")
    claimed: list[int] = []

    def ours() -> None:
        claimed.append(len(claim(now, BATCH)))

    with bare_connection() as bare:
        first = medians(lambda: bare.execute(BARE_CLAIM, [now]).fetchall(), ours, rounds=rounds(size), warm=WARM)
        last = medians(lambda: bare.execute(BARE_CLAIM, [now]).fetchall(), ours, rounds=rounds(size), warm=WARM)
    if set(claimed) != {BATCH}:
        raise RuntimeError("des lots ne sont pas pleins")
    reference = ("prise nue", BATCH / first[0])
    yield at_least("rappels pris, un processus", BATCH / first[1], reference, 0.5, unit="/s")
    yield at_most(f"… un lot, une fois {rounds(size)} lots pris", last[1], ("un lot, au début", first[1]), 1.2)
