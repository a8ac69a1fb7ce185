"""The texts that territories have written for themselves."""

from collections import defaultdict
from collections.abc import Iterable

from rdv.models import MessageText, Territory
from reminders.texts.library import NOTHING_OWN, Own


def of_territories(pks: Iterable[int]) -> dict[int, Own]:
    """The own texts of these territories, in one query."""
    found: defaultdict[int, dict[tuple[str, str, str], str]] = defaultdict(dict)
    rows = MessageText.objects.filter(territory__in=set(pks))
    for territory, channel, name, language, text in rows.values_list(
        "territory", "channel", "name", "language", "text"
    ):
        found[territory][channel, name, language] = text
    return dict(found)


def of(territory: Territory) -> Own:
    """The own texts of one territory."""
    return of_territories([territory.pk]).get(territory.pk, NOTHING_OWN)
