"""The jobs of this floor."""

from companies import services
from jobs.registry import handles


@handles(services.NUDGE)
def nudge(_nothing):
    services.nudge()


@handles(services.SWEEP_DRAFTS)
def sweep_drafts(_nothing):
    services.sweep_drafts()


@handles(services.SWEEP_IMPORTS)
def sweep_imports(_nothing):
    services.sweep_imports()
