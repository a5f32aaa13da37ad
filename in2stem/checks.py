"""System checks of the machine: is everything here that drawing a certificate needs?

They warn and never stop a start: the portal itself runs without Pango, only certificates wait.
"""

from typing import Any

from django.core.checks import CheckMessage, Warning, register

from in2stem.libraries import is_present

REMEDY = "Run `bin/system-packages demo`, or on Debian and Ubuntu: apt-get install -y {packages}"


@register()
def pango_is_installed(**kwargs: Any) -> list[CheckMessage]:
    """Without Pango no certificate can be drawn; the jobs wait as failed with a reason."""
    if is_present("pango") and is_present("pangoft2"):
        return []
    return [
        Warning(
            "Pango is missing: certificates cannot be drawn.",
            hint=REMEDY.format(packages="libpango-1.0-0 libpangoft2-1.0-0"),
            id="in2stem.W001",
        )
    ]


@register()
def harfbuzz_subset_is_installed(**kwargs: Any) -> list[CheckMessage]:
    """Without it each certificate costs 2 to 9 times the processor time, and nothing else says so."""
    if is_present("harfbuzz-subset"):
        return []
    return [
        Warning(
            "libharfbuzz-subset is missing: certificates are drawn several times slower.",
            hint=REMEDY.format(packages="libharfbuzz-subset0"),
            id="in2stem.W002",
        )
    ]
