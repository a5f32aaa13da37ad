"""What is asked of one person now. It follows from the state of things; nobody ticks anything off.

What a newcomer gets wrong: adding a table for it. A new ask is a function here that reads what an app already knows.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.enums import OrganisationKind
from accounts.policy import Action, may
from certificates.enums import State
from certificates.models import Certificate
from companies.selectors import open_measurements
from in2stem.places import Link, Place, places_of, suggestions_for
from in2stem.worklists import worklists
from phases.enums import MoveKind, Phase
from phases.machine import Transition, check_together, open_blockers, transitions
from phases.models import Trajectory
from phases.selectors import TAKING_PART, PhaseStanding, standing, with_summary
from practices.enums import PracticeState
from practices.models import Practice
from schools.enums import OPEN_APPLICATIONS, ApplicationState, EvidenceState, LabelLevel
from schools.models import Evidence, LabelApplication, LabelAward
from schools.selectors import labels_and_refusals
from workgroups.enums import LEADING_ROLES, PriorityState
from workgroups.models import Seat
from workgroups.selectors import my_open_action_points

# What has no date of its own comes among what is due in two weeks.
USUAL_TERM = datetime.timedelta(days=14)
NEWS_TERM = datetime.timedelta(days=30)
EXCERPT = 160
SHOWN_AT_ONCE = 10


@dataclass(frozen=True)
class Ask:
    """One thing someone is asked to do: the words, the page, and by when."""

    title: str | Promise
    url: str
    action: str | Promise
    text: str | Promise = ""
    due_on: datetime.date | None = None
    minutes: int | None = None
    # The date is the end of the phase, not that of what is asked: when it has passed, the phase runs on and nobody is late.
    is_of_phase: bool = False

    @property
    def shown_date(self) -> datetime.date | None:
        runs_on = self.is_of_phase and self.due_on is not None and self.due_on < timezone.localdate()
        return None if runs_on else self.due_on

    @property
    def days_left(self) -> int | None:
        return (self.shown_date - timezone.localdate()).days if self.shown_date else None

    @property
    def is_late(self) -> bool:
        return self.days_left is not None and self.days_left < 0

    @property
    def urgency(self) -> datetime.date:
        """The sooner, the higher on the page."""
        return self.due_on or timezone.localdate() + USUAL_TERM


@dataclass(frozen=True)
class LabelPanel:
    """The label of the school someone works for."""

    school_id: int
    level: LabelLevel
    award: LabelAward | None


@dataclass(frozen=True)
class Desk:
    """Everything on "mijn volgende stap" of one person: what is asked, most urgent first, and where they stand."""

    asks: list[Ask]
    trajectories: list[Trajectory]
    focus: Trajectory | None
    phases: list[PhaseStanding]
    certificate: Certificate | None
    is_of_company: bool
    school: LabelPanel | None
    places: list[Place]
    suggestions: list[Link]

    @property
    def now(self) -> Ask | None:
        return self.asks[0] if self.asks else None

    @property
    def others(self) -> list[Ask]:
        return self.asks[1:]

    @property
    def first_others(self) -> list[Ask]:
        """What the page shows at once; the last ones are folded."""
        return self.others[:SHOWN_AT_ONCE]

    @property
    def last_others(self) -> list[Ask]:
        return self.others[SHOWN_AT_ONCE:]

    @property
    def other_trajectories(self) -> list[Trajectory]:
        return [trajectory for trajectory in self.trajectories if trajectory != self.focus]


def desk_of(user) -> Desk:
    """What is asked of `user`. The number of queries does not grow with how much there is to do."""
    is_staff = may(user, Action.MODERATE)
    trajectories = _trajectories_of(user, is_staff)
    focus = min(trajectories, key=_pressure, default=None)
    certificate = _certificate(user)
    schools = _works_for(user, OrganisationKind.SCHOOL)
    labels, refusals = labels_and_refusals(schools) if schools else ({}, [])
    applications = _open_applications(schools)
    seats = [] if is_staff else _seats_of(user, trajectories)
    asks = list(_action_points(user))
    if is_staff:
        asks += [*_waiting_work(), *_next_phase(focus)]
    else:
        refused = list(_refused_proofs(refusals))
        told = {ask.url for ask in refused}
        asks += [
            *refused,
            *_expiring_labels(labels),
            *_applications(applications),
            *(ask for ask in _missing_of_mine(user, focus, seats) if ask.url not in told),
        ]
        asks += [*_final_measurements(user, trajectories), *_evidence(user), *_practices(user), *_news(certificate)]
    return Desk(
        asks=sorted(asks, key=lambda ask: ask.urgency),
        trajectories=trajectories,
        focus=focus,
        phases=standing(focus) if focus else [],
        certificate=certificate,
        is_of_company=bool(_works_for(user, OrganisationKind.COMPANY)),
        school=_label_panel(schools, labels),
        places=places_of(user, seats, labels, applications),
        suggestions=suggestions_for(user),
    )


# --- Where someone stands --------------------------------------------------------------------------------------------


def _trajectories_of(user, is_staff) -> list[Trajectory]:
    """For Voka the trajectories in their charge and those where they facilitate, for others those they take part in."""
    trajectories = Trajectory.objects.visible_to(user)
    if is_staff:
        seats = Seat.objects.current().filter(membership__user=user)
        trajectories = trajectories.filter(Q(manager=user) | Q(pk__in=seats.values("workgroup__priority__trajectory")))
    return list(with_summary(trajectories).select_related("steering_group", "certificate_rules"))


def _pressure(trajectory):
    """The trajectory that asks most comes first: not yet in its last phase, and the end of its phase the nearest."""
    return trajectory.phase == Phase.KEEP_LEARNING, trajectory.ends_on or datetime.date.max


def _way_forward(trajectory) -> Transition | None:
    """The ordinary move out of the phase it is in; none in the last one."""
    if trajectory is None:
        return None
    return next((row for row in transitions(trajectory.phase) if row.kind == MoveKind.REGULAR), None)


def _works_for(user, kind) -> list[int]:
    """Ids of the organisations of one kind this person works for."""
    return [row.organisation_id for row in user.active_memberships if row.organisation.kind == kind]


def _label_panel(schools, labels) -> LabelPanel | None:
    """The first school of this person; who works for several sees the others on their own pages."""
    if not schools:
        return None
    award = labels.get(schools[0])
    return LabelPanel(schools[0], LabelLevel(award.level) if award else LabelLevel.NONE, award)


def _seats_of(user, trajectories) -> list[Seat]:
    """The seats in workgroups that count now. Before phase 2 a trajectory has no workgroups, so then nothing is asked."""
    if all(trajectory.phase == Phase.BASELINE for trajectory in trajectories):
        return []
    seats = (
        Seat.objects.current().filter(membership__user=user).exclude(workgroup__priority__state=PriorityState.DROPPED)
    )
    return list(seats.select_related("workgroup__priority").order_by("workgroup__name", "id"))


# --- Of everyone -----------------------------------------------------------------------------------------------------


def _action_points(user) -> Iterator[Ask]:
    for point in my_open_action_points(user):
        yield Ask(
            title=point.title,
            url=point.get_absolute_url(),
            action=_("To the action point"),
            text=_("Action point of the workgroup %(workgroup)s") % {"workgroup": point.workgroup.name},
            due_on=point.due_on,
        )


# --- Of people of schools, companies and partners --------------------------------------------------------------------

# What a need asks of the person in whose hands it is: title, button, minutes. Other needs are Voka's.
_OF_NEED = {
    "schools.readiness.every_school_has_a_label_on_record": (
        _("Record the STEM School Label of your school"),
        _("Record the label"),
        5,
    ),
    "schools.readiness.every_school_has_assessed_itself": (
        _("Complete the self-assessment of your school"),
        _("Go on with the self-assessment"),
        60,
    ),
    "schools.readiness.every_school_has_a_label_outcome": (
        _("Tell us whether your school moved up a level"),
        _("Record the outcome"),
        5,
    ),
    "workgroups.readiness.the_steering_group_is_complete": (
        _("Complete the steering group"),
        _("To the steering group"),
        10,
    ),
    "workgroups.readiness.a_priority_is_decided": (
        _("Decide on an action priority"),
        _("To the steering group"),
        30,
    ),
    "workgroups.readiness.every_priority_has_a_complete_workgroup": (
        _("Find the people your workgroup still needs"),
        _("To the workgroup"),
        15,
    ),
    "workgroups.readiness.every_workgroup_has_an_objective": (
        _("Set an objective for your workgroup"),
        _("Set the objective"),
        15,
    ),
    "workgroups.readiness.no_action_point_is_open": (
        _("Follow up the open action points of your workgroup"),
        _("To the first one"),
        10,
    ),
    "workgroups.readiness.every_objective_is_measured_and_explained": (
        _("Record the results of your workgroup"),
        _("Record the results"),
        10,
    ),
    "practices.readiness.every_workgroup_shared_a_practice": (
        _("Share a practice of your workgroup"),
        _("To the workgroup"),
        45,
    ),
}


def _missing_of_mine(user, trajectory, seats) -> Iterator[Ask]:
    """What blocks the next phase and is in this person's hands: of their school, or of the groups they lead."""
    row = _way_forward(trajectory)
    if row is None:
        return
    needs = [need for need in row.needs if need.path in _OF_NEED]
    pages = _pages_in_hand(user, trajectory, seats, {_app_of(need) for need in needs})
    needs = [need for need in needs if pages[_app_of(need)]]
    if any(_app_of(need) == "schools" for need in needs):
        prefetch_related_objects([trajectory], TAKING_PART)
    for need, condition in zip(needs, check_together(needs, trajectory), strict=True):
        mine = [blocker for blocker in condition.blockers if blocker.url.startswith(pages[_app_of(need)])]
        if mine:
            title, action, minutes = _OF_NEED[need.path]
            text = _first_and_more(mine) + _running_on(trajectory)
            yield Ask(title, mine[0].url, action, text, trajectory.ends_on, minutes, is_of_phase=True)


def _app_of(need) -> str:
    return need.path.partition(".")[0]


def _running_on(trajectory) -> str:
    """That the phase should have ended; empty while it should not."""
    if trajectory.ends_on is None or trajectory.ends_on >= timezone.localdate():
        return ""
    facts = {"number": trajectory.current_phase.number, "date": f"{trajectory.ends_on:%d/%m/%Y}"}
    return " " + _("Phase %(number)s was planned until %(date)s and is still running.") % facts


def _pages_in_hand(user, trajectory, seats, apps) -> dict[str, tuple[str, ...]]:
    """The beginnings of the addresses where this person settles things, for each of these apps of needs."""
    pages: dict[str, tuple[str, ...]] = {}
    if "schools" in apps:
        schools = _works_for(user, OrganisationKind.SCHOOL)
        pages["schools"] = tuple(reverse("schools:detail", args=[pk]) for pk in schools)
    if apps & {"workgroups", "practices"}:
        pages["workgroups"] = pages["practices"] = _pages_of_groups(user, trajectory, seats)
    return pages


def _pages_of_groups(user, trajectory, seats) -> tuple[str, ...]:
    groups = tuple(
        seat.workgroup.get_absolute_url()
        for seat in seats
        if seat.role in LEADING_ROLES and seat.workgroup.priority.trajectory_id == trajectory.pk
    )
    if trajectory.phase == Phase.PRIORITIES and trajectory.steering_chair_id() == user.pk:
        groups += (reverse("workgroups:steering_group", args=[trajectory.slug]),)
    return groups


def _first_and_more(blockers) -> str:
    """The first sentence, and how many there are besides."""
    more = len(blockers) - 1
    if not more:
        return blockers[0].sentence
    return blockers[0].sentence + " " + ngettext("And %(count)d more.", "And %(count)d more.", more) % {"count": more}


def _refused_proofs(refusals) -> Iterator[Ask]:
    """A label whose proof was refused does not count; that is urgent in every phase."""
    for award in refusals:
        yield Ask(
            title=_("Add a new proof of the label %(level)s") % {"level": award.get_level_display()},
            url=award.get_proof_url(),
            action=_("Add a new proof"),
            text=award.proof.refusal,
            minutes=5,
        )


def _final_measurements(user, trajectories) -> Iterator[Ask]:
    """The same questions as at the start, while phase 4 lasts."""
    companies = _works_for(user, OrganisationKind.COMPANY)
    is_time = any(trajectory.phase == Phase.EVALUATION for trajectory in trajectories)
    waiting = open_measurements(companies) if companies and is_time else ()
    for intake in waiting:
        yield Ask(
            title=_("Fill in the final measurement of %(company)s") % {"company": intake.organisation},
            url=f"{reverse('companies:measurement', args=[intake.organisation_id])}?traject={intake.trajectory.slug}",
            action=_("To the final measurement"),
            text=_("The answers of the start are filled in already: change what changed."),
            due_on=intake.phase_ends_on,
            minutes=10,
        )


def _expiring_labels(labels) -> Iterator[Ask]:
    """A label that ends within the longest term of the reminders, or has ended."""
    until = timezone.localdate() + datetime.timedelta(days=max(settings.LABEL_EXPIRY_REMINDERS, default=0))
    for award in labels.values():
        if award.valid_until is None or award.valid_until > until or not LabelLevel(award.level).is_label:
            continue
        date = f"{award.valid_until:%d/%m/%Y}"
        is_over = award.valid_until < timezone.localdate()
        yield Ask(
            title=_("Renew the label %(level)s") % {"level": award.get_level_display()},
            url=award.school.get_gap_url(),
            action=_("See what is missing"),
            text=(_("It expired on %(date)s.") if is_over else _("It expires on %(date)s.")) % {"date": date},
            due_on=award.valid_until,
        )


def _open_applications(schools) -> dict[int, LabelApplication]:
    """Per school its application that is being prepared or was sent; there is one at most."""
    rows = LabelApplication.objects.filter(school__in=schools, state__in=OPEN_APPLICATIONS) if schools else ()
    return {application.school_id: application for application in rows}


def _applications(applications) -> Iterator[Ask]:
    """What is in preparation waits for the school; what was sent waits for EUN."""
    for application in applications.values():
        if application.state == ApplicationState.PREPARING:
            yield Ask(
                title=_("Send your application for the label %(level)s") % {"level": application.target.label},
                url=application.get_absolute_url(),
                action=_("To the application"),
                text=_("It is still in preparation."),
            )


def _evidence(user) -> Iterator[Ask]:
    schools = _works_for(user, OrganisationKind.SCHOOL)
    asked = Evidence.objects.filter(school__in=schools, state=EvidenceState.MORE_ASKED) if schools else ()
    for evidence in asked:
        yield Ask(
            title=_("Complete the evidence “%(title)s”") % {"title": evidence.title},
            url=evidence.get_absolute_url(),
            action=_("To the evidence"),
            text=_("Voka asks: %(comment)s") % {"comment": Truncator(evidence.reviewer_comment).chars(EXCERPT)},
            minutes=15,
        )


def _practices(user) -> Iterator[Ask]:
    """Drafts of one's own; one that Voka sent back says what to change."""
    for practice in Practice.objects.filter(author=user, state=PracticeState.DRAFT).order_by("updated_at", "id"):
        comment = Truncator(practice.review_comment).chars(EXCERPT)
        yield Ask(
            title=_("Finish the practice “%(title)s”") % {"title": practice.title},
            url=practice.get_absolute_url(),
            action=_("To the practice"),
            text=_("Voka asks: %(comment)s") % {"comment": comment} if comment else _("It is still a draft."),
            minutes=30,
        )


def _certificate(user) -> Certificate | None:
    """The newest certificate of one's own company that can be downloaded."""
    companies = _works_for(user, OrganisationKind.COMPANY)
    if not companies:
        return None
    ready = Certificate.objects.valid().filter(organisation__in=companies, state=State.READY)
    return ready.select_related("trajectory").order_by("-issued_at", "-id").first()


def _news(certificate) -> Iterator[Ask]:
    """A certificate of the last weeks is something to look at; an older one stands beside the page."""
    if certificate is not None and certificate.issued_at > timezone.now() - NEWS_TERM:
        yield Ask(
            title=_("Your IN2STEM certificate is ready"),
            url=reverse("certificates:list"),
            action=_("To the certificate"),
            text=_("Download it, and share the address with which anyone can check it."),
            minutes=2,
        )


# --- Of Voka ---------------------------------------------------------------------------------------------------------


def _waiting_work() -> Iterator[Ask]:
    """One line for each pile of work that is not empty."""
    for worklist in worklists():
        if worklist.count:
            title = f"{worklist.title}: {worklist.count}"
            yield Ask(title, worklist.url, _("Open the list"), _("Work list of Voka"))


def _next_phase(trajectory) -> Iterator[Ask]:
    """How far the most pressing trajectory in one's charge is from its next phase."""
    row = _way_forward(trajectory)
    if row is None:
        return
    prefetch_related_objects([trajectory], TAKING_PART)
    missing = open_blockers(row.conditions(trajectory))
    facts = {"trajectory": trajectory.name, "number": row.target.number, "count": len(missing)}
    if missing:
        sentence = ngettext(
            "%(trajectory)s: %(count)d point before phase %(number)d can start",
            "%(trajectory)s: %(count)d points before phase %(number)d can start",
            len(missing),
        )
        page = trajectory.get_absolute_url() + "#missing"
        yield Ask(sentence % facts, page, _("See what is missing"), missing[0].sentence, trajectory.ends_on)
    else:
        title = _("%(trajectory)s is ready for phase %(number)d") % facts
        page = trajectory.get_absolute_url() + "#move"
        yield Ask(title, page, _("To the trajectory"), due_on=trajectory.ends_on)
