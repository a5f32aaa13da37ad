"""What people typed is only text on a certificate: it loads nothing. And no certificate goes out half."""

import io
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pypdf import PdfReader

from certificates import checks, design, rendering
from certificates.rendering import RenderFailed, Unprintable
from tests.certificates.drawing import draw
from tests.certificates.scenery import FACTS, SERIAL, TOKEN, text_of


class Canary(HTTPServer):
    """A server on this machine that nobody should ever visit."""

    def __init__(self):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.server.visits.append(self.path)
                self.send_response(302 if self.path == "/away" else 200)
                self.send_header("Location", "/inside")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.visits = []
        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture(scope="module")
def canary():
    server = Canary()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


PAYLOADS = {
    "img": '<img src="{url}/i.png">',
    "import": '<style>@import url("{url}/a.css");</style>',
    "background": '<p style="background:url({url}/b.png)">x</p>',
    "font-face": '<style>@font-face{{font-family:q;src:url({url}/q.ttf)}}</style><b style="font-family:q">q</b>',
    "inline svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{url}/s.png" width="9" height="9"/></svg>',
    "svg in data": '<img alt="x" src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22%3E%3Cimage href=%22{url}/d.png%22/%3E%3C/svg%3E">',
    "redirect": '<img alt="x" src="{url}/away">',
    "link attachment": '<link rel="attachment" href="file://{file}">',
    "a attachment": '<a rel="attachment" href="file://{file}">x</a>',
    "embed": '<embed src="{url}/e"><object data="{url}/o"></object>',
    "iframe": '<iframe src="{url}/f"></iframe>',
}


@pytest.fixture
def payload(request, canary, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("kanarie-in-de-mijn")
    return PAYLOADS[request.param].format(url=f"http://127.0.0.1:{canary.server_port}", file=secret)


@pytest.mark.parametrize("payload", PAYLOADS, indirect=True)
def test_markup_in_a_name_is_only_text(payload, canary):
    everywhere = {
        "company": payload,
        "trajectory": payload,
        "workgroups": [{"name": payload, "role": "deelnemer"}],
        "signatory": {"name": payload, "title": payload},
    }
    pdf = draw(**everywhere)
    assert canary.visits == []
    assert "/EmbeddedFiles" not in PdfReader(io.BytesIO(pdf)).trailer["/Root"].get("/Names", {})
    squeezed = "".join(text_of(pdf).split())
    assert squeezed.count("".join(payload.split())) >= 4


@pytest.mark.parametrize("payload", PAYLOADS, indirect=True)
def test_even_markup_that_was_let_through_loads_nothing(payload, canary):
    """Escaping is one lock, the fetcher another: here the first one stands open."""
    pdf = b""
    with suppress(RenderFailed):
        pdf = rendering.write_pdf(f'<html lang="nl"><title>x</title><body>{payload}</body></html>', qr_code=b"")
    assert canary.visits == []
    assert b"kanarie-in-de-mijn" not in pdf
    assert not pdf or "/EmbeddedFiles" not in PdfReader(io.BytesIO(pdf)).trailer["/Root"].get("/Names", {})


def test_the_canary_is_awake(canary):
    """The negative control: WeasyPrint's own fetcher does visit it."""
    from weasyprint import HTML

    HTML(string=PAYLOADS["img"].format(url=f"http://127.0.0.1:{canary.server_port}")).write_pdf()
    assert canary.visits == ["/i.png"]
    canary.visits.clear()


@pytest.mark.parametrize("name", ["logo.svg", "drawing.svg", "frame.svg", "inter-600.ttf", "schibsted-grotesk-400.ttf"])
@pytest.mark.parametrize("damage", ["missing", "empty", "nonsense"])
def test_a_certificate_never_leaves_without_a_part_of_its_design(name, damage, tmp_path, monkeypatch, fresh_workshop):
    path = tmp_path / name
    if damage != "missing":
        path.write_bytes(b"" if damage == "empty" else b"<svg><nonsense")
    monkeypatch.setitem(design.ASSETS, name, (path, design.ASSETS[name][1]))
    with pytest.raises(RenderFailed):
        draw()


def test_a_missing_part_is_noticed_at_start_up(tmp_path, monkeypatch):
    assert checks.design_is_complete() == []
    monkeypatch.setitem(design.ASSETS, "logo.svg", (tmp_path / "logo.svg", "image/svg+xml"))
    (error,) = checks.design_is_complete()
    assert error.id == "certificates.E001"


@pytest.mark.parametrize("missing", list(FACTS))
def test_damaged_facts_are_refused(missing):
    if missing in ("rules_version", "design_version"):
        return  # kept on record, not printed
    with pytest.raises(Unprintable):
        rendering.render(facts={key: FACTS[key] for key in FACTS if key != missing}, number=SERIAL, token=TOKEN)


def test_a_company_without_a_name_gets_no_certificate():
    with pytest.raises(Unprintable, match="geen naam"):
        draw(company="")
