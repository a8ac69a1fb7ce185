"""One line per event, readable by a machine, without losing what was said."""

import json
import logging

from rdv.config.logs import JsonFormatter, not_deliberate


def _record(message: str, **extra: object) -> logging.LogRecord:
    record = logging.makeLogRecord({"name": "rdv.booking", "levelname": "INFO", "levelno": 20, "msg": message, **extra})
    record.created = 1_774_773_000.5
    return record


def test_a_record_is_one_line_of_json_with_its_extra_fields() -> None:
    line = JsonFormatter().format(_record("booked\ntwice", appointment="A-7"))
    assert "\n" not in line
    assert json.loads(line) == {
        "time": "2026-03-29T08:30:00.500+00:00",
        "level": "info",
        "logger": "rdv.booking",
        "message": "booked\ntwice",
        "appointment": "A-7",
    }


def test_a_traceback_stays_in_its_line() -> None:
    try:
        raise ValueError("no")
    except ValueError as error:
        record = _record("failed")
        record.exc_info = (ValueError, error, error.__traceback__)
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert "ValueError: no" in json.loads(line)["traceback"]


def test_answers_that_we_chose_are_no_news() -> None:
    assert not not_deliberate(_record("Service Unavailable", status_code=503))
    assert not_deliberate(_record("Internal Server Error", status_code=500))
    assert not_deliberate(_record("anything else"))
