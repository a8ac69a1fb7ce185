"""Which territory an address belongs to."""

from copy import copy

from rdv.models import Territory
from rdv.models.versions import read_territories

# The active territories, in order, under the versions of their rows: every page asks for one of them.
_kept: dict[bytes, list[Territory]] = {}


def territory_for(host: str, versions: bytes | None = None) -> Territory | None:
    """The active territory that lists the host (port left out); with none, the first active one.

    None on an instance that has not been set up yet: pages then stay neutral instead of failing. `versions`, when they
    have just been read, spare a query (`Versions.territories`). The territory is the caller's own, to change and save.
    """
    active = _active(read_territories() if versions is None else versions)
    name = host.partition(":")[0].casefold()
    found = next((territory for territory in active if name in territory.hosts), active[0] if active else None)
    return copy(found)


def _active(versions: bytes) -> list[Territory]:
    kept = _kept.get(versions)
    if kept is None:
        kept = list(Territory.objects.filter(is_active=True).order_by("pk"))
        _kept.clear()
        _kept[versions] = kept
    return kept
