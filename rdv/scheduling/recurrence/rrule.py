"""Reading and writing recurrences as RRULE (RFC 5545 §3.3.10), the part of it that opening periods need."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from rdv.scheduling.recurrence.rule import Freq, Recurrence

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PARTS = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "UNTIL", "COUNT", "WKST"}
# Beyond these, a rule is a mistake of typing; RFC 5545 sets no bound.
MOST_INTERVAL = 99
MOST_COUNT = 999
BY_DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
UNTIL = re.compile(r"(\d{8})(T\d{6}(Z?))?")


class RecurrenceError(ValueError):
    """A recurrence that can't be read; the message is French and says what is wrong."""

    code = "invalid_recurrence"


def parse_rrule(text: str, start: date, zone: str | None = None) -> Recurrence:
    """The recurrence of an RRULE from ``start`` on; an empty text means once.

    Read: FREQ=DAILY, WEEKLY or MONTHLY; INTERVAL; BYDAY (with ordinals in MONTHLY); BYMONTHDAY; UNTIL; COUNT;
    WKST where it changes nothing. An UNTIL in UTC counts as a day of ``zone``; its hour is not kept.
    Raises ``RecurrenceError``.
    """
    parts = _parts(text)
    if not parts:
        return Recurrence(start)
    freq = _freq(parts)
    interval = _number(parts, "INTERVAL", MOST_INTERVAL) or 1
    if freq == Freq.WEEKLY and interval > 1 and parts.get("WKST", "MO") != "MO":
        raise RecurrenceError("Les semaines qui ne commencent pas le lundi (WKST) ne sont pas prises en charge.")
    if "UNTIL" in parts and "COUNT" in parts:
        raise RecurrenceError("Une récurrence a soit une date de fin (UNTIL), soit un nombre de fois (COUNT).")
    weekdays, ordinals = _by_day(parts, freq)
    if freq == Freq.DAILY and weekdays:
        if interval > 1:
            raise RecurrenceError("FREQ=DAILY avec BYDAY demande INTERVAL=1.")
        freq = Freq.WEEKLY
    return Recurrence(
        start=start,
        freq=freq,
        interval=interval,
        weekdays=weekdays,
        ordinals=ordinals,
        month_days=_by_month_day(parts, freq),
        until=_until(parts, zone),
        count=_number(parts, "COUNT", MOST_COUNT),
    )


def format_rrule(rule: Recurrence) -> str:
    """The RRULE of a recurrence, without its prefix; "" = once. ``parse_rrule`` gives the same rule back."""
    if rule.freq == Freq.ONCE:
        return ""
    parts = [f"FREQ={rule.freq.upper()}"]
    if rule.interval > 1:
        parts.append(f"INTERVAL={rule.interval}")
    by_day = [CODES[day - 1] for day in rule.weekdays]
    by_day += [f"{ordinal}{CODES[day - 1]}" for ordinal, day in rule.ordinals]
    if by_day:
        parts.append(f"BYDAY={','.join(by_day)}")
    if rule.month_days:
        parts.append(f"BYMONTHDAY={','.join(map(str, rule.month_days))}")
    if rule.until:
        parts.append(f"UNTIL={rule.until:%Y%m%d}")
    if rule.count:
        parts.append(f"COUNT={rule.count}")
    return ";".join(parts)


def _parts(text: str) -> dict[str, str]:
    text = text.strip().upper().removeprefix("RRULE:")
    parts: dict[str, str] = {}
    for part in filter(None, text.split(";")):
        name, equals, value = part.partition("=")
        if not equals or not value or name in parts:
            raise RecurrenceError(f"Récurrence illisible\N{NO-BREAK SPACE}: « {part} ».")
        if name not in PARTS:
            raise RecurrenceError(f"« {name} » n'est pas pris en charge dans une récurrence.")
        parts[name] = value
    return parts


def _freq(parts: dict[str, str]) -> Freq:
    value = parts.get("FREQ", "")
    if value not in ("DAILY", "WEEKLY", "MONTHLY"):
        raise RecurrenceError("Une récurrence demande FREQ=DAILY, FREQ=WEEKLY ou FREQ=MONTHLY.")
    return Freq(value.lower())


def _number(parts: dict[str, str], name: str, most: int) -> int | None:
    value = parts.get(name)
    if value is None:
        return None
    if not re.fullmatch(r"\d{1,3}", value, re.ASCII) or not 1 <= int(value) <= most:
        raise RecurrenceError(f"{name} est un nombre de 1 à {most}.")
    return int(value)


def _by_day(parts: dict[str, str], freq: Freq) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
    weekdays: set[int] = set()
    ordinals: set[tuple[int, int]] = set()
    for value in parts["BYDAY"].split(",") if "BYDAY" in parts else ():
        match = BY_DAY.fullmatch(value)
        if not match:
            raise RecurrenceError(f"BYDAY illisible\N{NO-BREAK SPACE}: « {value} ».")
        weekday = CODES.index(match[2]) + 1
        if match[1] and freq != Freq.MONTHLY:
            raise RecurrenceError(f"« {value} » demande FREQ=MONTHLY.")
        if match[1]:
            ordinals.add((int(match[1]), weekday))
        else:
            weekdays.add(weekday)
    return tuple(sorted(weekdays)), tuple(sorted(ordinals, key=_from_start))


def _by_month_day(parts: dict[str, str], freq: Freq) -> tuple[int, ...]:
    if "BYMONTHDAY" not in parts:
        return ()
    if freq != Freq.MONTHLY or "BYDAY" in parts:
        raise RecurrenceError("BYMONTHDAY demande FREQ=MONTHLY, sans BYDAY.")
    values = parts["BYMONTHDAY"].split(",")
    if any(not re.fullmatch(r"[+-]?\d{1,2}", value, re.ASCII) or not 1 <= abs(int(value)) <= 31 for value in values):
        raise RecurrenceError("BYMONTHDAY est un jour du mois, de 1 à 31, ou de -1 à -31 depuis la fin du mois.")
    return tuple(sorted({int(value) for value in values}, key=lambda day: _from_start((day, 0))))


def _from_start(position: tuple[int, int]) -> tuple[bool, int, int]:
    """Order of reading: those counted from the start of the month, then those from its end."""
    return (position[0] < 0, *position)


def _until(parts: dict[str, str], zone: str | None) -> date | None:
    value = parts.get("UNTIL")
    if value is None:
        return None
    match = UNTIL.fullmatch(value)
    try:
        if not match:
            raise ValueError(value)
        if match[3] and zone:
            instant = datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            return instant.astimezone(ZoneInfo(zone)).date()
        return date.fromisoformat(match[1])
    except ValueError as error:
        raise RecurrenceError(f"UNTIL n'est pas une date\N{NO-BREAK SPACE}: « {value} ».") from error
