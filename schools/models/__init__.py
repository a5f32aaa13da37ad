"""Schools and their STEM School Label: profile and sites, self-assessment, evidence, awards and outcomes.

What a newcomer gets wrong: treating a score or an estimate as the label. EUN gives the label; the portal records it, as
append-only `LabelAward`s. The instellingsnummer is text and never a key: schools change it, campuses share it.
"""

from schools.models.application import ApplicationStep, ExpiryReminder, LabelApplication
from schools.models.assessment import CriterionScore, SelfAssessment
from schools.models.dossier import Dossier, Export, GroupReportFile
from schools.models.evidence import Evidence, EvidenceFile, EvidenceLog, EvidenceQuerySet, EvidenceRevision
from schools.models.framework import Criterion, Framework, KeyElement
from schools.models.label import LabelAward, LabelOutcome
from schools.models.listing import SchoolList
from schools.models.school import INSTITUTION_NUMBER, POSTAL_CODE, FormerNumber, School, SchoolQuerySet, Site
from schools.models.thresholds import CriterionThreshold, ElementThreshold, ThresholdSet

__all__ = [
    "ApplicationStep",
    "Criterion",
    "CriterionScore",
    "CriterionThreshold",
    "ElementThreshold",
    "Dossier",
    "Evidence",
    "EvidenceFile",
    "EvidenceLog",
    "EvidenceQuerySet",
    "EvidenceRevision",
    "Export",
    "ExpiryReminder",
    "FormerNumber",
    "Framework",
    "GroupReportFile",
    "INSTITUTION_NUMBER",
    "KeyElement",
    "LabelApplication",
    "LabelAward",
    "LabelOutcome",
    "POSTAL_CODE",
    "School",
    "SchoolList",
    "SchoolQuerySet",
    "SelfAssessment",
    "Site",
    "ThresholdSet",
]
