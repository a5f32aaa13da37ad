"""The life of an intake: submitted by a company, then contacted, refined and decided by Voka. Each move is logged.

Accepting is the one moment when an intake becomes an organisation, a participation and an invitation; the lock on the
intake's row is what makes it happen once.
"""

from companies.services.contacts import hand_over, invite_contact, leave_without_successor, withdraw_consent
from companies.services.drafts import (
    SWEEP_DRAFTS,
    Overtaken,
    Save,
    TooOften,
    discard_draft,
    find_by_link,
    mail_link,
    mail_new_link,
    move_to_questionnaire,
    open_link,
    save_step,
    send_draft,
    start_draft,
    sweep_drafts,
    was_sent,
)
from companies.services.exporting import note_export
from companies.services.follow_up import (
    Refinement,
    accept,
    add_note,
    assign,
    change_details,
    correct_answers,
    decline,
    letter_of_refusal,
    letters_of_acceptance,
    refine,
    start_contact,
)
from companies.services.importing import SWEEP_IMPORTS, confirm_import, discard_import, read_import, sweep_imports
from companies.services.measurements import (
    MeasuredAnswer,
    StaleMeasurement,
    complete_final_measurement,
    fill_final_measurement,
    mark_final_measurement_missing,
    reopen_final_measurement,
)
from companies.services.merging import merge_companies, merge_intakes, undo_merge
from companies.services.nudging import NUDGE, nudge
from companies.services.questionnaires import copy_questionnaire, put_in_use
from companies.services.submission import DETAILS, AlreadySent, GivenAnswer, submit

__all__ = [
    "AlreadySent",
    "DETAILS",
    "GivenAnswer",
    "NUDGE",
    "MeasuredAnswer",
    "Refinement",
    "StaleMeasurement",
    "SWEEP_DRAFTS",
    "SWEEP_IMPORTS",
    "TooOften",
    "was_sent",
    "Overtaken",
    "Save",
    "discard_draft",
    "discard_import",
    "find_by_link",
    "mail_link",
    "mail_new_link",
    "move_to_questionnaire",
    "open_link",
    "save_step",
    "send_draft",
    "start_draft",
    "sweep_drafts",
    "sweep_imports",
    "accept",
    "add_note",
    "assign",
    "change_details",
    "complete_final_measurement",
    "confirm_import",
    "copy_questionnaire",
    "correct_answers",
    "decline",
    "hand_over",
    "invite_contact",
    "letter_of_refusal",
    "letters_of_acceptance",
    "leave_without_successor",
    "merge_companies",
    "merge_intakes",
    "note_export",
    "nudge",
    "fill_final_measurement",
    "mark_final_measurement_missing",
    "put_in_use",
    "read_import",
    "refine",
    "reopen_final_measurement",
    "start_contact",
    "submit",
    "undo_merge",
    "withdraw_consent",
]
