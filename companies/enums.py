"""The words of an intake: its states, the answers on the maturity scale, sectors and sizes.

What a newcomer gets wrong: counting "unknown" or "not applicable" as 0. They are answers of their own; ask `counts`.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class IntakeState(models.TextChoices):
    SUBMITTED = "submitted", _("Submitted")
    IN_CONTACT = "in_contact", _("In contact")
    REFINED = "refined", _("Refined")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")

    @property
    def is_decided(self) -> bool:
        return self in (IntakeState.ACCEPTED, IntakeState.DECLINED)


UNDECIDED = (IntakeState.SUBMITTED, IntakeState.IN_CONTACT, IntakeState.REFINED)


class LogKind(models.TextChoices):
    """What happened to an intake. The first five are moves to the state of that name, the others contacts and corrections."""

    SUBMITTED = "submitted", _("Submitted")
    IN_CONTACT = "in_contact", _("Contact started")
    REFINED = "refined", _("Refinement finished")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    CALL = "call", _("Telephone call")
    MAIL = "mail", _("E-mail")
    VISIT = "visit", _("Visit")
    NOTE = "note", _("Note")
    CORRECTION = "correction", _("Answer refined")


CONTACT_KINDS = (LogKind.CALL, LogKind.MAIL, LogKind.VISIT, LogKind.NOTE)


class QuestionnaireState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    CURRENT = "current", _("In use")
    RETIRED = "retired", _("Retired")


class Maturity(models.TextChoices):
    """How far a form of cooperation stands: 0 to 4, or one of two answers that never count."""

    NONE = "0", pgettext_lazy("maturity", "not")
    AD_HOC = "1", pgettext_lazy("maturity", "ad hoc")
    REPEATED = "2", pgettext_lazy("maturity", "repeated")
    STRUCTURAL = "3", pgettext_lazy("maturity", "structural")
    INTEGRATED = "4", pgettext_lazy("maturity", "integrated and improved")
    UNKNOWN = "unknown", pgettext_lazy("maturity", "I don't know")
    NOT_APPLICABLE = "not_applicable", pgettext_lazy("maturity", "not applicable")

    @property
    def counts(self) -> bool:
        return self.points is not None

    @property
    def points(self) -> int | None:
        """0 to 4, or None for an answer that does not count."""
        return int(self.value) if self.value.isdigit() else None

    @property
    def explanation(self):
        """What this step means, in one line; empty for the answers that do not count."""
        return _EXPLANATIONS.get(self, "")

    @property
    def in_full(self) -> str:
        """For a list or a table: "2 repeated", "not applicable"."""
        return f"{self.value} {self.label}" if self.counts else str(self.label)


_EXPLANATIONS = {
    Maturity.NONE: _("We don't do this"),
    Maturity.AD_HOC: _("Once, when asked"),
    Maturity.REPEATED: _("Every year, depends on one person"),
    Maturity.STRUCTURAL: _("Agreements, a fixed contact, a budget"),
    Maturity.INTEGRATED: _("Measured, shared, part of the HR policy"),
}


class HeadcountBand(models.TextChoices):
    """Number of employees. Not the legal size of an enterprise: that test needs more."""

    UP_TO_9 = "1-9", _("1 to 9 employees")
    UP_TO_49 = "10-49", _("10 to 49 employees")
    UP_TO_249 = "50-249", _("50 to 249 employees")
    FROM_250 = "250+", _("250 employees or more")


class Sector(models.TextChoices):
    """A short list that everyone finds themselves in; the NACE code is optional beside it."""

    AGRICULTURE_FOOD = "agriculture_food", _("Agriculture and food")
    CONSTRUCTION = "construction", _("Construction and installation")
    CHEMISTRY_PHARMA = "chemistry_pharma", _("Chemistry, pharma and life sciences")
    METAL_MACHINES = "metal_machines", _("Metal, machines and electronics")
    WOOD_TEXTILE = "wood_textile", _("Wood, textile and furniture")
    OTHER_INDUSTRY = "other_industry", _("Other industry")
    ENERGY_ENVIRONMENT = "energy_environment", _("Energy, water and environment")
    LOGISTICS_MOBILITY = "logistics_mobility", _("Logistics and mobility")
    ICT = "ict", _("ICT and digital")
    CARE = "care", _("Care and health")
    TRADE = "trade", _("Trade and hospitality")
    SERVICES = "services", _("Services and consultancy")
    OTHER = "other", _("Another sector")


class NaceVersion(models.TextChoices):
    V2008 = "2008", "NACE-BEL 2008"
    V2025 = "2025", "NACE-BEL 2025"


class ConsentKind(models.TextChoices):
    PRIVACY = "privacy", _("Privacy statement read")
    NEWSLETTER = "newsletter", _("Newsletter")
    PUBLICATION = "publication", _("Publication of name and logo")
