"""Kinds of organisation, roles of people, and the function profiles that match people to workgroup themes."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    SCHOOL = "school", _("School")
    COMPANY = "company", _("Company")
    PARTNER = "partner", _("External partner")
    VOKA = "voka", _("Voka chamber")


class Role(models.TextChoices):
    """What a person may do for their organisation.

    REPRESENTATIVE acts for a school, company or partner; COLLEAGUE works along. In a Voka chamber STAFF facilitates and
    moderates; ADMINISTRATOR may also override a phase and manage Voka's own people.
    """

    REPRESENTATIVE = "representative", _("Representative")
    COLLEAGUE = "colleague", _("Colleague")
    STAFF = "staff", _("Voka staff")
    ADMINISTRATOR = "administrator", _("Voka administrator")


VOKA_ROLES = (Role.STAFF, Role.ADMINISTRATOR)


class FunctionProfile(models.TextChoices):
    """The kind of work someone does; a workgroup theme asks for some of these."""

    MANAGEMENT = "management", _("Management")
    HR = "hr", _("Human resources")
    INTERNSHIP_MENTOR = "internship_mentor", _("Internship mentor")
    TECHNICAL = "technical", _("Technical expert")
    COMMUNICATION = "communication", _("Communication")
    SCHOOL_HEAD = "school_head", _("Head or deputy head")
    STEM_TEACHER = "stem_teacher", _("STEM teacher")
    STEM_COORDINATOR = "stem_coordinator", _("STEM coordinator")
    OTHER = "other", _("Other")

    @classmethod
    def fitting(cls, kind) -> list[tuple[str, str | Promise]]:
        """The choices that make sense in an organisation of this kind, behind an empty one."""
        in_schools = (cls.SCHOOL_HEAD, cls.STEM_TEACHER, cls.STEM_COORDINATOR)
        in_companies = (cls.MANAGEMENT, cls.HR, cls.INTERNSHIP_MENTOR, cls.TECHNICAL)
        unfit = {OrganisationKind.SCHOOL: in_companies}.get(kind, in_schools)
        return [("", _("Choose…")), *((profile.value, profile.label) for profile in cls if profile not in unfit)]
