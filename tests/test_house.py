"""Rules of the house that no linter knows: what may never stand in a file, and where an exception was looked at.

An exception is a line in REVIEWED with its reason, never a silent one in the code.
"""

import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

ROOT = Path(settings.BASE_DIR)
THIS_FILE = Path(__file__).relative_to(ROOT)
MOST_LINES = 800
# The certificate is a drawing of its own, and mail programs ignore style sheets; neither is served under our CSP.
OWN_STYLE = ("templates/certificates/pdf/", "templates/emails/")

DANGEROUS = {
    "mark_safe": r"\bmark_safe\b",
    "|safe": r"\|\s*safe(seq)?\b",
    "autoescape off": r"autoescape\s+off",
    "raw SQL": r"\.raw\(",
    "extra SQL": r"\.extra\(",
    "shell=True": r"shell\s*=\s*True",
    "pickle": r"\bpickle\b",
    "yaml.load": r"yaml\.(load|unsafe_load|full_load)\b",
    "eval": r"(?<![\w.])(eval|exec)\(",
}
# (file, rule): why it is fine there.
REVIEWED: dict[tuple[str, str], str] = {
    ("templates/account/email/base_message.txt", "autoescape off"): "plain text, where & must stay &",
    ("templates/emails/base.txt", "autoescape off"): "plain text, where & must stay &",
}


@cache
def files() -> tuple[Path, ...]:
    """Every file of the repository, relative to its root: tracked ones and new ones that git does not ignore."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    else:
        # An unpacked archive is not a repository: everything but what the commands and tools make.
        made = re.compile(r"(^|/)(\.venv|\.hypothesis|\.git|var|__pycache__|\.\w+_cache)/")
        every = (path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*"))
        names = [name for name in every if not made.search(name)]
    return tuple(sorted(Path(name) for name in names if (ROOT / name).is_file()))


def texts(*suffixes: str) -> list[tuple[str, str]]:
    """(name, content) of each file with one of these suffixes; with none given, of each file that is UTF-8 text."""
    found = []
    for path in files():
        if path == THIS_FILE or (suffixes and path.suffix not in suffixes):
            continue
        try:
            found.append((str(path), (ROOT / path).read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def offenders(
    pattern: str, among: list[tuple[str, str]], fine: Callable[[str], bool] = lambda name: False
) -> list[str]:
    """ "file:line: text" of each line that matches."""
    expression = re.compile(pattern, re.IGNORECASE)
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, content in among
        if not fine(name)
        for number, line in enumerate(content.splitlines(), 1)
        if expression.search(line)
    ]


def test_the_walk_sees_the_house() -> None:
    names = {str(path) for path in files()}
    assert {"manage.py", "Makefile", "templates/base.html", "requirements.lock"} <= names


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_names_no_host_and_pins_every_package_by_hash(lock: str) -> None:
    content = (ROOT / lock).read_text()
    for forbidden in ("://", "--index-url", "--extra-index-url", "--find-links", " @ "):
        assert forbidden not in content
    pins = re.findall(r"^[A-Za-z0-9][^\n]*", content, re.MULTILINE)
    assert len(pins) > 30
    assert [pin for pin in pins if "==" not in pin] == []
    assert content.count("--hash=sha256:") >= len(pins)


def test_there_is_no_lock_that_names_hosts() -> None:
    assert Path("uv.lock") not in files()


def test_every_dutch_text_is_translated_and_none_is_fuzzy_or_unused() -> None:
    call_command("check_translations")


@pytest.mark.parametrize("rule", DANGEROUS)
def test_what_is_dangerous_stands_only_where_it_was_reviewed(rule: str) -> None:
    found = offenders(DANGEROUS[rule], texts(".py", ".html", ".txt"), fine=lambda name: (name, rule) in REVIEWED)
    assert found == []


def test_every_reviewed_exception_is_still_needed() -> None:
    contents = dict(texts(".py", ".html", ".txt"))
    stale = [(name, rule) for name, rule in REVIEWED if not re.search(DANGEROUS[rule], contents.get(name, ""))]
    assert stale == []


def test_templates_carry_no_style_of_their_own() -> None:
    inline = r"""\sstyle\s*=|<style\b"""
    assert offenders(inline, texts(".html"), fine=lambda name: name.startswith(OWN_STYLE)) == []


def test_templates_carry_no_script_of_their_own() -> None:
    inline = r"""<script(?![^>]*\ssrc=)[^>]*>|\son[a-z]+\s*=\s*["']|javascript:"""
    assert offenders(inline, texts(".html")) == []


def test_no_python_file_is_too_long_to_find_your_way_in() -> None:
    long = {name: len(content.splitlines()) for name, content in texts(".py")}
    assert {name: lines for name, lines in long.items() if lines > MOST_LINES} == {}


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    assert offenders(r"""(?<![\w.])/(work|root|home/\w+)/""", texts()) == []


def test_no_file_names_a_package_host() -> None:
    assert offenders(r"https?://[^\s]+/simple\b|registry\.[a-z]+\.(org|com)|--(extra-)?index-url", texts()) == []
