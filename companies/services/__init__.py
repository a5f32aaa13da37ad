"""The life of an intake: submitted by a company, then contacted, refined and decided by Voka. Each move is logged.

Accepting is the one moment when an intake becomes an organisation, a participation and an invitation; the lock on the
intake's row is what makes it happen once.
"""

from companies.services.follow_up import (
    Refinement,
    accept,
    add_note,
    change_details,
    correct_answers,
    decline,
    refine,
    start_contact,
)
from companies.services.questionnaires import copy_questionnaire, put_in_use
from companies.services.submission import DETAILS, AlreadySent, GivenAnswer, submit

__all__ = [
    "AlreadySent",
    "DETAILS",
    "GivenAnswer",
    "Refinement",
    "accept",
    "add_note",
    "change_details",
    "copy_questionnaire",
    "correct_answers",
    "decline",
    "put_in_use",
    "refine",
    "start_contact",
    "submit",
]
