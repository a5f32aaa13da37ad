"""The demo world on a database and a live server of its own: built once per process, read by many tests.

The database of the other tests is emptied after each of them, and filling it again takes seconds. So the demo gets a
copy of that (empty) database, and the process is pointed at the copy for as long as one test lasts.
"""

import datetime
import hashlib
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.utils import timezone

import accounts.services
import certificates.services
import companies.services
import documents.services
import schools.services
from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from certificates.models import Certificate
from companies.models import Company, IntakeDraft
from companies.selectors import current_questionnaire
from documents.checks.refusal import Reason
from documents.enums import DocumentPurpose
from in2stem.demo.world import DOMAIN, PASSWORD, build
from jobs.enums import JobState
from jobs.models import Job
from notifications.models import OutboundMail
from phases.enums import Phase
from phases.models import Participation, Trajectory
from schools.enums import LabelLevel
from schools.models import Evidence, EvidenceFile, School
from tests.documents import files
from workgroups.models import ActionPoint, Workgroup

ALIAS = "default"
ADDRESS = f"{{}}@{DOMAIN}"
SUFFIX = "demo"
# As long as they may be.
LONG_NAME_OF_A_PERSON = "Van der Straeten-de Montpellier d’Annevoie-Vandenbroucke van Nieuwenhuyse-Peeters"[:80]
LONG_NAME = (
    "Vereniging voor Technisch Onderwijs, Metaalconstructie en Duurzame Energie van de Antwerpse Kempen: "
    "Kasterlee, Retie, Arendonk, Ravels, Oud-Turnhout, Vosselaar, Beerse, Rijkevorsel, Meer en Hoogstraten"
)[:200]
MANY = 200
MAILED_TOKEN = "een-link-uit-een-mail"
UNBREAKABLE_NAME = ("Staalconstructiewerkplaats" * 8)[:200]


def person(login: str) -> User:
    """Someone of the demo world."""
    return User.objects.get(email=ADDRESS.format(login))


@contextmanager
def copy_of_the_database(folder: Path) -> Iterator[dict[str, Any]]:
    """A copy of this process's test database, which must be empty; gives its settings."""
    if connection.vendor == "sqlite":
        path = folder / "demo.sqlite3"
        connection.ensure_connection()
        with sqlite3.connect(path) as target:
            connection.connection.backup(target)
        yield connections.settings[ALIAS] | {"NAME": str(path)}
        return
    # PostgreSQL only copies a database that nobody is connected to.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connection.creation.clone_test_db(SUFFIX, verbosity=0)
    yield connection.creation.get_test_db_clone_settings(SUFFIX)
    connection.creation.destroy_test_db(suffix=SUFFIX, verbosity=0)


@contextmanager
def pointed_at(database: dict[str, Any]) -> Iterator[None]:
    """Every connection made inside the block, in any thread, is to this database."""
    usual_settings, usual_connection = connections.settings[ALIAS], connections[ALIAS]
    connections.settings[ALIAS] = database
    connections[ALIAS] = connections.create_connection(ALIAS)
    try:
        yield
    finally:
        connections[ALIAS].close()
        connections.settings[ALIAS], connections[ALIAS] = usual_settings, usual_connection


def fill() -> None:
    """The demo world, and what it has no example of: every state in which a page looks different."""
    build()
    voka, member = person("voka"), person("bedrijf").memberships.get()
    _extremes(voka)
    _crowds()
    _sign_up()
    _applications(voka)
    _documents(voka)
    _certificates(voka)
    for address in ("nieuw", "school"):
        accounts.services.invite(
            organisation=member.organisation, email=ADDRESS.format(address), role=Role.COLLEAGUE, by=member.user
        )
    accounts.services.invite(
        organisation=voka.memberships.get().organisation, email=ADDRESS.format("ook-nieuw"), role=Role.STAFF, by=voka
    )
    for login, last_name in (("zonder-organisatie", "Zonder Organisatie"), ("tweede-stap", "Tweede Stap")):
        user = User.objects.create_user(ADDRESS.format(login), PASSWORD, first_name="Noor", last_name=last_name)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    job = Job.objects.first()
    Job.objects.filter(pk=job.pk).update(state=JobState.PARKED, last_error="OSError: geen plaats meer op de schijf")
    mail = OutboundMail.objects.order_by("pk").first()
    OutboundMail.objects.filter(pk=mail.pk).update(sent_at=None, failed_reason="550 Mailbox unavailable")


def _extremes(voka: User) -> None:
    """Names as long as they may be, with and without a place to break, and a trajectory in which there is nothing yet."""
    elsewhere = person("buiten")
    User.objects.filter(pk=elsewhere.pk).update(last_name=LONG_NAME_OF_A_PERSON)
    Organisation.objects.filter(memberships__user=elsewhere).update(name=LONG_NAME)
    limburg, level_up = (Trajectory.objects.get(phase=phase) for phase in (Phase.PRIORITIES, Phase.LEVEL_UP))
    school = limburg.participations.filter(organisation__kind=OrganisationKind.SCHOOL).last()
    companies = level_up.participations.filter(organisation__kind=OrganisationKind.COMPANY)
    company = companies.exclude(organisation__in=level_up.certificates.values("organisation")).last()
    Organisation.objects.filter(pk__in=[school.organisation_id, company.organisation_id]).update(name=UNBREAKABLE_NAME)
    certificates.services.issue_to_all(trajectory=level_up, by=voka)
    Trajectory.objects.create(name="Noorderkempen 2026\u20112028", slug="leeg", chamber=limburg.chamber)


def _crowds() -> None:
    """A trajectory with very many schools and companies, half of them with a long name, and a workgroup with as many points."""
    chamber = Trajectory.objects.get(slug="leeg").chamber
    crowded = Trajectory.objects.create(name="Met velen", slug="met-velen", chamber=chamber)
    for kind, model in ((OrganisationKind.SCHOOL, School), (OrganisationKind.COMPANY, Company)):
        organisations = Organisation.objects.bulk_create(
            Organisation(
                kind=kind, chamber=chamber, name=f"{number:03} {LONG_NAME if number % 2 else UNBREAKABLE_NAME}"[:200]
            )
            for number in range(MANY)
        )
        model.objects.bulk_create(model(organisation=organisation) for organisation in organisations)
        Participation.objects.bulk_create(
            Participation(trajectory=crowded, organisation=organisation) for organisation in organisations
        )
    workgroup = Workgroup.objects.filter(priority__trajectory__phase=Phase.KEEP_LEARNING).order_by("pk").last()
    ActionPoint.objects.bulk_create(
        ActionPoint(workgroup=workgroup, title=f"{number:03} {LONG_NAME}"[:200], due_on=timezone.localdate())
        for number in range(MANY)
    )


def _sign_up() -> None:
    """A sign-up that was begun, with the link to go on that was mailed."""
    draft = companies.services.start_draft(key=uuid.uuid4(), questionnaire=current_questionnaire())
    IntakeDraft.objects.filter(pk=draft.pk).update(
        email=ADDRESS.format("later"),
        data={"company": {"company_name": "Staalbouw Kempen nv"}},
        link_hash=hashlib.sha256(MAILED_TOKEN.encode()).hexdigest(),
        link_expires_at=timezone.now() + datetime.timedelta(days=1),
    )


def _applications(voka: User) -> None:
    """An application for a label that is being prepared, and one that waits for an answer."""
    phases = (Phase.ACTION, Phase.LEVEL_UP)
    _preparing, waiting = (
        schools.services.start_application(
            school=School.objects.filter(organisation__participations__trajectory__phase=phase).first(),
            level=LabelLevel.EXPERT,
            by=voka,
        )
        for phase in phases
    )
    schools.services.submit_application(application=waiting, submitted_on=timezone.localdate(), by=voka)


def _documents(voka: User) -> None:
    """Evidence with a file that is being checked, one that is safe and one that was refused."""
    evidence = list(Evidence.objects.order_by("pk"))
    for number, item in enumerate(evidence):
        with documents.services.atomic_with_files():
            document = documents.services.store(
                upload=SimpleUploadedFile(f"planning-{number}.pdf", files.pdf()),
                organisation=item.school.organisation,
                purpose=DocumentPurpose.EVIDENCE,
                by=voka,
            )
            EvidenceFile.objects.create(evidence=item, document=document)
    documents.services.check(evidence[0].documents[0].pk)
    documents.services.check(evidence[1].documents[0].pk)
    documents.services.refuse(evidence[2].documents[0].pk, Reason.PASSWORD)


def _certificates(voka: User) -> None:
    """One that is ready, one revoked, one that failed and a decision not to give one; the others are being made."""
    ready, failed, revoked = Certificate.objects.order_by("pk")[:3]
    for certificate in (ready, revoked):
        certificates.services.render(certificate.pk)
    certificates.services.mark_failed(failed.pk, "OSError: geen plaats meer op de schijf")
    certificates.services.revoke(certificate=revoked, reason="Het bedrijf stopte in januari met het traject.", by=voka)
