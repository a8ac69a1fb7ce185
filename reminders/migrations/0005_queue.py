import django.db.models.deletion
from django.db import migrations, models

# The queue says of the messages under way when each may be claimed. Triggers keep it, as an index is kept: whoever
# writes a message, and however, can't forget it.
TRIGGERS = """
CREATE FUNCTION reminders_queue_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reminders_queued (message_id, usefulness, contact_id, at, is_held)
    SELECT id, usefulness, CASE WHEN kind = 'reminder' THEN contact_id END,
           CASE WHEN state = 'claimed' THEN coalesce(claimed_at, next_try_at) ELSE next_try_at END, state <> 'planned'
      FROM fresh WHERE state IN ('planned', 'claimed', 'uncertain');
    RETURN NULL;
END $$;
CREATE FUNCTION reminders_queue_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state IN ('planned', 'uncertain') THEN
        INSERT INTO reminders_queued (message_id, usefulness, contact_id, at, is_held)
        VALUES (NEW.id, NEW.usefulness, CASE WHEN NEW.kind = 'reminder' THEN NEW.contact_id END, NEW.next_try_at,
                NEW.state <> 'planned')
        ON CONFLICT (message_id) DO UPDATE SET at = excluded.at, is_held = excluded.is_held;
    ELSE
        DELETE FROM reminders_queued WHERE message_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION reminders_queue_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM reminders_queued WHERE message_id = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER message_queue_new AFTER INSERT ON reminders_outboundmessage
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION reminders_queue_new();
CREATE TRIGGER message_queue_changed AFTER UPDATE OF state, next_try_at ON reminders_outboundmessage FOR EACH ROW
    WHEN (NEW.state <> 'claimed'
          AND (OLD.state <> NEW.state OR OLD.next_try_at <> NEW.next_try_at)
          AND (OLD.state IN ('planned', 'claimed', 'uncertain') OR NEW.state IN ('planned', 'uncertain')))
    EXECUTE FUNCTION reminders_queue_changed();
CREATE TRIGGER message_queue_gone AFTER DELETE ON reminders_outboundmessage FOR EACH ROW
    WHEN (OLD.state IN ('planned', 'claimed', 'uncertain')) EXECUTE FUNCTION reminders_queue_gone();
INSERT INTO reminders_queued (message_id, usefulness, contact_id, at, is_held)
SELECT id, usefulness, CASE WHEN kind = 'reminder' THEN contact_id END,
       CASE WHEN state = 'claimed' THEN coalesce(claimed_at, next_try_at) ELSE next_try_at END, state <> 'planned'
  FROM reminders_outboundmessage WHERE state IN ('planned', 'claimed', 'uncertain');
ALTER TABLE reminders_queued SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
"""
NO_TRIGGERS = """
DROP TRIGGER message_queue_new ON reminders_outboundmessage;
DROP TRIGGER message_queue_changed ON reminders_outboundmessage;
DROP TRIGGER message_queue_gone ON reminders_outboundmessage;
DROP FUNCTION reminders_queue_new();
DROP FUNCTION reminders_queue_changed();
DROP FUNCTION reminders_queue_gone();
"""


class Migration(migrations.Migration):
    dependencies = [("reminders", "0004_questions_to_move_and_to_wait")]

    operations = [
        migrations.CreateModel(
            name="Queued",
            fields=[
                (
                    "message",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="queued",
                        serialize=False,
                        to="reminders.outboundmessage",
                    ),
                ),
                ("usefulness", models.PositiveSmallIntegerField(verbose_name="rang d’utilité")),
                ("contact_id", models.BigIntegerField(null=True, verbose_name="contact, pour un rappel")),
                ("at", models.DateTimeField(verbose_name="à partir de")),
                ("is_held", models.BooleanField(default=False, verbose_name="pris")),
            ],
            options={
                "verbose_name": "file d’envoi",
                "ordering": ("usefulness", "at", "pk"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_held", False)),
                        fields=["usefulness", "at", "message"],
                        name="queue_to_claim",
                    ),
                    models.Index(
                        condition=models.Q(("contact_id__isnull", False), ("is_held", False)),
                        fields=["contact_id", "at"],
                        name="queue_together",
                    ),
                    models.Index(condition=models.Q(("is_held", True)), fields=["at"], name="queue_in_flight"),
                ],
            },
        ),
        migrations.RemoveIndex(model_name="outboundmessage", name="message_to_claim"),
        migrations.RemoveIndex(model_name="outboundmessage", name="message_in_flight"),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
