"""App configuration of the workgroups. They hear from the companies when a contact hands over to a colleague."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from companies.signals import handed_over


class WorkgroupsConfig(AppConfig):
    name = "workgroups"
    verbose_name = _("Workgroups")

    def ready(self):
        handed_over.connect(take_over_seats, dispatch_uid="a successor takes seats over")


def take_over_seats(sender, leaving, successor, by, **kwargs):
    """In the transaction of the hand-over: it happens whole or not at all."""
    from workgroups.services.hand_over import take_over

    take_over(leaving=leaving, successor=successor, by=by)
