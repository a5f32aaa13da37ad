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
    MERGED = "merged", _("Merged")

    @property
    def is_decided(self) -> bool:
        return self not in UNDECIDED


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
    OWNER = "owner", _("Other owner")
    MERGED = "merged", _("Merged")
    UNMERGED = "unmerged", _("Merge undone")


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
    def in_full(self) -> str:
        """For a list or a table: "2 repeated", "not applicable"."""
        return f"{self.value} {self.label}" if self.counts else str(self.label)


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


class StudyDomain(models.TextChoices):
    """The study domains of secondary education."""

    LANGUAGE_CULTURE = "language_culture", _("Language and culture")
    STEM = "stem", _("STEM")
    ART = "art", _("Art and creation")
    AGRICULTURE = "agriculture", _("Agriculture and horticulture")
    ECONOMY = "economy", _("Economy and organisation")
    SOCIETY = "society", _("Society and welfare")
    SPORT = "sport", _("Sport")
    FOOD = "food", _("Food and hospitality")
    ACROSS = "across", _("Across domains")


class KeyElement(models.TextChoices):
    """The seven key elements of the STEM School Label, as a company reads them."""

    INSTRUCTION = "1", _("Instruction")
    CURRICULUM = "2", _("Curriculum implementation")
    ASSESSMENT = "3", _("Assessment")
    STAFF = "4", _("Professionalisation of staff")
    LEADERSHIP = "5", _("School leadership and culture")
    CONNECTIONS = "6", _("Connections")
    INFRASTRUCTURE = "7", _("School infrastructure")


class WorkgroupRole(models.TextChoices):
    """What a company sees itself do in a workgroup."""

    JOIN = "join", _("Take part")
    CHAIR = "chair", _("Take part, and perhaps chair")
    LATER = "later", _("We decide later")


class ConsentKind(models.TextChoices):
    PRIVACY = "privacy", _("Privacy statement read")
    NEWSLETTER = "newsletter", _("Newsletter")
    PUBLICATION = "publication", _("Publication of name and logo")
