"""`manage.py check_translations`: is the Dutch catalogue exactly what the source asks for? With --fix: bring it up to date.

The check extracts the texts anew into a temporary copy of the source, so it never touches the real catalogue. The fix
adds new texts untranslated and drops unused ones; translating stays work for a person.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

CATALOGUE = Path("locale/nl/LC_MESSAGES/django.po")
# What is not our source, or says nothing to a user.
OUTSIDE = (".*", "*_cache", "__pycache__", "docs", "node_modules", "tests", "var")
# Headers that only say when and by which program: they would make each extraction a change.
RESTLESS_HEADERS = ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team", "Report-Msgid-Bugs-To")
COMMENT = "Dutch (nl-BE) texts of the IN2STEM portal: plain language, level B1, 'je'."


class Command(BaseCommand):
    help = "Fails when the Dutch catalogue lacks a text, leaves one empty or fuzzy, or keeps one that nobody uses."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", action="store_true", help="extract the texts into the catalogue itself")

    def handle(self, *args: Any, fix: bool, **options: Any) -> None:
        root = Path(settings.BASE_DIR)
        if fix:
            extract(root)
            tidy(root / CATALOGUE)
        if problems := find_problems(root):
            raise CommandError(
                f"{len(problems)} problems in {CATALOGUE}:\n  "
                + "\n  ".join(problems)
                + "\n`make fix` extracts new texts and drops unused ones; then write the Dutch."
            )  # fmt: skip - a list of lines
        self.stdout.write(f"{CATALOGUE} is complete.")


def find_problems(root: Path) -> list[str]:
    """One sentence for each text of the source tree at `root` that is not right in its Dutch catalogue."""
    import polib  # a development tool: not on a production machine

    if not (root / CATALOGUE).exists():
        return [f"there is no {CATALOGUE}"]
    with tempfile.TemporaryDirectory(prefix="in2stem-texts-") as folder:
        copy = Path(folder) / "source"
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns(*OUTSIDE), symlinks=True)
        extract(copy)
        asked = {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(copy / CATALOGUE) if not entry.obsolete}
    catalogue = polib.pofile(root / CATALOGUE)
    given = {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}
    problems = []
    for key, wanted in sorted(asked.items(), key=lambda item: item[1].msgid):
        entry = given.get(key)
        if entry is None or entry.msgid_plural != wanted.msgid_plural:
            problems.append(f"missing: {wanted.msgid!r}")
        elif entry.fuzzy:
            problems.append(f"fuzzy: {wanted.msgid!r}")
        elif not entry.translated():
            problems.append(f"not translated: {wanted.msgid!r}")
    problems += [f"used nowhere: {msgid!r}" for _context, msgid in sorted(given.keys() - asked.keys(), key=str)]
    problems += [f"obsolete: {entry.msgid!r}" for entry in catalogue.obsolete_entries()]
    # Placeholders that differ between the two languages would fail, or show, on the page.
    checked = subprocess.run(
        ["msgfmt", "--check-format", "--output-file=/dev/null", root / CATALOGUE],
        capture_output=True,
        text=True,
        check=False,
    )
    if checked.returncode:
        problems += checked.stderr.strip().splitlines()
    return problems


def extract(root: Path) -> None:
    """Run makemessages on the source tree at `root`, in a process of its own: Django only extracts where it stands."""
    (root / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        "manage.py",
        "makemessages",
        "--locale=nl",
        "--no-location",
        "--no-obsolete",
        "--no-wrap",
    ]
    command += [part for pattern in OUTSIDE for part in ("--ignore", pattern)]
    done = subprocess.run(
        command, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CommandError(f"makemessages failed:\n{done.stderr}")


def tidy(path: Path) -> None:
    """Sort the catalogue and drop what changes by itself, so that a diff shows only texts."""
    import polib

    catalogue = polib.pofile(path, wrapwidth=0)
    for header in RESTLESS_HEADERS:
        catalogue.metadata.pop(header, None)
    catalogue.metadata |= {
        "Project-Id-Version": "IN2STEM portal",
        "Language": "nl",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    catalogue.metadata_is_fuzzy = False
    for entry in catalogue.fuzzy_entries():
        # gettext's guess from a text that looks alike: a wrong text is worse than none.
        entry.fuzzy = False
        entry.previous_msgid = None
        entry.msgstr = ""
        entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")
    catalogue.header = COMMENT
    catalogue.sort(key=lambda entry: (entry.msgctxt or "", entry.msgid))
    catalogue.save(path)
