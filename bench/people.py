"""Families with one child and one parent each, and those who wait. Telephone numbers are of the block for fiction."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bench.department import Department
from bench.loading import copy_lines, copy_table, indexes_aside
from bench.size import Size
from rdv.models import Contact, Family, Person, WaitingListEntry

FAMILY = ("id", "territory_id", "organisation_id", "created_at", "last_contact_at")
PERSON = ("id", "family_id", "first_name", "last_name", "birth_date", "is_child", "search_key")
CONTACT = (
    *("id", "family_id", "first_name", "last_name", "relation", "phone", "phone_kind", "phone_state", "email"),
    *("email_state", "language", "may_be_told", "may_cancel", "search_key"),
)
ENTRY = (
    *("id", "territory_id", "family_id", "contact_id", "type_id", "any_location", "any_half_day", "half_days"),
    *("notice_minutes", "status", "priority", "priority_reason", "waiting_since", "silences", "channel"),
)
LARGE = ("rdv_family", "rdv_person", "rdv_contact")


def load_families(size: Size, made: Department, *, now: datetime) -> None:
    """Families, persons and contacts; their keys are their numbers, from 1."""
    organisations = [location.organisation_id for location in made.locations]
    stamp, territory = now.isoformat(), made.territory.pk
    born = [(now.date() - timedelta(days=30 + 11 * n)).isoformat() for n in range(60)]
    numbers = range(1, size.families + 1)
    with indexes_aside(LARGE):
        copy_lines(
            Family,
            FAMILY,
            (f"{n}\t{territory}\t{organisations[n % len(organisations)]}\t{stamp}\t{stamp}\n" for n in numbers),
        )
        copy_lines(
            Person,
            PERSON,
            (f"{n}\t{n}\tEnfant {n}\tFamille {n}\t{born[n % 60]}\tt\tenfant {n} famille {n}\n" for n in numbers),
        )
        copy_lines(Contact, CONTACT, _contacts(numbers))


def _contacts(numbers: range) -> Iterator[str]:
    for n in numbers:
        phone = f"+3363998{n % 10_000:04d}"
        yield (
            f"{n}\t{n}\tAlix\tFamille {n}\tparent\t{phone}\tmobile\tok\talix{n}@exemple.test\tok\tfr\tt\tt"
            f"\talix famille {n}\n"
        )


def load_waiting_list(size: Size, made: Department, *, now: datetime) -> None:
    """Families that wait for the first type, anywhere and at any time: the most work for a round."""
    since = [(now - timedelta(days=90) + timedelta(minutes=7 * n)).isoformat() for n in range(size.waiting)]
    territory, type_ = made.territory.pk, made.types[0].pk
    lines = (
        f"{n}\t{territory}\t{n}\t{n}\t{type_}\tt\tt\t{{}}\t120\twaiting\t0\t\t{since[n - 1]}\t0\tweb\n"
        for n in range(1, size.waiting + 1)
    )
    copy_lines(WaitingListEntry, ENTRY, lines)
    copy_table(
        WaitingListEntry.persons.through._meta.db_table,
        ("waitinglistentry_id", "person_id"),
        (f"{n}\t{n}\n" for n in range(1, size.waiting + 1)),
    )


def birth_date(now: datetime, number: int) -> date:
    """The birth date of the child of a family."""
    return now.date() - timedelta(days=30 + 11 * (number % 60))
