"""The colours of the axes: the same on screen and paper, legible, and told apart by the colour-blind."""

import re
from itertools import combinations
from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

import pytest

from support import ROOT
from survey.figures.colours import PAPER

CSS = (ROOT / "docs" / "assets" / "survey.css").read_text("utf-8")
SCHEMES = {
    name: dict(re.findall(r"--(axis-[\w-]+): (#\w{6})", re.search(rf'scheme="{name}"\] \{{(.*?)\}}', CSS, re.S)[1]))
    for name in ("default", "slate")
}
BACKGROUNDS = {"default": "#ffffff", "slate": "#16181d"}
# What is seen, from linear RGB, at full severity: Machado, Oliveira and Fernandes, 2009, doi:10.1109/TVCG.2009.113.
SIGHT = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
LEAST_DIFFERENCE = 10  # of CIEDE2000; 2 is just seen side by side


def _linear(colour: str) -> list[float]:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _seen(colour: str, sight: str) -> tuple[float, float, float]:
    """The colour in CIELAB (D65), as it is seen."""
    rgb = _linear(colour)
    red, green, blue = (min(1, max(0, sum(a * b for a, b in zip(row, rgb, strict=True)))) for row in SIGHT[sight])
    xyz = (
        (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047,
        0.2126729 * red + 0.7151522 * green + 0.0721750 * blue,
        (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883,
    )
    x, y, z = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _difference(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """CIEDE2000, as Sharma, Wu and Dalal, 2005, doi:10.1002/col.20070, write it."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (hypot(a1, b1) + hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * sqrt(mean**7 / (mean**7 + 25**7))
    c1, c2 = hypot(a1 * stretch, b1), hypot(a2 * stretch, b2)
    h1, h2 = degrees(atan2(b1, a1 * stretch)) % 360, degrees(atan2(b2, a2 * stretch)) % 360
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0
    hue = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    dl, dc, dh = l2 - l1, c2 - c1, 2 * sqrt(c1 * c2) * sin(radians(turn / 2))
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    t = 1 - 0.17 * cos(radians(hue - 30)) + 0.24 * cos(radians(2 * hue))
    t += 0.32 * cos(radians(3 * hue + 6)) - 0.2 * cos(radians(4 * hue - 63))
    sl = 1 + 0.015 * (light - 50) ** 2 / sqrt(20 + (light - 50) ** 2)
    sc, sh = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    turned = -2 * sqrt(chroma**7 / (chroma**7 + 25**7)) * sin(radians(60 * exp(-(((hue - 275) / 25) ** 2))))
    return sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + turned * dc / sc * dh / sh)


def test_the_difference_of_colours_is_measured_as_its_authors_do() -> None:
    # The first and the seventeenth pair of their table of test data.
    assert _difference((50, 2.6772, -79.7751), (50, 0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)
    assert _difference((50, 2.5, 0), (73, 25, -18)) == pytest.approx(27.1492, abs=1e-4)


def test_an_axis_has_the_same_colour_on_paper_as_on_the_light_screen() -> None:
    assert {name: colour for name, colour in PAPER.items() if name.startswith("axis-")} == SCHEMES["default"]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("sight", SIGHT)
def test_every_two_axes_are_told_apart(scheme: str, sight: str) -> None:
    assert len(SCHEMES[scheme]) == 6
    for (one, a), (other, b) in combinations(SCHEMES[scheme].items(), 2):
        assert _difference(_seen(a, sight), _seen(b, sight)) >= LEAST_DIFFERENCE, (one, other)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_colour_of_an_axis_can_be_read_as_text(scheme: str) -> None:
    for axis, colour in SCHEMES[scheme].items():
        dark, light = sorted(map(_luminance, (colour, BACKGROUNDS[scheme])))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, axis
