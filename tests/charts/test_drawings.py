"""The components: what stands on the drawing, in its words and in its table is the same; on the web and on paper."""

import io
import logging
import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from PIL import Image

import charts
from charts.printing import INKS, SHEET, with_ink
from in2stem import gallery

LONG = "Een heel lange naam zonder einde " * 6


def draw(component: str, **context: object) -> str:
    return render_to_string(f"components/{component}.html", context)


def attributes(html: str, css_class: str, *names: str) -> list[tuple[str, ...]]:
    """The attributes of each shape of a class, in order, legends left out."""
    shapes = re.findall(rf'<\w+ class="{css_class}"([^>]*)>', re.sub(r'<ul class="key">.*?</ul>', "", html, flags=re.S))
    return [tuple(re.findall(rf'(?<![\w-]){name}="([^"]*)"', shape)[0] for name in names) for shape in shapes]


def words_of(html: str) -> list[str]:
    return re.findall(r'role="img" aria-label="([^"]*)"', html)


def table(html: str) -> list[list[str]]:
    """The rows of the table, without its head."""
    (body,) = re.findall(r"<tbody>(.*?)</tbody>", html, re.DOTALL)
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub(r"<[^>]+>", "", cell).split()) for cell in row] for row in cells]


def growth(*entries, **more):
    return charts.dumbbell(entries, title="Groei", row_name="Kernelement", maximum=4, **more)


# --- On the web -------------------------------------------------------------------------------------------------------


def test_a_dumbbell_says_draws_and_tabulates_the_same():
    html = draw(
        "dumbbell",
        chart=growth(
            charts.Entry("Instructie", 1, 3, number="1", note="3 van 3"),
            charts.Entry("Evaluatie", 2, None, number="3"),
            charts.Entry("Connecties", None, None, number="6", start_words="weet niet"),
            sentence="Instructie groeide.",
        ),
    )
    assert words_of(html) == [
        "Instructie: start 1, einde 3",
        "Evaluatie: start 2, einde nog niet",
        "Connecties: start weet niet, einde nog niet",
    ]
    assert attributes(html, "c-start", "x") == [("25.0%",), ("50.0%",)]
    assert attributes(html, "c-now", "cx") == [("75.0%",)]
    assert attributes(html, "c-link", "x1", "x2") == [("25.0%", "75.0%")]
    assert table(html) == [
        ["1 Instructie", "1", "3", "+2", "3 van 3"],
        ["3 Evaluatie", "2", "nog niet", "–", ""],
        ["6 Connecties", "weet niet", "nog niet", "–", ""],
    ]
    assert re.findall(r"<figcaption>.*?</figcaption>", html) == [
        '<figcaption><span class="visually-hidden">Groei.</span> Instructie groeide.</figcaption>'
    ]


def test_without_an_end_there_is_no_column_for_it():
    html = draw("dumbbell", chart=growth(charts.Entry("Stages", 0), charts.Entry("Gastlessen", 4)))
    assert words_of(html) == ["Stages: start 0", "Gastlessen: start 4"]
    assert table(html) == [["Stages", "0"], ["Gastlessen", "4"]]
    assert "Einde" not in html


def test_an_objective_says_and_draws_what_is_known():
    html = draw("objective", name="Mentoren", start="12", now="", target="", unit="plaatsen", bullet=charts.bullet(start=12, now=None, target=None))  # fmt: skip
    assert words_of(html) == ["Mentoren: start 12, nu nog niet gemeten, doel nog niet bekend (plaatsen)"]
    assert [len(attributes(html, shape)) for shape in ("c-band-2", "c-val", "c-goal", "c-axis")] == [1, 0, 0, 0]


def test_below_zero_the_bar_of_an_objective_stands_left_of_a_line_at_zero():
    html = draw("objective", name="Saldo", start="-10", now="5", target="20", unit="", bullet=charts.bullet(start=-10, now=5, target=20))  # fmt: skip
    assert attributes(html, "c-axis", "x1") == [("25.0%",)]
    assert attributes(html, "c-band-2", "x", "width") == [("0.0%", "25.0%")]
    assert attributes(html, "c-val", "x", "width") == [("25.0%", "12.5%")]
    assert attributes(html, "c-goal", "x1") == [("75.0%",)]


def test_the_workgroups_stand_beside_each_other_with_one_table():
    lines = gallery.samples(None)["lines"]
    groups = [
        {"name": "Stages", "lines": lines[:2]},
        {"name": "Meten", "lines": lines[3:4]},
        {"name": "Leeg", "lines": []},
    ]
    html = draw("small_multiples", title="Voortgang", groups=groups)
    assert attributes(html, "c-val", "x", "width") == [("20.0%", "34.5%"), ("20.0%", "35.0%")]
    assert table(html) == [
        ["Stages", "Stageplaatsen met een vaste mentor (plaatsen)", "12", "31", "45", "Op schema"],
        ["Stages", "Leerlingen die afhaken (leerlingen)", "18", "11", "6", ""],
        ["Meten", "Bedrijfsbezoeken (bezoeken)", "5", "–", "18", ""],
    ]
    assert "Nog geen doelstellingen." in html


def test_a_funnel_says_draws_and_tabulates_the_same():
    chart = charts.funnel(
        [("Ingediend", 8, "/x/"), ("Aanvaard", 2, "")], title="Instroom", total=8, aside=[("Afgewezen", 4, "")]
    )
    html = draw("funnel", chart=chart)
    assert words_of(html) == ["Ingediend: 8 van 8", "Aanvaard: 2 van 8", "Afgewezen: 4 van 8"]
    assert attributes(html, "c-val", "width") == [("100.0%",), ("25.0%",)]
    assert attributes(html, "c-out", "width") == [("50.0%",)]
    assert table(html) == [["Ingediend", "8"], ["Aanvaard", "2"], ["Afgewezen", "4"]]


@pytest.mark.parametrize(
    ("component", "context", "words"),
    [
        ("dumbbell", {"chart": growth()}, "Nog niets te vergelijken"),
        ("small_multiples", {"title": "Voortgang", "groups": []}, "Nog geen werkgroepen"),
        ("funnel", {"chart": charts.funnel([("Ingediend", 0, "")], title="x", total=0)}, "Nog geen inschrijvingen"),
    ],
)
def test_a_chart_of_nothing_says_what_will_come(component, context, words):
    html = draw(component, **context)
    assert words in html
    assert "<svg" not in html


def test_a_place_is_written_with_a_point_in_every_language():
    # A decimal comma inside an svg is no number.
    for html in every_chart().values():
        assert re.findall(r'(?:x|x1|x2|cx|width)="[^"]*,[^"]*"', html) == []


# --- On paper ---------------------------------------------------------------------------------------------------------


def every_chart() -> dict[str, str]:
    """Each chart component, drawn with the figures of the sheet of components and with long names."""
    shown = gallery.samples(None)
    line = shown["lines"][2]
    return {
        "dumbbell": draw("dumbbell", chart=shown["growth"]),
        "long": draw("dumbbell", chart=growth(charts.Entry(LONG, 1, 3, number="13"))),
        "objective": draw(
            "objective", name=LONG, start=line.start, now=line.now, target=line.target, bullet=line.bullet
        ),
        "objective_key": draw("objective_key"),
        "small_multiples": draw("small_multiples", title="Voortgang", groups=shown["groups"]),
        "funnel": draw("funnel", chart=shown["sign_ups"]),
        "balance": draw("balance", shares=shown["shares"]),
    }


# The colours one must be able to find on the page, legends left out: each is a shape of its own.
EXPECTED = {
    "dumbbell": {"c-start": "stroke", "c-now": "fill", "c-grid": "stroke"},
    "long": {"c-start": "stroke", "c-now": "fill"},
    "objective": {"c-band": "fill", "c-band-2": "fill", "c-val": "fill", "c-goal": "stroke"},
    "small_multiples": {"c-band": "fill", "c-val": "fill", "c-goal": "stroke"},
    "funnel": {"c-band": "fill", "c-val": "fill", "c-out": "stroke"},
    "balance": {"c-sq": "fill", "c-sq-2": "stroke", "c-sq-3": "fill"},
}


def on_paper(html: str, caplog: pytest.LogCaptureFixture) -> Image.Image:
    """The first page of the PDF. WeasyPrint may not complain: a certificate, for one, is refused when it does."""
    from weasyprint import HTML

    shapes = re.sub(r'<ul class="key">.*?</ul>|href="[^"]*"', "", html, flags=re.DOTALL)
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        pdf = HTML(string=f'<html lang="nl"><body>{shapes}</body></html>').write_pdf(stylesheets=[SHEET])
    assert caplog.messages == []
    program = ["pdftoppm", "-r", "100", "-png", "-f", "1", "-l", "1", "-"]
    drawn = subprocess.run(program, input=pdf, capture_output=True, check=True)
    return Image.open(io.BytesIO(drawn.stdout)).convert("RGB")


def spots(page: Image.Image, colour: str) -> set[tuple[int, int]]:
    """Where on the page a colour stands."""
    wanted = tuple(bytes.fromhex(colour.removeprefix("#")))
    pixels = page.load()
    return {(x, y) for x in range(page.width) for y in range(page.height) if pixels[x, y] == wanted}


def width_of(places: set[tuple[int, int]]) -> int:
    columns = {x for x, _y in places}
    return max(columns) - min(columns) + 1


@pytest.mark.parametrize("component", EXPECTED)
def test_a_pdf_draws_every_shape_of_a_chart(component, caplog):
    page = on_paper(with_ink(every_chart()[component]), caplog)
    drawn = {shape: len(spots(page, INKS[shape][how])) > 20 for shape, how in EXPECTED[component].items()}
    assert drawn == dict.fromkeys(EXPECTED[component], True)


def test_in_a_pdf_the_end_of_a_dumbbell_stands_where_it_should(caplog):
    chart = growth(charts.Entry("Laagste", 0, 0), charts.Entry("Hoogste", 0, 4), charts.Entry(LONG, 0, 3))
    places = spots(on_paper(with_ink(draw("dumbbell", chart=chart)), caplog), INKS["c-now"]["fill"])
    rows = sorted({y for _x, y in places})
    starts = [y for y in rows if y - 1 not in rows] + [rows[-1] + 1]
    middles = []
    for top, bottom in pairwise(starts):
        columns = [x for x, y in places if top <= y < bottom]
        middles.append((min(columns) + max(columns)) / 2)
    lowest, highest, third = middles
    assert highest - lowest > 200
    assert (third - lowest) / (highest - lowest) == pytest.approx(0.75, abs=0.01)


def test_in_a_pdf_a_bar_is_as_long_as_it_should(caplog):
    bullet = charts.bullet(start=None, now=30, target=45)
    html = draw("objective", name="Mentoren", start="", now="30", target="45", unit="", bullet=bullet)
    page = on_paper(with_ink(html), caplog)
    whole, bar = spots(page, INKS["c-band"]["fill"]), spots(page, INKS["c-val"]["fill"])
    assert width_of(whole) > 500
    assert width_of(bar) / width_of(whole) == pytest.approx(0.5, abs=0.01)


def test_without_ink_a_pdf_would_be_black(caplog):
    # The control of the tests above: a style sheet does not reach inside an svg.
    page = on_paper(every_chart()["funnel"], caplog)
    assert spots(page, INKS["c-val"]["fill"]) == set()
    assert len(spots(page, "#000000")) > 1000


def test_the_ink_is_the_light_colour_of_the_web():
    css = Path(settings.BASE_DIR) / "static/css"
    tokens = dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", (css / "tokens.css").read_text().split("@media")[0]))
    rules = {}
    for name, body in re.findall(r"^\.(c-[\w-]+) \{\n(.*?)^\}", (css / "charts.css").read_text(), re.M | re.S):
        lines = re.findall(r"^  ([\w-]+): (?:var\((--[\w-]+)\)|(\w+));", body, re.M)
        rules[name] = {key: tokens[variable] if variable else plain for key, variable, plain in lines}
    assert rules == INKS


def test_every_shape_of_every_chart_has_ink():
    drawn = "".join(every_chart().values())
    used = set(re.findall(r'class="(c-[\w-]+)"', drawn))
    assert used - INKS.keys() == set()
    assert len(re.findall(r'class="c-', drawn)) == len(
        re.findall(r'class="c-[\w-]+" (?:fill|stroke)=', with_ink(drawn))
    )
