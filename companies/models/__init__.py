"""A company's profile, the questionnaire on forms of cooperation, and the intake with which a company signs up.

What a newcomer gets wrong: writing `Intake.state` or `IntakeAnswer.refined`. Only companies.services does that, because
each move is logged. The start measurement (nulmeting) of a company is the answers of its accepted intake.
"""

from companies.models.company import Company, CompanyQuerySet, validate_nace_code, validate_postal_code
from companies.models.contact import ContactConsent, HandOver
from companies.models.draft import IntakeDraft, IntakeDraftQuerySet
from companies.models.exchange import CompanyImport, Export, ExportKind
from companies.models.intake import (
    ANSWER_REMARK_MAX_LENGTH,
    MAX_VOLUME,
    NOTE_MAX_LENGTH,
    REASON_MAX_LENGTH,
    REMARK_MAX_LENGTH,
    WISH_MAX_LENGTH,
    Intake,
    IntakeAnswer,
    IntakeConsent,
    IntakeLog,
    IntakeQuerySet,
)
from companies.models.measurement import FinalAnswer, FinalMeasurement
from companies.models.merge import Merge
from companies.models.questionnaire import Question, Questionnaire

__all__ = [
    "ANSWER_REMARK_MAX_LENGTH",
    "Company",
    "CompanyImport",
    "CompanyQuerySet",
    "ContactConsent",
    "Export",
    "ExportKind",
    "FinalAnswer",
    "FinalMeasurement",
    "HandOver",
    "Intake",
    "IntakeAnswer",
    "IntakeConsent",
    "IntakeDraft",
    "IntakeDraftQuerySet",
    "IntakeLog",
    "IntakeQuerySet",
    "MAX_VOLUME",
    "Merge",
    "NOTE_MAX_LENGTH",
    "Question",
    "Questionnaire",
    "REASON_MAX_LENGTH",
    "REMARK_MAX_LENGTH",
    "WISH_MAX_LENGTH",
    "validate_nace_code",
    "validate_postal_code",
]
