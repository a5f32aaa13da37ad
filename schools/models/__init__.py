"""Schools and their STEM School Label: profile and sites, self-assessment, evidence, awards and outcomes.

What a newcomer gets wrong: treating a score or an estimate as the label. EUN gives the label; the portal records it, as
append-only `LabelAward`s. The instellingsnummer is text and never a key: schools change it, campuses share it.
"""

from schools.models.assessment import CriterionScore, SelfAssessment
from schools.models.evidence import Evidence, EvidenceLog, EvidenceQuerySet
from schools.models.framework import Criterion, Framework, KeyElement
from schools.models.label import LabelAward, LabelOutcome
from schools.models.school import INSTITUTION_NUMBER, POSTAL_CODE, FormerNumber, School, SchoolQuerySet, Site

__all__ = [
    "Criterion",
    "CriterionScore",
    "Evidence",
    "EvidenceLog",
    "EvidenceQuerySet",
    "FormerNumber",
    "Framework",
    "INSTITUTION_NUMBER",
    "KeyElement",
    "LabelAward",
    "LabelOutcome",
    "POSTAL_CODE",
    "School",
    "SchoolQuerySet",
    "SelfAssessment",
    "Site",
]
