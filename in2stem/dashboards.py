"""Mijn volgende stap: what this person is asked to do now. Where it comes from stands in in2stem/asks.py."""

from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.access import members_only
from in2stem.asks import desk_of
from in2stem.places import own_page
from phases.enums import Phase


@members_only
def my_next_step(request):
    desk = desk_of(request.user)
    return render(request, "in2stem/my_next_step.html", {"desk": desk, "facts": _facts(request.user, desk.focus)})


def _facts(user, focus):
    """The title block: for whom someone works, and where their trajectory stands."""
    facts = []
    if user.active_memberships:
        organisation = user.active_memberships[0].organisation
        facts.append(
            {
                "label": organisation.get_kind_display(),
                "value": organisation,
                "url": own_page(organisation),
                "wide": True,
            }
        )
    if focus:
        facts.append({"label": _("Trajectory"), "value": focus, "url": focus.get_absolute_url()})
        facts.append(
            {
                "label": _("Phase"),
                "value": _("%(number)s of %(total)s") % {"number": focus.current_phase.number, "total": len(Phase)},
            }
        )
    return facts
