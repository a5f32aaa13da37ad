"""The schools of the demo: their label and self-assessment, and in Kempen the evidence they gather.

The attachments are real files that the portal's own check finds safe: handing in waits for that.
"""

import datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

import documents.services
import phases.services
import schools.services
from accounts.enums import FunctionProfile, Role
from in2stem.demo import names, paper, people
from in2stem.demo.calendar import on_day
from in2stem.demo.stories import ARGUMENTS, PIECES
from schools.enums import LabelLevel, Moment, Network
from schools.models import Framework


def _add_school(stage, trajectory):
    region = trajectory.slug
    n = next(stage.in_region["school", region])
    address = names.address(region, n * 3 + 1)
    organisation = schools.services.create_school(
        name=names.school(region, n),
        chamber=trajectory.chamber,
        street=address.street,
        postal_code=address.postal_code,
        municipality=address.municipality,
        institution_number=str(next(stage.school_numbers)),
        network=_network_of(names.school(region, n)),
        pupils=380 + n % 9 * 65,
        stem_teachers=9 + n % 7 * 3,
    ).organisation
    phases.services.join(trajectory=trajectory, organisation=organisation)
    return organisation


def _network_of(name):
    if name.startswith("GO!"):
        return Network.GO
    return Network.OFFICIAL if name.startswith(("Provinciaal", "Provinciale")) else Network.FREE


def take_part(stage, cast, setting, index, finished):
    organisation = _add_school(stage, cast.trajectory)
    kempen = setting.slug == "kempen"
    login = (
        {0: ("Hanne", "Van Gestel", "school"), 1: ("Ayşe", "Yıldırım", "andere-school")}.get(index) if kempen else None
    )
    if login:
        member = people.add_person(
            stage, *login, organisation, Role.REPRESENTATIVE, "STEM-coördinator", FunctionProfile.STEM_COORDINATOR
        )
    else:
        member = people.add_someone(
            stage, organisation, Role.REPRESENTATIVE, "STEM-leerkracht", FunctionProfile.STEM_TEACHER
        )
    cast.schools.append(member)
    last_one = index == setting.schools * stage.size - 1
    if finished or not last_one:
        _give_label(stage, member, LabelLevel.COMPETENT)
    assess(stage, cast, member, Moment.START, complete=finished or not last_one)


def _give_label(stage, member, level):
    schools.services.record_label(
        school=member.organisation.school,
        level=level,
        awarded_on=timezone.localdate() - datetime.timedelta(days=60),
        by=stage.voka,
    )


def assess(stage, cast, member, moment, *, complete=True):
    criteria = list(Framework.objects.get(is_current=True).criteria.all())
    for criterion in criteria if complete else criteria[:13]:
        score = stage.random.choice([1, 1, 2, 2, 3] if moment == Moment.START else [2, 2, 3, 3, 4])
        schools.services.score_criterion(
            school=member.organisation.school,
            trajectory=cast.trajectory,
            moment=moment,
            criterion=criterion,
            score=score,
            argument=stage.random.choice(ARGUMENTS),
            by=member.user,
        )


def gather_evidence(stage, cast):
    """What a school gathered so far, in every state: approved, to review, sent back for more, and a draft."""
    member = cast.schools[0]
    criteria = {criterion.number: criterion for criterion in Framework.objects.get(is_current=True).criteria.all()}
    for piece in PIECES:
        day = stage.today - datetime.timedelta(days=piece.days_ago)
        with on_day(day):
            evidence = schools.services.add_evidence(
                school=member.organisation.school,
                by=member.user,
                title=piece.title,
                text=piece.text,
                practice_date=day - datetime.timedelta(days=30),
                criteria=[criteria[number] for number in piece.criteria],
                pupils_confirmed=True,
                uploads=[_attachment(piece)] if piece.attachment else [],
            )
            for document in evidence.documents:
                documents.services.check(document.pk)
                documents.services.scan(document.pk)
            if piece.answer is None:
                continue
            schools.services.submit_evidence(evidence=evidence, by=member.user)
            if piece.answer == "approve":
                schools.services.approve_evidence(evidence=evidence, by=stage.voka, comment=piece.comment)
            elif piece.answer == "ask_more":
                schools.services.ask_more(evidence=evidence, by=stage.voka, comment=piece.comment)


def _attachment(piece):
    return SimpleUploadedFile(piece.attachment, paper.sheet(piece.title, piece.lines))


def share_with_a_mentor(cast):
    """The first school lets the company that guides it see its self-assessment."""
    member = cast.schools[0]
    schools.services.share_scores(
        school=member.organisation.school, companies=[cast.companies[0].organisation], by=member.user
    )
