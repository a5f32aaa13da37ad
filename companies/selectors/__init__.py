"""Reads about companies for this app and the floors above: who is accepted and refined, and what the start measurement says.

An average only counts answers on the scale; it always travels with how many those were.
"""

from companies.selectors.baseline import (
    Baseline,
    BaselineRow,
    baseline_of,
    baselines_of,
    current_questionnaire,
    intake_of,
    is_refined,
    refined_organisation_ids,
)
from companies.selectors.intakes import contacts_of, intake_funnel, intakes_for_staff, same_company

__all__ = [
    "Baseline",
    "BaselineRow",
    "baseline_of",
    "baselines_of",
    "contacts_of",
    "current_questionnaire",
    "intake_funnel",
    "intake_of",
    "intakes_for_staff",
    "is_refined",
    "refined_organisation_ids",
    "same_company",
]
