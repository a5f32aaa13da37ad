"""Two that are one: merging intakes, merging companies, and undoing it exactly.

What a newcomer gets wrong: changing a row here without `_Changes.put`. It writes down each field before and after; undoing
puts back what was, and refuses as soon as one of those fields has another value than merging left in it.
"""

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Invitation, Membership, Organisation
from accounts.policy import Action, Conflict, require
from companies.enums import IntakeState, LogKind
from companies.models import Company, ContactConsent, Intake, Merge
from companies.services.journal import log, must_be_undecided
from phases.models import Participation

# What the intake that stays can take over from the one that goes. Fields that only make sense together travel together.
INTAKE_PARTS = {
    "company_name": ("company_name",),
    "enterprise_number": ("enterprise_number",),
    "address": ("street", "postal_code", "municipality"),
    "sector": ("sector",),
    "headcount_band": ("headcount_band",),
    "website": ("website",),
    "contact": ("contact_first_name", "contact_last_name", "contact_function", "contact_email", "contact_phone"),
    "colleague": ("colleague_name", "colleague_function", "colleague_email"),
    "nace": ("nace_code", "nace_version"),
    "study_domains": ("study_domains",),
    "key_elements": ("key_elements",),
    "places_per_year": ("places_per_year",),
    "languages": ("languages",),
    "safety": ("safety",),
    "partner_schools": ("partner_schools",),
    "workgroup_role": ("workgroup_role",),
    "goals": ("goals",),
    "barriers": ("barriers",),
    "remark": ("remark",),
    "trajectory": ("trajectory_id",),
    "owner": ("owner_id",),
}
ORGANISATION_PARTS = {
    "name": ("name",),
    "address": ("street", "postal_code", "municipality"),
    "website": ("website",),
    "chamber": ("chamber_id",),
}
COMPANY_PARTS = {
    "sector": ("sector",),
    "headcount_band": ("headcount_band",),
    "nace": ("nace_code", "nace_version"),
}
# What may hang on a company that goes. Anything else (a certificate, a file) keeps it from going.
_MOVING = {
    "accounts.membership",
    "accounts.invitation",
    "phases.participation",
    "companies.intake",
    "companies.contactconsent",
}
_STAYING = {"companies.company", "companies.companyimport", "accounts.organisation"}


class _Changes:
    """Every changed row of one merge, as it is kept in `Merge.touched`."""

    def __init__(self):
        self.rows = []

    def put(self, obj, **values):
        """Write these fields of a row and remember what was there; what does not change is left alone."""
        before = {name: _plain(getattr(obj, name)) for name in values}
        changed = {name: value for name, value in values.items() if _plain(value) != before[name]}
        if not changed:
            return
        type(obj).objects.filter(pk=obj.pk).update(**changed)
        for name, value in changed.items():
            setattr(obj, name, value)
        self.rows.append(
            {
                "model": obj._meta.label_lower,
                "pk": obj.pk,
                "before": {name: before[name] for name in changed},
                "after": {name: _plain(value) for name, value in changed.items()},
            }
        )

    def watch(self, obj, *names):
        """Undoing is refused too when one of these has changed since, though merging leaves them alone."""
        values = {name: _plain(getattr(obj, name)) for name in names}
        self.rows.append({"model": obj._meta.label_lower, "pk": obj.pk, "before": {}, "after": values})


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


# --- Intakes ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def merge_intakes(*, intake, into, by, taken=()) -> Merge:
    """`intake` goes into `into`, which takes over the parts named in `taken` (INTAKE_PARTS).

    The answers of `into` stay its own, and those of `intake` stay readable on its own page. Nobody gets a mail.
    """
    require(by, Action.MODERATE)
    if intake.pk == into.pk:
        raise Conflict(_("Choose two different intakes."))
    intake, into = _locked_pair(Intake, intake, into)
    if reasons := reasons_against_intakes(intake, into):
        raise Conflict(*reasons)
    if unknown := set(taken) - set(INTAKE_PARTS):
        raise Conflict(_("This cannot be taken over: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    if into.is_decided and taken:
        raise Conflict(_("%(company)s is already accepted, so its details stay as they are.") % {"company": into})
    changes = _Changes()
    changes.watch(into, "state")
    changes.put(into, **{name: getattr(intake, name) for part in taken for name in INTAKE_PARTS[part]})
    changes.put(
        intake,
        state=IntakeState.MERGED,
        merged_into_id=into.pk,
        decided_by_id=by.pk,
        decided_at=timezone.now(),
    )
    log(intake, LogKind.MERGED, by=by, text=_("Into %(company)s") % {"company": _named(into)})
    log(into, LogKind.MERGED, by=by, text=_("%(company)s went into this one") % {"company": _named(intake)})
    return Merge.objects.create(intake=intake, into_intake=into, by=by, taken=sorted(taken), touched=changes.rows)


def _locked_pair(model, one, other):
    """Both rows as they are now, locked in the order of their ids."""
    locked = model.objects.select_for_update().filter(pk__in=[one.pk, other.pk]).order_by("pk")
    rows = {row.pk: row for row in locked}
    return rows[one.pk], rows[other.pk]


def reasons_against_intakes(intake, into) -> list[str]:
    """Why `intake` cannot go into `into`, as sentences; empty when it can."""
    reasons = []
    for one in [intake] if into.state == IntakeState.ACCEPTED else [intake, into]:
        try:
            must_be_undecided(one)
        except Conflict as conflict:
            reasons += conflict.reasons
    return reasons


def _named(intake):
    return f"{intake} ({intake.shown_enterprise_number}, {timezone.localtime(intake.created_at):%d/%m/%Y})"


# --- Companies --------------------------------------------------------------------------------------------------------


@transaction.atomic
def merge_companies(*, company, into, by, taken=()) -> Merge:
    """`company` goes into `into`: its people, invitations, trajectories and intakes move along."""
    require(by, Action.MODERATE)
    if company.pk == into.pk:
        raise Conflict(_("Choose two different companies."))
    gone, stays = _locked_pair(Organisation, company, into)
    company, into = _locked_pair(Company, company, into)
    company.organisation, into.organisation = gone, stays
    if reasons := reasons_against(company, into):
        raise Conflict(*reasons)
    if unknown := set(taken) - set(ORGANISATION_PARTS) - set(COMPANY_PARTS):
        raise Conflict(_("This cannot be taken over: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    try:
        with transaction.atomic():
            changes = _bring_over(company, into, taken)
    except IntegrityError:
        # Somebody joined or was invited at this very moment.
        raise Conflict(_("One of the two changed at this very moment. Look again before you merge.")) from None
    return Merge.objects.create(company=company, into_company=into, by=by, taken=sorted(taken), touched=changes.rows)


def _bring_over(company, into, taken):
    gone, stays = company.organisation, into.organisation
    changes = _Changes()
    changes.put(gone, is_merged=True)
    organisation_fields = [name for part in taken for name in ORGANISATION_PARTS.get(part, ())]
    company_fields = [name for part in taken for name in COMPANY_PARTS.get(part, ())]
    changes.put(stays, **{name: getattr(gone, name) for name in organisation_fields})
    changes.put(into, **{name: getattr(company, name) for name in company_fields})
    number = company.enterprise_number
    changes.put(company, merged_into_id=into.pk, enterprise_number=None)
    if number:
        changes.put(into, enterprise_number=number)
    _move_everything(gone, stays, changes)
    return changes


def reasons_against(company, into) -> list[str]:
    """Why these two cannot become one, as sentences; empty when they can."""
    reasons = []
    for one in (company, into):
        if one.merged_into_id:
            reasons.append(_("%(company)s was merged already.") % {"company": one})
    if company.enterprise_number and into.enterprise_number:
        reasons.append(_("They have different enterprise numbers, so they are two companies."))
    twice = Membership.objects.filter(organisation=into.pk, ended_on=None).values("user")
    for membership in Membership.objects.filter(organisation=company.pk, ended_on=None, user__in=twice):
        reasons.append(
            _("%(person)s belongs to both. End one of these memberships first.") % {"person": membership.user}
        )
    reasons += [
        _("%(company)s still has %(what)s, and those cannot move.") % {"company": company, "what": what}
        for what in _holding(company.organisation)
    ]
    return reasons


def _holding(organisation):
    """Names of the tables of higher floors in which this organisation stands; this floor does not know them."""
    for relation in Organisation._meta.related_objects:
        model = relation.related_model
        if model._meta.label_lower in _MOVING | _STAYING:
            continue
        if model._base_manager.filter(**{relation.field.name: organisation.pk}).exists():
            yield str(model._meta.verbose_name_plural)


def _move_everything(gone, stays, changes):
    """People, invitations, trajectories and intakes, each row in the order of its id: two merges never wait for each other."""
    for membership in Membership.objects.select_for_update().filter(organisation=gone).order_by("pk"):
        changes.put(membership, organisation_id=stays.pk)
    theirs = Invitation.objects.filter(organisation=stays, accepted_at=None, withdrawn_at=None)
    invited = {invitation.email.lower() for invitation in theirs}
    for invitation in Invitation.objects.select_for_update().filter(organisation=gone).order_by("pk"):
        is_waiting = invitation.accepted_at is None and invitation.withdrawn_at is None
        if is_waiting and invitation.email.lower() in invited:
            changes.put(invitation, withdrawn_at=timezone.now())
        else:
            changes.put(invitation, organisation_id=stays.pk)
    theirs = {row.trajectory_id: row for row in Participation.objects.filter(organisation=stays)}
    for participation in Participation.objects.select_for_update().filter(organisation=gone).order_by("pk"):
        if there := theirs.get(participation.trajectory_id):
            if there.left_on and not participation.left_on:
                changes.put(there, left_on=None)
            changes.put(participation, left_on=participation.left_on or timezone.localdate())
        else:
            changes.put(participation, organisation_id=stays.pk)
    taken = set(Intake.objects.accepted().filter(organisation=stays).values_list("trajectory_id", flat=True))
    for intake in Intake.objects.select_for_update().filter(organisation=gone).order_by("pk"):
        # The other one has its own start measurement in that trajectory already: this one stays readable where it was.
        if intake.trajectory_id not in taken:
            changes.put(intake, organisation_id=stays.pk)
    for consent in ContactConsent.objects.select_for_update().filter(organisation=gone).order_by("pk"):
        changes.put(consent, organisation_id=stays.pk)


# --- Undo -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def undo_merge(*, merge, by) -> Merge:
    """Put everything back as it was. Refuses when the time is over, or when something changed since."""
    require(by, Action.MODERATE)
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    rows = {(type(row)._meta.label_lower, row.pk): row for row in _touched_rows(merge, is_locked=True)}
    if reasons := _reasons_against_undo(merge, rows):
        raise Conflict(*reasons)
    try:
        with transaction.atomic():
            _put_back(merge)
    except IntegrityError:
        raise Conflict(_changed_since(merge.stays)) from None
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])
    if merge.intake_id:
        for intake in (merge.intake, merge.into_intake):
            log(intake, LogKind.UNMERGED, by=by)
    return merge


def reasons_against_undo(merge) -> list[str]:
    """Why this merge cannot be taken back, as sentences; empty when it can."""
    return _reasons_against_undo(
        merge, {(type(row)._meta.label_lower, row.pk): row for row in _touched_rows(merge, is_locked=False)}
    )


def _reasons_against_undo(merge, rows):
    if merge.undone_at:
        return [_("This merge was already undone.")]
    if not merge.can_be_undone:
        until = f"{timezone.localtime(merge.undo_until):%d/%m/%Y}"
        return [_("This merge can no longer be undone: that was possible until %(date)s.") % {"date": until}]
    for change in merge.touched:
        row = rows.get((change["model"], change["pk"]))
        if row is None or any(_plain(getattr(row, name)) != value for name, value in change["after"].items()):
            return [_changed_since(row or merge.stays)]
    return []


def _changed_since(row):
    sentence = _("%(row)s changed since, so this merge can no longer be undone. Put it right by hand.")
    return sentence % {"row": row}


def _put_back(merge):
    """The last change first: what is unique is free again before it is given back."""
    for change in reversed(merge.touched):
        model = apps.get_model(change["model"])
        values = {name: model._meta.get_field(name).to_python(value) for name, value in change["before"].items()}
        if values:
            model.objects.filter(pk=change["pk"]).update(**values)


def _touched_rows(merge, *, is_locked):
    """Every row that the merge changed, table by table in the order in which merging locks them."""
    wanted: dict[str, set[int]] = {}
    for change in merge.touched:
        wanted.setdefault(change["model"], set()).add(change["pk"])
    order = ("accounts.organisation", "companies.company", "accounts.membership", "accounts.invitation")
    for label in sorted(wanted, key=lambda label: (order.index(label) if label in order else len(order), label)):
        rows = apps.get_model(label).objects.filter(pk__in=wanted[label]).order_by("pk")
        yield from rows.select_for_update() if is_locked else rows
