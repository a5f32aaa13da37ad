"""The demo world on a database and a live server of its own: built once per process, read by many tests.

The database of the other tests is emptied after each of them, and filling it again takes seconds. So the demo gets a
copy of that (empty) database, and the process is pointed at the copy for as long as one test lasts.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections

import accounts.services
import certificates.services
import documents.services
from accounts.enums import Role
from accounts.models import User
from certificates.models import Certificate
from documents.checks.refusal import Reason
from documents.enums import DocumentPurpose
from in2stem.demo.world import DOMAIN, PASSWORD, build
from jobs.enums import JobState
from jobs.models import Job
from notifications.models import OutboundMail
from schools.models import Evidence
from tests.documents import files

ALIAS = "default"
ADDRESS = f"{{}}@{DOMAIN}"
SUFFIX = "demo"


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
    # PostgreSQL only copies a database that nobody uses; a thread of the live server may still be saying goodbye.
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


def _documents(voka: User) -> None:
    """Evidence with a file that is being checked, one that is safe and one that was refused."""
    evidence = list(Evidence.objects.order_by("pk"))
    for number, item in enumerate(evidence):
        with documents.services.atomic_with_files():
            item.document = documents.services.store(
                upload=SimpleUploadedFile(f"planning-{number}.pdf", files.pdf()),
                organisation=item.school.organisation,
                purpose=DocumentPurpose.EVIDENCE,
                by=voka,
            )
            item.save()
    documents.services.check(evidence[0].document_id)
    documents.services.check(evidence[1].document_id)
    documents.services.refuse(evidence[2].document_id, Reason.PASSWORD)


def _certificates(voka: User) -> None:
    """One that is ready, one revoked, one that failed and a decision not to give one; the others are being made."""
    ready, failed, revoked = Certificate.objects.order_by("pk")[:3]
    for certificate in (ready, revoked):
        certificates.services.render(certificate.pk)
    certificates.services.mark_failed(failed.pk, "OSError: geen plaats meer op de schijf")
    certificates.services.revoke(certificate=revoked, reason="Het bedrijf stopte in januari met het traject.", by=voka)
