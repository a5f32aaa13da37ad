"""Pages of a school: profile, self-assessment and label, evidence. Profiles are for the trajectory, scores for the school.

Every view first finds the school among those this person may know of (404), then asks the policy (403).
"""

from schools.views.applications import (
    application,
    application_answer,
    application_start,
    application_submit,
    application_withdraw,
)
from schools.views.dossiers import dossier, dossier_make, dossier_pdf, dossier_progress, dossier_zip
from schools.views.evidence import (
    evidence_edit,
    evidence_file_remove,
    evidence_history,
    evidence_item,
    evidence_list,
    evidence_new,
    evidence_review,
    evidence_submit,
)
from schools.views.finding import PAGE_SIZE
from schools.views.gap import gap, take_over
from schools.views.labels import criterion, label, record_label, record_outcome, renew_proof
from schools.views.profiles import school_detail, school_list, share_scores
from schools.views.reports import (
    group_report,
    group_report_make,
    group_report_pdf,
    group_report_progress,
    group_report_sheet,
)

__all__ = [
    "PAGE_SIZE",
    "application",
    "application_answer",
    "application_start",
    "application_submit",
    "application_withdraw",
    "criterion",
    "dossier",
    "dossier_make",
    "dossier_pdf",
    "dossier_progress",
    "dossier_zip",
    "evidence_edit",
    "evidence_file_remove",
    "evidence_history",
    "evidence_item",
    "evidence_list",
    "evidence_new",
    "evidence_review",
    "evidence_submit",
    "gap",
    "group_report",
    "group_report_make",
    "group_report_pdf",
    "group_report_progress",
    "group_report_sheet",
    "label",
    "record_label",
    "record_outcome",
    "renew_proof",
    "school_detail",
    "school_list",
    "share_scores",
    "take_over",
]
