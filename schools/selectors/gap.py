"""What a school has beside what a level asks: reads for the arithmetic of schools/gap.py, and its words."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from charts import figure, mean
from schools.enums import LABELS, WHO_SUGGESTS, EvidenceState, LabelLevel, Moment
from schools.gap import Ask, CriterionGap, ElementGap, Gap, Requirements, Standing, gap_to, level_reached
from schools.models import Criterion, CriterionScore, Evidence, KeyElement, ThresholdSet
from schools.selectors.assessment import current_criteria

WAITING = (EvidenceState.SUBMITTED,)
SUGGESTIONS_PER_CRITERION = 3
# With more open criteria than this the map would be one block of marker.
CLOSE = 7
# And more low means than this no sentence anyone reads.
TOLD = 2


def current_thresholds() -> ThresholdSet:
    """The version in use."""
    return ThresholdSet.objects.get(is_current=True)


def requirements_of(thresholds) -> dict[str, Requirements]:
    """What each level asks in one version, lowest level first. Two queries."""
    asks: dict[str, dict[str, Ask]] = {level.value: {} for level in LABELS}
    means: dict[str, dict[int, Decimal]] = {level.value: {} for level in LABELS}
    for row in thresholds.criteria.all():
        asks[row.level][row.number] = Ask(row.min_score, row.min_evidence)
    for row in thresholds.elements.all():
        means[row.level][row.number] = row.min_mean
    return {level: Requirements(asks[level], means[level]) for level in asks}


def latest_scores(school) -> dict[str, CriterionScore]:
    """Per number of a criterion the score that was given last: the newest trajectory first, its end before its start."""
    scores = CriterionScore.objects.filter(assessment__school=school.pk).select_related(
        "assessment__trajectory", "criterion"
    )
    found: dict[str, CriterionScore] = {}
    for score in sorted(scores, key=_recency):
        found[score.criterion.number] = score
    return found


def _recency(score):
    trajectory = score.assessment.trajectory
    return trajectory.first_school_year, trajectory.pk, score.assessment.moment == Moment.END


def previous_scores(school, trajectory, moment) -> dict[str, CriterionScore]:
    """Per number the newest score from before this moment: what may be taken over, never what counts. One query."""
    now = (trajectory.first_school_year, trajectory.pk, moment == Moment.END)
    scores = CriterionScore.objects.filter(assessment__school=school.pk).select_related(
        "assessment__trajectory", "criterion", "updated_by"
    )
    earlier = [score for score in scores if _recency(score) < now]
    return {score.criterion.number: score for score in sorted(earlier, key=_recency)}


def standings_of(school, scores) -> dict[str, Standing]:
    """Score and evidence per number of a criterion; `scores` are the latest. One query."""
    counts = Evidence.objects.filter(school=school.pk, criteria__isnull=False).order_by().values("criteria__number")
    evidence = {
        row["criteria__number"]: (row["approved"], row["waiting"])
        for row in counts.annotate(
            approved=Count("pk", distinct=True, filter=Q(state=EvidenceState.APPROVED)),
            waiting=Count("pk", distinct=True, filter=Q(state__in=WAITING)),
        )
    }
    return {
        number: Standing(scores[number].score if number in scores else None, *evidence.get(number, (0, 0)))
        for number in scores.keys() | evidence.keys()
    }


@dataclass
class GapRow:
    """One criterion on the page: the arithmetic, its words, and what may help."""

    criterion: Criterion
    gap: CriterionGap
    score: CriterionScore | None = None
    suggestions: list = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        """What is still needed, one sentence each; empty when everything is met."""
        return [words for words in (self._score_words, self._evidence_words, self._waiting_words) if words]

    @property
    def _score_words(self) -> str:
        if self.gap.lacks_score:
            return _("no score yet; at least %(minimum)d is needed") % {"minimum": self.gap.ask.min_score}
        if self.gap.points_short:
            facts = {"minimum": self.gap.ask.min_score, "now": self.gap.standing.score}
            return _("score at least %(minimum)d, now %(now)d") % facts
        return ""

    @property
    def _evidence_words(self) -> str:
        count = self.gap.evidence_to_add
        if not count:
            return ""
        facts = {"count": count, "number": self.criterion.number}
        return ngettext("%(count)d more piece for %(number)s", "%(count)d more pieces for %(number)s", count) % facts

    @property
    def _waiting_words(self) -> str:
        count = self.gap.evidence_waiting
        if not count:
            return ""
        return ngettext("%(count)d piece waits for Voka", "%(count)d pieces wait for Voka", count) % {"count": count}

    @property
    def evidence_in_words(self) -> str:
        """ "2 of 1": what is approved beside what is asked."""
        return _("%(approved)d of %(asked)d") % {
            "approved": self.gap.standing.approved,
            "asked": self.gap.ask.min_evidence,
        }


@dataclass(frozen=True)
class GapElement:
    """A key element on the page."""

    element: KeyElement
    gap: ElementGap
    rows: list[GapRow]

    @property
    def mean(self) -> Decimal | None:
        return mean(self.gap.scores)

    @property
    def mean_words(self) -> str:
        return figure(self.mean, 1) if self.mean is not None else "–"

    @property
    def wanted_words(self) -> str:
        return figure(self.gap.min_mean, 1) if self.gap.min_mean else "–"

    @property
    def mean_share(self) -> float | None:
        """Place on an axis from 0 to 4, in percents."""
        return None if self.mean is None else round(float(self.mean) * 25, 1)

    @property
    def wanted_share(self) -> float:
        return round(float(self.gap.min_mean) * 25, 1)

    @property
    def mean_sentence(self) -> str:
        """What the mean still lacks, when each criterion is scored; empty otherwise."""
        if self.gap.mean_is_met or not self.gap.is_scored:
            return ""
        count = self.gap.points_short
        return ngettext(
            "The mean of %(element)s is %(mean)s and has to be %(wanted)s: %(count)d point more.",
            "The mean of %(element)s is %(mean)s and has to be %(wanted)s: %(count)d points more.",
            count,
        ) % {
            "element": self.element.label_nl,
            "mean": self.mean_words,
            "wanted": self.wanted_words,
            "count": count,
        }


@dataclass(frozen=True)
class GapView:
    """Everything the gap screen of one school shows for one level."""

    level: LabelLevel
    indicative: LabelLevel
    thresholds: ThresholdSet
    gap: Gap
    elements: list[GapElement]

    @property
    def rows(self) -> list[GapRow]:
        return [row for element in self.elements for row in element.rows]

    @property
    def open_rows(self) -> list[GapRow]:
        return [row for row in self.rows if row.gap in self.gap.open]

    @property
    def waiting_rows(self) -> list[GapRow]:
        return [row for row in self.rows if row.gap.only_waits]

    @property
    def is_close(self) -> bool:
        """Few enough to light each of them up on the map."""
        return len(self.open_rows) <= CLOSE

    @property
    def met_count(self) -> int:
        return sum(row.gap.is_met for row in self.rows)

    @property
    def low_means(self) -> list[GapElement]:
        return [element for element in self.elements if element.mean_sentence]

    @property
    def means_in_a_sentence(self) -> str:
        """Which means are too low: each with its figures when there are few, else how many."""
        low = self.low_means
        if len(low) <= TOLD:
            return " ".join(element.mean_sentence for element in low)
        facts = {"count": len(low), "total": len(self.elements)}
        return _("%(count)d of the %(total)d key elements do not reach the mean that is asked yet.") % facts

    @property
    def suggestions(self) -> list:
        """Each practice once, with the numbers of the open criteria it fits, the most fitting first."""
        found: dict = {}
        for row in self.open_rows:
            for practice in row.suggestions:
                found.setdefault(practice.pk, (practice, []))[1].append(row.criterion.number)
        return sorted(found.values(), key=lambda each: -len(each[1]))

    @property
    def figure(self) -> tuple[int, str]:
        """The one number of the page and the words behind it."""
        if (count := self.gap.evidence_to_add) and (scores := self.gap.scores_short):
            pieces = ngettext("piece of evidence", "pieces of evidence", count)
            words = ngettext(
                "%(pieces)s and %(scores)d score to go for %(level)s",
                "%(pieces)s and %(scores)d scores to go for %(level)s",
                scores,
            )
            return count, words % {"pieces": pieces, "scores": scores, "level": self.level.label}
        if count := self.gap.evidence_to_add:
            words = ngettext("piece of evidence to go for %(level)s", "pieces of evidence to go for %(level)s", count)
        elif count := self.gap.scores_short:
            words = ngettext("score to go for %(level)s", "scores to go for %(level)s", count)
        elif count := len(self.low_means):
            words = ngettext("key element to go for %(level)s", "key elements to go for %(level)s", count)
        else:
            count = len(self.gap.waiting)
            words = ngettext(
                "criterion waits for Voka, then your basis for %(level)s is there",
                "criteria wait for Voka, then your basis for %(level)s is there",
                count,
            )
        return count, words % {"level": self.level.label}


def is_expired(award) -> bool:
    return bool(award and award.valid_until and award.valid_until < timezone.localdate())


def aim_of(award) -> LabelLevel:
    """The level a school works towards: one up, at most the highest; a label that expired is renewed first."""
    if award is None:
        return LABELS[0]
    level = LabelLevel(award.level)
    if is_expired(award):
        return level
    return list(LabelLevel)[min(level.rank + 1, len(LABELS))]


def is_at_the_top(award) -> bool:
    """Whether a school has the highest level, and still has it: then nothing comes next."""
    return bool(award) and award.level == LABELS[-1] and not is_expired(award)


def estimate_in_words(indicative, level) -> str:
    """Our estimate, as far as it may be said: below the level a school has it says something about the portal only."""
    if indicative.rank < level.rank:
        return _("too little in the portal to tell")
    return str(indicative.label) if indicative.is_label else _("not enough for a label yet")


def gap_view(school, level) -> GapView:
    """The gap of a school to one level. Six queries, however many criteria or pieces of evidence."""
    thresholds = current_thresholds()
    requirements = requirements_of(thresholds)
    criteria = list(current_criteria())
    scores = latest_scores(school)
    standings = standings_of(school, scores)
    numbers = [criterion.number for criterion in criteria]
    gap = gap_to(requirements[level.value], standings, numbers)
    by_number = {criterion.number: criterion for criterion in criteria}
    elements = [
        GapElement(
            by_number[element.criteria[0].number].key_element,
            element,
            [GapRow(by_number[each.number], each, scores.get(each.number)) for each in element.criteria],
        )
        for element in gap.elements
    ]
    reached = level_reached(list(requirements.items()), standings, numbers)
    indicative = LabelLevel(reached) if reached else LabelLevel.NONE
    return GapView(level, indicative, thresholds, gap, elements)


def indicative_level(school) -> LabelLevel:
    """The level of which every threshold in use is met. An indication, never a label."""
    requirements = requirements_of(current_thresholds())
    numbers = current_criteria().values_list("number", flat=True)
    reached = level_reached(list(requirements.items()), standings_of(school, latest_scores(school)), list(numbers))
    return LabelLevel(reached) if reached else LabelLevel.NONE


def add_suggestions(view: GapView, user) -> None:
    """Hang the practices this person may read under the open criteria they fit (schools.enums.WHO_SUGGESTS)."""
    rows = view.open_rows
    if not rows:
        return
    found = import_string(WHO_SUGGESTS)(user, [row.criterion.number for row in rows])
    for row in rows:
        row.suggestions = found.get(row.criterion.number, [])[:SUGGESTIONS_PER_CRITERION]
