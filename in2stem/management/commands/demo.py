"""`manage.py demo`: (re)create the demo world. Empties the database first, so it refuses outside DEBUG."""

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.management.color import no_style
from django.db import connection

from accounts.models import Organisation
from in2stem.demo.world import DOMAIN, PASSWORD, build
from jobs import broker

# What migrations put there and every installation needs.
SEEDED = {
    "companies.Questionnaire",
    "companies.Question",
    "schools.Framework",
    "schools.KeyElement",
    "schools.Criterion",
    "schools.ThresholdSet",
    "schools.CriterionThreshold",
    "schools.ElementThreshold",
}
FRAMEWORK_APPS = {"contenttypes", "auth"}


class Command(BaseCommand):
    help = "(Re)creates the demo world: six trajectories, one in each phase. Empties the database first."

    def add_arguments(self, parser):
        parser.add_argument("--size", type=int, default=1, help="how many times as many organisations (default 1)")
        parser.add_argument("--if-missing", action="store_true", help="do nothing when there are organisations already")

    def handle(self, *, size, if_missing, **options):
        if not settings.DEBUG:
            raise CommandError("The demo world replaces everything in the database: it only runs with DEBUG=1.")
        if not 1 <= size <= 1000:
            raise CommandError("--size is 1 to 1000.")
        if if_missing and Organisation.objects.exists():
            self.stdout.write("The demo world is already there.")
            return
        self._empty()
        build(size)
        broker.clear()
        self.stdout.write(f"The demo world is ready. Sign in as voka@{DOMAIN} with the password {PASSWORD}.")

    def _empty(self):
        """Remove all rows but what migrations seeded. In one statement where the database can, past append-only triggers."""
        models = [
            model
            for model in apps.get_models(include_auto_created=True)
            if model._meta.managed
            and not model._meta.proxy
            and model._meta.label not in SEEDED
            and model._meta.app_label not in FRAMEWORK_APPS
        ]
        tables = [model._meta.db_table for model in models]
        statements = connection.ops.sql_flush(no_style(), tables, reset_sequences=True, allow_cascade=False)
        connection.ops.execute_sql_flush(statements)
