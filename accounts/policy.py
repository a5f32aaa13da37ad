"""Who may do what: every permission of the portal, in one list.

It answers *who*, never *when*: a rule about a phase, a date or a result is a need (readiness.py) or a guard in a service.
Predicates ask only what objects offer (`obj.organisation_id`, `obj.is_chaired_by(user)`), so nothing above is imported.
`user.has_perm(Action.X, obj)`, templates and the admin all come here.
"""

from enum import StrEnum

import rules
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind, Role


class Refused(PermissionDenied):
    """This person may not do this (403). The text is a sentence for the user."""

    def __init__(self, sentence):
        super().__init__(sentence)
        self.sentence = sentence


class Conflict(Exception):
    """This cannot be done now, whoever asks (409). `reasons` are sentences, or objects with a `sentence` and a `url`."""

    def __init__(self, *reasons):
        super().__init__("; ".join(str(getattr(reason, "sentence", reason)) for reason in reasons))
        self.reasons = list(reasons)


class Action(StrEnum):
    """Every permission of the portal, named as Django names permissions."""

    # Voka's own work
    MODERATE = "accounts.moderate"  # the back office: intakes, workgroups, practices, evidence
    MANAGE_PEOPLE = "accounts.manage_people"  # Voka's own staff and administrators
    INVITE_COLLEAGUE = "accounts.invite_colleague"
    # documents
    SEE_DOWNLOADS = "documents.see_downloads"  # who took a file, and when
    # phases
    SEE_TRAJECTORY = "phases.see_trajectory"
    MOVE_PHASE = "phases.move_phase"
    ADJUST_COURSE = "phases.adjust_course"
    OVERRIDE_PHASE = "phases.override_phase"
    # companies
    SEE_COMPANY = "companies.see_company"
    SEE_COMPANY_BASELINE = "companies.see_company_baseline"
    SEE_COMPANY_CONTACTS = "companies.see_company_contacts"  # its people with their addresses, and one's own consents
    EDIT_COMPANY = "companies.edit_company"
    MEASURE_COMPANY = "companies.measure_company"  # the final measurement
    # schools
    SEE_SCHOOL = "schools.see_school"
    SEE_SCHOOL_SCORES = "schools.see_school_scores"  # its self-assessment: scores with their arguments
    SEE_SCHOOL_DOSSIER = "schools.see_school_dossier"  # evidence with its files, applications, what is still missing
    EDIT_SCHOOL = "schools.edit_school"
    EXPORT_DOSSIER = "schools.export_dossier"  # every file and score of a school, in one go
    SEE_GROUP_REPORT = "schools.see_group_report"  # the scores of all schools together
    # workgroups
    SEE_STEERING_GROUP = "workgroups.see_steering_group"
    STEER = "workgroups.steer"  # decide priorities and judge objectives
    SEE_WORKGROUP = "workgroups.see_workgroup"
    WORK_IN_WORKGROUP = "workgroups.work_in_workgroup"  # action points, practices
    LEAD_WORKGROUP = "workgroups.lead_workgroup"  # objectives, measurements, closing
    # practices
    SEE_PRACTICE = "practices.see_practice"
    WRITE_PRACTICE = "practices.write_practice"
    # certificates
    SEE_CERTIFICATE = "certificates.see_certificate"
    ISSUE_CERTIFICATE = "certificates.issue_certificate"
    REVOKE_CERTIFICATE = "certificates.revoke_certificate"


@rules.predicate
def is_voka_staff(user):
    """Works for a Voka chamber."""
    return user.is_active and any(m.organisation.kind == OrganisationKind.VOKA for m in user.active_memberships)


@rules.predicate
def is_voka_administrator(user):
    """Is an administrator of a Voka chamber."""
    return user.is_active and any(
        m.organisation.kind == OrganisationKind.VOKA and m.role == Role.ADMINISTRATOR for m in user.active_memberships
    )


@rules.predicate
def belongs_to_organisation(user, obj):
    """Works for the organisation that the object is, or belongs to."""
    return obj is not None and _organisation_id(obj) in user.organisation_ids


@rules.predicate
def represents_organisation(user, obj):
    """Speaks for the organisation that the object is, or belongs to."""
    return obj is not None and any(
        m.organisation_id == _organisation_id(obj) and m.role == Role.REPRESENTATIVE for m in user.active_memberships
    )


@rules.predicate
def takes_part(user, obj):
    """Works for an organisation that takes part in the object's trajectory (now or before: former ones keep access)."""
    return obj is not None and bool(user.organisation_ids & obj.participant_ids())


@rules.predicate
def chairs_steering_group(user, obj):
    """Chairs the steering group of the object's trajectory."""
    return obj is not None and obj.steering_chair_id() == user.pk


@rules.predicate
def sits_in_steering_group(user, obj):
    """Sits in the steering group of the object's trajectory."""
    return obj is not None and user.pk in obj.steering_member_ids()


@rules.predicate
def has_seat(user, obj):
    """Sits in the workgroup that the object is, or belongs to."""
    return obj is not None and obj.has_seat(user)


@rules.predicate
def leads_workgroup(user, obj):
    """Chairs or facilitates the workgroup that the object is, or belongs to."""
    return obj is not None and obj.is_led_by(user)


@rules.predicate
def is_author(user, obj):
    """Wrote the object."""
    return obj is not None and obj.author_id == user.pk


@rules.predicate
def may_see_published(user, obj):
    """A published practice is open to those it was shared with; `obj` knows its own audience."""
    return obj is not None and obj.is_shared_with(user)


@rules.predicate
def agreed_to_show_scores(user, obj):
    """The school let its mentor company see its scores. Default no (domain: companies see no school scores)."""
    return obj is not None and obj.shows_scores_to(user)


def _organisation_id(obj):
    """The organisation that the object belongs to (None while it has none), or is."""
    return obj.organisation_id if hasattr(obj, "organisation_id") else obj.pk


PERMISSIONS = {
    Action.MODERATE: is_voka_staff,
    Action.MANAGE_PEOPLE: is_voka_administrator,
    Action.INVITE_COLLEAGUE: is_voka_staff | represents_organisation,
    Action.SEE_DOWNLOADS: is_voka_staff | belongs_to_organisation,
    Action.SEE_TRAJECTORY: is_voka_staff | takes_part,
    Action.MOVE_PHASE: is_voka_staff,
    Action.ADJUST_COURSE: is_voka_staff | chairs_steering_group,
    Action.OVERRIDE_PHASE: is_voka_administrator,
    Action.SEE_COMPANY: is_voka_staff | belongs_to_organisation | takes_part,
    Action.SEE_COMPANY_BASELINE: is_voka_staff | belongs_to_organisation,
    Action.SEE_COMPANY_CONTACTS: is_voka_staff | belongs_to_organisation,
    Action.EDIT_COMPANY: is_voka_staff | represents_organisation,
    Action.MEASURE_COMPANY: is_voka_staff | belongs_to_organisation,
    Action.SEE_SCHOOL: is_voka_staff | belongs_to_organisation | takes_part,
    Action.SEE_SCHOOL_SCORES: is_voka_staff | belongs_to_organisation | agreed_to_show_scores,
    Action.SEE_SCHOOL_DOSSIER: is_voka_staff | belongs_to_organisation,
    Action.EDIT_SCHOOL: is_voka_staff | belongs_to_organisation,
    Action.EXPORT_DOSSIER: is_voka_staff | belongs_to_organisation,
    Action.SEE_GROUP_REPORT: is_voka_staff | sits_in_steering_group,
    Action.SEE_STEERING_GROUP: is_voka_staff | takes_part,
    Action.STEER: is_voka_staff | chairs_steering_group,
    Action.SEE_WORKGROUP: is_voka_staff | takes_part,
    Action.WORK_IN_WORKGROUP: is_voka_staff | has_seat,
    Action.LEAD_WORKGROUP: is_voka_staff | leads_workgroup,
    Action.SEE_PRACTICE: is_voka_staff | is_author | has_seat | may_see_published,
    Action.WRITE_PRACTICE: is_voka_staff | is_author | has_seat,
    Action.SEE_CERTIFICATE: is_voka_staff | belongs_to_organisation,
    Action.ISSUE_CERTIFICATE: is_voka_staff,
    Action.REVOKE_CERTIFICATE: is_voka_staff,
}

for _action, _predicate in PERMISSIONS.items():
    rules.add_perm(_action, rules.is_active & _predicate)


def letting_in(organisation) -> Action:
    """The permission that inviting people to `organisation`, and ending their membership, asks for."""
    return Action.MANAGE_PEOPLE if organisation.kind == OrganisationKind.VOKA else Action.INVITE_COLLEAGUE


def may(user, action, obj=None) -> bool:
    """Whether `user` may do `action` (to `obj`). An anonymous or inactive visitor may do nothing."""
    return bool(user.is_authenticated and user.is_active and PERMISSIONS[action].test(user, obj))


def require(user, action, obj=None) -> None:
    """Raise Refused unless `user` may do `action`."""
    if not may(user, action, obj):
        raise Refused(refusal_of(action))


def refusal_of(action):
    """The sentence that someone reads who may not do `action`."""
    return _REFUSALS.get(action, _("You cannot do this. Ask your Voka contact if you think you should."))


_REFUSALS = {
    Action.MODERATE: _("Only Voka staff can do this."),
    Action.MANAGE_PEOPLE: _("Only a Voka administrator can do this."),
    Action.SEE_DOWNLOADS: _("Only the organisation that owns this file and Voka see who downloaded it."),
    Action.MOVE_PHASE: _(
        "Only Voka moves a trajectory to the next phase. Ask the Voka staff member of your trajectory."
    ),
    Action.ADJUST_COURSE: _("Only Voka or the chair of the steering group can adjust the course."),
    Action.OVERRIDE_PHASE: _("Only a Voka administrator can continue while something is still missing."),
    Action.SEE_SCHOOL_SCORES: _(
        "Only the school itself and Voka see these scores, and the companies the school chose."
    ),
    Action.SEE_SCHOOL_DOSSIER: _("Only the school itself and Voka see its evidence and its applications."),
    Action.EXPORT_DOSSIER: _("Only the school itself and Voka make its dossier."),
    Action.SEE_GROUP_REPORT: _("Only Voka and the steering group of this trajectory read the group report."),
    Action.STEER: _("Only Voka or the chair of the steering group can decide this."),
    Action.WORK_IN_WORKGROUP: _("Only members of this workgroup can do this."),
    Action.LEAD_WORKGROUP: _("Only the chair or the facilitator of this workgroup can do this."),
    Action.ISSUE_CERTIFICATE: _("Only Voka issues certificates."),
    Action.REVOKE_CERTIFICATE: _("Only Voka revokes certificates."),
}
