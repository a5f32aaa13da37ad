"""WSGI entry point for gunicorn."""

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "in2stem.settings")

# The exit code with which a gunicorn worker says that trying again is useless (gunicorn.arbiter.Arbiter).
WORKER_BOOT_ERROR = 3

try:
    application = get_wsgi_application()
except SystemExit as refusal:  # the settings refuse to start, in one line
    sys.stderr.write(f"{refusal}\n")
    sys.exit(WORKER_BOOT_ERROR)
