"""Schools of the named cast, with the means to fill them."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from documents.enums import DocumentState
from phases.enums import Phase
from schools import selectors, services
from schools.enums import LabelLevel, Moment
from schools.models import School
from tests.documents import files

DAY = datetime.date(2026, 3, 20)


def pdf(name="bewijs.pdf", content=None):
    return SimpleUploadedFile(name, content or files.pdf(), content_type="application/pdf")


@pytest.fixture
def school(world) -> School:
    """The profile of the school of the cast."""
    return School.objects.get(pk=world.school.pk)


@pytest.fixture
def other_school(world) -> School:
    return School.objects.get(pk=world.other_school.pk)


@pytest.fixture
def strange_school(world) -> School:
    """A school that shares a trajectory with nobody of the first trajectory."""
    school = services.create_school(name="Vreemde School", municipality="Verweg")
    world.other_trajectory.participations.create(organisation=school.organisation)
    return school


@pytest.fixture
def criteria(db):
    return list(selectors.current_criteria())


def score(
    school, world, criterion, *, by=None, moment=Moment.START, score=2, argument="Omdat het zo is.", seen_version=0
):
    return services.score_criterion(
        school=school,
        trajectory=world.trajectory,
        moment=moment,
        criterion=criterion,
        score=score,
        argument=argument,
        by=by or world.administrator,
        seen_version=seen_version,
    )


def assess(school, world, criteria, *, moment=Moment.START):
    """A complete self-assessment, except for what is left out of `criteria`."""
    for criterion in criteria:
        score(school, world, criterion, moment=moment)


def evidence(school, by, criteria, *, title="Robotklas", upload=None, **how):
    return services.add_evidence(
        school=school,
        by=by,
        title=title,
        text="We bouwden een robot.",
        practice_date=DAY,
        criteria=criteria,
        pupils_confirmed=True,
        uploads=[upload] if upload else [],
        **how,
    )


def file_of(made):
    """The one file of a piece of evidence, as it is now."""
    return made.files.get(removed_at=None).document


def safe_evidence(school, by, criteria, **how):
    """With a file that was found safe; the checks themselves are tested in tests/documents."""
    made = evidence(school, by, criteria, upload=pdf(), **how)
    settle(file_of(made), DocumentState.SAFE)
    return made


def settle(document, state, refusal=""):
    document.state, document.refusal = state, refusal
    document.save()


def give_label(school, by, level=LabelLevel.COMPETENT, awarded_on=DAY, **how):
    return services.record_label(school=school, level=level, awarded_on=awarded_on, by=by, **how)


def move_to(trajectory, phase: Phase):
    """Put a trajectory in a phase without walking there: phases/ has its own tests."""
    type(trajectory).objects.filter(pk=trajectory.pk).update(phase=phase)
    trajectory.refresh_from_db()


def tomorrow():
    return timezone.localdate() + datetime.timedelta(days=1)
