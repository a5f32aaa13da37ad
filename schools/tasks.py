"""The jobs of schools: reminders of labels that expire, dossiers and reports, and the sweep of those. Beat starts what has no
object of its own (in2stem/settings.py)."""

from jobs.registry import handles
from schools import services
from schools.services import dossiers


@handles(services.REMIND)
def remind_of_expiry(_nothing):
    services.remind_of_expiry()


@handles(dossiers.BUILD, queue="render", on_parked=dossiers.give_up_dossier)
def build_dossier(dossier_id):
    dossiers.build(dossier_id)


@handles(dossiers.REPORT, queue="render", on_parked=dossiers.give_up_report)
def build_report(report_id):
    dossiers.build_report(report_id)


@handles(dossiers.SWEEP)
def sweep_exports(_nothing):
    dossiers.sweep()
