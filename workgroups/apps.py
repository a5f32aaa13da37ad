"""App configuration of the workgroups. They hear when a contact hands over, and are asked when somebody would simply leave."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts.leaving import asked_to_leave
from companies.signals import handed_over


class WorkgroupsConfig(AppConfig):
    name = "workgroups"
    verbose_name = _("Workgroups")

    def ready(self):
        handed_over.connect(take_over_seats, dispatch_uid="a successor takes seats over")
        asked_to_leave.connect(ties_of_seats, dispatch_uid="a group keeps its chair")


def take_over_seats(sender, leaving, successor, by, **kwargs):
    """In the transaction of the hand-over: it happens whole or not at all."""
    from workgroups.services.hand_over import take_over

    take_over(leaving=leaving, successor=successor, by=by)


def ties_of_seats(sender, membership, by, **kwargs):
    """Which seats are settled before this person leaves."""
    from workgroups.services.hand_over import ties_of

    return ties_of(membership)
