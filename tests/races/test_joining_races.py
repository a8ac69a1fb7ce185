"""Two tabs send the form of the waiting list at the same instant: one file, one place in the queue."""

from unittest.mock import patch

import pytest

from rdv.booking.people import ContactSpec, PersonSpec, Who
from rdv.models import Family, PhoneKind, WaitingListEntry
from rdv.models.actor import Actor
from rdv.waitinglist.entries import Wish, join
from tests.factories import NOW, World
from tests.races.support import Rival, run_before

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]

LOCK = "rdv.waitinglist.entries.lock_asker"


def send(world: World) -> WaitingListEntry:
    contact = ContactSpec("Alix", "Exemple", "+33639980077", PhoneKind.MOBILE)
    return join(Wish(type=world.type, who=Who([PersonSpec("Noé")], contact=contact)), by=Actor.family(), now=NOW)


def test_the_slower_of_two_tabs_finds_the_place_of_the_faster() -> None:
    world = World()
    with run_before(LOCK, Rival(lambda: send(world))) as rival:
        entry = send(world)
    assert rival.error is None
    assert rival.result == entry
    assert Family.objects.count() == 1


def test_without_the_lock_two_files_are_opened() -> None:
    """The control: this race does put a family on the list twice when nothing guards it."""
    world = World()
    with (
        patch(LOCK, lambda address: None),
        run_before("rdv.waitinglist.entries.lock_family", Rival(lambda: send(world))),
    ):
        send(world)
    assert (Family.objects.count(), WaitingListEntry.objects.count()) == (2, 2)
