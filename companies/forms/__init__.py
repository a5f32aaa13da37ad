"""What a visitor may type when signing a company up, what its people fill in later, and what Voka fills in beside it."""

from companies.forms.baseline import BaselinePart, QuestionRow
from companies.forms.company import CompanyAdminForm, SearchForm
from companies.forms.contacts import ContactForm, HandOverForm, Way
from companies.forms.fields import EnterpriseNumberField
from companies.forms.follow_up import AssignForm, DeclineForm, IntakeAdminForm, RefinementForm
from companies.forms.measurement import MissingForm, PartForm
from companies.forms.signing_up import CompanyPart, ConsentPart, ContactPart, LinkForm, OverviewPart, WishesPart

__all__ = [
    "AssignForm",
    "BaselinePart",
    "CompanyAdminForm",
    "CompanyPart",
    "ConsentPart",
    "ContactForm",
    "ContactPart",
    "DeclineForm",
    "EnterpriseNumberField",
    "HandOverForm",
    "IntakeAdminForm",
    "LinkForm",
    "MissingForm",
    "OverviewPart",
    "PartForm",
    "QuestionRow",
    "RefinementForm",
    "SearchForm",
    "Way",
    "WishesPart",
]
