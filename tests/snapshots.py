"""The rows that tests begin with: written once per process through the models, then put back in one go for each test.

What a newcomer gets wrong: expecting new primary keys. Each test gets the same rows with the same keys; what it adds
itself comes after them.
"""

import copy
import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Generic, TypeVar

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

Built = TypeVar("Built")
# By table.
Rows = dict[str, list[tuple[Any, ...]]]


@cache
def tables() -> tuple[str, ...]:
    """The table of every model."""
    return tuple(sorted(connection.introspection.django_table_names()))


@cache
def columns(table: str) -> tuple[str, ...]:
    with connection.cursor() as cursor:
        return tuple(column.name for column in connection.introspection.get_table_description(cursor, table))


def quoted(*names: str) -> str:
    return ", ".join(connection.ops.quote_name(name) for name in names)


def all_rows() -> Rows:
    """What stands in the database now."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT {quoted(*columns(table))} FROM {quoted(table)}")
            found[table] = cursor.fetchall()
    return found


def insert(rows: Rows) -> None:
    with connection.cursor() as cursor:
        for table, values in rows.items():
            marks = ", ".join(["%s"] * len(columns(table)))
            cursor.executemany(f"INSERT INTO {quoted(table)} ({quoted(*columns(table))}) VALUES ({marks})", values)


def insert_in_one_message(rows: Rows) -> str:
    """The same for PostgreSQL, written out; it takes the counters of the keys along, which SQLite does by itself."""
    statements = []
    with connection.cursor() as cursor:
        for table, values in rows.items():
            marks = f"({', '.join(['%s'] * len(columns(table)))})"
            lines = ", ".join(cursor.mogrify(marks, row).decode() for row in values)
            statements.append(f"INSERT INTO {quoted(table)} ({quoted(*columns(table))}) VALUES {lines}")
            for counter in connection.introspection.get_sequences(cursor, table):
                name, key = quoted(counter["name"]), columns(table).index(counter["column"])
                last = max(row[key] for row in values)
                statements.append(f"SELECT setval('{name}', GREATEST(last_value, {last})) FROM {name}")
    return ";\n".join(statements)


def send(message: str) -> None:
    """Statements for PostgreSQL, all or nothing."""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(message)


# --- Scenery ----------------------------------------------------------------------------------------------------------


@dataclass
class Snapshot(Generic[Built]):
    """What `build` adds to a database that holds nothing yet but what the migrations put there."""

    build: Callable[[], Built]
    # By day: rows of today say that they are of today.
    _taken: dict[datetime.date, tuple[Rows, str, Built]] = field(default_factory=dict)

    def put_back(self) -> Built:
        """Its rows in the database; gives what `build` gave."""
        today = timezone.localdate()
        if today not in self._taken:
            self._taken[today] = self._take()
        rows, message, built = self._taken[today]
        if message:
            send(message)
        else:
            with transaction.atomic(savepoint=False):
                insert(rows)
        return copy.deepcopy(built)

    def _take(self) -> tuple[Rows, str, Built]:
        with transaction.atomic():
            before = all_rows()
            built = self.build()
            after = all_rows()
            transaction.set_rollback(True)
        assert all(row in after[table] for table, values in before.items() for row in values), "it may only add rows"
        rows = {
            table: [row for row in values if row not in before[table]]
            for table, values in after.items()
            if len(values) > len(before[table])
        }
        return rows, insert_in_one_message(rows) if connection.vendor == "postgresql" else "", built


# --- The empty database -----------------------------------------------------------------------------------------------


class EmptyDatabase:
    """The database as the migrations left it. Taken at the start, put back after each test that really commits.

    Django's own way truncates each table and then makes all permissions again: on PostgreSQL that takes forty times as
    long as removing the few rows of a test. Only a superuser may step past the triggers that keep history as it is.
    """

    def __init__(self) -> None:
        self._message = ""
        if connection.vendor == "postgresql" and _is_superuser():
            rows = {table: values for table, values in all_rows().items() if values}
            self._message = ";\n".join(
                [
                    # Waits, as TRUNCATE does, for whoever is still busy.
                    f"LOCK TABLE {quoted(*tables())} IN ACCESS EXCLUSIVE MODE",
                    "SET LOCAL session_replication_role = replica",
                    *(f"DELETE FROM {quoted(table)}" for table in tables()),
                    insert_in_one_message(rows),
                ]
            )

    def put_back(self) -> None:
        if self._message:
            send(self._message)
        else:
            call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


def _is_superuser() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SHOW is_superuser")
        return cursor.fetchone() == ("on",)
