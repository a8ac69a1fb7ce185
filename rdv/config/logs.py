"""Logs: one JSON object per line on standard output, or plain lines for people."""

import json
import logging
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

# What every record carries; anything else was given with `extra=` and is worth writing.
_USUAL = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "request", "server_time"}


class JsonFormatter(logging.Formatter):
    """One line of JSON per record: time (UTC), level, logger, message, `extra` fields, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update({name: value for name, value in record.__dict__.items() if name not in _USUAL})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def not_deliberate(record: logging.LogRecord) -> bool:
    """Whether a record is news: a 503 without an exception is an answer that we chose to give."""
    return bool(record.exc_info) or getattr(record, "status_code", 0) != HTTPStatus.SERVICE_UNAVAILABLE


def logging_config(*, level: str, as_json: bool) -> dict[str, Any]:
    """Django's LOGGING: everything to standard output at `level`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "rdv.config.logs.JsonFormatter"},
            "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s", "datefmt": "%H:%M:%S"},
        },
        "filters": {"not_deliberate": {"()": "django.utils.log.CallbackFilter", "callback": not_deliberate}},
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "json" if as_json else "plain",
            },
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            # Each refused address is a warning of Django's; the answer's status says it already.
            "django.request": {"level": "ERROR", "filters": ["not_deliberate"]},
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            # The SDK tells every request and header; what became of each message is a row.
            "twilio.http_client": {"level": "WARNING"},
        },
    }
