"""Load every app's `tasks.py` at start-up, so that web and worker know the same handlers."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = _("Background work")

    def ready(self):
        autodiscover_modules("tasks")
