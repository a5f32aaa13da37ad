"""Every page of the portal with examples of it in the demo world: a page without an example fails the gate.

Add one line here when you add a page: "app:name": _pages("app:name", *arguments), with a path for each state in which it
looks different. What is no page of its own stands in NO_PAGE with the reason. Pages of the back office need no line.
"""

from collections.abc import Iterator
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.contrib import admin
from django.core import signing
from django.urls import URLResolver, get_resolver, reverse

from accounts.models import Invitation, Organisation
from certificates.models import Certificate
from companies.links import results_url
from companies.models import Company, Intake, Questionnaire
from companies.views import THANKS_SALT
from documents.models import Document
from phases.enums import Phase
from phases.models import Trajectory
from practices.enums import PracticeState
from practices.models import Practice
from schools.models import LabelApplication, School
from tests.e2e.demo_site import MAILED_TOKEN, UNBREAKABLE_NAME, person
from workgroups.enums import PriorityState
from workgroups.models import ActionPriority, Workgroup

POST_ONLY = "takes a form, and answers with another page"
FILE = "a file"
NO_PAGE = {
    "set-language": POST_ONLY,
    "phases:move": POST_ONLY,
    "schools:share": POST_ONLY,
    "schools:evidence-submit": POST_ONLY,
    "schools:evidence-file-remove": POST_ONLY,
    "schools:evidence-review": POST_ONLY,
    "workgroups:end_steering_seat": POST_ONLY,
    "workgroups:end_seat": POST_ONLY,
    "workgroups:start_action_point": POST_ONLY,
    "workgroups:complete_action_point": POST_ONLY,
    "workgroups:reopen_action_point": POST_ONLY,
    "practices:submit": POST_ONLY,
    "practices:publish": POST_ONLY,
    "practices:send_back": POST_ONLY,
    "certificates:issue": POST_ONLY,
    "certificates:withdraw_refusal": POST_ONLY,
    "certificates:retry": POST_ONLY,
    "invite-again": POST_ONLY,
    "withdraw-invitation": POST_ONLY,
    "end-membership": POST_ONLY,
    "companies:begin-again": POST_ONLY,
    "companies:measurement-state": POST_ONLY,
    "companies:contact-invite-again": POST_ONLY,
    "companies:contact-withdraw-invitation": POST_ONLY,
    "companies:contact-withdraw-consent": POST_ONLY,
    "schools:application-start": POST_ONLY,
    "schools:application-submit": POST_ONLY,
    "schools:application-answer": POST_ONLY,
    "schools:application-withdraw": POST_ONLY,
    "schools:dossier-make": POST_ONLY,
    "schools:group-report-make": POST_ONLY,
    "companies:save": POST_ONLY,
    "companies:number": "a part of the sign-up form",
    "companies:municipalities": "a part of the sign-up form",
    "companies:step": "needs a draft: walked by test_the_steps_of_signing_up",
    "schools:dossier-progress": "a part of the page of the dossier",
    "schools:group-report-progress": "a part of the group report",
    "schools:dossier-zip": FILE,
    "schools:dossier-pdf": FILE,
    "schools:group-report-sheet": FILE,
    "schools:group-report-pdf": FILE,
    "documents:download": FILE,
    "certificates:download": FILE,
    "mfa_download_recovery_codes": FILE,
    "certificates:progress": "a part of the list of certificates",
    "certificates:C/<str:token>/": "the address in a QR code, for the same page as /c/",
    "certificates:C/<str:token>": "the address in a QR code, for the same page as /c/",
    "account_confirm_login_code": "sign-in codes by mail are off",
    "account_set_password": "nobody signs in without a password: who comes in by invitation chooses one",
    "healthz": "for machines",
    "readyz": "for machines",
}
# Signs out whoever is signed in.
VISITORS_ONLY = {"account_reset_password_from_key"}


def names() -> Iterator[str]:
    """The name of every address of the portal; the back office is walked by its models."""
    yield from _walk(get_resolver().url_patterns, "", ())


def _walk(patterns: list[Any], path: str, namespaces: tuple[str, ...]) -> Iterator[str]:
    for pattern in patterns:
        here = path + str(pattern.pattern)
        if not isinstance(pattern, URLResolver):
            yield ":".join([*namespaces, pattern.name or here])
        elif pattern.namespace != admin.site.name:
            yield from _walk(pattern.url_patterns, here, (*namespaces, *filter(None, [pattern.namespace])))


def examples() -> dict[str, list[str]]:
    """The paths that show each page in each of its states, by the name of its address."""
    parts = (
        _of_the_portal(),
        _of_accounts(),
        _of_schools(),
        _of_workgroups(),
        _of_steering_groups(),
        _of_certificates(),
    )
    return {name: paths for part in parts for name, paths in part.items()}


def back_office() -> dict[str, list[str]]:
    """The paths of each model in the back office: list, form to add, and the first row's form and history."""
    found = {"": [reverse("admin:index")]}
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        found[model._meta.label] = [reverse(f"admin:{name}_{page}") for page in ("changelist", "add")]
        if row := model._default_manager.first():
            found[model._meta.label] += [
                reverse(f"admin:{name}_{page}", args=[row.pk]) for page in ("change", "history")
            ]
    return found


def _pages(name: str, *arguments: Any) -> list[str]:
    """One path for each tuple of arguments."""
    return [reverse(name, args=values if isinstance(values, tuple | list) else [values]) for values in arguments]


def _of_the_portal() -> dict[str, list[str]]:
    companies, practices = reverse("companies:list"), reverse("practices:list")
    intake = Intake.objects.latest("pk")
    thanks, reference = reverse("companies:thanks"), signing.dumps(intake.pk, salt=THANKS_SALT)
    own = Company.objects.get(organisation__memberships__user=person("bedrijf")).pk
    # Companies of which the final measurement is complete, and asked.
    measured = [
        _last(Company, organisation__participations__trajectory__phase=phase).pk
        for phase in (Phase.KEEP_LEARNING, Phase.LEVEL_UP, Phase.EVALUATION)
    ]
    drafts = Practice.objects.exclude(state=PracticeState.PUBLISHED)
    shared = Practice.objects.filter(state=PracticeState.PUBLISHED).exclude(title__in=drafts.values("title"))
    return {
        **{name: _pages(name, ()) for name in ("home", "privacy", "accessibility", "help", "gallery", "my-next-step")},
        "companies:intake": _pages("companies:intake", ()),
        "companies:thanks": [thanks, f"{thanks}?ref={reference}"],
        "companies:later": _pages("companies:later", ()),
        "companies:resume": _pages("companies:resume", MAILED_TOKEN, "verlopen"),
        "companies:sent-results": [results_url(intake), reverse("companies:sent-results")],
        "companies:results": _pages("companies:results", own, *measured),
        "companies:growth": _pages("companies:growth", *Trajectory.objects.values_list("slug")),
        "companies:questionnaire-preview": _pages(
            "companies:questionnaire-preview", *Questionnaire.objects.values_list("pk")
        ),
        "companies:contacts": _pages("companies:contacts", own, *measured),
        "companies:contact-invite": _pages("companies:contact-invite", own),
        "companies:contact-hand-over": _pages(
            "companies:contact-hand-over",
            *((membership.organisation_id, membership.pk) for membership in person("bedrijf").memberships.all()),
        ),
        "companies:measurement": _pages("companies:measurement", own, *measured),
        "companies:measurement-part": _pages("companies:measurement-part", *((pk, 1) for pk in measured)),
        "documents:log": _pages("documents:log", *Document.objects.values_list("uuid")[:2]),
        "companies:funnel": _pages("companies:funnel", "leeg", "kempen"),
        "companies:list": [companies, f"{companies}?q=bestaat-niet"],
        "companies:detail": [
            Company.objects.get(organisation__memberships__user=person(login)).get_absolute_url()
            for login in ("bedrijf", "ander-bedrijf", "buiten")
        ],
        "phases:list": _pages("phases:list", ()),
        "phases:detail": _pages("phases:detail", *Trajectory.objects.values_list("slug")),
        "practices:list": [practices, f"{practices}?q=bestaat-niet"],
        "practices:write": _pages(
            "practices:write", Workgroup.objects.filter(priority__trajectory__phase=Phase.ACTION).first().pk
        ),
        "practices:detail": [practice.get_absolute_url() for practice in [*drafts, *shared[:1]]],
        "practices:edit": _pages("practices:edit", *drafts.values_list("slug")),
    }


def _of_accounts() -> dict[str, list[str]]:
    forgetful = person("andere-school")
    key = f"{user_pk_to_url_str(forgetful)}-{default_token_generator.make_token(forgetful)}"
    address = person("zonder-organisatie").emailaddress_set.get()
    plain = (
        "profile", "account_login", "account_logout", "account_inactive", "account_signup", "account_reauthenticate",
        "account_email", "account_email_verification_sent", "account_change_password", "account_reset_password",
        "account_reset_password_done", "account_reset_password_from_key_done", "mfa_index",
        "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
    )  # fmt: skip
    return {
        **{name: _pages(name, ()) for name in plain},
        "account_confirm_email": _pages("account_confirm_email", EmailConfirmationHMAC(address).key, "verlopen"),
        "account_reset_password_from_key": [
            f"/account/password/reset/key/{key}/",
            "/account/password/reset/key/1-oud/",
        ],
        "invitation": [
            *(found.get_absolute_url() for found in [*Invitation.objects.open(), Invitation.objects.earliest("pk")]),
            "/account/uitnodiging/verlopen/",
        ],
        "colleagues": _pages("colleagues", ()),
        "invite-colleague": _pages(
            "invite-colleague",
            *Organisation.objects.filter(
                memberships__user__in=[person("bedrijf"), person("school"), person("voka")]
            ).values_list("pk"),
        ),
    }


def _of_schools() -> dict[str, list[str]]:
    overview = reverse("schools:list")
    school = School.objects.get(organisation__memberships__user=person("school"))
    evidence = list(school.evidence.order_by("pk"))
    # Its self-assessment is not complete, it has a very long name, it is going for its label, it is done.
    phases = (Phase.BASELINE, Phase.PRIORITIES, Phase.LEVEL_UP, Phase.KEEP_LEARNING)
    others = [_last(School, organisation__participations__trajectory__phase=phase) for phase in phases]
    pks = [school.pk, *(other.pk for other in others)]
    return {
        "schools:list": [overview, f"{overview}?q=bestaat-niet"],
        "schools:detail": _pages("schools:detail", *pks),
        "schools:label": _pages("schools:label", *pks),
        "schools:record-label": _pages("schools:record-label", school.pk),
        "schools:label-proof": _pages("schools:label-proof", (school.pk, school.awards.latest("pk").pk)),
        "schools:outcome": _pages("schools:outcome", school.pk),
        "schools:criterion": _pages("schools:criterion", (school.pk, "1.1"), (pks[1], "7.2")),
        "schools:evidence": _pages("schools:evidence", *pks[:2]),
        "schools:evidence-new": _pages("schools:evidence-new", school.pk),
        "schools:evidence-history": _pages("schools:evidence-history", *((school.pk, item.pk) for item in evidence)),
        "schools:gap": [*_pages("schools:gap", *pks), f"{school.get_gap_url()}?niveau=expert"],
        "schools:take-over": _pages("schools:take-over", *pks),
        "schools:application": [found.get_absolute_url() for found in LabelApplication.objects.all()],
        "schools:dossier": _pages("schools:dossier", *pks),
        "schools:group-report": _pages("schools:group-report", *Trajectory.objects.values_list("slug")),
        "schools:evidence-item": [item.get_absolute_url() for item in evidence],
        "schools:evidence-edit": _pages("schools:evidence-edit", *((school.pk, item.pk) for item in evidence)),
    }


def _of_workgroups() -> dict[str, list[str]]:
    overview = reverse("workgroups:list")
    kempen = list(Workgroup.objects.filter(priority__trajectory__phase=Phase.ACTION))
    phases = (Phase.PRIORITIES, Phase.EVALUATION, Phase.KEEP_LEARNING)
    groups = [*kempen[:2], *(_last(Workgroup, priority__trajectory__phase=phase) for phase in phases)]
    objectives = [(workgroup.pk, workgroup.objectives.last().pk) for workgroup in groups]
    points = [(kempen[0].pk, point.pk) for point in kempen[0].action_points.all()]
    found = {
        "workgroups:list": [overview, f"{overview}?traject=westhoek"],
        "workgroups:detail": [workgroup.get_absolute_url() for workgroup in groups],
        "workgroups:objective": _pages("workgroups:objective", *objectives),
        "workgroups:action_point": _pages("workgroups:action_point", *points),
    }
    for name in ("edit", "add_seat", "no_practice", "add_objective", "add_action_point"):
        found[f"workgroups:{name}"] = _pages(f"workgroups:{name}", kempen[0].pk)
    for name in ("edit_objective", "measure", "explain", "not_measured", "adjust"):
        found[f"workgroups:{name}"] = _pages(f"workgroups:{name}", objectives[0])
    for name in ("edit_action_point", "drop_action_point"):
        found[f"workgroups:{name}"] = _pages(f"workgroups:{name}", points[-1])
    return found


def _of_steering_groups() -> dict[str, list[str]]:
    proposed = ActionPriority.objects.filter(state=PriorityState.PROPOSED).first()
    limburg = proposed.trajectory.slug
    found = {"workgroups:steering_group": _pages("workgroups:steering_group", "leeg", limburg, "kempen", "waasland")}
    for name in ("edit_charter", "appoint", "propose_priority"):
        found[f"workgroups:{name}"] = _pages(f"workgroups:{name}", "kempen")
    for name in ("edit_priority", "decide_priority", "drop_priority", "create_workgroup"):
        found[f"workgroups:{name}"] = _pages(f"workgroups:{name}", (limburg, proposed.pk))
    return found


def _of_certificates() -> dict[str, list[str]]:
    overview, check = reverse("certificates:list"), reverse("certificates:check")
    slugs = ("leeg", "kempen", Trajectory.objects.get(phase=Phase.LEVEL_UP).slug)
    # Ready, failed, revoked and being made; and one for a very long name.
    certificates = [
        *Certificate.objects.order_by("pk")[:4],
        Certificate.objects.get(organisation__name=UNBREAKABLE_NAME),
    ]
    company = _last(Organisation, certificates__isnull=False)
    where = company.certificates.first().trajectory.slug
    return {
        "certificates:list": [overview, f"{overview}?q=bestaat-niet"],
        "certificates:trajectory": _pages("certificates:trajectory", *slugs),
        "certificates:issue_to_all": _pages("certificates:issue_to_all", *slugs),
        "certificates:refuse": _pages("certificates:refuse", (where, company.pk)),
        "certificates:revoke": _pages("certificates:revoke", certificates[0].number),
        "certificates:check": [check, f"{check}?code=IN2-2020-XX-0001"],
        "certificates:verify": [*(certificate.get_absolute_url() for certificate in certificates), "/c/ONBEKEND/"],
    }


def _last(model: Any, **where: Any) -> Any:
    return model.objects.filter(**where).order_by("pk").last()
