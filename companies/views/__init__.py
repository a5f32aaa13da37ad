"""The public intake form, and the profiles of companies for members."""

from companies.views.profiles import PAGE_SIZE, company_detail, company_list, intake_funnel
from companies.views.signing_up import THANKS_SALT, THANKS_SECONDS, intake, thanks

__all__ = [
    "PAGE_SIZE",
    "THANKS_SALT",
    "THANKS_SECONDS",
    "company_detail",
    "company_list",
    "intake",
    "intake_funnel",
    "thanks",
]
