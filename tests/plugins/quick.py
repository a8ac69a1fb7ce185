"""Less of what costs time and tests nothing: Python's search for rings of garbage.

It walks through everything that was imported again and again, a tenth of a run; what no ring holds is freed at once as
always. What exists when the tests begin is left out of the search, and the search is made less often.
"""

import gc


def pytest_collection_finish() -> None:
    """Once all modules are imported, in each worker."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
