"""Every form with one wrong answer among good ones: it says so, and keeps the others as they were typed."""

from collections.abc import Iterator

import pytest
from django.test import Client

from tests.hostile.attack import Answer, Attacker, Reading, kept
from tests.hostile.forms import Filled, agents_forms, families_forms
from tests.hostile.site import Site
from tests.hostile.values import EVERYTHING, encoded

WRONG = ("long", "attribute", "31 february", "template", "nul", "surrogate")
WHEN = ("31 february", "year 9999, french", "year 1, french", "hour 25")
SUCCESS = 302


def speaks(answer: Answer) -> list[str]:
    """Shown again, a form says what to correct; a new question (an absence that hits appointments) is no error."""
    html = answer.html
    said = 'class="field__error"' in html or 'class="alert' in html
    return [] if answer.status >= 300 or said else ["shown again without a word"]


def walk(by: Attacker, forms: dict[str, Filled]) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    for name, form in forms.items():
        path, _, query = form.path.partition("?")
        for what, changes in mistakes(form):
            pairs = [pair for pair in form.pairs if pair[0] not in changes] + list(changes.items())
            answer = by.send("POST", path, query, body=encoded(pairs))
            for fault in answer.faults + kept(answer, dict(pairs)) + speaks(answer):
                wrong.setdefault(f"{name}: {fault}", []).append(what)
    return wrong


def mistakes(form: Filled) -> Iterator[tuple[str, dict[str, bytes]]]:
    """A day or an hour that can't be among good answers; then every answer wrong, each in its turn."""
    names = list(form.answers)
    for name in names:
        if any(word in name for word in ("day", "month", "year", "time", "until")):
            for label in WHEN:
                yield f"{name}: {label}", {name: EVERYTHING[label]}
        else:
            yield f"{name}: nul", {name: EVERYTHING["nul"]}
    for turn, label in enumerate(WRONG):
        mixed = {name: EVERYTHING[WRONG[(turn + place) % len(WRONG)]] for place, name in enumerate(names)}
        yield f"turn {label}", mixed


def refused(by: Attacker, forms: dict[str, Filled]) -> dict[str, int]:
    answers = {}
    for name, form in forms.items():
        path, _, query = form.path.partition("?")
        answers[name] = by.send("POST", path, query, body=encoded(form.pairs)).status
    return {name: status for name, status in answers.items() if status != SUCCESS}


@pytest.fixture
def family(site: Site, reading: Reading) -> Attacker:
    return Attacker(reading, site.family_at_the_form())


@pytest.fixture
def agent(site: Site, reading: Reading) -> Attacker:
    return Attacker(reading, site.client("admin"))


def test_the_answers_are_good(site: Site, family: Attacker, agent: Attacker) -> None:
    """Otherwise the tests below would only meet the first mistake of each form."""
    assert refused(family, families_forms(site)) == {}
    assert refused(agent, agents_forms(site)) == {}


def test_families_forms(site: Site, family: Attacker) -> None:
    wrong = walk(family, families_forms(site))
    assert not wrong, "\n".join(f"{what} {labels}" for what, labels in wrong.items())


def test_agents_forms(site: Site, agent: Attacker) -> None:
    wrong = walk(agent, agents_forms(site))
    assert not wrong, "\n".join(f"{what} {labels}" for what, labels in wrong.items())


def test_log_in_keeps_the_address_and_not_the_password(site: Site, reading: Reading) -> None:
    by = Attacker(reading, Client())
    sent = {"email": "camille.roux@exemple.test", "password": "un mot de passe faux"}
    answer = by.send("POST", "/agents/connexion/", body=encoded([(k, v.encode()) for k, v in sent.items()]))
    assert answer.faults == []
    assert kept(answer, {"email": sent["email"].encode()}) == []
    assert sent["password"] not in answer.html
