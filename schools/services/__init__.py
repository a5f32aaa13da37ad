"""What can be done with a school, its self-assessment, its evidence and its label. Every verb asks the policy first.

What a newcomer gets wrong: saving a score or a piece of evidence without `seen_version`. Two colleagues work on the same
school; who saves an old version gets `Stale` with what is there now, and nothing is lost.
"""

from schools.services.assessment import Stale, score_criterion
from schools.services.evidence import add_evidence, approve_evidence, ask_more, change_evidence, submit_evidence
from schools.services.label import record_label, record_outcome, renew_proof
from schools.services.profile import ORGANISATION_FIELDS, change_institution_number, create_school, share_scores

__all__ = [
    "ORGANISATION_FIELDS",
    "Stale",
    "add_evidence",
    "approve_evidence",
    "ask_more",
    "change_evidence",
    "change_institution_number",
    "create_school",
    "record_label",
    "record_outcome",
    "renew_proof",
    "score_criterion",
    "share_scores",
    "submit_evidence",
]
