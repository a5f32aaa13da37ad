"""Prove at start-up that every need of the state machine exists."""

from django.apps import AppConfig
from django.core import checks
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class PhasesConfig(AppConfig):
    name = "phases"
    verbose_name = _("Trajectories")

    def ready(self):
        checks.register(every_need_exists)


def every_need_exists(app_configs, **kwargs):
    """phases.E001: a need in phases/machine.py names a function that does not exist."""
    from phases.machine import TRANSITIONS

    errors = []
    for path in sorted({need.path for row in TRANSITIONS for need in row.needs}):
        try:
            import_string(path)
        except ImportError:
            errors.append(
                checks.Error(f"phases/machine.py names the need {path}, which does not exist.", id="phases.E001")
            )
    return errors
