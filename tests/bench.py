"""`make bench`: what a certificate costs, beside the same certificate from WeasyPrint as anyone would first use it.

Processor time, not the clock: the machine may be busy. Both take turns in one process, in another order each round, and every
certificate has its own name, number and code. Only ratios of one run count. A wrong certificate counts for nothing.
"""

import argparse
import base64
import io
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests import environment  # noqa: F401 - sets the settings, so it comes first

import segno  # isort: skip
import zxingcpp  # isort: skip
from django.template.loader import render_to_string  # isort: skip
from fontTools.ttLib import TTFont  # isort: skip
from PIL import Image  # isort: skip
from pypdf import PdfReader  # isort: skip
from weasyprint import HTML  # isort: skip

from certificates import design, rendering  # isort: skip
from certificates.models import new_token  # isort: skip
from tests.certificates.scenery import FACTS, text_of  # isort: skip

NAMES = ("Metaalconstructie Van den Eynde-Verschueren nv", "Łukasz & Zonen nv", "Kőrösi Ğülşen bv", "Ångström Technics")
SECOND_FACE = "inter-"

# The floor of the house: certificates per processor second, and times cheaper than naive.
LEAST_PER_SECOND, LEAST_RATIO = 20, 9


def wishes() -> Iterator[dict]:
    """Facts, number and code of one certificate after another, each unlike all others."""
    number = 0
    while True:
        number += 1
        company = f"{NAMES[number % len(NAMES)]} {number}"
        yield {"facts": {**FACTS, "company": company}, "number": f"IN2-2027-MK-{number:04}", "token": new_token()}


class Naive:
    """Compressed web fonts, a page with everything in it, and one call for each certificate."""

    def __init__(self, folder: Path, *, with_second_face: bool) -> None:
        self.folder = folder
        sheet = design.SHEET.read_text(encoding="utf-8")
        if not with_second_face:
            sheet = re.sub(rf"@font-face .*{SECOND_FACE}.*\n", "", sheet)
        for name, (path, _content_type) in design.ASSETS.items():
            if name.endswith(".ttf"):
                font = TTFont(path)
                font.flavor = "woff2"
                font.save(folder / f"{Path(name).stem}.woff2")
            else:
                (folder / name).write_bytes(path.read_bytes())
        self.sheet = self._as_files(sheet)

    def _as_files(self, text: str) -> str:
        text = re.sub(r"asset:([\w-]+)\.ttf", rf"{self.folder.as_uri()}/\1.woff2", text)
        return re.sub(r"asset:([\w-]+\.svg)", rf"{self.folder.as_uri()}/\1", text)

    def __call__(self, wish: dict) -> bytes:
        context = rendering._context(wish["facts"], wish["number"], wish["token"])
        picture = io.BytesIO()
        segno.make(context["qr_address"], error="m").save(picture, kind="png", scale=8, border=0)
        code = "data:image/png;base64," + base64.b64encode(picture.getvalue()).decode()
        page = self._as_files(render_to_string("certificates/pdf/certificate.html", context))
        page = page.replace("asset:qr.png", code).replace("</head>", f"<style>{self.sheet}</style></head>")
        return HTML(string=page).write_pdf()


def ours(wish: dict) -> bytes:
    return rendering.render(**wish)


def prove(pdf: bytes, wish: dict) -> None:
    """The words, the square, and for ours the tags and the claim."""
    text = text_of(pdf)
    for words in (wish["facts"]["company"], wish["number"], wish["token"]):
        if words not in text:
            raise SystemExit(f"{words} is not on its certificate")
    page = subprocess.run(["pdftoppm", "-r", "150", "-singlefile", "-"], input=pdf, capture_output=True, check=True)
    codes = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.stdout)))
    if [code.text.rpartition("/")[2] for code in codes] != [wish["token"]]:
        raise SystemExit(f"the square of {wish['number']} leads elsewhere")


def prove_ours(pdf: bytes, wish: dict) -> None:
    prove(pdf, wish)
    catalogue = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    if not re.search(r"pdfaid:part[^0-9]{1,3}3", catalogue["/Metadata"].get_object().get_data().decode()):
        raise SystemExit("ours does not claim PDF/A-3")
    if not catalogue["/MarkInfo"]["/Marked"].value:
        raise SystemExit("ours is not tagged")


def measure(ways: dict[str, Callable[[dict], bytes]], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of processor time of each way, per round."""
    spent: dict[str, list[float]] = {name: [] for name in ways}
    following = wishes()
    for turn in range(-1, rounds):
        for name in random.sample(list(ways), len(ways)):
            wish = next(following)
            begun = time.process_time()
            pdf = ways[name](wish)
            milliseconds = (time.process_time() - begun) * 1000
            if turn >= 0:  # the round before loads fonts and libraries, and is not counted
                spent[name].append(milliseconds)
            if turn % 10 == 0:
                (prove_ours if name == "ours" else prove)(pdf, wish)
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=25)
    rounds = max(11, parser.parse_args().rounds)
    with tempfile.TemporaryDirectory() as five, tempfile.TemporaryDirectory() as three:
        ways: dict[str, Callable[[dict], bytes]] = {
            "ours": ours,
            "naive": Naive(Path(five), with_second_face=True),
            "naive, three faces": Naive(Path(three), with_second_face=False),
        }
        spent = measure(ways, rounds)
    print(f"{rounds} rounds, processor time of one certificate")
    for name, figures in spent.items():
        ratio = statistics.median(other / mine for mine, other in zip(spent["ours"], figures, strict=True))
        middle = statistics.median(figures)
        print(
            f"  {name:20} {middle:7.1f} ms (least {min(figures):6.1f})  {1000 / middle:5.1f} per second  {ratio:5.2f}"
        )
    ratio = statistics.median(other / mine for mine, other in zip(spent["ours"], spent["naive"], strict=True))
    per_second = 1000 / statistics.median(spent["ours"])
    print(f"floor: {LEAST_RATIO} times cheaper than naive, {LEAST_PER_SECOND} per second of an idle machine")
    if ratio < LEAST_RATIO:
        sys.exit(f"Below the floor: {ratio:.1f} times cheaper, {per_second:.1f} per second.")


if __name__ == "__main__":
    main()
