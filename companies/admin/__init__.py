"""Voka's back office for companies: following up intakes, correcting profiles, writing questionnaires."""

from companies.admin.companies import CompanyAdmin
from companies.admin.exchange import CompanyImportAdmin, ExportAdmin
from companies.admin.intakes import IntakeAdmin
from companies.admin.merging import MergeAdmin
from companies.admin.questionnaires import QuestionnaireAdmin

__all__ = ["CompanyAdmin", "CompanyImportAdmin", "ExportAdmin", "IntakeAdmin", "MergeAdmin", "QuestionnaireAdmin"]
