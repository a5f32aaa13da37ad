"""Fixtures and rules of every test. The environment comes first: nothing of Django may be imported before it.

A skipped test is a promise nobody checked, so a run with skips fails unless ALLOW_SKIPS=1 says that is fine.
"""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import redis

from tests import environment

pytest_plugins = ["tests.cast"]


# --- What could not run is listed last, and is a failure --------------------------------------------------------------


def _skipped(config: pytest.Config) -> list[Any]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return [] if reporter is None else reporter.stats.get("skipped", [])


def _is_xdist_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _is_xdist_worker(session.config) or os.environ.get("ALLOW_SKIPS") == "1":
        return
    if _skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> Iterator[None]:
    # Outermost, so that this list comes after pytest's own summary.
    yield
    skipped = _skipped(config)
    if not skipped:
        return
    terminalreporter.section("could not run")
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        terminalreporter.write_line(f"{report.nodeid}: {reason.removeprefix('Skipped: ')}")
    if os.environ.get("ALLOW_SKIPS") != "1":
        terminalreporter.write_line("Not having run is a failure here. ALLOW_SKIPS=1 accepts it.", red=True)


def pytest_runtest_setup(item: pytest.Item) -> None:
    from django.conf import settings
    from django.db import connection

    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: run it with `make test` or `python -m tests.services`")
    if item.get_closest_marker("redis") and not settings.REDIS_URL:
        pytest.skip("needs Redis: run it with `make test` or `python -m tests.services`")


# The longest first, so that a run ends with short tests that all processes share to the last. `--dist worksteal` gives each
# process an equal stretch of the list and lets it take over from the end of another's: each of these kinds begins a stretch,
# and what reads the demo world stays together, so that one process builds that world and remembers which pages it has seen.
LONGEST_FIRST = (
    lambda item: "_demo_database" in item.fixturenames,
    lambda item: item.path.parent.name == "e2e",
    lambda item: item.path.name in {"test_worker.py", "test_filesystem_broker.py", "test_demo.py"},
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[Any]) -> None:
    for item in items:
        # A worker process cannot see an in-memory SQLite, nor a broker in another process's memory.
        if "celery_worker_process" in item.fixturenames:
            item.add_marker(pytest.mark.postgres)
            item.add_marker(pytest.mark.redis)
    items[:] = in_stretches(items, processes=int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1)))


def in_stretches(items: list[Any], processes: int) -> list[Any]:
    """The same tests, one stretch of them per process; each begins with its kinds of long tests."""
    kinds: list[list[Any]] = [[] for _ in range(len(LONGEST_FIRST) + 1)]
    for item in items:
        kinds[next((n for n, is_long in enumerate(LONGEST_FIRST) if is_long(item)), -1)].append(item)
    short = kinds.pop()
    stretches: list[list[Any]] = [[] for _ in range(processes)]
    for n, kind in enumerate(kinds):
        stretches[n % processes] += kind
    for n, stretch in enumerate(stretches):
        room = len(items) // processes - len(stretch) if n < processes - 1 else len(short)
        stretch += short[: max(room, 0)]
        del short[: max(room, 0)]
    return [item for stretch in stretches for item in stretch]


def pytest_collection_finish() -> None:
    # All that is loaded now stays until the end: the collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


# --- Each test starts fresh -------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """pytest-django's test database, which Django then empties our way."""
    from django.test import TransactionTestCase

    from tests.snapshots import EmptyDatabase

    with django_db_blocker.unblock():
        empty = EmptyDatabase()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: empty.put_back())
        yield empty


@pytest.fixture(scope="session")
def empty_database(django_db_setup: Any) -> Any:
    """`empty_database.put_back()` for what was committed outside a test; each test cleans up after itself."""
    return django_db_setup


@cache
def _redis(url: str) -> redis.Redis:
    return redis.from_url(url)


@pytest.fixture(autouse=True)
def _fresh_start() -> None:
    """No rate limit counted by the test before, no language it had chosen, no service it had found out of reach."""
    from django.conf import settings
    from django.core.cache import cache
    from django.utils import translation

    from in2stem.cache import ForgivingClient
    from jobs import broker

    translation.deactivate()
    ForgivingClient.memory.clear()
    ForgivingClient.rest_until = 0
    broker._rest_until = 0.0
    if settings.REDIS_URL:
        # Not cache.clear(): that empties the whole Redis database, the broker's queues in it too.
        client = _redis(settings.REDIS_URL)
        for key in client.scan_iter(match=f"{cache.key_prefix}:*", count=1000):
            client.delete(key)
    else:
        cache.clear()


# --- Work behind the request ------------------------------------------------------------------------------------------


@pytest.fixture
def run_on_commit(
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]],
) -> Callable[[], AbstractContextManager[Any]]:
    """`with run_on_commit():` runs what the block left for after the commit, at its end. Needs only `db`."""
    return partial(django_capture_on_commit_callbacks, execute=True)


@pytest.fixture
def celery_worker_process(transactional_db: None, tmp_path: Path) -> Iterator[Any]:
    """A real Celery worker in its own process (tests/worker.py). Beat does not run: ask for the sweep yourself."""
    from in2stem.celery import app
    from tests.worker import WorkerProcess

    app.control.purge()
    worker = WorkerProcess(tmp_path)
    worker.start()
    try:
        yield worker
    finally:
        # Nothing of it is needed any more, and an orderly stop takes seconds.
        worker.kill9()


@pytest.fixture(scope="session")
def xdist_number() -> int:
    """0 without pytest-xdist, 1 and up for its workers: for ports, folders and names that must not collide."""
    return environment.NUMBER
