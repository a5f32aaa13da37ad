"""Tables that only grow: the model refuses, the queryset refuses, and PostgreSQL refuses too.

Use `AppendOnlyModel` for the model and `forbid_changes("app_table")` as the last operation of its migration. It lies this low
so that every floor with people in it can keep history.
"""

from django.db import migrations, models


class AppendOnlyError(TypeError):
    """Someone tried to change or delete history."""


class AppendOnlyQuerySet(models.QuerySet):
    """Adds and reads; refuses everything that would change the past."""

    def update(self, **fields):
        raise AppendOnlyError("History is append-only.")

    def delete(self):
        raise AppendOnlyError("History is append-only.")

    def bulk_update(self, *args, **kwargs):
        raise AppendOnlyError("History is append-only.")


class AppendOnlyModel(models.Model):
    """A row that is written once."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise AppendOnlyError("History is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise AppendOnlyError("History is append-only.")


def forbid_changes(table):
    """Migration operation: a PostgreSQL trigger that refuses UPDATE and DELETE on `table`. Does nothing on SQLite."""

    def create(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE OR REPLACE FUNCTION {table}_is_append_only() RETURNS trigger AS $$ BEGIN "
                f"RAISE EXCEPTION '{table} is append-only'; END; $$ LANGUAGE plpgsql"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()"
            )

    def drop(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {table}_is_append_only()")

    return migrations.RunPython(create, drop)
