"""The files a certificate is made of, and the version of its look. Nothing here loads WeasyPrint.

Raise DESIGN_VERSION when the look or the fixed words change: each certificate remembers which design made its file.
"""

from pathlib import Path

from django.conf import settings

DESIGN_VERSION = 1

FONTS = Path(__file__).parent / "fonts"
FOLDER = Path(settings.BASE_DIR) / "templates" / "certificates" / "pdf"
SHEET = FOLDER / "certificate.css"

# Faces for text: (class in the style sheet, regular, bold). The first one that has every letter wins.
FACES = (("", "schibsted-grotesk-400", "schibsted-grotesk-650"), ("other", "inter-400", "inter-600"))
CODE_FACE = "ibm-plex-mono-500"

# Drawings of shapes only, letters as outlines: see certificates/pictures.py.
PICTURES = ("logo.svg", "drawing.svg", "frame.svg")

# All that the style sheet and the template may name, as "asset:<name>".
ASSETS = {
    **{
        f"{name}.ttf": (FONTS / f"{name}.ttf", "font/ttf")
        for name in (*(face for _class, *pair in FACES for face in pair), CODE_FACE)
    },
    **{name: (FOLDER / name, "image/svg+xml") for name in PICTURES},
}
