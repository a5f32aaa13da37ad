"""`manage.py import_schools FILE.csv [--dry-run]`: read the official list of schools, or the portal's own template."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from schools import importing
from schools.importing import Outcome


class Command(BaseCommand):
    help = "Import a list of schools; reading it twice changes nothing the second time."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, nargs="?", help="the list, `;`-separated, with column names on top")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--template", action="store_true", help="print the portal's own template and stop")

    def handle(self, *args, file, dry_run, template, verbosity, **options):
        if template:
            self.stdout.write(";".join(importing.TEMPLATE))
            return
        report = self._import(file, dry_run=dry_run)
        words = {
            Outcome.CREATED: pgettext("import", "created"),
            Outcome.UPDATED: pgettext("import", "updated"),
            Outcome.UNCHANGED: pgettext("import", "unchanged"),
            Outcome.REFUSED: pgettext("import", "refused"),
        }
        for result in report.lines if verbosity > 1 else report.refused:
            line = _("line %(line)d: %(outcome)s: %(name)s") % {
                "line": result.line,
                "outcome": words[result.outcome],
                "name": result.name or "-",
            }
            details = [result.reason, *map(str, result.changes)]
            self.stdout.write(f"{line}. {'; '.join(filter(None, details))}" if any(details) else line)
        for result in report.warned:
            self.stdout.write(_("line %(line)d: %(warning)s") % {"line": result.line, "warning": result.warning})
        if report.unread:
            names = ", ".join(f"“{name}”" for name in report.unread)
            self.stdout.write(
                _("These columns are not read, because we do not know their names: %(names)s.") % {"names": names}
            )
        self.stdout.write(", ".join(f"{words[outcome]}: {report.count(outcome)}" for outcome in Outcome))
        if dry_run:
            self.stdout.write(_("This was a dry run: nothing was written."))

    def _import(self, file, *, dry_run):
        if file is None:
            raise CommandError(_("Name the file to read."))
        try:
            return importing.import_schools(file.read_bytes(), dry_run=dry_run)
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be read: %(error)s.") % {"file": file, "error": error.strerror}
            ) from None
        except importing.UnreadableList as error:
            raise CommandError(str(error)) from None
