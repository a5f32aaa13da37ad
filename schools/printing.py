"""Draws a dossier or a group report as a tagged PDF (PDF/UA-1). The only module here that imports WeasyPrint, so import this
one inside a function.

As for the certificate: one TTF per face, fonts and style sheet once per process, and a fetcher that knows our fonts only.
"""

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from charts import printing as charts

FONTS = Path(settings.BASE_DIR) / "certificates" / "fonts"
FACES = frozenset(path.name for path in FONTS.glob("*.ttf"))
SHEETS = (charts.SHEET, Path(settings.BASE_DIR) / "templates" / "schools" / "pdf" / "report.css")


class OurFonts(URLFetcher):
    """Hands out our own typefaces and refuses everything else: no network, no disk, no `data:`."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=["asset"], allow_redirects=False)

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        name = url.removeprefix("asset:")
        if not url.startswith("asset:") or name not in FACES:
            raise FatalURLFetchingError(f"A report may not load {url[:80]}")
        return URLFetcherResponse(url, (FONTS / name).read_bytes(), {"Content-Type": "font/ttf"})


@lru_cache(maxsize=1)
def _workshop_of(process_id: int) -> tuple[FontConfiguration, list[CSS]]:
    fonts = FontConfiguration()
    sheets = [
        CSS(string=sheet.read_text(encoding="utf-8"), font_config=fonts, url_fetcher=OurFonts()) for sheet in SHEETS
    ]
    return fonts, sheets


def write(template: str, context: dict[str, Any], path: Path) -> None:
    """Draw `template` to `path`."""
    fonts, sheets = _workshop_of(os.getpid())
    html = charts.with_ink(render_to_string(template, context))
    HTML(string=html, url_fetcher=OurFonts()).write_pdf(
        path, stylesheets=sheets, font_config=fonts, pdf_variant="pdf/ua-1"
    )
