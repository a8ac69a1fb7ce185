"""Somebody else's link, slot, draft or session is of no use, and does not even show that it exists."""

from typing import Any

from django.test import Client
from django.urls import reverse

from rdv.access import codes
from rdv.models import Appointment, Hold
from tests.factories import NOW
from tests.hostile.page import read
from tests.hostile.site import Site
from tests.web.families.journey import Family

SESSION = "sessionid"


def same_page(answer: Any) -> str:
    """What is shown, without the token of its forms and the address that was asked for."""
    html = answer.content.decode()
    for value in read(html).hidden.values():
        html = html.replace(value, "")
    return html.replace(answer.wsgi_request.path, "")


def test_links_that_lead_nowhere_all_look_the_same(site: Site) -> None:
    """Never made, mistyped, cut short, the neighbour's: nobody learns which."""
    tokens = ["abcdefgh23456789", site.link.token[:-1], site.link.token[:-1] + "~", "x" * 300, site.foreign.link.token]
    for page in ("", "annuler/", "deplacer/", "rendez-vous.ics"):
        answers = [Client().get(f"/r/{token}/{page}") for token in tokens]
        assert {answer.status_code for answer in answers} == {404}
        assert len({same_page(answer) for answer in answers}) == 1
    offers = [Client().get(f"/liste-attente/offre/{token}/") for token in ("abcdefgh23456789", "é", site.link.token)]
    assert {answer.status_code for answer in offers} == {404}


def test_a_token_cannot_be_foreseen(site: Site) -> None:
    """80 bits that no number of ours gives; the database holds only a hash."""
    token = site.link.token
    assert len(token) == 16
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert token not in str(list(type(site.link).objects.values()))
    for other in (site.foreign.link.token, site.offer.token):
        assert sum(a == b for a, b in zip(token, other, strict=True)) < 8


def test_one_family_cannot_act_on_anothers_people(site: Site) -> None:
    """The link is one family's: persons, entries and offers of others are unknown to it."""
    stranger = site.foreign.appointment.participations.get().person_id
    Client().post(f"/r/{site.link.token}/annuler/", {"persons": [stranger]})
    assert Appointment.objects.get(pk=site.foreign.appointment.pk).status == "unknown"
    guessed = f"{site.entry.pk}-{'a' * 16}"
    Client().post(reverse("families:wait_act", args=[guessed]), {"acte": "quitter", "sur": "1"})
    site.entry.refresh_from_db()
    assert site.entry.status == "waiting"


def test_anothers_slot_cannot_be_used(site: Site) -> None:
    """The token of a hold, even if it were known, opens nothing without the session that made it."""
    other = site.family_at_the_form()
    held = Hold.objects.exclude(pk=site.foreign_hold.pk).get()
    thief = Client()
    answers = [
        thief.post(reverse("families:check"), {"retenue": str(held.token)}),
        thief.get(reverse("families:check")),
        thief.get(reverse("families:contact")),
        thief.get(reverse("families:booked"), follow=True),
    ]
    assert [answer.status_code for answer in answers[:3]] == [410, 410, 410]
    assert answers[3].redirect_chain[-1][0] == "/"
    assert not any(site.location.name in answer.content.decode() for answer in answers[:3])
    assert other.get(reverse("families:contact")).status_code == 200


def test_holding_the_slot_that_another_holds_is_a_lost_race(site: Site) -> None:
    site.family_at_the_form()
    address = reverse("families:hold", args=[site.type.slug, site.location.pk])
    late = Client()
    late.post(reverse("families:who", args=[site.type.slug]), {"count": "1"})
    assert late.post(address, {"debut": site.at(10).isoformat()}).status_code == 409


def test_what_one_family_typed_is_not_in_anothers_browser(site: Site) -> None:
    first, second = Family(site), Family(site)
    first.client = site.family_at_the_form()
    first.say(first_name="Zénobie")
    assert "Zénobie" in first.client.get(reverse("families:contact")).content.decode()
    assert second.client.get(reverse("families:contact")).status_code == 410


def test_what_was_typed_is_gone_once_booked(site: Site) -> None:
    family = Family(site)
    family.client = site.family_at_the_form()
    family.say(first_name="Zénobie")
    family.confirm()
    assert "Zénobie" not in str(dict(family.client.session))


def test_a_session_given_by_somebody_else_opens_nothing_after_a_log_in(site: Site) -> None:
    """Session fixation: the name that was known before is worth nothing after."""
    victim = Client()
    victim.get("/rendez-vous/")
    victim.post("/rendez-vous/", {"address": "06 39 98 00 01"})
    planted = victim.cookies[SESSION].value
    victim.force_login(site.people["admin"])
    assert victim.cookies[SESSION].value != planted
    attacker = Client()
    attacker.cookies[SESSION] = planted
    assert attacker.get("/agents/").status_code == 302


def test_a_session_given_by_somebody_else_opens_no_list_of_appointments(site: Site) -> None:
    phone = site.contact().phone
    victim = Client()
    assert victim.post("/rendez-vous/", {"address": phone}).status_code == 302
    planted = victim.cookies[SESSION].value
    code = codes.issue(territory=site.territory, address=phone, now=NOW)
    found = victim.post("/rendez-vous/code/", {"code": code}, follow=True)
    assert site.link.token in found.content.decode()
    assert victim.cookies[SESSION].value != planted
    attacker = Client()
    attacker.cookies[SESSION] = planted
    assert site.link.token not in attacker.get("/rendez-vous/liste/", follow=True).content.decode()


def test_leaving_a_workspace_leaves_nothing_behind(site: Site) -> None:
    client = site.client("admin")
    client.get(reverse("agents:place_day", args=[site.location.pk]))
    kept = client.cookies[SESSION].value
    client.post("/agents/deconnexion/")
    client.cookies[SESSION] = kept
    assert client.get("/agents/").status_code == 302


def test_a_session_name_that_is_none_begins_anew(site: Site) -> None:
    for value in ("\\000aaaaaaaaaaaa", "é" * 40, "x" * 4000, "' OR 1=1 --", "a;b=c", ""):
        for path in ("/", "/rendez-vous/", "/reservation/verifier/", "/agents/"):
            answer = Client().get(path, headers={"cookie": f'{SESSION}="{value}"; django_language="{value}"'})
            assert answer.status_code < 500, (path, value)


AWAY = (
    "https://ailleurs.example/", "//ailleurs.example/", "///ailleurs.example", "/\\ailleurs.example",
    "\\\\ailleurs.example", "http:ailleurs.example", "javascript:alert(1)", "https:///ailleurs.example",
    "/%09/ailleurs.example", "\t//ailleurs.example", "http://testserver@ailleurs.example/", "ailleurs.example",
)  # fmt: skip


def test_nobody_is_sent_to_another_site(site: Site) -> None:
    """`next`, `retour`, `suite`: only addresses of this site are followed."""
    agent, anybody = site.client("admin"), Client()
    task = reverse("agents:task", args=[site.task.pk])
    for wanted in AWAY:
        who = f"{reverse('families:who', args=[site.type.slug])}?lieu={wanted}&suite={wanted}"
        answers = [
            agent.get("/agents/connexion/", {"next": wanted}),
            anybody.post("/langue/", {"language": "fr", "next": wanted}),
            anybody.post("/demo/horloge/", {"pas": "rien", "retour": wanted}),
            agent.post(task, {"etat": "faite", "retour": wanted}),
            anybody.post(who, {"count": "1"}),
        ]
        for answer in answers:
            location = answer.headers.get("Location", "/")
            assert location.startswith("/"), (wanted, location)
            assert not location.startswith(("//", "/\\", "/\t")), (wanted, location)
