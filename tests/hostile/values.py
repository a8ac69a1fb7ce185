"""What is thrown at every parameter and every field, by what is wrong with it.

Values are bytes as they go over the wire: some of them no well-behaved browser would send.
"""

from typing import Any
from urllib.parse import quote_from_bytes

TEXTS: dict[str, str] = {
    "empty": "",
    "spaces": " \u00a0\t ",
    "long": "é" * 3_000,
    "emoji": "👩‍👧‍👦🙏🏽",
    "right to left": "\u202eمرحبا\u202c\u200f",
    "script": "<script>alert(1)</script>",
    "attribute": "\"'><img src=x onerror=alert(1)>",
    "sql": "'; DROP TABLE rdv_appointment; --",
    "template": "{{ 7|add:7 }}{% debug %}",
    "percent": "%s %(pk)s %n %",
    "header": "a\r\nSet-Cookie: volé=1",
    "path": "../../../etc/passwd",
    "elsewhere": "https://ailleurs.example/",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "json": '{"$ne": null}',
}
NUMBERS: dict[str, str] = {
    "zero": "0",
    "negative": "-1",
    "huge": "9" * 30,
    "endless": "9" * 4_400,  # Python refuses to read more than 4,300 digits
    "infinite": "1e999",
    "not a number": "NaN",
    "arabic digit": "٣",
    "superscript": "²",
}
DATES: dict[str, str] = {
    "31 february": "31/02/2027",
    "29 february": "29/02/2027",
    "month 13": "2027-13-01",
    "year 1": "0001-01-01",
    "year 9999": "9999-12-31",
    "year 1, french": "1/1/0001",
    "year 9999, french": "31/12/9999",
    "day of many digits": "99999999999999999999",
    "naive instant": "2027-01-12T09:00:00",
    "first instant": "0001-01-01T00:00:00+14:00",
    "last instant": "9999-12-31T23:59:59-14:00",
    "hour 25": "25:61",
}
BROKEN: dict[str, bytes] = {
    "nul": b"a\x00b",
    "surrogate": b"a\xed\xa0\x80b",
    "not utf-8": b"caf\xe9\xff\xfe",
}
EVERYTHING: dict[str, bytes] = {
    **{name: text.encode() for name, text in (TEXTS | NUMBERS | DATES).items()},
    **BROKEN,
}


def some(*names: str) -> dict[str, bytes]:
    return {name: EVERYTHING[name] for name in names}


# Each request costs some milliseconds, and there are many addresses: one mistake of each kind.
FIELDS = some("long", "attribute", "huge", "endless", "31 february", "year 9999, french", "nul", "surrogate")
PARAMETERS = some("script", "huge", "endless", "superscript", "year 9999", "last instant", "nul")
TEXT_SEGMENTS = some("long", "attribute", "header", "nul", "surrogate", "huge", "last instant")
NUMBER_SEGMENTS = some("huge", "zero")


def encoded(pairs: list[tuple[str, bytes]]) -> str:
    """An address's query, or the body of a form, byte for byte."""
    return "&".join(f"{quote_from_bytes(name.encode())}={quote_from_bytes(value, safe='')}" for name, value in pairs)


# What JSON can say instead of what is meant.
JSON: dict[str, Any] = {
    "null": None,
    "list": [],
    "object": {"a": 1},
    "nested": [[[["1"]]]],
    "long": "é" * 3_000,
    "nul": "a\x00b",
    "negative": -1,
    "huge": 10**30,
    "digits": "9" * 4_400,
    "31 february": "2027-02-31",
    "first instant": "0001-01-01T00:00:00+14:00",
    "last instant": "9999-12-31T23:59:59-14:00",
}
BODIES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "application/json"),
    "half a brace": (b"{", "application/json"),
    "deep": (b"[" * 100_000, "application/json"),
    "deep and closed": (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "application/json"),
    "NaN": (b'{"location": NaN}', "application/json"),
    "infinite": (b'{"location": 1e999}', "application/json"),
    "digits": (b'{"location": ' + b"9" * 5_000 + b"}", "application/json"),
    "surrogate": (b'{"reason": "\\ud800"}', "application/json"),
    "latin-1": ('{"reason": "café"}'.encode("latin-1"), "application/json"),
    "utf-16": ('{"reason": "a"}'.encode("utf-16"), "application/json"),
    "list": (b"[1, 2]", "application/json"),
    "text": (b'"a"', "application/json"),
    "number": (b"1", "application/json"),
    "null": (b"null", "application/json"),
    "twice the same": (b'{"by": "family", "by": "nobody"}', "application/json"),
    "a form": (b"by=family", "application/x-www-form-urlencoded"),
    "parts": (b"--x--", "multipart/form-data; boundary=x"),
    "xml": (b"<a/>", "application/xml"),
    "no type": (b"{}", ""),
}
