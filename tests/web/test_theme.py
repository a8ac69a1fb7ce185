"""Whatever colours a territory chooses, text on them can be read."""

import pytest

from rdv.web.theme import AA, WHITE, Theme, contrast, parse_colour


@pytest.mark.parametrize("primary", ["#ffee00", "#d94f70", "#000000", "#ffffff", "#7f7f7f", "#00a3e0"])
def test_buttons_links_and_tags_reach_the_contrast_of_aa(primary: str) -> None:
    colours = {
        name: parse_colour(value) for name, value in Theme.of({"primary": primary, "accent": primary}).properties
    }
    assert contrast(colours["--brand"], WHITE) >= AA
    assert contrast(colours["--brand"], colours["--brand-tint"]) >= AA
    assert contrast(colours["--accent-strong"], colours["--accent-tint"]) >= AA


@pytest.mark.parametrize(
    "stored", [{}, {"primary": "rouge"}, {"primary": "#12"}, {"primary": "#fff;}body{display:none"}, {"primary": 7}]
)
def test_a_colour_that_cannot_be_read_is_left_out(stored: dict) -> None:
    assert Theme.of(stored).css == ":root{}\n"


def test_black_on_white_is_twenty_one() -> None:
    assert contrast((0, 0, 0), WHITE) == pytest.approx(21)
