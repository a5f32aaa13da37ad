"""Many companies at once on the server that the house serves with, a tenth of which lose their connection and try again.

They know nothing of the portal but its pages: each reads a form, fills in what it finds, posts it where the form says.
"""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

import pytest

from companies.models import Intake, IntakeDraft
from notifications.models import OutboundMail
from tests.companies.conftest import new_enterprise_number
from tests.worker import _test_database_url

# Enough to find a lost or a double one; INTAKES=500 CLIENTS=50 for the real thing.
CLIENTS = int(os.environ.get("CLIENTS", "20"))
INTAKES = int(os.environ.get("INTAKES", "40"))
EVERY_TENTH = 10


class FormReader(HTMLParser):
    """The form in the main part of a page: its address, and each field with the first value that may be chosen."""

    def __init__(self, page):
        super().__init__()
        self.action, self.fields, self._select = "", {}, None
        self.feed(page[page.index("<main") : page.index("</main>")])

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name, kind = attrs.get("name"), attrs.get("type", "text")
        if tag == "form":
            self.action = attrs["action"]
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and attrs.get("value"):
            self.fields.setdefault(self._select, attrs["value"])
        elif tag == "textarea" or (tag == "input" and name and kind in ("text", "email", "tel", "hidden")):
            self.fields.setdefault(name, attrs.get("value", ""))
        elif tag == "input" and kind in ("radio", "checkbox"):
            self.fields.setdefault(name, attrs.get("value", "on"))

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = None


class Company:
    """One company at its own browser."""

    def __init__(self, place, number, port):
        self.port, self.cookies = port, {}
        self.cuts = place % EVERY_TENTH == 0
        self.says = {
            "company_name": f"Bedrijf {place} nv",
            "enterprise_number": number,
            "postal_code": "2300",
            "municipality": "Turnhout",
            "contact_first_name": "Greet",
            "contact_last_name": f"Janssens {place}",
            "contact_email": f"greet{place}@bedrijf{place}.example",
            "contact_phone": "014 58 01 02",
            "nace_code": "",
            "nace_version": "",
        }

    def sign_up(self):
        """Follow the form to its end; the path of the last page."""
        path = "/inschrijven/"
        for _step in range(12):
            page = self.ask("GET", path)[1]
            if "/bedankt/" in path:
                return path
            form = FormReader(page)
            data = {name: self.says.get(name, value) for name, value in form.fields.items()}
            if self.cuts:
                self.ask_and_hang_up(form.action, data)
            path = self.ask("POST", form.action, data)[0]
        return path

    def headers(self):
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def ask(self, method, path, data=None):
        server = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        form = {"Content-Type": "application/x-www-form-urlencoded"} if data else {}
        server.request(method, path, urlencode(data) if data else None, self.headers() | form)
        answer = server.getresponse()
        body = answer.read().decode()
        server.close()
        assert answer.status in (200, 302), (answer.status, path, re.sub("<[^>]+>", " ", body)[:500])
        for header in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        assert method == "GET" or answer.status == 302, (path, re.findall(r'class="err".*?</p>', body))
        return answer.headers.get("Location", path), body

    def ask_and_hang_up(self, path, data):
        body = urlencode(data).encode()
        lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}", "Connection: close"]
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Cookie: {self.headers()['Cookie']}", "", ""]
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as server:
            server.sendall("\r\n".join(lines).encode() + body)

    def break_off(self, path, data, kind):
        """Announce a whole form and send it up to the name of the company; what the server says to that."""
        if kind.startswith("multipart"):
            parts = [f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in data.items()]
            body = "".join([*parts, "--x--\r\n"]).encode()
        else:
            body = urlencode(data).encode()
        lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}", "Connection: close"]
        lines += [f"Content-Type: {kind}", f"Cookie: {self.headers()['Cookie']}", "", ""]
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as server:
            server.sendall("\r\n".join(lines).encode() + body[: body.index(b"Half") + 4])
            server.shutdown(socket.SHUT_WR)
            return server.recv(200)


@pytest.fixture
def server(committed_world):
    """The web server of Procfile, on this test's database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    gunicorn = [sys.executable, "-m", "gunicorn", "in2stem.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    gunicorn += ["--worker-class", "gthread", "--threads", "16", "--no-control-socket", "--log-level", "warning"]
    environment = {
        **os.environ,
        "DATABASE_URL": _test_database_url(),
        "DEBUG": "1",
        "BASE_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "ERROR",
    }
    process = subprocess.Popen(gunicorn, env=environment)
    try:
        _wait_until_it_answers(port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_it_answers(port):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the web server did not start")


@pytest.mark.postgres
@pytest.mark.redis
@pytest.mark.django_db(transaction=True)
def test_many_sign_ups_at_once_with_cut_connections_are_each_kept_once(server):
    companies = [Company(place, new_enterprise_number(), server) for place in range(INTAKES)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        ends = list(pool.map(Company.sign_up, companies))
    assert {urlsplit(end).path for end in ends} == {"/inschrijven/bedankt/"}
    sent = {company.says["enterprise_number"]: company.says["company_name"] for company in companies}
    assert dict(Intake.objects.values_list("enterprise_number", "company_name")) == sent
    assert Intake.objects.count() == OutboundMail.objects.count() == IntakeDraft.objects.count() == INTAKES


@pytest.mark.postgres
@pytest.mark.redis
@pytest.mark.django_db(transaction=True)
def test_a_form_that_breaks_off_halfway_saves_nothing(server):
    """All of it was announced; what came until then looks like a form with empty fields."""
    company = Company(1, new_enterprise_number(), server)
    form = FormReader(company.ask("GET", "/inschrijven/")[1])
    data = {name: company.says.get(name, value) for name, value in form.fields.items()}
    company.ask("POST", form.action, data)
    kept = IntakeDraft.objects.values("data", "saves", "updated_at").get()
    assert kept["data"]["company"]["municipality"] == "Turnhout"
    kinds = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
    answers = [company.break_off(form.action, {**data, "company_name": "Half"}, kind) for kind in kinds]
    assert {answer.partition(b"\r\n")[0] for answer in answers} == {b"HTTP/1.1 400 Bad Request"}
    assert IntakeDraft.objects.values("data", "saves", "updated_at").get() == kept
