"""Django's command of this name would make a person without any right: rights follow memberships, there are no superusers."""

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Does not exist here: use create_administrator."
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv):
        # Django's own options of this command must lead to the sentence below, not to "unrecognized arguments".
        super().run_from_argv(argv[:2])

    def handle(self, *args, **options):
        raise CommandError(
            "Rights follow memberships here, so there are no superusers. "
            "Run instead: python manage.py create_administrator EMAIL --chamber NAME"
        )
