"""System check: every file a certificate is made of is there. Whether Pango is there is asked by in2stem/checks.py."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from certificates.design import ASSETS, SHEET


@register()
def design_is_complete(**kwargs: Any) -> list[CheckMessage]:
    """Without one of these files every certificate fails, with a reason; better to hear it at start-up."""
    paths = [SHEET, *(path for path, _content_type in ASSETS.values())]
    return [
        Error(f"{path} is missing: no certificate can be drawn.", id="certificates.E001")
        for path in paths
        if not path.is_file()
    ]
