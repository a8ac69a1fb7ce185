"""Long tests begin first, so that no worker is left with one when the other has done.

xdist gives each of two workers one half of the list, and lets whoever is done take from the end of the other's. Long
tests that need no database stand first in the second half: its worker has work while the other migrates.
"""

import pytest


def _is_long(item: pytest.Item) -> bool:
    return item.get_closest_marker("long") is not None or item.get_closest_marker("browser") is not None


def _has_database(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None or "django_db_setup" in getattr(item, "fixturenames", ())


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After the shuffle, which is the same in each worker."""
    long = [item for item in items if _is_long(item)]
    rest = [item for item in items if not _is_long(item)]
    first = [item for item in long if _has_database(item)]
    second = [item for item in long if not _has_database(item)]
    share = max(0, len(items) // 2 - len(first))
    items[:] = [*first, *rest[:share], *second, *rest[share:]]
