"""The page of one's place on the waiting list: what, since when, and what may be changed."""

from datetime import timedelta

import pytest
from django.test import Client

from rdv.access.waiting import wait_token
from rdv.booking.cancel import cancel
from rdv.models import EntryStatus, Offer, OfferStatus, RoundStatus, WaitingListEntry
from rdv.models.actor import Actor
from rdv.waitinglist.entries import leave
from rdv.waitinglist.rounds import advance_due
from tests.factories import NOW, World, location, who
from tests.waitinglist.support import asked, free, waiting
from tests.waitinglist.test_entries import waits_with_a_brother

pytestmark = pytest.mark.django_db


def url(entry: WaitingListEntry) -> str:
    return f"/liste-attente/suivi/{wait_token(entry.pk)}/"


def text(response) -> str:
    return response.content.decode()


def test_reading_it_says_what_is_waited_for_and_changes_nothing(client: Client) -> None:
    entry = waiting(World(), half_days=["2-am"])
    before = WaitingListEntry.objects.values().get()
    page = client.get(url(entry))
    for words in ("Ce que vous attendez", "Mardi matin", "N’importe quel lieu", "Qui est prévenu en premier"):
        assert words in text(page)
    assert WaitingListEntry.objects.values().get() == before
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]


def test_of_two_children_it_says_whose_the_appointment_is_and_whose_a_place_would_be(client: Client) -> None:
    world = World(max_attendees=2)
    entry, _, _ = waits_with_a_brother(world)
    had = client.get(url(entry)).context["rows"][-1]
    assert had.value.replace("\xa0", " ") == "mardi 12 janvier à 11 h\nPour Léa"
    (offer,) = asked(free(world.book(9).appointment))
    assert client.get(f"/liste-attente/offre/{offer.token}/").context["people"] == "Léa"


@pytest.mark.parametrize(
    ("act", "status"),
    [("pause", EntryStatus.PAUSED), ("reprendre", EntryStatus.WAITING), ("quitter", EntryStatus.LEFT)],
)
def test_a_family_pauses_comes_back_and_leaves(client: Client, act: str, status: str) -> None:
    entry = waiting(World())
    for _twice in range(2):
        assert client.post(f"{url(entry)}dire/", {"acte": act, "sur": "1"}, follow=True).status_code == 200
    entry.refresh_from_db()
    assert entry.status == status
    assert entry.waiting_since == NOW


def test_leaving_asks_once_and_says_what_is_lost(client: Client) -> None:
    entry = waiting(World())
    page = client.post(f"{url(entry)}dire/", {"acte": "quitter"}, follow=True)
    assert "Vous perdez votre rang (vous attendez depuis le lundi 11 janvier 2027)" in text(page)
    assert client.get(f"{url(entry)}quitter/").status_code == 200
    entry.refresh_from_db()
    assert entry.status == EntryStatus.WAITING


@pytest.mark.parametrize(
    ("later", "status"),
    [(timedelta(hours=14), EntryStatus.WAITING), (timedelta(hours=17), EntryStatus.LEFT)],
)
def test_who_left_by_mistake_takes_its_rank_again_the_same_day(
    client: Client, at, later: timedelta, status: str
) -> None:
    entry = waiting(World())
    left = text(client.post(f"{url(entry)}dire/", {"acte": "quitter", "sur": "1"}, follow=True))
    assert "Vous avez quitté la liste d’attente." in left
    assert "Reprendre ma place" in left
    at.now = NOW + later
    assert ("Reprendre ma place" in text(client.get(url(entry)))) is (status == EntryStatus.WAITING)
    client.post(f"{url(entry)}dire/", {"acte": "revenir"})
    entry.refresh_from_db()
    assert (entry.status, entry.waiting_since) == (status, NOW)


def test_who_was_taken_off_or_has_joined_anew_takes_no_place_again(client: Client) -> None:
    world = World()
    taken_off, gone = waiting(world), waiting(world)
    leave(taken_off.pk, by=Actor.of(world.agent), now=NOW)
    leave(gone.pk, by=Actor.family(), now=NOW)
    waiting(world, family=gone.family)
    for entry in (taken_off, gone):
        assert client.post(f"{url(entry)}dire/", {"acte": "revenir"}).status_code == 409
        entry.refresh_from_db()
        assert entry.status == EntryStatus.LEFT


def test_a_pause_that_gives_up_a_proposal_says_so_first_and_is_no_refusal(client: Client) -> None:
    world = World()
    given_back = world.book(9).appointment
    entry = waiting(world)
    cancel(given_back.pk, by=Actor.family(), now=NOW, for_family=True)
    advance_due(now=NOW)
    page = text(client.post(f"{url(entry)}dire/", {"acte": "pause"}, follow=True))
    assert "Une proposition est en cours" in page
    assert "mardi 12 janvier" in page
    assert Offer.objects.get().status == OfferStatus.LIVE
    page = text(client.post(f"{url(entry)}dire/", {"acte": "pause", "sur": "1"}, follow=True))
    assert Offer.objects.get().status == OfferStatus.DECLINED
    assert "Vous vous êtes mis en pause." in page
    assert "Vous avez dit non" not in page + text(client.get(f"/liste-attente/offre/{Offer.objects.get().token}/"))


def test_after_three_silences_it_asks_whether_one_still_waits(client: Client) -> None:
    entry = waiting(World())
    WaitingListEntry.objects.update(status=EntryStatus.PAUSED, silences=3)
    assert "Attendez-vous toujours" in text(client.get(url(entry)))
    assert "Attendez-vous toujours" not in text(client.post(f"{url(entry)}dire/", {"acte": "reprendre"}, follow=True))
    entry.refresh_from_db()
    assert (entry.status, entry.silences) == (EntryStatus.WAITING, 0)


def test_changing_one_s_wishes_shows_the_present_ones_and_keeps_the_place(client: Client) -> None:
    world = World()
    entry = waiting(world, half_days=["2-am"], notice_minutes=240)
    form = text(client.get(f"{url(entry)}changer/"))
    assert "Mardi matin" in form
    refused = client.post(f"{url(entry)}changer/", {"notice": "1440"})
    assert "Cochez au moins une demi-journée." in text(refused)
    client.post(f"{url(entry)}changer/", {"half_days": ["5-pm"], "notice": "1440", "standby": "on"})
    entry.refresh_from_db()
    assert (entry.half_days, entry.notice_minutes, entry.standby) == (["5-pm"], 1440, True)
    assert entry.waiting_since == NOW


def test_changing_one_s_wishes_during_a_pause_says_that_it_lasts_and_lets_it_last(client: Client) -> None:
    entry = waiting(World())
    WaitingListEntry.objects.update(status=EntryStatus.PAUSED, silences=3)
    assert "Vous êtes en pause, et vous le restez" in text(client.get(f"{url(entry)}changer/"))
    page = client.post(f"{url(entry)}changer/", {"half_days": ["5-pm"], "notice": "1440"}, follow=True)
    assert "Attendez-vous toujours" in text(page)
    entry.refresh_from_db()
    assert (entry.half_days, entry.status, entry.silences) == (["5-pm"], EntryStatus.PAUSED, 3)


def test_an_old_link_says_that_it_is_over_and_names_nobody(client: Client) -> None:
    entry = waiting(World())
    leave(entry.pk, by=Actor.family(), now=NOW)
    page = text(client.get(url(entry)))
    assert "Cette attente est terminée" in page
    assert entry.persons.get().first_name not in page
    assert client.get(f"{url(entry)}changer/").status_code == 302
    refused = client.post(f"{url(entry)}dire/", {"acte": "pause"})
    assert (refused.status_code, "Cette attente est terminée" in text(refused)) == (409, True)


def test_who_got_an_appointment_is_told_so_and_led_to_it(client: Client) -> None:
    world = World()
    entry = waiting(world)
    link = world.book(9, who=who(entry.family)).link
    page = text(client.get(url(entry)))
    assert "Vous avez obtenu votre rendez-vous." in page
    assert f"/r/{link.token}/" in page
    assert "Vous n’êtes plus sur la liste" not in page


@pytest.mark.parametrize("token", ["1-abcdefghijklmnop", "1", "-", "9" * 40])
def test_a_link_that_leads_nowhere_says_what_to_do(client: Client, token: str) -> None:
    waiting(World())
    page = client.get(f"/liste-attente/suivi/{token}/")
    assert page.status_code == 404
    assert "/rendez-vous/" in text(page)


def test_the_page_asks_the_same_number_of_questions_for_one_offer_and_for_ten(
    client: Client, django_assert_max_num_queries
) -> None:
    world = World()
    entry = waiting(world, locations=[world.location, location(world.organisation)])
    with django_assert_max_num_queries(16):
        client.get(url(entry))


def test_a_proposal_that_awaits_an_answer_stands_first_here_and_on_the_appointment(client: Client) -> None:
    """Between the wishes and the past proposals it was one small link among others."""
    world = World()
    booked = world.book(11)
    entry = waiting(world, current_appointment=booked.appointment, family=booked.family)
    pages = (url(entry), f"/r/{booked.link.token}/")
    assert not any("Répondre à la proposition" in text(client.get(page)) for page in pages)
    offer = asked(free(world.book(9).appointment))[0]
    assert offer.entry == entry
    for page in pages:
        shown = text(client.get(page))
        assert "Une proposition est en cours" in shown
        assert f'href="/liste-attente/offre/{offer.token}/"' in shown


@pytest.mark.parametrize(
    ("round_status", "refused", "said"),
    [
        (RoundStatus.FILLED, False, "Une autre famille a été plus rapide."),
        (RoundStatus.TAKEN, False, "Cette place n’est plus libre."),
        (RoundStatus.WITHDRAWN, False, "Cette place ne vous est plus proposée."),
        (RoundStatus.OVER, False, "Cette place ne vous est plus proposée."),
        (RoundStatus.OPEN, True, "nous n’avons pas pu vous donner cette place."),
        (RoundStatus.FILLED, True, "nous n’avons pas pu vous donner cette place."),
    ],
)
def test_a_proposal_that_is_over_says_what_became_of_it(
    client: Client, round_status: RoundStatus, refused: bool, said: str
) -> None:
    world = World()
    entry = waiting(world)
    round_ = free(world.book(9).appointment)
    assert round_ is not None
    (offer,) = asked(round_)
    offer.status = OfferStatus.VOID
    offer.explanation |= {"refused": "not_bookable"} if refused else {}
    offer.save()
    round_.status = round_status
    round_.save()
    assert said in text(client.get(url(entry)))
