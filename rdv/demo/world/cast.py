"""The families that the visit speaks of: a few that a service knows well, each with a reason to be there."""

from dataclasses import dataclass

from rdv.models import PhoneKind


@dataclass(frozen=True, slots=True)
class Role:
    """A family of the visit: the parent, the children with their ages in months, how it is reached."""

    first_name: str
    last_name: str
    children: tuple[tuple[str, int], ...]
    place: str
    language: str = "fr"
    phone_kind: str = PhoneKind.MOBILE
    email: str = ""


# By the number of the family, which also ends its telephone number: 06 39 98 00 01 …
CAST = {
    1: Role("Samira", "Benhaddou", (("Lina", 4), ("Adam", 38)), "tilleuls", email="samira.benhaddou@famille.example"),
    2: Role("Mehmet", "Yilmaz", (("Elif", 9),), "moulin", language="tr", email="mehmet.yilmaz@famille.example"),
    3: Role("Jeanne", "Martin", (("Louis", 20),), "moulin", phone_kind=PhoneKind.FIXED),
    4: Role("Aminata", "Traoré", (("Fatou", 7),), "moulin"),
    5: Role("Claire", "Dupré", (("Rose", 5), ("Jules", 5)), "moulin", email="claire.dupre@famille.example"),
    6: Role("Joana", "Ferreira", (("Tiago", 11),), "canal", language="pt", email="joana.ferreira@famille.example"),
    7: Role("Omar", "Haddad", (("Nour", 3),), "moulin", language="ar"),
    8: Role("Emma", "Wilson", (("Liam", 14),), "tilleuls", language="en", email="emma.wilson@famille.example"),
}
