"""Self-assessment and label."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import members_only
from accounts.policy import Action, Conflict, may
from phases.enums import Phase
from schools import selectors, services
from schools.enums import LabelLevel, Moment, OutcomeKind
from schools.forms import LabelForm, OutcomeForm, ProofForm, ScoreForm
from schools.views.finding import find_moment, find_school, find_trajectory, not_found, show_refusal, show_version


@members_only
def label(request, pk):
    """All criteria with scores and arguments, and the labels that EUN gave."""
    school = find_school(request, pk, Action.SEE_SCHOOL_SCORES)
    trajectory, trajectories = find_trajectory(request, school)
    may_edit = may(request.user, Action.EDIT_SCHOOL, school)
    sees_dossier = may(request.user, Action.SEE_SCHOOL_DOSSIER, school)
    award = selectors.label_of(school)
    level = LabelLevel(award.level) if award else LabelLevel.NONE
    context = {
        "school": school,
        "trajectory": trajectory,
        "trajectories": trajectories,
        "may_edit": may_edit,
        "award": award,
        "level": level,
        "level_words": selectors.level_in_words(award.level if award else ""),
        "awards": selectors.label_history(school),
        "is_expired": selectors.is_expired(award),
        "sees_dossier": sees_dossier,
    }
    if sees_dossier:
        indicative = selectors.indicative_level(school)
        context |= {
            "aim": selectors.aim_of(award),
            "is_at_the_top": selectors.is_at_the_top(award),
            "estimate": selectors.estimate_in_words(indicative, level),
            "keeps_its_label": indicative.rank < level.rank,
            "applications": selectors.applications_of(school),
        }
    if trajectory:
        context |= _assessment(request, school, trajectory, may_edit=may_edit)
    return render(request, "schools/label.html", context)


def _assessment(request, school, trajectory, *, may_edit):
    moment = find_moment(request, trajectory)
    board = selectors.assessment_board(school, trajectory, moment)
    previous = selectors.previous_scores(school, trajectory, moment)
    is_fixed = moment == Moment.START and trajectory.phase != Phase.BASELINE
    is_early = moment == Moment.END and selectors.moment_now(trajectory) != Moment.END
    return {
        "moment": moment,
        "moments": Moment,
        "board": board,
        "progress": board.progress(moment),
        "may_score": may_edit and not is_early,
        "is_fixed": is_fixed,
        "can_take_over": may_edit
        and any(not row.is_answered and row.criterion.number in previous for row in board.rows),
        "first_open": next((row.criterion.number for row in board.rows if not row.is_answered), None),
        "outcome": selectors.outcome_of(school, trajectory),
        "outcome_is_open": may_edit and Phase(trajectory.phase).number >= Phase.LEVEL_UP.number,
    }


@members_only
def criterion(request, pk, number):
    """Give a score and an argument on one criterion; what cannot be changed at this moment is only shown."""
    school = find_school(request, pk, Action.EDIT_SCHOOL)
    trajectory, _trajectories = find_trajectory(request, school)
    if trajectory is None:
        raise Http404
    moment = find_moment(request, trajectory)
    rows = selectors.assessment_board(school, trajectory, moment).rows
    row = next((row for row in rows if row.criterion.number == number), None) or not_found()
    following = _following(rows, row)
    proposal = None if row.shown else selectors.previous_scores(school, trajectory, moment).get(number)
    form = ScoreForm(request.POST or None, initial=_score_values(row.shown, proposal))
    newer, status = None, 200
    closed = selectors.why_closed(trajectory, moment, is_answered=row.is_answered)
    if closed and request.method != "POST":
        context = {"school": school, "trajectory": trajectory, "moment": moment, "row": row, "closed": closed}
        context |= {
            "back": _score_url(school, trajectory, moment),
            "open_url": _open_url(school, trajectory, moment, row),
        }
        return render(request, "schools/criterion_closed.html", context)
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
            show_version(form, newer.version)
        except Conflict as conflict:
            show_refusal(form, conflict)
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
        "proposal": proposal,
        "following": following,
        "back": _score_url(school, trajectory, moment),
    }
    return render(request, "schools/criterion.html", context, status=status)


def _open_url(school, trajectory, moment, row):
    """The same criterion at the other moment, when that one is open."""
    other = Moment.START if moment == Moment.END else Moment.END
    stored = row.start if other == Moment.START else row.end
    if selectors.why_closed(trajectory, other, is_answered=stored is not None):
        return ""
    return _score_url(school, trajectory, other, row.criterion.number)


def _score_values(stored, proposal):
    """What the form shows first. An earlier score is a proposal: it only counts once it is saved here."""
    if stored is None:
        return {"score": proposal.score, "argument": proposal.argument, "version": 0} if proposal else {"version": 0}
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
    school = find_school(request, pk, Action.EDIT_SCHOOL)
    form = LabelForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.record_label(school=school, by=request.user, **form.cleaned_data)
        except (Conflict, ValidationError) as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The label is on record."))
            return redirect(school.get_label_url() + "#labels")
    return render(request, "schools/record_label.html", {"school": school, "form": form})


@members_only
def renew_proof(request, pk, award):
    """Add another proof of a label, in the place of the one that was refused."""
    school = find_school(request, pk, Action.EDIT_SCHOOL)
    award = get_object_or_404(selectors.standing_awards().select_related("proof"), pk=award, school=school)
    form = ProofForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.renew_proof(award=award, by=request.user, **form.cleaned_data)
        except (Conflict, ValidationError) as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The new proof is added. We check the file first."))
            return redirect(school.get_label_url() + "#labels")
    return render(request, "schools/renew_proof.html", {"school": school, "award": award, "form": form})


@members_only
def record_outcome(request, pk):
    """Put on record how the step to the next level ended."""
    school = find_school(request, pk, Action.EDIT_SCHOOL)
    trajectory, _trajectories = find_trajectory(request, school)
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
            show_refusal(form, error)
        else:
            messages.success(request, _("The outcome is on record."))
            return redirect(f"{school.get_label_url()}?traject={trajectory.slug}")
    context = {"school": school, "trajectory": trajectory, "form": form, "moved_up": OutcomeKind.MOVED_UP}
    return render(request, "schools/record_outcome.html", context)


def _outcome_values(recorded):
    if recorded is None:
        return {}
    return {"outcome": recorded.outcome, "decided_on": recorded.decided_on, "note": recorded.note}
