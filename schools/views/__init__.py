"""Pages of a school: profile, self-assessment and label, evidence. Profiles are for the trajectory, scores for the school.

Every view first finds the school among those this person may know of (404), then asks the policy (403).
"""

from schools.views.evidence import (
    evidence_edit,
    evidence_item,
    evidence_list,
    evidence_new,
    evidence_review,
    evidence_submit,
)
from schools.views.finding import PAGE_SIZE
from schools.views.labels import criterion, label, record_label, record_outcome, renew_proof
from schools.views.profiles import school_detail, school_list, share_scores

__all__ = [
    "PAGE_SIZE",
    "criterion",
    "evidence_edit",
    "evidence_item",
    "evidence_list",
    "evidence_new",
    "evidence_review",
    "evidence_submit",
    "label",
    "record_label",
    "record_outcome",
    "renew_proof",
    "school_detail",
    "school_list",
    "share_scores",
]
