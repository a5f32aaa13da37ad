"""Starts a throw-away PostgreSQL and Redis, runs one command against them, and always stops them again.

    python -m tests.services -- python -m pytest -k intake
    python tests/services.py --missing        prints what the suite needs and this machine lacks

DATABASE_URL and REDIS_URL given in the environment win: then that service is not started. Standard library only,
because it also runs before there is a virtual environment.
"""

import glob
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 20
# One for each pytest-xdist worker, and one for a run without xdist.
REDIS_DATABASES = 64
POSTGRES_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/usr/pgsql-*/bin",
)
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_PATHS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def find_postgres() -> Path | None:
    """The folder with PostgreSQL's server programs (initdb, postgres), newest version first; None when absent."""
    folders = [Path(found) for pattern in POSTGRES_FOLDERS for found in glob.glob(pattern)]
    folders.sort(key=lambda folder: int("0" + "".join(re.findall(r"\d+$", folder.parent.name))), reverse=True)
    if shutil.which("pg_config"):
        named = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False).stdout.strip()
        folders.append(Path(named))
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def find_chromium() -> str | None:
    """The system's Chromium or Chrome; None when absent."""
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return found
    return next((path for path in CHROMIUM_PATHS if Path(path).exists()), None)


def missing() -> list[str]:
    """What bin/system-packages has to install before the suite can run, in its words."""
    found = {
        "postgresql": os.environ.get("DATABASE_URL") or find_postgres(),
        "redis": os.environ.get("REDIS_URL") or shutil.which("redis-server"),
        "chromium": find_chromium(),
        "poppler": shutil.which("pdftotext"),
        "procps": shutil.which("ps"),
    }
    return [name for name, present in found.items() if not present]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def _unprivileged() -> tuple[int, int] | None:
    """User and group to run a program as that refuses to run as root; None when we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            person = pwd.getpwnam(name)
            return person.pw_uid, person.pw_gid
    sys.exit("PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody' to run it as.")


@contextmanager
def _server(name: str, command: list[str | Path], home: Path, stop_signal: int, **identity: Any) -> Iterator[None]:
    """Run one server until the block ends. It gets a session of its own, so that Ctrl-C reaches only us."""
    log = home / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            **identity,
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        # Both say so in these words; a port that answers may belong to someone else, or to a server still starting.
        while b"eady to accept connections" not in log.read_bytes():
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{name} did not start:\n{log.read_text(errors='replace')}")
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(stop_signal)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _utf8_locale() -> str:
    known = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.split()
    return next((name for name in ("C.UTF-8", "C.utf8", "en_US.UTF-8", "en_US.utf8") if name in known), "C")


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL of our own; gives its DATABASE_URL."""
    programs = find_postgres()
    if programs is None:
        sys.exit("PostgreSQL's server programs are missing: run bin/system-packages test.")
    identity: dict[str, Any] = {}
    home = folder / "postgres"
    home.mkdir()
    password = secrets.token_urlsafe(24)
    password_file = home / "password"
    password_file.write_text(password)
    if someone := _unprivileged():
        identity = {"user": someone[0], "group": someone[1], "extra_groups": []}
        for path in (home, password_file):
            os.chown(path, *someone)
    # ICU for sorting as production does (docker-compose.yml); a UTF-8 libc locale so that trigrams know accents.
    initdb: list[str | Path] = [
        programs / "initdb",
        "--pgdata",
        home / "data",
        "--username=in2stem",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        f"--locale={_utf8_locale()}",
        "--locale-provider=icu",
        "--icu-locale=nl-BE",
        "--no-sync",
    ]
    subprocess.run(initdb, cwd=home, stdout=subprocess.DEVNULL, check=True, **identity)
    port = _free_port()
    settings = {
        "listen_addresses": LOOPBACK,
        "port": port,
        "unix_socket_directories": "",
        "max_connections": 200,
        # The data is thrown away, so nothing has to survive a power cut.
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "shared_buffers": "128MB",
    }
    command: list[str | Path] = [programs / "postgres", "-D", home / "data"]
    for key, value in settings.items():
        command += ["-c", f"{key}={value}"]
    # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
    with _server("PostgreSQL", command, home, signal.SIGINT, **identity):
        yield f"postgres://in2stem:{password}@{LOOPBACK}:{port}/postgres"


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Redis of our own that writes nothing to disk; gives its REDIS_URL."""
    program = shutil.which("redis-server")
    if program is None:
        sys.exit("redis-server is missing: run bin/system-packages test.")
    home = folder / "redis"
    home.mkdir()
    password = secrets.token_urlsafe(24)
    port = _free_port()
    configuration = home / "redis.conf"
    configuration.write_text(
        f"bind {LOOPBACK}\nport {port}\nrequirepass {password}\ndatabases {REDIS_DATABASES}\n"
        f'save ""\nappendonly no\nmaxmemory-policy noeviction\ndir {home}\n'
    )
    with _server("Redis", [program, configuration], home, signal.SIGTERM):
        yield f"redis://default:{password}@{LOOPBACK}:{port}/0"


def run(command: list[str]) -> int:
    """Run `command` in a session of its own, pass signals on to it, and leave nothing of it behind."""
    process = subprocess.Popen(command, start_new_session=True)
    interrupted = []

    def pass_on(number, frame):
        interrupted.append((number, time.monotonic()))
        # pytest tidies up on an interrupt and not on a termination.
        process.send_signal(signal.SIGINT)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(1)
            break
        if interrupted and time.monotonic() - interrupted[0][1] > STOP_SECONDS:
            process.kill()
    # What the command itself started: pytest-xdist's workers, a Celery worker.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    if interrupted:
        return 128 + interrupted[0][0]
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


def main(arguments: list[str]) -> int:
    if arguments == ["--missing"]:
        print("\n".join(missing()))
        return 0
    if len(arguments) < 2 or arguments[0] != "--":
        sys.exit(__doc__)
    # A signal during the start must unwind the stack below as well.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: sys.exit(128 + number))
    with ExitStack() as stack:
        temporary = tempfile.TemporaryDirectory(prefix="in2stem-tests-", ignore_cleanup_errors=True)
        folder = Path(stack.enter_context(temporary))
        # PostgreSQL may run as another user, who has to be able to pass through.
        folder.chmod(0o711)
        if not os.environ.get("DATABASE_URL"):
            os.environ["DATABASE_URL"] = stack.enter_context(postgres(folder))
        if not os.environ.get("REDIS_URL"):
            os.environ["REDIS_URL"] = stack.enter_context(redis(folder))
        return run(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
