"""WSGI entry point for gunicorn."""

import os
import sys

from django.core.wsgi import get_wsgi_application

from in2stem.bodies import whole_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "in2stem.settings")

# The exit code with which a gunicorn worker says that trying again is useless (gunicorn.arbiter.Arbiter).
WORKER_BOOT_ERROR = 3

try:
    application = whole_bodies(get_wsgi_application())
except SystemExit as refusal:  # the settings refuse to start, in one line
    sys.stderr.write(f"{refusal}\n")
    sys.exit(WORKER_BOOT_ERROR)
