"""A start that would be unsafe stops with one clear line; a production start is what Django's own check asks for."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings as portal_settings

STRONG = "een-heel-lange-geheime-sleutel-0123456789-abcdefghijklmnopqrstuvwxyz"
PRODUCTION = {
    "SECRET_KEY": STRONG,
    "BASE_URL": "https://portaal.example",
    "ALLOWED_HOSTS": "portaal.example",
    "REDIS_URL": "redis://redis.example:6379/0",
    "EMAIL_URL": "smtp://mail.example:25",
    "DATABASE_URL": "sqlite://:memory:",
}
OURS = {
    "DJANGO_ALLOW_ASYNC_UNSAFE",  # browser tests in the same process set it
    "DEBUG",
    "DEMO",
    "SECRET_KEY",
    "BASE_URL",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "REDIS_URL",
    "DATABASE_URL",
    "EMAIL_URL",
    "DJANGO_SETTINGS_MODULE",
}  # fmt: skip - the list is all there is to read
KEY_SENTENCE = "SECRET_KEY is missing or weak"
DEBUG_SENTENCE = "DEBUG=1 shows internals to every visitor"
COMMANDS = {
    "manage.py": ["manage.py", "check"],
    "migrate": ["manage.py", "migrate"],
    "worker": ["-m", "celery", "-A", "in2stem", "worker"],
    "beat": ["-m", "celery", "-A", "in2stem", "beat"],
}


def run(*arguments, timeout=60, **environment):
    """Start a command in an environment with nothing of the tests; gives what it wrote and its exit code."""
    clean = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.run(
        [sys.executable, *arguments],
        env=clean | environment,
        cwd=portal_settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, KEY_SENTENCE),
        ({"SECRET_KEY": "kort"}, KEY_SENTENCE),
        ({"DEBUG": "1", "ALLOWED_HOSTS": "portaal.example"}, DEBUG_SENTENCE),
    ],
    ids=["no key", "short key", "debug outside"],
)
def test_an_unsafe_start_stops_with_one_line(command, environment, sentence):
    finished = run(*COMMANDS[command], **environment)
    assert finished.returncode == 1
    [line] = (finished.stdout + finished.stderr).strip().splitlines()
    assert line.startswith(sentence)


def test_gunicorn_stops_too_instead_of_starting_workers_for_ever():
    finished = run("-m", "gunicorn", "in2stem.wsgi", "--bind", "127.0.0.1:0", "--no-control-socket")
    assert finished.returncode == 3
    assert KEY_SENTENCE in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"SECRET_KEY": "a" * 60}, KEY_SENTENCE),
        ({"SECRET_KEY": "django-insecure-" + STRONG}, KEY_SENTENCE),
        ({"SECRET_KEY": ""}, KEY_SENTENCE),
        ({"DEBUG": "1", "BASE_URL": "https://127.0.0.1"}, DEBUG_SENTENCE),
        ({"DEBUG": "1", "BASE_URL": "http://portaal.example"}, DEBUG_SENTENCE),
        ({"DEBUG": "1", "ALLOWED_HOSTS": "*"}, DEBUG_SENTENCE),
        ({"DEBUG": "1", "ALLOWED_HOSTS": "localhost,.example"}, DEBUG_SENTENCE),
    ],
)
def test_each_way_of_being_unsafe_is_recognised(environment, sentence):
    finished = run("-c", "import in2stem.settings", **environment)
    assert (finished.returncode, finished.stderr.startswith(sentence)) == (1, True)


@pytest.mark.parametrize(
    "environment",
    [
        {"DEBUG": "1"},
        {"DEBUG": "1", "ALLOWED_HOSTS": "localhost,127.0.0.1"},
        {"SECRET_KEY": STRONG},
        {"SECRET_KEY": STRONG, "DEMO": "1"},
    ],
)
def test_a_developer_a_demo_and_a_server_do_start(environment):
    assert run("-c", "import in2stem.settings", **environment).stderr == ""


def test_django_s_own_check_for_production_has_nothing_to_say():
    finished = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert finished.returncode == 0, finished.stderr


SHOW = """
import json
from in2stem import settings
print(json.dumps({name: getattr(settings, name, None) for name in NAMES}))
"""


def settings_of(*names, **environment):
    finished = run("-c", SHOW.replace("NAMES", repr(names)), **environment)
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


def test_over_https_cookies_stay_with_this_host_and_browsers_remember_it():
    found = settings_of(
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        "SESSION_COOKIE_PATH",
        "SESSION_COOKIE_DOMAIN",
        **PRODUCTION,
    )  # fmt: skip - names in a row
    assert found == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        # __Host- cookies need the path "/" (Django's default) and no domain.
        "SESSION_COOKIE_PATH": None,
        "SESSION_COOKIE_DOMAIN": None,
    }


@pytest.mark.parametrize(
    ("environment", "required"),
    [(PRODUCTION, True), (PRODUCTION | {"DEMO": "1"}, False), ({"DEBUG": "1"}, False), ({"SECRET_KEY": STRONG}, True)],
    ids=["production", "demo", "development", "server without https"],
)
def test_staff_need_a_second_factor_except_in_the_demo_and_in_development(environment, required):
    assert settings_of("REQUIRE_SECOND_FACTOR", **environment) == {"REQUIRE_SECOND_FACTOR": required}


def test_what_the_broker_may_carry_is_json():
    found = settings_of("CELERY_ACCEPT_CONTENT", "CELERY_TASK_SERIALIZER", **PRODUCTION)
    assert found == {"CELERY_ACCEPT_CONTENT": ["json"], "CELERY_TASK_SERIALIZER": "json"}


def test_a_lost_worker_gives_its_message_back():
    """Both or neither: measured, acks_late alone loses the task (docs/decisions/0002-one-table-of-jobs.md)."""
    found = settings_of(
        "CELERY_TASK_ACKS_LATE", "CELERY_TASK_REJECT_ON_WORKER_LOST", "CELERY_TASK_PUBLISH_RETRY", **PRODUCTION
    )
    assert list(found.values()) == [True, True, False]
