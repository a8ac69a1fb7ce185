"""What a visitor finds ready: families that wait, replies to understand, an absence."""

from rdv.demo.world.base import World
from rdv.demo.world.families import Household
from rdv.demo.world.rows import Rows


def tell(world: World, households: list[Household], rows: Rows) -> None:
    """Add the stories to a world whose agenda is full."""
