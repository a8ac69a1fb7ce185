"""Which day, hour or person a reply speaks of, so that it is not tied to the wrong appointment."""

from datetime import datetime, timedelta

from reminders.inbound.french import names_in
from reminders.inbound.reading import Token
from reminders.inbound.reply import Mention, MentionKind

_WEEKDAYS = {
    word: str(number)
    for number, words in enumerate(
        (
            "lundi monday lunes segunda pazartesi luni понеділок",
            "mardi tuesday martes terca sali marti вівторок",
            "mercredi wednesday miercoles quarta carsamba miercuri середу",
            "jeudi thursday jueves quinta persembe joi четвер",
            "vendredi friday viernes sexta cuma vineri пятницю",
            "samedi saturday sabado cumartesi sambata суботу",
            "dimanche sunday domingo pazar duminica неділю",
        )
    )
    for word in words.split()
}
_RELATIVE = {
    "aujourdhui": "0",
    "today": "0",
    "hoy": "0",
    "hoje": "0",
    "bugun": "0",
    "azi": "0",
    "demain": "1",
    "tomorrow": "1",
    "amanha": "1",
    "yarin": "1",
    "maine": "1",
    "завтра": "1",
}
_PARTS_OF_DAY = frozenset({"matin", "midi", "soir", "aprem", "apres"})
_THIS = frozenset({"ce", "cet", "cette"})
_MONTHS = (
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
)


def mentions_of(tokens: list[Token]) -> tuple[Mention, ...]:
    """Every day, date, hour and name in the order they are written."""
    words = [token.word for token in tokens]
    found = [mention for i in range(len(words)) if (mention := _moment(words, i))]
    found += [Mention(MentionKind.NAME, name) for name in names_in(tokens)]
    return tuple(found)


def is_part_of_a_moment(word: str) -> bool:
    """Whether a word may belong to a day, a date or an hour."""
    known = word in _WEEKDAYS or word in _RELATIVE or word in _PARTS_OF_DAY or word in _MONTHS
    return known or word.isdigit() or word.startswith(("@", "#")) or word in {"prochain", "prochaine", "semaine"}


def _moment(words: list[str], i: int) -> Mention | None:
    before = words[i - 1] if i else ""
    after = words[i + 1] if i + 1 < len(words) else ""
    word = words[i]
    if word in _WEEKDAYS:
        return Mention(MentionKind.WEEKDAY, _WEEKDAYS[word])
    if word.startswith("@"):
        return Mention(MentionKind.TIME, word[1:])
    if word == "midi" and before in {"a", "de", "pour"}:
        return Mention(MentionKind.TIME, "12:00")
    return _relative(before, word, after) or _date(before, word, after)


def _relative(before: str, word: str, after: str) -> Mention | None:
    if word in _RELATIVE or (word == "aujourd" and after == "hui"):
        return Mention(MentionKind.RELATIVE_DAY, "2" if before == "apres" else _RELATIVE.get(word, "0"))
    if word in _PARTS_OF_DAY and before in _THIS:
        return Mention(MentionKind.RELATIVE_DAY, "0")
    if word == "semaine" and (after == "prochaine" or before in _THIS):
        return Mention(MentionKind.WEEK, "1" if after == "prochaine" else "0")
    return None


def _date(before: str, word: str, after: str) -> Mention | None:
    if word.startswith("#"):
        return Mention(MentionKind.DATE, word[1:])
    if word.isdigit() and after in _MONTHS:
        return Mention(MentionKind.DATE, f"{int(word)}/{_MONTHS.index(after) + 1:02}")
    if word.isdigit() and before in {"le", "du", *_WEEKDAYS} and int(word) <= 31:
        return Mention(MentionKind.DATE, word)
    return None


def stands_at(mention: Mention, starts: datetime, received: datetime) -> bool:
    """Whether something that starts then is what a day or an hour names; both on the wall clock of the place."""
    value = mention.value
    match mention.kind:
        case MentionKind.WEEKDAY:
            return starts.weekday() == int(value)
        case MentionKind.RELATIVE_DAY:
            return (starts.date() - received.date()).days == int(value)
        case MentionKind.WEEK:
            monday = received.date() - timedelta(days=received.weekday())
            return (starts.date() - monday).days // 7 == int(value)
        case MentionKind.DATE:
            day, _, month = value.partition("/")
            return starts.day == int(day) and (not month or starts.month == int(month))
        case _:
            hour, minute = (int(part) for part in value.split(":"))
            return starts.minute == minute and starts.hour in {hour, hour + 12}
