"""What can be done with a school, its self-assessment, its evidence and its label. Every verb asks the policy first.

What a newcomer gets wrong: saving a score or a piece of evidence without `seen_version`. Two colleagues work on the same
school; who saves an old version gets `Stale` with what is there now, and nothing is lost.
"""

from schools.services.applications import (
    grant_application,
    refuse_application,
    start_application,
    submit_application,
    withdraw_application,
)
from schools.services.assessment import Stale, score_criterion, take_over_scores
from schools.services.dossiers import BUILD, REPORT, SWEEP, open_file, record_taking, request_dossier, request_report
from schools.services.evidence import (
    add_evidence,
    add_files,
    approve_evidence,
    ask_more,
    change_evidence,
    send_back_refused,
    submit_evidence,
    take_off_file,
)
from schools.services.expiry import REMIND, remind_of_expiry
from schools.services.label import record_label, record_outcome, renew_proof
from schools.services.lists import keep_list, preview_list, take_over_list
from schools.services.profile import ORGANISATION_FIELDS, change_institution_number, create_school, share_scores
from schools.services.versions import (
    copy_framework,
    copy_thresholds,
    put_framework_in_use,
    put_thresholds_in_use,
)

__all__ = [
    "BUILD",
    "ORGANISATION_FIELDS",
    "REMIND",
    "REPORT",
    "SWEEP",
    "Stale",
    "add_evidence",
    "add_files",
    "approve_evidence",
    "ask_more",
    "change_evidence",
    "change_institution_number",
    "copy_framework",
    "copy_thresholds",
    "create_school",
    "grant_application",
    "keep_list",
    "open_file",
    "preview_list",
    "put_framework_in_use",
    "put_thresholds_in_use",
    "record_label",
    "record_outcome",
    "record_taking",
    "refuse_application",
    "remind_of_expiry",
    "renew_proof",
    "request_dossier",
    "request_report",
    "score_criterion",
    "send_back_refused",
    "share_scores",
    "start_application",
    "submit_application",
    "submit_evidence",
    "take_off_file",
    "take_over_list",
    "take_over_scores",
    "withdraw_application",
]
