"""Which intakes and companies look like the same company, and why. For Voka only; a stranger gets a yes or no (`may_be_known`).

What a newcomer gets wrong: comparing with every row. A few indexed questions bring at most CANDIDATES rows; only those are
compared letter by letter, so it works the same on SQLite and PostgreSQL.
"""

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from companies.enums import IntakeState
from companies.models import Company, Intake
from companies.selectors.intakes import is_signed_up

CANDIDATES = 200
SHOWN = 10
# A shorter name is like too many others to say something about it while it is typed.
SHORTEST_NAME = 4
ALIKE = 0.86
# Where everyone may have an address: sharing one says nothing.
FREE_MAIL = frozenset(
    """
    gmail.com googlemail.com hotmail.com hotmail.be hotmail.nl hotmail.fr outlook.com outlook.be outlook.fr live.com live.be
    msn.com yahoo.com yahoo.be ymail.com icloud.com me.com aol.com mail.com gmx.com gmx.net proton.me protonmail.com
    telenet.be skynet.be proximus.be scarlet.be pandora.be belgacom.net edpnet.be voo.be
    """.split()  # noqa: SIM905 - a list of words reads better
)
_LEGAL_FORMS = frozenset(
    """
    nv bv bvba sa srl sprl cv cvba vof commv comm vzw asbl group groep holding belgium belgie benelux the de
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Suspect:
    """An intake or company that may be the same, with the reasons in words, the surest first."""

    found: Intake | Company
    reasons: tuple[str | Promise, ...]

    @property
    def is_company(self) -> bool:
        return isinstance(self.found, Company)


def bare_name(name) -> str:
    """A name without capitals, accents, punctuation and legal form: "Staalbouw Kempen N.V." -> "staalbouw kempen"."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter)).replace(".", "")
    words = re.findall(r"\w+", letters)
    return " ".join(word for word in words if word not in _LEGAL_FORMS) or " ".join(words)


def are_alike(one, other) -> bool:
    """Whether two bare names are the same but for a typing error or a space."""
    if not one or not other:
        return False
    one, other = one.replace(" ", "")[:80], other.replace(" ", "")[:80]
    return one == other or SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def mail_domain(email) -> str:
    """What comes after the @, or empty for a provider of free mail."""
    domain = email.rpartition("@")[2].strip().lower() if "@" in email else ""
    return "" if domain in FREE_MAIL else domain


def suspects_of_intake(intake) -> list[Suspect]:
    """Other intakes and companies that may be this company; two queries."""
    bare, domain = bare_name(intake.company_name), mail_domain(intake.contact_email)
    first = _first_letters(intake.company_name)
    wanted = Q(enterprise_number=intake.enterprise_number) | Q(contact_phone=intake.contact_phone)
    wanted |= Q(company_name__istartswith=first)
    if domain:
        wanted |= Q(contact_email__iendswith=f"@{domain}")
    others = Intake.objects.filter(wanted).exclude(pk=intake.pk).exclude(state=IntakeState.MERGED)
    suspects = []
    for other in others.select_related("trajectory").order_by("-pk")[:CANDIDATES]:
        reasons = _reasons(
            number=other.enterprise_number == intake.enterprise_number,
            name=are_alike(bare, bare_name(other.company_name)),
            mail=domain if domain and mail_domain(other.contact_email) == domain else "",
            phone=other.contact_phone == intake.contact_phone,
        )
        if reasons:
            suspects.append(Suspect(other, reasons))
    return [*_companies_like(intake.enterprise_number, intake.company_name), *_surest(suspects)]


def suspects_of_company(company) -> list[Suspect]:
    """Other companies that may be this one; one query."""
    return _companies_like(company.enterprise_number, company.organisation.name, but=company.pk)


def may_be_known(*, number="", name="", email="") -> bool:
    """Whether what a visitor typed looks like a company that came in before; four queries at most.

    For anyone: never of which company, nor by what. Of an address only the domain is looked at, and only when that is a company's
    own, so that nobody learns whether a person is known here.
    """
    if number and is_signed_up(number):
        return True
    bare, domain = bare_name(name), mail_domain(email)
    wanted = Q(contact_email__iendswith=f"@{domain}") if domain else Q(pk=None)
    names = []
    if len(bare) >= SHORTEST_NAME:
        wanted |= Q(company_name__istartswith=_first_letters(name))
        companies = Company.objects.standing().filter(organisation__name__istartswith=_first_letters(name))
        names = list(companies.order_by("-pk").values_list("organisation__name", flat=True)[:CANDIDATES])
    elif not domain:
        return False
    intakes = Intake.objects.exclude(state__in=(IntakeState.DECLINED, IntakeState.MERGED)).filter(wanted)
    for other, address in intakes.order_by("-pk").values_list("company_name", "contact_email")[:CANDIDATES]:
        if domain and mail_domain(address) == domain:
            return True
        names.append(other)
    return len(bare) >= SHORTEST_NAME and any(are_alike(bare, bare_name(other)) for other in names)


def _companies_like(number, name, but=None):
    wanted = Q(organisation__name__istartswith=_first_letters(name))
    if number:
        wanted |= Q(enterprise_number=number)
    bare, suspects = bare_name(name), []
    companies = Company.objects.standing().filter(wanted).exclude(pk=but).select_related("organisation")
    for company in companies.order_by("-pk")[:CANDIDATES]:
        same_number = bool(number) and company.enterprise_number == number
        if reasons := _reasons(number=same_number, name=are_alike(bare, bare_name(company.organisation.name))):
            suspects.append(Suspect(company, reasons))
    return _surest(suspects)


def _reasons(*, number, name, mail="", phone=False):
    found = (
        (number, _("same enterprise number")),
        (name, _("similar name")),
        (phone, _("same telephone number")),
        (mail, _("same mail domain (%(domain)s)") % {"domain": mail}),
    )
    return tuple(sentence for holds, sentence in found if holds)


def _first_letters(name):
    return name.strip()[:3]


def _surest(suspects):
    return sorted(suspects, key=lambda suspect: -len(suspect.reasons))[:SHOWN]
