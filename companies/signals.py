"""What this floor tells those above, which it does not know."""

from django.dispatch import Signal

# A contact hands over to a colleague: `leaving` and `successor` are memberships, `by` the person who arranged it. Sent inside
# the transaction, before the membership of `leaving` ends: whoever moves seats or action points does so in the same breath.
handed_over = Signal()
