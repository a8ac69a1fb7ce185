"""A free slot offered at the desk: what is said before, what happens, the history of it, and taking it back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from rdv.models import OfferRound, RoundStatus, WaitingListEntry
from rdv.waitinglist.offers import decline
from rdv.waitinglist.rounds import advance
from tests.factories import NOW, family
from tests.waitinglist.support import SMS
from tests.web.agents.world import Office

pytestmark = pytest.mark.django_db

REASON = "Sortie de maternité"


def text(response) -> str:
    return response.content.decode().replace("\xa0", " ")


def waits(office: Office, number: int, **values) -> WaitingListEntry:
    of = family(office.territory, phone=f"+336399870{number:02}", organisation=office.organisation)
    given = {"any_location": True, "waiting_since": NOW - timedelta(days=number)} | values
    made = WaitingListEntry.objects.create(
        territory=office.territory, family=of, contact=of.contacts.get(), **{"type": office.type} | given
    )
    made.persons.set(of.persons.all())
    return made


def address(office: Office, *, hour: int = 11, entry: WaitingListEntry | None = None) -> str:
    start = f"{office.day.isoformat()}T{hour:02}:00"
    query = f"motif={office.type.pk}&lieu={office.location.pk}&debut={start}"
    return f"/agents/liste-attente/proposer/?{query}" + (f"&inscription={entry.pk}" if entry else "")


def started() -> OfferRound:
    """The round of the desk, after its first batch."""
    made = OfferRound.objects.get(status=RoundStatus.OPEN)
    advance(made.pk, now=NOW)
    made.refresh_from_db()
    return made


def test_from_a_free_slot_to_those_who_wait(office: Office, desk: Client) -> None:
    WaitingListEntry.objects.all().delete()
    for number in range(1, 5):
        waits(office, number)
    waits(office, 9, any_half_day=False, half_days=["5-pm"])
    at_hand = f"/agents/rendez-vous/nouveau/confirmer/?{address(office).partition('?')[2]}"
    assert "/agents/liste-attente/proposer/?" in text(desk.get(at_hand))
    page = text(desk.get(address(office)))
    for words in ("5 familles attendent ce motif", "4 peuvent prendre ce créneau", "aussitôt", "bout de 1 h"):
        assert words in page
    assert not OfferRound.objects.filter(status=RoundStatus.OPEN).exists()
    after = desk.post(address(office), follow=True)
    made = started()
    assert after.redirect_chain[-1][0] == reverse("agents:round", args=[made.pk])
    assert "les messages partent" in text(after)
    assert (made.opened_by, made.offers.count()) == (office.people["secretary"], 3)
    history = text(desk.get(reverse("agents:round", args=[made.pk])))
    assert "à la main, par" in history
    assert history.count("réponse attendue") == 3


def test_no_slot_is_shown_for_a_family_that_has_an_answer_to_give(office: Office, desk: Client) -> None:
    """Each of them would be refused: it has one offer at a time."""
    WaitingListEntry.objects.all().delete()
    entry = waits(office, 1)
    slots = reverse("agents:entry_slots", args=[entry.pk])
    assert "/agents/liste-attente/proposer/?" in text(desk.get(slots))
    desk.post(address(office))
    started()
    page = text(desk.get(slots))
    assert "Elle a déjà une proposition en cours" in page
    assert "/agents/liste-attente/proposer/?" not in page


def test_the_second_tab_finds_the_round_of_the_first(office: Office, desk: Client) -> None:
    desk.post(address(office))
    again = text(desk.post(address(office), follow=True))
    assert "déjà proposé" in again
    assert OfferRound.objects.filter(status=RoundStatus.OPEN).count() == 1


def test_from_the_list_one_family_is_asked_first_and_it_is_said_why(office: Office, desk: Client) -> None:
    WaitingListEntry.objects.all().delete()
    before, chosen = waits(office, 2), waits(office, 1)
    entry_page = reverse("agents:entry", args=[chosen.pk])
    choice = reverse("agents:entry_slots", args=[chosen.pk])
    assert choice in text(desk.get(entry_page))
    slots = text(desk.get(choice))
    assert f"inscription={chosen.pk}" in slots
    page = text(desk.get(address(office, entry=chosen)))
    assert "seule d’abord" in page
    refused = text(desk.post(address(office, entry=chosen), {"reason": "  "}))
    assert "Remplissez « Pourquoi cette famille avant les autres »" in refused
    desk.post(address(office, entry=chosen), {"reason": REASON})
    made = started()
    assert [offer.entry for offer in made.offers.all()] == [chosen]
    history = text(desk.get(reverse("agents:round", args=[made.pk])))
    for words in (REASON, "proposée avant son tour", "Un agent l’a proposé d’abord à une autre famille."):
        assert words in history
    assert "Un agent l’a proposé d’abord" in text(desk.get(reverse("agents:entry", args=[before.pk])))
    assert "proposée avant son tour" in text(desk.get(entry_page))
    decline(made.offers.get().pk, by=SMS, now=NOW)
    assert made.offers.pending().get().entry == before


def test_only_slots_that_she_wished_for_are_shown(office: Office, desk: Client) -> None:
    afternoons = waits(office, 1, any_half_day=False, half_days=["2-pm"])
    page = text(desk.get(reverse("agents:entry_slots", args=[afternoons.pk])))
    assert "Rien qui lui convienne sur ces sept jours" in page
    assert "inscription=" not in page
    paused = waits(office, 2, status="paused")
    assert "en pause" in text(desk.get(reverse("agents:entry_slots", args=[paused.pk])))


def test_what_stands_in_the_way_is_said(office: Office, desk: Client) -> None:
    entry = waits(office, 1, any_half_day=False, half_days=["2-pm"])
    page = text(desk.post(address(office, entry=entry), {"reason": REASON}))
    assert "Elle souhaite une autre demi-journée." in page
    assert "vient d’être pris" in text(desk.get(address(office, hour=9)))
    WaitingListEntry.objects.all().delete()
    assert "Aucune famille en attente" in text(desk.get(address(office)))
    assert not OfferRound.objects.filter(status=RoundStatus.OPEN).exists()


def test_from_the_agenda_the_type_is_asked_among_those_that_families_wait_for(office: Office, desk: Client) -> None:
    bare = f"/agents/liste-attente/proposer/?lieu={office.location.pk}&debut={office.day}T11:00"
    assert f'<option value="{office.type.pk}">' in text(desk.get(bare))
    assert reverse("agents:offer_slot") in text(desk.get(bare.replace("liste-attente/proposer", "rendez-vous/nouveau")))
    WaitingListEntry.objects.all().delete()
    assert "Personne n’attend" in text(desk.get(bare))


def test_it_is_taken_back_after_a_question(office: Office, desk: Client) -> None:
    desk.post(address(office))
    made = started()
    page, question = (reverse(f"agents:{name}", args=[made.pk]) for name in ("round", "withdraw_round"))
    assert question in text(desk.get(page))
    assert "1 famille a reçu la proposition" in text(desk.get(question))
    after = text(desk.post(question, follow=True))
    assert "de nouveau ouvert à tous" in after
    assert "retirée par le service" in after
    assert f"Retiré par un agent : {office.people['secretary'].full_name}" in after
    made.refresh_from_db()
    assert made.status == RoundStatus.WITHDRAWN
    assert "rien à retirer" in text(desk.get(question, follow=True))


def test_what_was_freed_is_taken_back_with_a_reason(office: Office, desk: Client) -> None:
    OfferRound.objects.filter(pk=office.round.pk).update(status=RoundStatus.OPEN)
    page, question = (reverse(f"agents:{name}", args=[office.round.pk]) for name in ("round", "withdraw_round"))
    assert question in text(desk.get(page))
    assert "Pourquoi ce créneau" in text(desk.post(question, {"reason": " "}))
    assert OfferRound.objects.get(pk=office.round.pk).status == RoundStatus.OPEN
    after = text(desk.post(question, {"reason": "Réunion d’équipe"}, follow=True))
    assert "Raison du retrait" in after
    assert "Réunion d’équipe" in after


def test_a_team_that_sees_neither_the_place_nor_the_family_reads_no_name(office: Office, desk: Client) -> None:
    desk.post(address(office))
    made = started()
    page = reverse("agents:round", args=[made.pk])
    assert office.client("elsewhere").get(page).status_code == 404
    WaitingListEntry.objects.update(any_location=False)
    type(office.family).objects.update(organisation=None)
    hidden = text(desk.get(page))
    assert "Une famille d’une autre équipe" in hidden
    assert "Exemple – " not in hidden


def test_the_discreet_wall_holds_for_slots_entries_and_rounds(office: Office, desk: Client) -> None:
    type_ = office.walled.type
    hidden = waits(office, 1, type=type_)
    bare = address(office).replace(f"motif={office.type.pk}&", f"motif={type_.pk}&")
    OfferRound.objects.filter(pk=office.round.pk).update(type=type_)
    for url in (
        bare,
        address(office, entry=hidden),
        reverse("agents:entry_slots", args=[hidden.pk]),
        reverse("agents:round", args=[office.round.pk]),
        reverse("agents:withdraw_round", args=[office.round.pk]),
    ):
        assert desk.get(url).status_code == 404, url
