"""Who is seen, and whom to tell."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from rdv.models.agent import Agent
from rdv.models.organisation import Organisation, Service
from rdv.models.territory import Territory
from rdv.models.text import search_key


class FamilyQuerySet(models.QuerySet["Family"]):
    def open_files(self) -> "FamilyQuerySet":
        """Files outside every discreet service."""
        return self.filter(discreet_service=None)

    def matching(self, words: str) -> "FamilyQuerySet":
        """Families of which a person or contact answers to every word, whatever the accents."""
        found = self
        for word in search_key(words).split():
            found = found.filter(
                Q(persons__search_key__contains=word)
                | Q(contacts__search_key__contains=word)
                | Q(contacts__phone__contains=word.lstrip("0") or word)
            )
        return found.distinct()

    def resembling(self, words: str) -> "FamilyQuerySet":
        """Families of which a person or contact bears, for every word, a name that looks like it.

        "bouchart" finds Bouchard: PostgreSQL compares groups of three letters, through the same indexes
        (`pg_trgm.word_similarity_threshold`, 0.6 unless the server says otherwise). Words of one or two letters
        resemble everything and are left out.
        """
        wanted = [word for word in search_key(words).split() if len(word) > 2]
        found = self if wanted else self.none()
        for word in wanted:
            found = found.filter(
                Q(persons__search_key__trigram_word_similar=word) | Q(contacts__search_key__trigram_word_similar=word)
            )
        return found.distinct()


class Family(models.Model):
    """Famille: the file that holds children, parents and contacts together.

    `discreet_service` walls a file off: it is seen by that service alone and is never matched with
    another, even when the telephone number is the same.
    """

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="families", db_index=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="families"
    )
    discreet_service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="families"
    )
    own_agent = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, blank=True, related_name="own_families")
    created_at = models.DateTimeField()
    last_contact_at = models.DateTimeField()

    objects = FamilyQuerySet.as_manager()

    class Meta:
        verbose_name = "famille"
        indexes = [models.Index(fields=["territory", "last_contact_at"], name="family_last_contact")]

    def __str__(self) -> str:
        return f"Famille {self.pk}"


class Person(models.Model):
    """Personne: who is seen, child or adult. The birth date is asked only when a type needs it."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="persons")
    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80, blank=True)
    birth_date = models.DateField("date de naissance", null=True, blank=True)
    is_child = models.BooleanField("enfant", default=True)
    search_key = models.CharField(max_length=180, editable=False)

    class Meta:
        verbose_name = "personne"
        indexes = [GinIndex(OpClass(F("search_key"), name="gin_trgm_ops"), name="person_search")]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def save(self, **kwargs: Any) -> None:
        self.search_key = search_key(self.first_name, self.last_name)
        super().save(**kwargs)


class Relation(models.TextChoices):
    PARENT = "parent", "Parent"
    GUARDIAN = "guardian", "Tuteur ou tutrice"
    FOSTER = "foster", "Assistant·e familial·e"
    EDUCATOR = "educator", "Éducateur ou éducatrice"
    SELF = "self", "La personne elle-même"
    OTHER = "other", "Autre"


class PhoneKind(models.TextChoices):
    NONE = "", "Aucun"
    MOBILE = "mobile", "Mobile"
    FIXED = "fixed", "Fixe"


class PhoneState(models.TextChoices):
    """What is known of the number. Anything but OK receives no SMS."""

    OK = "ok", "Joignable"
    TO_CHECK = "to_check", "À vérifier"
    FAILED = "failed", "Ne reçoit pas de SMS"


class EmailState(models.TextChoices):
    OK = "ok", "Joignable"
    BOUNCED = "bounced", "Refusée"


class ContactQuerySet(models.QuerySet["Contact"]):
    tellable = Q(may_be_told=True)
    by_sms = Q(phone_kind=PhoneKind.MOBILE, phone_state=PhoneState.OK, sms_stopped_at=None)
    by_email = ~Q(email="") & Q(email_state=EmailState.OK)


class Contact(models.Model):
    """Contact: whom to tell – parent, guardian, foster carer, educator. May have no mobile, no e-mail, or neither."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="contacts")
    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80, blank=True)
    relation = models.CharField("lien", max_length=10, choices=Relation, default=Relation.PARENT)
    phone = models.CharField("téléphone (E.164)", max_length=20, blank=True, db_index=True)
    phone_kind = models.CharField(
        "type de téléphone", max_length=6, choices=PhoneKind, blank=True, default=PhoneKind.NONE
    )
    phone_state = models.CharField("état du téléphone", max_length=10, choices=PhoneState, default=PhoneState.OK)
    sms_stopped_at = models.DateTimeField("SMS refusés le", null=True, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    email_state = models.CharField("état de l’adresse", max_length=10, choices=EmailState, default=EmailState.OK)
    language = models.CharField("langue", max_length=8, default="fr")
    may_be_told = models.BooleanField("peut être prévenu", default=True)
    may_cancel = models.BooleanField("peut annuler", default=True)
    search_key = models.CharField(max_length=180, editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = "contact"
        constraints = [
            models.CheckConstraint(
                condition=Q(phone="", phone_kind="") | (~Q(phone="") & ~Q(phone_kind="")),
                name="contact_phone_has_a_kind",
            ),
        ]
        indexes = [
            GinIndex(OpClass(F("search_key"), name="gin_trgm_ops"), name="contact_search"),
            # Matches `email__iexact`.
            models.Index(Upper("email"), name="contact_email"),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def save(self, **kwargs: Any) -> None:
        self.search_key = search_key(self.first_name, self.last_name)
        super().save(**kwargs)

    @property
    def can_get_sms(self) -> bool:
        return self.phone_kind == PhoneKind.MOBILE and self.phone_state == PhoneState.OK and self.sms_stopped_at is None

    @property
    def can_get_email(self) -> bool:
        return bool(self.email) and self.email_state == EmailState.OK
