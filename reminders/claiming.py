"""Claim what is due: rows of the queue are held, and that is committed, before anything else is done (rules §7).

The messages themselves are marked once the batch is prepared (`take`). A worker that dies between the two has sent
nothing: the sweep lets its rows go.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from reminders.kinds import Usefulness

# Two workers that claim at the same instant would each take one reminder of the same contact.
ONE_AT_A_TIME_SQL = "SELECT pg_advisory_xact_lock(hashtextextended('reminders.claim', 0))"
# Each rank is asked for by itself, one after the other until there are enough: the index gives the rows that are due
# without passing over those that are planned for later. The other reminders of the same contacts are taken with them:
# they are said in one message.
CLAIM_SQL = """
WITH due AS MATERIALIZED (
    SELECT due.message_id, due.contact_id FROM unnest(%(ranks)s::smallint[]) AS rank CROSS JOIN LATERAL (
        SELECT message_id, contact_id FROM reminders_queued
         WHERE NOT is_held AND usefulness = rank AND at <= %(now)s
         ORDER BY at, message_id LIMIT %(size)s FOR UPDATE SKIP LOCKED) AS due
     LIMIT %(size)s),
together AS MATERIALIZED (
    SELECT other.message_id FROM (SELECT DISTINCT contact_id FROM due WHERE contact_id IS NOT NULL) AS whom
      JOIN reminders_queued AS other ON other.contact_id = whom.contact_id AND NOT other.is_held AND other.at <= %(now)s
       FOR UPDATE OF other SKIP LOCKED)
UPDATE reminders_queued SET is_held = true, at = %(now)s
 WHERE message_id = ANY(ARRAY(SELECT message_id FROM due UNION SELECT message_id FROM together))
RETURNING message_id
"""
# What somebody is changing at this instant is passed over: it waits for no one, and no one for it.
TAKE_SQL = """
WITH still AS MATERIALIZED (
    SELECT id FROM reminders_outboundmessage WHERE id = ANY(%s) AND state = 'planned' FOR NO KEY UPDATE SKIP LOCKED)
UPDATE reminders_outboundmessage AS message SET state = 'claimed', claimed_at = %s, tries = tries + 1
  FROM still WHERE message.id = still.id
RETURNING message.id
"""
LET_GO_SQL = """
UPDATE reminders_queued AS row SET is_held = false
  FROM reminders_outboundmessage AS message
 WHERE message.id = row.message_id AND row.is_held AND message.state = 'planned' AND row.at <= %s
"""


def claim(now: datetime, size: int) -> list[int]:
    """Take up to `size` due messages for ourselves, the most useful first; committed when it returns.

    More when a contact has several reminders: all of them are taken at once.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME_SQL)
        cursor.execute(CLAIM_SQL, {"ranks": [int(rank) for rank in Usefulness], "now": now, "size": size})
        return [pk for (pk,) in cursor.fetchall()]


def take(pks: Sequence[int], *, now: datetime) -> list[int]:
    """Mark claimed messages as such, in the caller's transaction; those that are no longer to be sent are left out."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_SQL, [list(pks), now])
        return [pk for (pk,) in cursor.fetchall()]


def let_go(before: datetime) -> int:
    """Give back what was claimed before that instant by a worker that prepared nothing; how many."""
    with connection.cursor() as cursor:
        cursor.execute(LET_GO_SQL, [before])
        return int(cursor.rowcount)
