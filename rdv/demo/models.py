"""What the demonstration adds: a clock that can be moved, and what telephones and mailboxes received."""

from django.db import models


class DemoClock(models.Model):
    """Horloge: how many seconds the product's time is ahead of the world's; one row."""

    offset_seconds = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = "horloge de la démonstration"

    def __str__(self) -> str:
        return f"+{self.offset_seconds} s"


class DemoSms(models.Model):
    """SMS d’un téléphone simulé, in the provider's eyes: sent to a number, or written by its owner."""

    sid = models.CharField(max_length=40, unique=True)
    phone = models.CharField("numéro de la famille", max_length=20)
    sender = models.CharField("numéro du service", max_length=40)
    body = models.TextField()
    is_from_family = models.BooleanField(default=False)
    status = models.CharField(max_length=20, default="queued")
    status_url = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "SMS simulé"
        verbose_name_plural = "SMS simulés"
        indexes = [models.Index(fields=["phone", "at"], name="demo_sms_of_phone")]

    def __str__(self) -> str:
        return self.sid


class DemoEmail(models.Model):
    """Courriel reçu, as it went over the wire."""

    to = models.CharField(max_length=254, db_index=True)
    sender = models.CharField(max_length=254)
    subject = models.CharField(max_length=300)
    raw = models.BinaryField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "courriel simulé"
        verbose_name_plural = "courriels simulés"

    def __str__(self) -> str:
        return self.subject
