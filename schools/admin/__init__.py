"""Voka's back office for schools: register and evidence, uploaded lists, the label with its words and thresholds."""

from schools.admin import label, lists, register

__all__ = ["label", "lists", "register"]
