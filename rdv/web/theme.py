"""A territory's colours as CSS custom properties, made readable whatever was chosen.

Pure. A colour too light for white text on it is darkened until the contrast reaches 4.5
(WCAG 2.2, 1.4.3); the colour as chosen stays for what carries no text.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
AA = 4.5
# As in tokens.css, and in the mark.
OWN = {"--brand": "#0e6168", "--accent": "#ee8a62"}
_HEX = re.compile(r"#?([0-9a-fA-F]{6})")


def parse_colour(text: object) -> Colour | None:
    """Read "#0f5e63"; None for anything else."""
    found = _HEX.fullmatch(str(text or "").strip())
    return (int(found[1][0:2], 16), int(found[1][2:4], 16), int(found[1][4:6], 16)) if found else None


def luminance(colour: Colour) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [value / 255 for value in colour]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio, from 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(colour: Colour, other: Colour, share: float) -> Colour:
    """`share` of `other` in `colour`, from 0 to 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def readable(colour: Colour, on: Colour = WHITE, ratio: float = AA) -> Colour:
    """The colour, darkened as little as needed to be read on a light one."""
    for step in range(101):
        darker = mix(colour, BLACK, step / 100)
        if contrast(darker, on) >= ratio:
            return darker
    return BLACK


@dataclass(frozen=True, slots=True)
class Theme:
    """The custom properties that replace those of tokens.css."""

    properties: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Theme":
        """From `Territory.theme`: keys `primary` and `accent`, "#rrggbb"; what is missing or wrong is left out."""
        properties: list[tuple[str, str]] = []
        primary, accent = parse_colour(stored.get("primary")), parse_colour(stored.get("accent"))
        if primary:
            tint = mix(primary, WHITE, 0.9)
            brand = readable(primary, tint, AA + 0.5)
            properties += [
                ("--brand", _hex(brand)),
                ("--brand-strong", _hex(mix(brand, BLACK, 0.3))),
                ("--brand-line", _hex(mix(primary, WHITE, 0.6))),
                ("--brand-tint", _hex(tint)),
            ]
        if accent:
            tint = mix(accent, WHITE, 0.86)
            properties += [
                ("--accent", _hex(accent)),
                ("--accent-strong", _hex(readable(accent, tint))),
                ("--accent-tint", _hex(tint)),
            ]
        return cls(tuple(properties))

    @property
    def css(self) -> str:
        return ":root{" + "".join(f"{name}:{value};" for name, value in self.properties) + "}\n"

    def coloured(self, drawing: str) -> str:
        """A drawing in the product's own two colours, in these."""
        chosen = dict(self.properties)
        for name, own in OWN.items():
            drawing = drawing.replace(own, chosen.get(name, own))
        return drawing

    @property
    def version(self) -> str:
        """Changes with the colours, so that browsers may keep the file for ever."""
        return hashlib.sha256(self.css.encode()).hexdigest()[:10]


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
