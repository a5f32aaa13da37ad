"""The gap to the next level, and taking over earlier scores."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import members_only
from accounts.policy import Action, may
from phases.enums import Phase
from schools import selectors, services
from schools.enums import LABELS, LabelLevel, Moment
from schools.forms import TakeOverForm
from schools.views.finding import find_moment, find_school, find_trajectory


@members_only
def gap(request, pk):
    """For the next level, criterion by criterion: what is met, what is missing, what waits, and what may help."""
    school = find_school(request, pk, Action.SEE_SCHOOL_DOSSIER)
    award = selectors.label_of(school)
    aim = selectors.aim_of(award)
    wanted = request.GET.get("niveau") or aim.value
    if wanted not in LABELS:
        raise Http404
    level = LabelLevel(award.level) if award else LabelLevel.NONE
    view = selectors.gap_view(school, LabelLevel(wanted))
    selectors.add_suggestions(view, request.user)
    trajectory, _trajectories = find_trajectory(request, school)
    may_edit = may(request.user, Action.EDIT_SCHOOL, school)
    context = {
        "school": school,
        "trajectory": trajectory,
        "moment": selectors.moment_now(trajectory) if trajectory else None,
        "may_score": may_edit and trajectory is not None,
        "may_score_again": may_edit and trajectory is not None and _is_open(trajectory),
        "award": award,
        "level": level,
        "level_words": selectors.level_in_words(award.level if award else ""),
        "estimate": selectors.estimate_in_words(view.indicative, level),
        "keeps_its_label": view.indicative.rank < level.rank,
        "is_at_the_top": selectors.is_at_the_top(award),
        "aim": aim,
        "levels": LABELS,
        "view": view,
        "application": selectors.open_application_of(school),
        "may_edit": may_edit,
    }
    return render(request, "schools/gap.html", context)


def _is_open(trajectory):
    """Between the start and the final self-assessment (phases 2 and 3) a score that was given is fixed."""
    return Phase(trajectory.phase) == Phase.BASELINE or selectors.moment_now(trajectory) == Moment.END


@members_only
def take_over(request, pk):
    """Earlier scores beside the criteria that are still open; who ticks one makes it count again."""
    school = find_school(request, pk, Action.EDIT_SCHOOL)
    trajectory, _trajectories = find_trajectory(request, school)
    if trajectory is None:
        raise Http404
    moment = find_moment(request, trajectory)
    board = selectors.assessment_board(school, trajectory, moment)
    previous = selectors.previous_scores(school, trajectory, moment)
    rows = [
        (row.criterion, previous[row.criterion.number])
        for row in board.rows
        if not row.is_answered and row.criterion.number in previous
    ]
    form = TakeOverForm(request.POST or None, criteria=[criterion for criterion, _score in rows])
    back = f"{school.get_label_url()}?traject={trajectory.slug}&moment={moment}"
    if request.method == "POST" and form.is_valid():
        taken = services.take_over_scores(
            school=school,
            trajectory=trajectory,
            moment=moment,
            criteria=form.chosen(),
            by=request.user,
        )
        words = ngettext("%(count)d score is taken over.", "%(count)d scores are taken over.", len(taken))
        messages.success(request, words % {"count": len(taken)})
        return redirect(back)
    context = {
        "school": school,
        "trajectory": trajectory,
        "moment": moment,
        "rows": rows,
        "form": form,
        "back": back,
        "title": _("Take over earlier scores"),
    }
    return render(request, "schools/take_over.html", context)
