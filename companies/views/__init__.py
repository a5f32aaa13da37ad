"""The public intake form, and the profiles of companies for members."""

from companies.views.contacts import (
    contact_hand_over,
    contact_invite,
    contact_invite_again,
    contact_withdraw_consent,
    contact_withdraw_invitation,
    contacts,
)
from companies.views.measurements import measurement, measurement_part, measurement_state
from companies.views.profiles import PAGE_SIZE, company_detail, company_list, intake_funnel
from companies.views.results import (
    growth,
    questionnaire_preview,
    results,
    sent_results,
)
from companies.views.signing_up import (
    THANKS_SALT,
    THANKS_SECONDS,
    begin_again,
    intake,
    later,
    municipalities,
    number,
    resume,
    save,
    step,
    thanks,
)

__all__ = [
    "PAGE_SIZE",
    "THANKS_SALT",
    "THANKS_SECONDS",
    "begin_again",
    "later",
    "municipalities",
    "number",
    "resume",
    "save",
    "step",
    "company_detail",
    "company_list",
    "contact_hand_over",
    "contact_invite",
    "contact_invite_again",
    "contact_withdraw_consent",
    "contact_withdraw_invitation",
    "contacts",
    "growth",
    "intake",
    "intake_funnel",
    "measurement",
    "measurement_part",
    "measurement_state",
    "questionnaire_preview",
    "results",
    "sent_results",
    "thanks",
]
