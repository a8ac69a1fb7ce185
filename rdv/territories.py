"""Which territory an address belongs to."""

from rdv.models import Territory


def territory_for(host: str) -> Territory | None:
    """The active territory that lists the host (port left out); with none, the first active one.

    None on an instance that has not been set up yet: pages then stay neutral instead of failing.
    """
    active = list(Territory.objects.filter(is_active=True).order_by("pk"))
    name = host.partition(":")[0].casefold()
    return next((territory for territory in active if name in territory.hosts), active[0] if active else None)
