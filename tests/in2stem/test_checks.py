"""What the machine must have for certificates is said at start-up, with the line that mends it."""

import pytest

from in2stem import checks, libraries


@pytest.mark.parametrize(
    ("absent", "expected"),
    [
        (set(), []),
        ({"pango"}, ["in2stem.W001"]),
        ({"pangoft2"}, ["in2stem.W001"]),
        ({"harfbuzz-subset"}, ["in2stem.W002"]),
        (set(libraries.LIBRARIES), ["in2stem.W001", "in2stem.W002"]),
    ],
)
def test_a_missing_library_is_a_warning_with_its_remedy(monkeypatch, absent, expected):
    monkeypatch.setattr(checks, "is_present", lambda library: library not in absent)
    found = [*checks.pango_is_installed(), *checks.harfbuzz_subset_is_installed()]
    assert [message.id for message in found] == expected
    assert all("bin/system-packages" in message.hint for message in found)


def test_a_library_that_no_machine_has_is_absent_and_one_that_every_machine_has_is_present(monkeypatch):
    monkeypatch.setitem(libraries.LIBRARIES, "nowhere", ("libin2stem-nowhere.so.9",))
    # None loads the program itself.
    monkeypatch.setitem(libraries.LIBRARIES, "everywhere", (None,))
    assert not libraries.is_present("nowhere")
    assert libraries.is_present("everywhere")
