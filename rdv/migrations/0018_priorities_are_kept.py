"""Who gave a waiting family its class of priority, when and why."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rdv", "0017_when_an_offer_was_told"),
    ]

    operations = [
        migrations.CreateModel(
            name="PriorityChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="le")),
                ("priority", models.PositiveSmallIntegerField(verbose_name="classe de priorité")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="raison")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="priority_changes",
                        to="rdv.waitinglistentry",
                    ),
                ),
            ],
            options={
                "verbose_name": "changement de priorité",
                "verbose_name_plural": "changements de priorité",
                "ordering": ("at", "pk"),
            },
        ),
    ]
