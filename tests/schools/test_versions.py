"""Words and thresholds in versions: what is in use stays as it is, and what schools did counts on under the new one."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.policy import Conflict, Refused
from phases.enums import Phase
from schools import first_thresholds, framework, selectors, services
from schools.enums import EvidenceState, LabelLevel, Moment
from schools.models import (
    Criterion,
    CriterionThreshold,
    ElementThreshold,
    Evidence,
    Framework,
    KeyElement,
    ThresholdSet,
)
from tests.schools.conftest import evidence, move_to, score

pytestmark = pytest.mark.django_db


@pytest.fixture
def voka(world, sign_in_as):
    return sign_in_as(world.facilitator)


def current():
    return Framework.objects.get(is_current=True)


def new_words(world):
    """Version 2 in use, in which 2.3 has another name."""
    draft = services.copy_framework(framework=current(), by=world.facilitator)
    draft.criteria.filter(number="2.3").update(label_nl="STEM uit het echte leven")
    return services.put_framework_in_use(framework=draft, by=world.facilitator)


def test_a_copy_is_a_draft_with_every_element_and_criterion_in_its_place(world):
    before = current()
    copy = services.copy_framework(framework=before, by=world.facilitator)
    assert (copy.version, copy.is_draft, copy.is_current) == (2, True, False)
    of = lambda version: list(  # noqa: E731
        version.criteria.order_by("number").values_list("number", "label_nl", "explanation", "key_element__number")
    )
    assert of(copy) == of(before)
    assert {row.key_element.framework_id for row in copy.criteria.select_related("key_element")} == {copy.pk}
    assert KeyElement.objects.filter(framework=copy).count() == 7
    assert current() == before


def test_only_a_draft_is_put_in_use_and_then_it_is_the_only_one(world):
    old = current()
    new = new_words(world)
    assert (current(), new.is_draft) == (new, False)
    old.refresh_from_db()
    assert (old.is_current, str(old.state)) == (False, "buiten gebruik")
    for version in (old, new):
        with pytest.raises(Conflict, match="Enkel een concept"):
            services.put_framework_in_use(framework=version, by=world.facilitator)


def test_answers_keep_the_words_they_were_given_to_and_the_end_asks_what_the_start_asked(school, world, criteria):
    at = next(criterion for criterion in criteria if criterion.number == "2.3")
    score(school, world, at)
    new_words(world)
    move_to(world.trajectory, Phase.EVALUATION)
    score(school, world, at, moment=Moment.END)
    board = selectors.assessment_board(school, world.trajectory, Moment.END)
    row = next(row for row in board.rows if row.criterion.number == "2.3")
    assert (row.criterion, row.start.wording, row.end.wording) == (at, at.label_nl, at.label_nl)
    assert str(selectors.current_criteria().get(number="2.3")) == "2.3 STEM uit het echte leven"


def test_evidence_and_scores_count_on_by_number(school, world, criteria):
    at = next(criterion for criterion in criteria if criterion.number == "2.3")
    score(school, world, at, score=3)
    made = evidence(school, world.teacher, [at])
    Evidence.objects.update(state=EvidenceState.APPROVED)
    new_words(world)
    assert [str(criterion) for criterion in made.criteria.all()] == ["2.3 STEM uit het echte leven"]
    row = next(row for row in selectors.gap_view(school, LabelLevel.PROFICIENT).rows if row.criterion.number == "2.3")
    assert (row.gap.standing.score, row.gap.standing.approved) == (3, 1)


def test_thresholds_are_copied_changed_and_put_in_use(world, voka):
    old = ThresholdSet.objects.get(is_current=True)
    draft = services.copy_thresholds(thresholds=old, by=world.facilitator)
    assert (draft.criteria.count(), draft.elements.count(), draft.version) == (63, 21, 2)
    draft.criteria.filter(level="expert", number="2.3").update(min_evidence=5)
    assert selectors.gap.current_thresholds() == old
    services.put_thresholds_in_use(thresholds=draft, by=world.facilitator)
    asked = selectors.gap.requirements_of(selectors.gap.current_thresholds())["expert"].criteria["2.3"]
    assert asked.min_evidence == 5
    assert old.criteria.get(level="expert", number="2.3").min_evidence == 2


def test_a_higher_level_cannot_ask_less_than_a_lower_one(world):
    draft = services.copy_thresholds(thresholds=ThresholdSet.objects.get(), by=world.facilitator)
    draft.criteria.filter(level="expert", number="2.3").update(min_score=1)
    with pytest.raises(Conflict, match="2.3: Expert vraagt minder dan Proficient."):
        services.put_thresholds_in_use(thresholds=draft, by=world.facilitator)


def test_the_database_keeps_one_version_in_use(world):
    for model in (Framework, ThresholdSet):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.create(version=9, title="x", is_current=True, is_draft=False)
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(is_current=True).update(is_draft=True)


def test_loading_the_first_version_again_changes_nothing(db):
    before = list(CriterionThreshold.objects.values())
    first_thresholds.load(ThresholdSet, CriterionThreshold, ElementThreshold)
    framework.load(Framework, KeyElement, Criterion)
    assert list(CriterionThreshold.objects.values()) == before


@pytest.mark.parametrize("who", ["teacher", "owner", "stranger"])
def test_only_voka_makes_versions(who, world):
    person = getattr(world, who)
    for refused in (
        lambda: services.copy_framework(framework=current(), by=person),
        lambda: services.put_framework_in_use(framework=current(), by=person),
        lambda: services.copy_thresholds(thresholds=ThresholdSet.objects.get(), by=person),
        lambda: services.put_thresholds_in_use(thresholds=ThresholdSet.objects.get(), by=person),
    ):
        with pytest.raises(Refused):
            refused()


def test_in_the_back_office_a_version_is_copied_and_put_in_use_by_its_actions(voka, world):
    for model, name in ((Framework, "framework"), (ThresholdSet, "thresholdset")):
        page = reverse(f"admin:schools_{name}_changelist")
        first = model.objects.get()
        voka.post(page, {"action": "copy", "_selected_action": [first.pk]})
        draft = model.objects.get(is_draft=True)
        assert voka.get(reverse(f"admin:schools_{name}_change", args=[draft.pk])).status_code == 200
        voka.post(page, {"action": "put_in_use", "_selected_action": [draft.pk]})
        draft.refresh_from_db()
        assert (draft.is_current, draft.is_draft) == (True, False)


def test_a_draft_of_the_thresholds_is_changed_in_the_back_office_and_one_in_use_is_not(voka, world):
    old = ThresholdSet.objects.get()
    draft = services.copy_thresholds(thresholds=old, by=world.facilitator)

    def send(thresholds):
        sent = {"title": "Nieuwe schatting", "source": "Overleg met de scholen"}
        for prefix, rows in (("elements", thresholds.elements.all()), ("criteria", thresholds.criteria.all())):
            sent |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": len(rows)}
            for n, row in enumerate(rows):
                sent |= {f"{prefix}-{n}-id": row.pk, f"{prefix}-{n}-thresholds": thresholds.pk}
                sent |= {f"{prefix}-{n}-min_mean": "4"} if prefix == "elements" else {
                    f"{prefix}-{n}-min_score": 4, f"{prefix}-{n}-min_evidence": 3,
                }  # fmt: skip
        return voka.post(reverse("admin:schools_thresholdset_change", args=[thresholds.pk]), sent).status_code

    assert send(draft) == 302
    assert set(draft.criteria.values_list("min_score", "min_evidence")) == {(4, 3)}
    assert send(old) == 403
    assert set(old.criteria.filter(level="expert").values_list("min_score", flat=True)) == {3}
