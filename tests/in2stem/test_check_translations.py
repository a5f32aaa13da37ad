"""The check of the Dutch catalogue finds each way in which it can be wrong, and changes nothing."""

import shutil
from pathlib import Path

import polib
import pytest
from django.conf import settings

from in2stem.management.commands.check_translations import CATALOGUE, OUTSIDE, find_problems


@pytest.fixture
def source(tmp_path):
    """A copy of the source tree, to damage."""
    return shutil.copytree(Path(settings.BASE_DIR), tmp_path / "source", ignore=shutil.ignore_patterns(*OUTSIDE))


def test_each_kind_of_damage_is_found_and_nothing_is_changed(source):
    whole = find_problems(source)
    path = source / CATALOGUE
    catalogue = polib.pofile(path, wrapwidth=0)
    plain = [entry for entry in catalogue if entry.translated() and not entry.msgid_plural and "%" not in entry.msgid]
    gone, empty, fuzzy, old = plain[:4]
    placed = next(entry for entry in catalogue if "%(" in entry.msgid and not entry.msgid_plural and entry.translated())
    catalogue.remove(gone)
    empty.msgstr = ""
    fuzzy.fuzzy = True
    catalogue.append(polib.POEntry(msgid="Nobody asks for this", msgstr="Niemand vraagt dit"))
    catalogue.append(polib.POEntry(msgid="Once upon a time", msgstr="Er was eens", obsolete=True))
    placed.msgstr = "%(something_else)s"
    catalogue.save(path)
    damaged = path.read_bytes()

    found = [problem for problem in find_problems(source) if problem not in whole]

    assert f"missing: {gone.msgid!r}" in found
    assert f"not translated: {empty.msgid!r}" in found
    assert f"fuzzy: {fuzzy.msgid!r}" in found
    assert "used nowhere: 'Nobody asks for this'" in found
    assert "obsolete: 'Once upon a time'" in found
    assert any("format specification" in problem for problem in found)
    assert not any(repr(old.msgid) in problem for problem in found)
    assert path.read_bytes() == damaged
