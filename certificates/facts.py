"""What is printed on a certificate: collected once when it is issued, stored as JSON, never looked up again.

The document is Dutch whatever the language of the screen, so its words are written here and in templates/certificates/pdf/,
not in the translation catalogue: an issued certificate does not change when a translation does.
"""

import unicodedata
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from certificates.design import DESIGN_VERSION
from companies import enterprise_numbers

MAX_LENGTH = 200
ROLE_WORDS = {"chair": "voorzitter", "facilitator": "begeleider", "participant": "deelnemer"}
# What a company did together with its workgroups: the words after "1" and after any other number.
CONTRIBUTION_WORDS = {
    "action_points_done": ("actiepunt uitgevoerd met de werkgroep", "actiepunten uitgevoerd met de werkgroep"),
    "objectives_reached": ("doelstelling gehaald met de werkgroep", "doelstellingen gehaald met de werkgroep"),
    "practices_published": ("goede praktijk gedeeld met het netwerk", "goede praktijken gedeeld met het netwerk"),
}


def printable(text: str) -> str:
    """One line as it can be printed: composed letters, no control or direction characters, single spaces, a maximum length."""
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(
        " " if letter.isspace() else letter for letter in composed if letter.isspace() or _is_visible(letter)
    )
    return " ".join(kept.split())[:MAX_LENGTH].strip()


def _is_visible(letter: str) -> bool:
    return unicodedata.category(letter)[0] != "C"


def collect(
    *, organisation, trajectory, enterprise_number, rules, seats, counts: dict[str, int], issued_at: datetime
) -> dict[str, Any]:
    """The snapshot. `seats` are pairs of a workgroup's name and a SeatRole; `counts` has the keys of CONTRIBUTION_WORDS."""
    chamber = printable(trajectory.chamber.name)
    return {
        "company": printable(organisation.name),
        "enterprise_number": enterprise_number,
        "trajectory": printable(trajectory.name),
        "chamber": chamber,
        "school_years": _school_years(trajectory),
        "workgroups": [{"name": printable(name), "role": ROLE_WORDS[role]} for name, role in seats],
        "contributions": [
            {"count": counts[key], "words": words[counts[key] != 1]}
            for key, words in CONTRIBUTION_WORDS.items()
            if counts.get(key)
        ],
        "signatory": {
            "name": printable(rules.signatory_name) or chamber,
            "title": printable(rules.signatory_title),
        },
        "issued_on": timezone.localdate(issued_at).isoformat(),
        "rules_version": rules.version,
        "design_version": DESIGN_VERSION,
        "base_url": settings.BASE_URL,
    }


def _school_years(trajectory) -> str:
    first, last = trajectory.first_school_year, trajectory.last_school_year
    if first == last:
        return f"{first}-{first + 1}"
    joint = "en" if last == first + 1 else "tot"
    return f"{first}-{first + 1} {joint} {last}-{last + 1}"


def shown_enterprise_number(facts: dict[str, Any]) -> str:
    """0566.988.259"""
    return enterprise_numbers.shown(facts["enterprise_number"])
