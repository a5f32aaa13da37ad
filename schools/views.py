"""Pages of a school: profile, self-assessment and label, evidence. Profiles are for the trajectory, scores for the school.

Every view first finds the school among those this person may know of (404), then asks the policy (403).
"""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import members_only
from accounts.policy import Action, Conflict, may, require
from phases.enums import Phase
from phases.models import Trajectory
from schools import selectors, services
from schools.enums import EvidenceState, LabelLevel, Moment, OutcomeKind
from schools.forms import EvidenceForm, LabelForm, OutcomeForm, ProofForm, ReviewForm, ScoreForm, SearchForm, ShareForm
from schools.models import Evidence, School

PAGE_SIZE = 25


# --- Finding ---------------------------------------------------------------------------------------------------------


def _school(request, pk, action=None):
    # By the organisation's id: unlike a one-to-one key, it answers "not found" to a number too large for the database.
    school = get_object_or_404(
        School.objects.visible_to(request.user).select_related("organisation"), organisation__id=pk
    )
    if action:
        require(request.user, action, school)
    return school


def _trajectory(request, school):
    """The trajectory that was asked for (?traject=), else the newest one that this person may see; None without any."""
    trajectories = list(selectors.trajectories_of(school).filter(pk__in=Trajectory.objects.visible_to(request.user)))
    wanted = request.POST.get("traject") or request.GET.get("traject")
    if wanted:
        return next((t for t in trajectories if t.slug == wanted), None) or _not_found(), trajectories
    return (trajectories[0] if trajectories else None), trajectories


def _not_found():
    raise Http404


def _moment(request, trajectory):
    wanted = request.POST.get("moment") or request.GET.get("moment")
    if wanted and wanted not in Moment.values:
        raise Http404
    return Moment(wanted) if wanted else selectors.moment_now(trajectory)


def _evidence(request, pk, item):
    """A piece of evidence of this school, for who may see its scores."""
    school = _school(request, pk, Action.SEE_SCHOOL_SCORES)
    evidence = Evidence.objects.visible_to(request.user).select_related(
        "document", "school__organisation", "pupils_confirmed_by", "created_by"
    )
    return get_object_or_404(evidence, pk=item, school=school)


def _show_refusal(form, error):
    """Put what a service refused on the form, beside what was typed."""
    if isinstance(error, ValidationError):
        form.add_error("file" if "file" in form.fields else "proof", error)
    else:
        for reason in error.reasons:
            form.add_error(None, str(reason))


def _show_version(form, version):
    """From now on the form builds on what is stored: saving it again is a choice, not an accident."""
    form.data = form.data.copy()
    form.data["version"] = str(version)


# --- Profiles --------------------------------------------------------------------------------------------------------


@members_only
def school_list(request):
    form = SearchForm(request.GET)
    schools = selectors.with_level(School.objects.visible_to(request.user).select_related("organisation"))
    if form.is_valid() and (words := form.cleaned_data["q"]):
        schools = schools.filter(
            Q(organisation__name__icontains=words)
            | Q(organisation__municipality__icontains=words)
            | Q(institution_number__startswith=words)
        )
    page = Paginator(schools, PAGE_SIZE).get_page(request.GET.get("page"))
    for school in page:
        school.level_name = LabelLevel(school.level).label
    return render(request, "schools/school_list.html", {"page_obj": page, "form": form})


@members_only
def school_detail(request, pk):
    return _detail_page(request, _school(request, pk))


def _detail_page(request, school, *, share_form=None, status=200):
    user = request.user
    is_own = school.pk in user.organisation_ids
    if is_own and share_form is None:
        share_form = ShareForm(school=school, initial={"companies": school.scores_shared_with.all()})
    context = {
        "school": school,
        "facts": _facts(school),
        "sites": school.sites.all(),
        "people": school.organisation.memberships.active().select_related("user"),
        "awards": selectors.label_history(school),
        "trajectories": selectors.trajectories_of(school).filter(pk__in=Trajectory.objects.visible_to(user)),
        "sees_scores": may(user, Action.SEE_SCHOOL_SCORES, school),
        "sees_contacts": is_own or may(user, Action.MODERATE),
        "share_form": share_form,
    }
    return render(request, "schools/school_detail.html", context, status=status)


def _facts(school):
    """The title block: only what is known."""
    organisation, level = school.organisation, selectors.label_level_of(school)
    facts = [
        (_("Label now"), level.label),
        (_("Place"), f"{organisation.postal_code} {organisation.municipality}".strip()),
        (_("Network"), school.get_network_display()),
        (_("Institution number"), school.institution_number),
        (_("Pupils"), school.pupils),
        (_("STEM teachers"), school.stem_teachers),
        (_("School board"), school.school_board),
    ]
    wide = {_("School board")}
    return [{"label": label, "value": value, "wide": label in wide} for label, value in facts if value]


@members_only
@require_POST
def share_scores(request, pk):
    """The school decides which companies see its scores."""
    school = _school(request, pk, Action.EDIT_SCHOOL)
    form = ShareForm(request.POST, school=school)
    if not form.is_valid():
        return _detail_page(request, school, share_form=form, status=400)
    services.share_scores(school=school, companies=form.cleaned_data["companies"], by=request.user)
    messages.success(request, _("Saved who may see your scores."))
    return redirect(school)


# --- Self-assessment and label ---------------------------------------------------------------------------------------


@members_only
def label(request, pk):
    """All criteria with scores and arguments, and the labels that EUN gave."""
    school = _school(request, pk, Action.SEE_SCHOOL_SCORES)
    trajectory, trajectories = _trajectory(request, school)
    may_edit = may(request.user, Action.EDIT_SCHOOL, school)
    award = selectors.label_of(school)
    context = {
        "school": school,
        "trajectory": trajectory,
        "trajectories": trajectories,
        "may_edit": may_edit,
        "award": award,
        "level": LabelLevel(award.level) if award else LabelLevel.NONE,
        "awards": selectors.label_history(school),
    }
    if trajectory:
        context |= _assessment(request, school, trajectory, may_edit=may_edit)
    return render(request, "schools/label.html", context)


def _assessment(request, school, trajectory, *, may_edit):
    moment = _moment(request, trajectory)
    board = selectors.assessment_board(school, trajectory, moment)
    is_fixed = moment == Moment.START and trajectory.phase != Phase.BASELINE
    is_early = moment == Moment.END and selectors.moment_now(trajectory) != Moment.END
    return {
        "moment": moment,
        "moments": Moment,
        "board": board,
        "progress": board.progress(moment),
        "may_score": may_edit and not is_early,
        "is_fixed": is_fixed,
        "first_open": next((row.criterion.number for row in board.rows if not row.is_answered), None),
        "outcome": selectors.outcome_of(school, trajectory),
        "outcome_is_open": may_edit and Phase(trajectory.phase).number >= Phase.LEVEL_UP.number,
    }


@members_only
def criterion(request, pk, number):
    """Give a score and an argument on one criterion."""
    school = _school(request, pk, Action.EDIT_SCHOOL)
    trajectory, _trajectories = _trajectory(request, school)
    if trajectory is None:
        raise Http404
    moment = _moment(request, trajectory)
    rows = selectors.assessment_board(school, trajectory, moment).rows
    row = next((row for row in rows if row.criterion.number == number), None) or _not_found()
    following = _following(rows, row)
    form = ScoreForm(request.POST or None, initial=_score_values(row.shown))
    newer, status = None, 200
    if request.method == "POST" and form.is_valid():
        try:
            services.score_criterion(
                school=school,
                trajectory=trajectory,
                moment=moment,
                criterion=row.criterion,
                score=form.cleaned_data["score"],
                argument=form.cleaned_data["argument"],
                by=request.user,
                seen_version=form.cleaned_data["version"],
            )
        except services.Stale as stale:
            newer, status = stale.current, 409
            _show_version(form, newer.version)
        except Conflict as conflict:
            _show_refusal(form, conflict)
            status = 409
        else:
            messages.success(request, _("Criterion %(number)s is saved.") % {"number": number})
            where = following if "next" in request.POST and following else None
            return redirect(_score_url(school, trajectory, moment, where))
    context = {
        "school": school,
        "trajectory": trajectory,
        "moment": moment,
        "row": row,
        "form": form,
        "newer": newer,
        "following": following,
        "back": _score_url(school, trajectory, moment),
    }
    return render(request, "schools/criterion.html", context, status=status)


def _score_values(stored):
    if stored is None:
        return {"version": 0}
    return {"score": stored.score, "argument": stored.argument, "version": stored.version}


def _following(rows, row):
    """Number of the next criterion without a score, after this one and then from the top; None when all have one."""
    at = rows.index(row)
    open_rows = [other for other in rows[at + 1 :] + rows[:at] if not other.is_answered]
    return open_rows[0].criterion.number if open_rows else None


def _score_url(school, trajectory, moment, number=None):
    page = reverse("schools:criterion", args=[school.pk, number]) if number else school.get_label_url()
    return f"{page}?traject={trajectory.slug}&moment={moment}"


@members_only
def record_label(request, pk):
    """Put on record which label EUN gave."""
    school = _school(request, pk, Action.EDIT_SCHOOL)
    form = LabelForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.record_label(school=school, by=request.user, **form.cleaned_data)
        except (Conflict, ValidationError) as error:
            _show_refusal(form, error)
        else:
            messages.success(request, _("The label is on record."))
            return redirect(school.get_label_url() + "#labels")
    return render(request, "schools/record_label.html", {"school": school, "form": form})


@members_only
def renew_proof(request, pk, award):
    """Add another proof of a label, in the place of the one that was refused."""
    school = _school(request, pk, Action.EDIT_SCHOOL)
    award = get_object_or_404(selectors.standing_awards().select_related("proof"), pk=award, school=school)
    form = ProofForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.renew_proof(award=award, by=request.user, **form.cleaned_data)
        except (Conflict, ValidationError) as error:
            _show_refusal(form, error)
        else:
            messages.success(request, _("The new proof is added. We check the file first."))
            return redirect(school.get_label_url() + "#labels")
    return render(request, "schools/renew_proof.html", {"school": school, "award": award, "form": form})


@members_only
def record_outcome(request, pk):
    """Put on record how the step to the next level ended."""
    school = _school(request, pk, Action.EDIT_SCHOOL)
    trajectory, _trajectories = _trajectory(request, school)
    if trajectory is None:
        raise Http404
    recorded = selectors.outcome_of(school, trajectory)
    form = OutcomeForm(
        request.POST or None,
        request.FILES or None,
        initial=_outcome_values(recorded),
        level_now=selectors.label_level_of(school),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.record_outcome(school=school, trajectory=trajectory, by=request.user, **form.cleaned_data)
        except (Conflict, ValidationError) as error:
            _show_refusal(form, error)
        else:
            messages.success(request, _("The outcome is on record."))
            return redirect(f"{school.get_label_url()}?traject={trajectory.slug}")
    context = {"school": school, "trajectory": trajectory, "form": form, "moved_up": OutcomeKind.MOVED_UP}
    return render(request, "schools/record_outcome.html", context)


def _outcome_values(recorded):
    if recorded is None:
        return {}
    return {"outcome": recorded.outcome, "decided_on": recorded.decided_on, "note": recorded.note}


# --- Evidence --------------------------------------------------------------------------------------------------------


@members_only
def evidence_list(request, pk):
    """What proves what: the coverage map and every piece of evidence."""
    school = _school(request, pk, Action.SEE_SCHOOL_SCORES)
    items = school.evidence.select_related("document").prefetch_related("criteria")
    coverage = selectors.coverage(school)
    cells = [cell for element in coverage for cell in element.rows]
    context = {
        "school": school,
        "coverage": coverage,
        "covered": sum(cell.total > 0 for cell in cells),
        "criteria_total": len(cells),
        "page_obj": Paginator(items, PAGE_SIZE).get_page(request.GET.get("page")),
        "may_edit": may(request.user, Action.EDIT_SCHOOL, school),
    }
    return render(request, "schools/evidence_list.html", context)


@members_only
def evidence_new(request, pk):
    school = _school(request, pk, Action.EDIT_SCHOOL)
    chosen = selectors.current_criteria().filter(number=request.GET.get("criterium", "")[:4])
    form = EvidenceForm(request.POST or None, request.FILES or None, initial={"criteria": chosen})
    if request.method == "POST" and form.is_valid():
        try:
            evidence = services.add_evidence(school=school, by=request.user, **_evidence_values(form))
        except (Conflict, ValidationError) as error:
            _show_refusal(form, error)
        else:
            messages.success(request, _("Your evidence is kept as a draft. Hand it in when it is ready."))
            return redirect(evidence)
    return render(request, "schools/evidence_form.html", {"school": school, "form": form})


def _evidence_values(form):
    values = {key: value for key, value in form.cleaned_data.items() if key not in ("file", "version")}
    return values | {"upload": form.cleaned_data["file"]}


@members_only
def evidence_item(request, pk, item):
    """One piece of evidence, its file and its history; for Voka with the review."""
    return _item_page(request, _evidence(request, pk, item))


def _item_page(request, evidence, *, review_form=None, status=200):
    is_waiting = evidence.state == EvidenceState.SUBMITTED
    context = {
        "school": evidence.school,
        "evidence": evidence,
        "criteria": evidence.criteria.all(),
        "history": evidence.log.select_related("by", "document"),
        "may_edit": may(request.user, Action.EDIT_SCHOOL, evidence) and evidence.is_editable,
        "may_review": is_waiting and may(request.user, Action.MODERATE),
        "review_form": review_form or ReviewForm(),
    }
    return render(request, "schools/evidence_item.html", context, status=status)


@members_only
def evidence_edit(request, pk, item):
    """Change a draft, or add what Voka asked."""
    evidence = _evidence(request, pk, item)
    require(request.user, Action.EDIT_SCHOOL, evidence)
    if request.method != "POST" and not evidence.is_editable:
        raise Conflict(_("This evidence was handed in, so it cannot be changed now."))
    form = EvidenceForm(request.POST or None, request.FILES or None, initial=_stored_values(evidence))
    newer, status = None, 200
    if request.method == "POST" and form.is_valid():
        try:
            services.change_evidence(
                evidence=evidence, by=request.user, seen_version=form.cleaned_data["version"], **_evidence_values(form)
            )
        except services.Stale as stale:
            newer, status = stale.current, 409
            _show_version(form, newer.version)
        except (Conflict, ValidationError) as error:
            _show_refusal(form, error)
        else:
            messages.success(request, _("Your evidence is saved."))
            return redirect(evidence)
    context = {"school": evidence.school, "evidence": evidence, "form": form, "newer": newer}
    return render(request, "schools/evidence_form.html", context, status=status)


def _stored_values(evidence):
    names = ("title", "practice_date", "text", "text_en", "link", "version")
    return {name: getattr(evidence, name) for name in names} | {"criteria": evidence.criteria.all()}


@members_only
@require_POST
def evidence_submit(request, pk, item):
    """Hand a draft in to Voka."""
    evidence = services.submit_evidence(evidence=_evidence(request, pk, item), by=request.user)
    messages.success(request, _("Your evidence is handed in. Voka looks at it."))
    return redirect(evidence)


@members_only
@require_POST
def evidence_review(request, pk, item):
    """Voka approves, or asks for an addition."""
    evidence = _evidence(request, pk, item)
    require(request.user, Action.MODERATE)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _item_page(request, evidence, review_form=form, status=400)
    verb = services.approve_evidence if form.cleaned_data["decision"] == "approve" else services.ask_more
    try:
        evidence = verb(evidence=evidence, by=request.user, comment=form.cleaned_data["comment"])
    except Conflict as conflict:
        _show_refusal(form, conflict)
        evidence.refresh_from_db()
        return _item_page(request, evidence, review_form=form, status=409)
    messages.success(request, _("The school is told: %(state)s.") % {"state": evidence.get_state_display().lower()})
    return redirect(evidence)
