"""PostgreSQL refuses to change what was certified, to write a file over another, and to change or delete the log."""

from django.db import migrations

from accounts.history import forbid_changes

FROZEN = ("number", "token", "facts", "organisation_id", "trajectory_id", "issued_at", "issued_by_id", "supersedes_id")
CHANGED = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in FROZEN)


def create(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(
        "CREATE OR REPLACE FUNCTION certificates_certificate_is_final() RETURNS trigger AS $$ BEGIN "
        "IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'a certificate is revoked, never deleted'; END IF; "
        f"IF {CHANGED} THEN RAISE EXCEPTION 'what was certified never changes'; END IF; "
        "IF OLD.sha256 <> '' AND (NEW.sha256, NEW.pdf) IS DISTINCT FROM (OLD.sha256, OLD.pdf) "
        "THEN RAISE EXCEPTION 'the file of a certificate never changes'; END IF; "
        "IF OLD.status = 'revoked' AND NEW.status <> 'revoked' "
        "THEN RAISE EXCEPTION 'a revoked certificate stays revoked'; END IF; "
        "RETURN NEW; END; $$ LANGUAGE plpgsql"
    )
    schema_editor.execute(
        "CREATE TRIGGER certificates_certificate_final BEFORE UPDATE OR DELETE ON certificates_certificate "
        "FOR EACH ROW EXECUTE FUNCTION certificates_certificate_is_final()"
    )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER IF EXISTS certificates_certificate_final ON certificates_certificate")
        schema_editor.execute("DROP FUNCTION IF EXISTS certificates_certificate_is_final()")


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]

    operations = [
        forbid_changes("certificates_certificatelog"),
        migrations.RunPython(create, drop),
    ]
