"""A file that is refused: the label behind it does not count, its school hears it, and a new proof puts it right."""

import pytest

from accounts.policy import Conflict, Refused
from documents import services as documents
from documents.checks.refusal import Reason
from documents.enums import DocumentState
from in2stem.asks import desk_of
from notifications.models import OutboundMail
from phases.enums import Phase
from phases.machine import Blocker
from schools import readiness, services
from schools.enums import EvidenceState, LabelLevel, OutcomeKind
from schools.models import LabelAward, LabelOutcome
from tests.schools.conftest import DAY, evidence, file_of, give_label, move_to, pdf, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def award(school, other_school, world):
    """The label of the school, recorded by its teacher; the other school has one that Voka recorded."""
    give_label(other_school, world.facilitator)
    return give_label(school, world.teacher, proof=pdf("label.pdf"))


@pytest.fixture
def refused(award):
    documents.refuse(award.proof_id, Reason.ACTIVE_PDF)
    award.proof.refresh_from_db()
    return award


def missing(need, world):
    return list(need(world.trajectory))


def proof_page(award):
    return f"/scholen/{award.school_id}/label/vastgelegd/{award.pk}/bewijs/"


def test_a_label_counts_only_once_its_proof_is_found_safe(award, world):
    need = readiness.every_school_has_a_label_on_record
    assert missing(need, world) == [Blocker("Atheneum Zuid: het bewijs van het label wordt nog gecontroleerd.")]
    settle(award.proof, DocumentState.SAFE)
    assert missing(need, world) == []


def test_a_label_with_a_refused_proof_does_not_count_and_says_why(refused, world):
    assert missing(readiness.every_school_has_a_label_on_record, world) == [
        Blocker(
            f"Atheneum Zuid: het bewijs van het label is geweigerd: {refused.proof.refusal} Voeg een nieuw bewijs toe.",
            proof_page(refused),
        )
    ]


def test_an_older_label_that_is_proven_keeps_counting(refused, school, world):
    give_label(school, world.facilitator, awarded_on=DAY.replace(year=2024))
    assert missing(readiness.every_school_has_a_label_on_record, world) == []


def test_a_new_proof_puts_the_label_right_and_the_refused_one_stays_on_record(refused, school, world):
    renewed = services.renew_proof(award=refused, proof=pdf("nieuw.pdf"), by=world.teacher)
    assert (renewed.replaces, renewed.level, renewed.awarded_on) == (refused, refused.level, refused.awarded_on)
    settle(renewed.proof, DocumentState.SAFE)
    assert missing(readiness.every_school_has_a_label_on_record, world) == []
    assert LabelAward.objects.filter(school=school).count() == 2


def test_recording_the_same_label_again_with_a_new_proof_does_the_same(refused, school, world):
    again = give_label(school, world.teacher, proof=pdf("nieuw.pdf"))
    assert again.replaces == refused
    assert give_label(school, world.teacher) == again


def test_a_proof_that_was_not_refused_is_not_replaced(award, world):
    with pytest.raises(Conflict):
        services.renew_proof(award=award, proof=pdf(), by=world.teacher)


@pytest.mark.parametrize("who", ["owner", "other_teacher", "stranger"])
def test_only_the_school_and_voka_add_a_new_proof(who, refused, world):
    with pytest.raises(Refused):
        services.renew_proof(award=refused, proof=pdf(), by=getattr(world, who))


def test_moving_up_counts_only_with_a_proven_label_and_the_outcome_follows_the_new_proof(school, world):
    move_to(world.trajectory, Phase.LEVEL_UP)
    need = readiness.every_school_has_a_label_outcome
    recorded = services.record_outcome(
        trajectory=world.trajectory,
        school=school,
        outcome=OutcomeKind.MOVED_UP,
        level=LabelLevel.COMPETENT,
        decided_on=DAY,
        by=world.teacher,
        proof=pdf(),
    )
    assert missing(need, world)[0].sentence == "Atheneum Zuid: het bewijs van het label wordt nog gecontroleerd."
    documents.refuse(recorded.award.proof_id, Reason.ACTIVE_PDF)
    assert missing(need, world)[0].url == proof_page(recorded.award)
    renewed = services.renew_proof(award=recorded.award, proof=pdf("nieuw.pdf"), by=world.teacher)
    settle(renewed.proof, DocumentState.SAFE)
    assert LabelOutcome.objects.get(school=school).award == renewed
    assert [blocker.sentence.split(":")[0] for blocker in missing(need, world)] == ["College Noord"]


def test_the_uploader_of_a_refused_proof_gets_one_mail_with_the_reason_and_the_page(refused, world):
    documents.refuse(refused.proof_id, Reason.ACTIVE_PDF)
    mail = OutboundMail.objects.get(event="schools/file_refused")
    assert (mail.to, mail.subject) == (world.teacher.email, "Je bestand is geweigerd: label.pdf")
    assert refused.proof.refusal in mail.text
    assert "http://testserver" + proof_page(refused) in mail.text


def test_the_uploader_of_refused_evidence_gets_a_mail(school, world, criteria):
    made = evidence(school, world.teacher, criteria[:1], upload=pdf("robot.pdf"))
    documents.refuse(file_of(made).pk, Reason.ACTIVE_PDF)
    mail = OutboundMail.objects.get(event="schools/file_refused")
    assert (mail.to, mail.subject) == (world.teacher.email, "Je bestand is geweigerd: robot.pdf")
    assert "het bewijsstuk ‘Robotklas’" in mail.text
    assert file_of(made).refusal in mail.text
    assert "Haal dit bestand weg en voeg een ander toe." in mail.text
    assert "http://testserver" + made.get_absolute_url() in mail.text


def handed_in_before_its_check(made, by):
    """As it could go before handing in waited for the check."""
    settle(file_of(made), DocumentState.SAFE)
    services.submit_evidence(evidence=made, by=by)
    settle(file_of(made), DocumentState.CHECKING)


def test_what_was_handed_in_meanwhile_goes_back_to_the_school_with_the_reason(school, world, criteria):
    made = evidence(school, world.teacher, criteria[:1], upload=pdf("robot.pdf"))
    handed_in_before_its_check(made, world.teacher)
    documents.refuse(file_of(made).pk, Reason.ACTIVE_PDF)
    made.refresh_from_db()
    assert made.state == EvidenceState.MORE_ASKED
    assert made.reviewer_comment.startswith("Het portaal weigerde het bestand “robot.pdf”: ")
    assert file_of(made).refusal in made.reviewer_comment
    assert [(step.state, step.by) for step in made.log.all()][0] == (EvidenceState.MORE_ASKED, None)
    assert "Je bewijs is bij jou terug." in OutboundMail.objects.get(event="schools/file_refused").text
    with pytest.raises(Conflict, match="robot.pdf"):
        services.submit_evidence(evidence=made, by=world.teacher)


def test_when_voka_added_the_file_the_school_hears_it_too(school, world, criteria):
    made = evidence(school, world.teacher, criteria[:1])
    services.change_evidence(
        evidence=made,
        by=world.facilitator,
        title="Robotklas",
        text="x",
        practice_date=DAY,
        criteria=criteria[:1],
        pupils_confirmed=True,
        seen_version=1,
        uploads=[pdf("van-voka.pdf")],
    )
    handed_in_before_its_check(made, world.teacher)
    documents.refuse(file_of(made).pk, Reason.ACTIVE_PDF)
    assert {mail.to for mail in OutboundMail.objects.filter(event="schools/file_refused")} == {
        world.teacher.email,
        world.facilitator.email,
    }


def test_a_file_that_was_replaced_meanwhile_is_not_worth_a_mail(refused, world):
    OutboundMail.objects.all().delete()
    renewed = services.renew_proof(award=refused, proof=pdf("nieuw.pdf"), by=world.teacher)
    settle(refused.proof, DocumentState.CHECKING)
    documents.refuse(refused.proof_id, Reason.ACTIVE_PDF)
    assert not OutboundMail.objects.exists()
    documents.refuse(renewed.proof_id, Reason.ACTIVE_PDF)
    assert OutboundMail.objects.count() == 1


def test_the_label_page_shows_the_reason_and_the_way_to_a_new_proof(refused, school, world, sign_in_as):
    client = sign_in_as(world.teacher)
    html = client.get(school.get_label_url()).content.decode()
    assert "Dit label telt nog niet mee." in html
    assert refused.proof.refusal in html
    assert f'href="{proof_page(refused)}"' in html
    assert refused.proof.refusal in client.get(proof_page(refused)).content.decode()
    response = client.post(proof_page(refused), {"proof": pdf("nieuw.pdf")})
    assert response.url == school.get_label_url() + "#labels"
    html = client.get(school.get_label_url()).content.decode()
    assert "Dit label telt nog niet mee." not in html
    assert client.get(proof_page(refused)).status_code == 404


def test_the_school_is_asked_once_for_a_new_proof_in_every_phase(refused, world):
    for phase in (Phase.BASELINE, Phase.ACTION):
        move_to(world.trajectory, phase)
        asks = [ask for ask in desk_of(world.teacher).asks if ask.url == proof_page(refused)]
        assert [(str(ask.title), ask.text) for ask in asks] == [
            ("Voeg een nieuw bewijs van het label Competent toe", refused.proof.refusal)
        ]
        assert not [ask for ask in desk_of(world.other_teacher).asks if ask.url == proof_page(refused)]


def test_a_check_that_is_still_running_asks_nothing_of_the_school(award, world):
    assert not [ask for ask in desk_of(world.teacher).asks if "label" in str(ask.title).lower()]
