"""The public intake form and what follows right after it."""

from django.core import signing
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.access import public
from accounts.policy import Conflict
from companies import selectors, services
from companies.forms import IntakeForm
from companies.models import Intake
from jobs.services import background_is_alive

THANKS_SALT = "companies.thanks"


THANKS_SECONDS = 30 * 24 * 60 * 60


@public
@never_cache
def intake(request):
    """The form. The same form sent twice is one intake; a refused one comes back with all that was typed."""
    questionnaire = selectors.current_questionnaire()
    if questionnaire is None:
        raise Conflict(_("You cannot sign up just now: the questions are being renewed. Try again later today."))
    form = IntakeForm(request.POST if request.method == "POST" else None, questionnaire=questionnaire)
    if form.is_valid():
        try:
            received = services.submit(**form.submission())
        except Conflict as conflict:
            form.refuse(conflict)
        else:
            return redirect(f"{reverse('companies:thanks')}?ref={signing.dumps(received.pk, salt=THANKS_SALT)}")
    return render(request, "companies/intake.html", {"form": form})


@public
@never_cache
def thanks(request):
    """What was received and what happens next. Without the reference of a saved intake it thanks nobody."""
    try:
        pk = signing.loads(request.GET.get("ref", ""), salt=THANKS_SALT, max_age=THANKS_SECONDS)
    except signing.BadSignature:
        pk = None
    received = Intake.objects.filter(pk=pk).first()
    return render(request, "companies/thanks.html", {"intake": received, "mail_is_on_its_way": background_is_alive()})
