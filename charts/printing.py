"""Charts on paper: `with_ink(html)` with the style sheet SHEET. WeasyPrint gives a style sheet no say inside an svg, so
each shape gets its colours as attributes.

What a newcomer gets wrong: putting these attributes in the components. On the web the style sheet colours them, light and
dark; only what becomes a PDF goes through `with_ink`.
"""

import re
from pathlib import Path

# Lays the charts out; it makes WeasyPrint complain about nothing.
SHEET = Path(__file__).with_name("paper.css")

# Per class of static/css/charts.css what it looks like in light; a test holds both together.
PAPER, GREY, RULE, BLUE, INK, INK_2, MARKER = (
    "#ffffff",
    "#e4e9f1",
    "#ccd4e2",
    "#14379c",
    "#0d1a3c",
    "#47536f",
    "#ddf247",
)
STRONG_RULE = "#74809a"

INKS = {
    "c-grid": {"stroke": RULE, "stroke-width": "1"},
    "c-axis": {"stroke": INK, "stroke-width": "1"},
    "c-link": {"stroke": BLUE, "stroke-width": "3"},
    "c-start": {"fill": PAPER, "stroke": BLUE, "stroke-width": "2"},
    "c-now": {"fill": MARKER, "stroke": INK, "stroke-width": "2"},
    "c-goal": {"stroke": INK, "stroke-width": "3"},
    "c-band": {"fill": GREY},
    "c-band-2": {"fill": RULE},
    "c-val": {"fill": BLUE},
    "c-out": {"fill": "none", "stroke": INK_2, "stroke-width": "2"},
    "c-sq": {"fill": BLUE},
    "c-sq-0": {"fill": "none", "stroke": STRONG_RULE},
    "c-sq-2": {"fill": "none", "stroke": BLUE, "stroke-width": "2"},
    "c-sq-3": {"fill": INK_2},
}

_SHAPE = re.compile(r'<(rect|circle|line|path) class="(c-[a-z0-9-]+)"')


def with_ink(html: str) -> str:
    """`html` with the colours of its shapes as attributes, for WeasyPrint. An unknown class is an error."""

    def inked(shape: re.Match[str]) -> str:
        return shape[0] + "".join(f' {name}="{value}"' for name, value in INKS[shape[2]].items())

    return _SHAPE.sub(inked, html)
