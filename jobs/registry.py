"""Which function does which kind of job. An app registers its handlers in its own `tasks.py`."""

from collections.abc import Callable
from dataclasses import dataclass

MAX_ATTEMPTS = 5


@dataclass(frozen=True)
class Handler:
    """How one kind of job is done.

    `function` takes the object's id, may run twice and must change nothing the second time.
    `on_parked(object_id, reason)` runs once in the transaction that gives up.
    """

    kind: str
    function: Callable[[int], None]
    queue: str
    max_attempts: int
    on_parked: Callable[[int, str], None] | None


_handlers: dict[str, Handler] = {}


def handles(kind, *, queue="default", max_attempts=MAX_ATTEMPTS, on_parked=None):
    """Decorator: register the function below as the handler of `kind`."""

    def register(function):
        _handlers[kind] = Handler(kind, function, queue, max_attempts, on_parked)
        return function

    return register


def handler_of(kind) -> Handler:
    """The handler of `kind`; KeyError when no app registered one."""
    return _handlers[kind]


def kinds() -> list[str]:
    """Every registered kind."""
    return sorted(_handlers)
