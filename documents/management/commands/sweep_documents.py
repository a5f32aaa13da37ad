"""`manage.py sweep_documents`: the cleaner of documents.sweep by hand. Beat asks for it every hour by itself."""

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from documents.sweep import sweep


class Command(BaseCommand):
    help = "Remove files without a row, flag rows without a file, restart stuck checks."

    def handle(self, *args, **options):
        found = sweep()
        self.stdout.write(
            _(
                "%(orphans)d orphaned files and %(leftovers)d leftovers removed, %(missing)d files missing, "
                "%(returned)d back, %(restarted)d checks started again."
            )
            % vars(found)
        )
