"""The texts that a territory has written for its own messages."""

from django.db import models

from rdv.models.agent import Agent
from rdv.models.territory import Territory


class MessageText(models.Model):
    """Texte d'un message: said instead of the one that ships, in one language. See `reminders.texts.phrasing`."""

    class Channel(models.TextChoices):
        SMS = "sms", "SMS"
        EMAIL = "email", "Courriel"

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="message_texts", db_index=False)
    channel = models.CharField("voie", max_length=5, choices=Channel)
    name = models.CharField("message", max_length=40)
    language = models.CharField("langue", max_length=2)
    text = models.TextField("texte", max_length=2000)
    changed_at = models.DateTimeField("changé le, depuis la page des textes", null=True, blank=True)
    changed_by = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "texte d’un message"
        verbose_name_plural = "textes des messages"
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "channel", "name", "language"],
                name="message_text_once",
                violation_error_message="Ce texte est déjà écrit dans cette langue.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.name} ({self.language})"
