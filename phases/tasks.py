"""The job that tells everyone who takes part that their trajectory moved to another phase."""

from jobs.registry import handles
from phases import services


@handles(services.ANNOUNCE)
def announce(change_id):
    services.announce(change_id)
