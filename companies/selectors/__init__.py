"""Reads about companies for this app and the floors above: who is accepted and refined, and what the start measurement says.

An average only counts answers on the scale; it always travels with how many those were.
"""

from companies.selectors.baseline import (
    Baseline,
    BaselineRow,
    baseline_of,
    baseline_of_intake,
    baselines_of,
    by_pillar,
    current_questionnaire,
    intake_of,
    is_refined,
    questions_for,
    refined_organisation_ids,
)
from companies.selectors.consents import consents_for, consents_of_contact, open_hand_overs, pending_invitations
from companies.selectors.contacts import hand_over_url, ties_of_contact
from companies.selectors.duplicates import Suspect, may_be_known, suspects_of_company, suspects_of_intake
from companies.selectors.intakes import (
    contacts_of,
    intake_funnel,
    intakes_for_staff,
    is_signed_up,
    wishes_of,
    with_last_contact,
    worklist_counts,
)
from companies.selectors.measurements import Board, Part, measurement_board, open_measurements, to_be_measured
from companies.selectors.results import MINIMUM, Growth, Profile, growth_of, profile_of, profile_of_intake

__all__ = [
    "Baseline",
    "BaselineRow",
    "Board",
    "Growth",
    "MINIMUM",
    "Part",
    "Profile",
    "Suspect",
    "baseline_of",
    "baseline_of_intake",
    "baselines_of",
    "by_pillar",
    "consents_for",
    "consents_of_contact",
    "contacts_of",
    "current_questionnaire",
    "growth_of",
    "hand_over_url",
    "intake_funnel",
    "intake_of",
    "intakes_for_staff",
    "is_refined",
    "is_signed_up",
    "may_be_known",
    "measurement_board",
    "open_hand_overs",
    "open_measurements",
    "pending_invitations",
    "profile_of",
    "profile_of_intake",
    "questions_for",
    "refined_organisation_ids",
    "suspects_of_company",
    "suspects_of_intake",
    "ties_of_contact",
    "wishes_of",
    "with_last_contact",
    "worklist_counts",
    "to_be_measured",
]
