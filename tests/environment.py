"""The environment of every test, set before Django reads its settings; tests/conftest.py imports this first.

settings.py knows nothing of tests. What the environment can say is said there, so that a Celery worker started by a
test gets it too; the few settings without a variable are changed below, before django.setup() has used them.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import django
from django.conf import settings

# "gw0", "gw1" ... under pytest-xdist: each worker has its own database (pytest-django), files and Redis database.
XDIST_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
NUMBER = int(XDIST_WORKER.removeprefix("gw")) + 1 if XDIST_WORKER else 0
FOLDER = Path(tempfile.mkdtemp(prefix="in2stem-tests-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)

if settings.configured:
    raise RuntimeError(
        "The settings were read before the tests could set their environment: unset DJANGO_SETTINGS_MODULE."
    )
for _name in ("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "CLAMD_URL", "SENTRY_DSN", "PDF_SIGNING_KEY"):
    os.environ.pop(_name, None)
os.environ.update(
    {
        "DJANGO_SETTINGS_MODULE": "in2stem.settings",
        "DEBUG": "0",
        "DEMO": "0",
        "SECRET_KEY": "only-for-the-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
        "BASE_URL": "http://testserver",
        "EMAIL_URL": "memorymail://",
        "MEDIA_ROOT": str(FOLDER / "media"),
        "BROKER_DIR": str(FOLDER / "broker"),
    }
)
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")
if os.environ.get("REDIS_URL"):
    os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{NUMBER}").geturl()

# Argon2 is slow on purpose, and most tests sign someone in.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests sign staff in without a phone; tests/accounts/test_second_factor.py turns it on.
settings.REQUIRE_SECOND_FACTOR = False
# No collectstatic has run, so there is no manifest with hashed names.
settings.STORAGES = {
    **settings.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# pytest-django's live server serves static files only when it finds this very name.
settings.INSTALLED_APPS = [
    "django.contrib.staticfiles" if app == "in2stem.apps.PortalStaticFilesConfig" else app
    for app in settings.INSTALLED_APPS
]
settings.STATIC_ROOT = FOLDER / "static"
settings.STATIC_ROOT.mkdir()
if not settings.REDIS_URL:
    # The database cache would need the database in each test.
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

django.setup()
# A pytest-xdist worker inherits this process's environment; with the module named there, pytest-django would read the
# settings before this file has run in that worker.
del os.environ["DJANGO_SETTINGS_MODULE"]
