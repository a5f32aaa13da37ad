"""The steps of an intake in the back office, each apart from the form: start contact, finish refining, accept, decline.

What a newcomer gets wrong: a step that saves the form too. Whoever accepts or declines first reads the mail that leaves; the
page carries a mark of what it showed, and comes back when that changed meanwhile.
"""

import hashlib
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.policy import Conflict
from companies import services
from companies.enums import IntakeState
from companies.forms import DeclineForm
from companies.models import Intake

SUBMITTED, IN_CONTACT, REFINED = IntakeState.SUBMITTED, IntakeState.IN_CONTACT, IntakeState.REFINED


@dataclass(frozen=True)
class Step:
    """A verb on an intake: its address, its words, where it makes sense, and the state in which it is what comes next."""

    name: str
    label: str | Promise
    states: tuple[IntakeState, ...]
    comes_after: IntakeState
    asks_first: bool = False

    def fits(self, intake) -> bool:
        if self.name == "refined" and intake.is_refined:
            return False
        return intake.state in self.states


STEPS = (
    Step("contact", _("Start contact"), (SUBMITTED,), SUBMITTED),
    Step("refined", _("Refinement is finished"), (SUBMITTED, IN_CONTACT, IntakeState.ACCEPTED), IN_CONTACT),
    Step("accept", _("Accept"), (SUBMITTED, IN_CONTACT, REFINED), REFINED, asks_first=True),
    Step("decline", _("Decline"), (SUBMITTED, IN_CONTACT, REFINED), IntakeState.DECLINED, asks_first=True),
)


class DecidingIntakes:
    """The addresses of the steps, below the page of an intake."""

    def get_urls(self):
        views = {
            "contact": require_POST(self.start_contact_view),
            "refined": require_POST(self.refined_view),
            "accept": self.accept_view,
            "decline": self.decline_view,
        }
        steps = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"companies_intake_{name}")
            for name, view in views.items()
        ]
        return [*steps, *super().get_urls()]

    def steps_of(self, intake):
        """What can be done with it now, as links and buttons."""
        return [
            {
                "label": step.label,
                "url": reverse(f"admin:companies_intake_{step.name}", args=[intake.pk]),
                "asks_first": step.asks_first,
                "is_next": step.comes_after == intake.state,
            }
            for step in STEPS
            if step.fits(intake)
        ]

    def start_contact_view(self, request, pk):
        done = _("You follow up %(company)s.")
        return self._step(request, pk, services.start_contact, done)

    def refined_view(self, request, pk):
        done = _("The answers of %(company)s are refined.")
        return self._step(request, pk, services.refine, done)

    def _step(self, request, pk, verb, done):
        intake = self._intake(request, pk)
        self._carry_out(request, lambda: verb(intake=intake, by=request.user), done % {"company": intake})
        return redirect("admin:companies_intake_change", pk)

    def accept_view(self, request, pk):
        """The mails first; one click sends them."""
        intake = self._intake(request, pk)
        done = _("%(company)s takes part. The contact gets a mail.") % {"company": intake}
        letters = services.letters_of_acceptance(intake=intake, by=request.user)
        if request.method == "POST" and self._decide(
            request, intake, lambda: services.accept(intake=intake, by=request.user), done
        ):
            return redirect("admin:companies_intake_change", pk)
        return self._page(request, intake, "accept.html", letters, title=_("Accept %(company)s") % {"company": intake})

    def decline_view(self, request, pk):
        """The reason, the mail with that reason in it, and then the click."""
        intake = self._intake(request, pk)
        form = DeclineForm(request.POST or None)
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        done = _("%(company)s is declined. The contact gets a mail.") % {"company": intake}
        if reason and "_decline" in request.POST:
            verb = services.decline
            if self._decide(request, intake, lambda: verb(intake=intake, by=request.user, reason=reason), done):
                return redirect("admin:companies_intake_change", pk)
        letter = services.letter_of_refusal(intake=intake, by=request.user, reason=reason or _("(your reason)"))
        title = _("Decline %(company)s") % {"company": intake}
        return self._page(request, intake, "decline.html", [letter], title=title, form=form)

    def _intake(self, request, pk):
        if not self.has_change_permission(request):
            raise PermissionDenied
        intake = (
            Intake.objects.select_related("trajectory", "owner", "decided_by").filter(pk=min(pk, 2**63 - 1)).first()
        )
        if intake is None:
            raise Http404
        return intake

    def _page(self, request, intake, template, letters, **context):
        back = reverse("admin:companies_intake_change", args=[intake.pk])
        return self.own_page(
            request,
            f"admin/companies/intake/{template}",
            intake=intake,
            letters=letters,
            mark=_mark(intake),
            back_url=back,
            **context,
        )

    def _decide(self, request, intake, verb, done):
        """Under the lock on the row: what was read is what leaves."""
        with transaction.atomic():
            now = Intake.objects.select_for_update().get(pk=intake.pk)
            if not now.is_decided and request.POST.get("mark") != _mark(now):
                messages.warning(request, _("This intake changed in the meantime. Read it again before you decide."))
                return False
            return self._carry_out(request, verb, done)

    def _carry_out(self, request, verb, done):
        try:
            intake = verb()
        except Conflict as conflict:
            for reason in conflict.reasons:
                messages.error(request, str(reason))
            return False
        self.log_change(request, intake, intake.get_state_display())
        messages.success(request, done)
        return True


def _mark(intake) -> str:
    """What the mails of a decision are made of, in short."""
    names = ("pk", "company_name", "trajectory_id", "contact_email", "contact_first_name", "colleague_email")
    facts = [getattr(intake, name) for name in names]
    return hashlib.sha256(repr(facts).encode("utf-8", "backslashreplace")).hexdigest()
