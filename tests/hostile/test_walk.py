"""Every address, with everything that can be wrong in it."""

from typing import Any
from urllib.parse import quote_from_bytes

import pytest

from tests.hostile.addresses import Address, every_address
from tests.hostile.attack import FORM, Attacker, Reading, kept
from tests.hostile.site import Site
from tests.hostile.values import FIELDS, NUMBER_SEGMENTS, PARAMETERS, TEXT_SEGMENTS, encoded

pytestmark = pytest.mark.long

NOTHING = b"_=1"
# Equal shares of the workspace, so that workers can divide them.
PARTS = 4
OTHER_BODIES = {
    "json": (b'{"a": [1, 2]}', "application/json"),
    "xml": (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "application/xml"),
    "no boundary": (b"--x\r\n", "multipart/form-data"),
    "broken parts": (b"--x\r\nContent-Disposition: form-data\r\n\r\n1", "multipart/form-data; boundary=x"),
    "other charset": (b"a=\xe9", f"{FORM}; charset=utf-7"),
    "no type": (b"a=1", ""),
    "too many fields": (b"&".join(b"a%d=1" % n for n in range(1_100)), FORM),
}


class Report:
    """What went wrong, once for each address and kind of fault."""

    def __init__(self) -> None:
        self.faults: dict[str, list[str]] = {}

    def note(self, method: str, address: Address, what: str, found: list[str]) -> None:
        for fault in found:
            self.faults.setdefault(f"{method} /{address.route}: {fault}", []).append(what)

    def __str__(self) -> str:
        return "\n".join(f"{fault} [{', '.join(what)}]" for fault, what in self.faults.items())


def addresses_of(part: str) -> list[Address]:
    return [address for address in every_address() if address.part == part and not address.is_catch_all]


def good_values(site: Site, address: Address, by: Attacker) -> dict[str, Any]:
    """What leads somewhere; a new kind of thing in addresses is added to `Site.known`."""

    def works(values: dict[str, Any]) -> bool:
        return by.send("GET", address.path(values)).status != 404

    def takes_it(values: dict[str, Any]) -> bool:
        return by.send("POST", address.path(values), body=NOTHING).status != 404

    values = site.found(address, works) if address.takes else {}
    if values and by.send("GET", address.path(values)).status == 405:
        values = site.found(address, takes_it) or values
    assert values is not None, f"no example of /{address.route}: add one to tests/hostile/site.py"
    return values


def attack(site: Site, address: Address, by: Attacker, report: Report) -> None:
    """All values in all parameters, in all fields, whatever they are called; then in each segment of the path."""
    values = good_values(site, address, by)
    path = address.path(values)
    first, posted = by.send("GET", path), by.send("POST", path, body=NOTHING)
    report.note("GET", address, "as it is", first.faults)
    report.note("POST", address, "as it is", posted.faults)
    attack_query(site, address, path, first.asked | posted.asked, by, report)
    if posted.status != 405:
        attack_fields(address, path, boxes_only(posted.posted), by, report)
    methods = [method for method, answer in (("GET", first), ("POST", posted)) if answer.status != 405]
    attack_path(site, address, values, methods, by, report)


def attack_query(site: Site, address: Address, path: str, names: set[str], by: Attacker, report: Report) -> None:
    foreign = {f"row {pk}": str(pk).encode() for pk in site.strangers()[:3]}
    for label, value in {**PARAMETERS, **foreign}.items() if names else ():
        query = encoded([(name, value) for name in sorted(names)])
        report.note("GET", address, label, by.send("GET", path, query).faults)
    twice = encoded([(name, value) for name in sorted({*names, "x"}) for value in (b"1", b"2")])
    report.note("GET", address, "twice", by.send("GET", path, twice).faults)


def attack_fields(address: Address, path: str, names: set[str], by: Attacker, report: Report) -> None:
    for label, value in FIELDS.items():
        sent = dict.fromkeys(sorted(names), value)
        answer = by.send("POST", path, body=encoded([*sent.items(), ("_", b"1")]))
        report.note("POST", address, label, answer.faults + kept(answer, sent))
        names |= boxes_only(answer.posted)  # one answer may lead to another question
    twice = encoded([(name, value) for name in sorted(names) for value in (b"1", b"2")])
    report.note("POST", address, "twice", by.send("POST", path, body=twice + "&_=1").faults)


def boxes_only(names: set[str]) -> set[str]:
    """A date of three boxes has no box of its own name."""
    return {name for name in names if f"{name}_day" not in names}


def attack_path(
    site: Site, address: Address, good: dict[str, Any], methods: list[str], by: Attacker, report: Report
) -> None:
    for name, kind in address.takes.items():
        wrong = TEXT_SEGMENTS if kind == "str" else NUMBER_SEGMENTS
        texts = {label: quote_from_bytes(value, safe="") for label, value in wrong.items()}
        if kind == "int":
            texts |= {f"row {pk}": str(pk) for pk in site.strangers()[:1]}
        for label, text in texts.items():
            path = address.path(good | {name: text})
            for method in methods:
                answer = by.send(method, path, body="" if method == "GET" else NOTHING)
                report.note(method, address, f"{name}: {label}", answer.faults)


@pytest.mark.parametrize("part", ["", "demo", "agenda", "sms"])
def test_pages_for_everybody(site: Site, reading: Reading, part: str) -> None:
    by, report = Attacker(reading, site.family_at_the_form()), Report()
    for address in addresses_of(part):
        attack(site, address, by, report)
    assert not report.faults, str(report)


@pytest.mark.parametrize("part", range(PARTS))
def test_the_workspace(site: Site, reading: Reading, part: int) -> None:
    by, report = Attacker(reading, site.client("admin")), Report()
    for address in addresses_of("agents")[part::PARTS]:
        attack(site, address, by, report)
    assert not report.faults, str(report)


@pytest.mark.parametrize("who", ["family", "agent"])
def test_a_form_in_another_form(site: Site, reading: Reading, who: str) -> None:
    """Whatever a body says it is, it is refused in words, or read as a form without answers."""
    client = site.client("admin") if who == "agent" else site.family_at_the_form()
    path = "/agents/absences/nouvelle/" if who == "agent" else "/reservation/coordonnees/"
    by = Attacker(reading, client)
    faults = {
        label: by.send("POST", path, body=content, content_type=kind).faults
        for label, (content, kind) in OTHER_BODIES.items()
    }
    assert faults == {label: [] for label in OTHER_BODIES}
