"""The drawings of the design, worked out once per process: parsing and drawing them anew took a fifth of each certificate.

A picture here is an SVG of shapes only. Letters in it must be outlines: text would need fonts of the document it stands in.
Reaches into WeasyPrint 70 (`clone` and `_resources` of its streams): tests/certificates/test_pictures.py guards what it relies on.
"""

from typing import Any
from xml.etree import ElementTree

import pydyf
from weasyprint.images import SVGImage

# What a page keeps beside its operators. Only the last is constant, and so can be repeated on another page.
_BORROWED = ("XObject", "Pattern", "Shading", "ColorSpace")
_STATES = "ExtGState"


class Picture(SVGImage):
    """An SVG that remembers the PDF operators that draw it, per size, and repeats them on every next page."""

    def __init__(self, url: str, source: bytes, fetcher: Any) -> None:
        tree = ElementTree.fromstring(source)  # noqa: S314 - a file of our own
        super().__init__(tree, url, fetcher, None)
        self.url = url
        self.drawn: dict[tuple[float, float], tuple[bytes, dict[str, Any]]] = {}

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Called by WeasyPrint. Unlike its own pictures this one raises what goes wrong, and remembers nothing then."""
        if (width, height) not in self.drawn:
            self.drawn[width, height] = self._work_out(stream, width, height)
        operators, states = self.drawn[width, height]
        stream.stream.append(operators)
        stream._resources[_STATES].update(states)

    def _work_out(self, stream: Any, width: float, height: float) -> tuple[bytes, dict[str, Any]]:
        resources: dict[str, dict[str, Any]] = {name: {} for name in (*_BORROWED, _STATES)}
        fonts: dict[str, Any] = {}
        sheet = stream.clone(resources=resources, fonts=fonts, images={}, tags=None, compress=False)
        self._svg.draw(sheet, width, height, self.url, None)
        if fonts or any(resources[name] for name in _BORROWED):
            raise ValueError(f"{self.url} holds more than shapes")
        return b"\n".join(sheet.stream), resources[_STATES]


class Written(pydyf.Stream):
    """A stream that is complete. WeasyPrint asks for its bytes twice, for the file and for its identifier: compress once."""

    def __init__(self, stream: pydyf.Stream) -> None:
        super().__init__()
        self.__dict__.update(vars(stream))
        self.written = stream.data

    @property
    def data(self) -> bytes:
        return self.written


def compress_once(document: Any, pdf: pydyf.PDF) -> None:
    """The last step before WeasyPrint writes the file (its `finisher`); the bytes stay the same."""
    pdf.objects = [Written(each) if isinstance(each, pydyf.Stream) else each for each in pdf.objects]
