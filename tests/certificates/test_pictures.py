"""The drawings are worked out once per process, and what a later certificate gets is the same drawing, whole."""

import io
import re

import pytest
from pypdf import PdfReader

from certificates import design, rendering
from certificates.pictures import Picture
from tests.certificates.scenery import FACTS, SERIAL, TOKEN

SQUARE = b'<svg xmlns="http://www.w3.org/2000/svg" width="9mm" height="9mm">%s</svg>'


@pytest.fixture(autouse=True)
def fresh_workshop():
    """Drawings worked out anew, and left as they were."""
    rendering._workshop_of.cache_clear()
    yield
    rendering._workshop_of.cache_clear()


def draw(**changes) -> bytes:
    return rendering.render(facts={**FACTS, **changes}, number=SERIAL, token=TOKEN)


def drawn() -> dict[str, int]:
    return {url: len(picture.drawn) for url, picture in rendering._workshop().pictures.items()}


def test_the_first_certificate_and_the_next_ones_are_the_same_file():
    first = draw()
    assert drawn() == {f"asset:{name}": 1 for name in design.PICTURES}
    draw(company="Iemand anders nv")
    assert draw() == first
    assert drawn() == {f"asset:{name}": 1 for name in design.PICTURES}


def test_only_the_drawings_are_kept_not_the_square_of_one_certificate():
    draw()
    assert set(rendering._workshop().pictures) == {f"asset:{name}" for name in design.PICTURES}


def test_a_repeated_drawing_is_the_one_weasyprint_draws(monkeypatch):
    repeated = operators_of(draw())
    monkeypatch.setattr(rendering, "dict", lambda pictures: {}, raising=False)  # no drawing is handed over
    assert operators_of(draw()) == repeated


def operators_of(pdf: bytes) -> list[bytes]:
    """All that draws the page, its frame included; without states, which are set anew, and with "1." written as "1"."""
    page = PdfReader(io.BytesIO(pdf)).pages[0]
    groups = [each.get_object() for each in page["/Resources"]["/XObject"].values()]
    parts = [page.get_contents().get_data(), *(g.get_data() for g in groups if g["/Subtype"] == "/Form")]
    lines = [line for part in parts for line in part.split(b"\n") if not line.endswith(b" gs")]
    return [re.sub(rb"(\d)\.(?!\d)", rb"\1", line) for line in lines]


@pytest.mark.parametrize(
    "content",
    [
        b'<text x="1" y="5" font-family="Certificate">woorden</text>',
        b'<linearGradient id="g"><stop offset="0" stop-color="#000"/><stop offset="1" stop-color="#fff"/></linearGradient>'
        b'<rect width="9" height="9" fill="url(#g)"/>',
        b'<g opacity=".5"><rect width="9" height="9"/></g>',
    ],
)
def test_a_drawing_of_more_than_shapes_is_refused_each_time(content, monkeypatch):
    draw()
    fetcher = rendering.BundledFiles()
    picture = Picture("asset:logo.svg", SQUARE % content, fetcher)
    monkeypatch.setitem(rendering._workshop().pictures, "asset:logo.svg", picture)
    for _attempt in range(2):
        with pytest.raises(Exception):  # noqa: B017, PT011 - WeasyPrint's own for text, ours for the rest
            draw()
    assert picture.drawn == {}
