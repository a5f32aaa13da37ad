"""Which companies have earned a certificate, and what the others still lack: the conditions as sentences with a tick.

One question about one company or about a whole trajectory costs the same number of queries. A condition never looks at the
phase of the trajectory: when a certificate may be issued is for services.issue.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, F, FilteredRelation, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from certificates.models import CertificateRules
from companies.enums import IntakeState
from phases.machine import Blocker
from phases.models import Participation, Trajectory
from phases.selectors import participants
from workgroups.enums import ActionState, PriorityState
from workgroups.models import Seat


@dataclass(frozen=True)
class Criterion:
    """One condition: what is asked, whether it is met, and if not what is missing and where that is solved."""

    sentence: str
    met: bool
    detail: str = ""
    url: str = ""

    # The names that templates/components/checklist.html reads.
    @property
    def is_done(self) -> bool:
        return self.met

    @property
    def note(self) -> str:
        return self.detail


@dataclass(frozen=True)
class Eligibility:
    """Every condition for one company in one trajectory."""

    organisation: Organisation
    trajectory: Trajectory
    criteria: tuple[Criterion, ...]

    @property
    def eligible(self) -> bool:
        return all(criterion.met for criterion in self.criteria)

    @property
    def missing(self) -> list[Criterion]:
        return [criterion for criterion in self.criteria if not criterion.met]

    @property
    def blockers(self) -> list[Blocker]:
        """What is missing, as reasons of a refusal."""
        return [Blocker(criterion.detail or criterion.sentence, criterion.url) for criterion in self.missing]


def rules_of(trajectory) -> CertificateRules:
    """The conditions of this trajectory; the defaults (unsaved) when Voka set none.

    Made with the id only: given the trajectory itself, that would remember the defaults as its own.
    """
    return CertificateRules.objects.filter(trajectory=trajectory).first() or CertificateRules(
        trajectory_id=trajectory.pk
    )


def _known_rules_of(trajectory) -> CertificateRules:
    """As `rules_of`, without a query when the trajectory was fetched with its `certificate_rules`."""
    if not Trajectory.certificate_rules.is_cached(trajectory):
        return rules_of(trajectory)
    return getattr(trajectory, "certificate_rules", None) or CertificateRules(trajectory_id=trajectory.pk)


def eligibility(organisation, trajectory) -> Eligibility:
    """How one company stands in one trajectory. Three queries."""
    participations = trajectory.participations.filter(organisation=organisation)
    found = of_participations(participations)
    return found[0] if found else _assess(organisation, trajectory, takes_part=False, evidence=_Evidence(set(), {}))


def eligibilities(trajectory) -> list[Eligibility]:
    """How every company that takes part in a trajectory stands, by name. Four queries, however many companies.

    One less when the trajectory was fetched with phases.selectors.TAKING_PART, and with its `certificate_rules`.
    """
    return _of_rows(participants(trajectory, OrganisationKind.COMPANY))


def of_participations(participations) -> list[Eligibility]:
    """How the companies among these participations stand, each in its own trajectory. Three queries in all."""
    companies = participations.filter(organisation__kind=OrganisationKind.COMPANY)
    return _of_rows(list(companies.select_related("organisation", "trajectory__certificate_rules")))


def _of_rows(rows: list[Participation]) -> list[Eligibility]:
    evidence = _Evidence({row.organisation_id for row in rows}, {row.trajectory_id: row.trajectory for row in rows})
    return [
        _assess(row.organisation, row.trajectory, takes_part=row.left_on is None, evidence=evidence) for row in rows
    ]


class _Evidence:
    """What the database knows about these companies in these trajectories; two queries, or none for nobody."""

    def __init__(self, organisations: set[int], trajectories: dict[int, Trajectory]) -> None:
        self.rules = {pk: _known_rules_of(trajectory) for pk, trajectory in trajectories.items()}
        self.with_number: set[int] = set()
        self.refined: dict[tuple[int, int], bool] = {}
        self.workgroups: dict[tuple[int, int], set[int]] = defaultdict(set)
        self.done: dict[int, int] = {}
        if organisations:
            self._read(organisations, trajectories)

    def _read(self, organisations: set[int], trajectories: dict[int, Trajectory]) -> None:
        accepted = FilteredRelation(
            "intakes", condition=Q(intakes__state=IntakeState.ACCEPTED, intakes__trajectory__in=trajectories)
        )
        # One row for each accepted intake, and one for a company without any.
        known = Organisation.objects.filter(pk__in=organisations).annotate(accepted=accepted).order_by()
        for organisation, number, trajectory, refined_at in known.values_list(
            "pk", "company__enterprise_number", "accepted__trajectory", "accepted__refined_at"
        ):
            if number is not None:
                self.with_number.add(organisation)
            if trajectory is not None:
                self.refined[organisation, trajectory] = refined_at is not None
        # As workgroups.selectors.contributions_of counts: seats held now or before, not those taken back the same day.
        seats = Seat.objects.filter(
            membership__organisation__in=organisations,
            workgroup__priority__trajectory__in=trajectories,
            workgroup__priority__state=PriorityState.DECIDED,
        ).exclude(ended_on=F("started_on"))
        points_done = Count(
            "workgroup__action_points", filter=Q(workgroup__action_points__state=ActionState.DONE), distinct=True
        )
        for organisation, trajectory, workgroup, done in (
            seats.order_by()
            .values_list("membership__organisation", "workgroup__priority__trajectory", "workgroup")
            .annotate(done=points_done)
        ):
            self.workgroups[organisation, trajectory].add(workgroup)
            self.done[workgroup] = done

    def points_done(self, key) -> int:
        return sum(self.done.get(workgroup, 0) for workgroup in self.workgroups.get(key, ()))


def _assess(organisation, trajectory, *, takes_part, evidence) -> Eligibility:
    key = (organisation.pk, trajectory.pk)
    rules = evidence.rules.get(trajectory.pk) or CertificateRules(trajectory_id=trajectory.pk)
    criteria = [
        _takes_part(trajectory, takes_part),
        _has_a_number(organisation, organisation.pk in evidence.with_number),
    ]
    if rules.requires_refined_intake:
        criteria.append(_intake(organisation, evidence.refined.get(key)))
    if rules.requires_workgroup_seat:
        criteria.append(_seat(bool(evidence.workgroups.get(key))))
    if rules.min_action_points_done:
        criteria.append(_action_points(rules.min_action_points_done, evidence.points_done(key)))
    return Eligibility(organisation, trajectory, tuple(criteria))


def _takes_part(trajectory, met) -> Criterion:
    return Criterion(
        _("Takes part in the trajectory"),
        met,
        "" if met else _("This company does not take part (any more)."),
        "" if met else trajectory.get_absolute_url(),
    )


def _has_a_number(organisation, met) -> Criterion:
    return Criterion(
        _("Has an enterprise number"),
        met,
        "" if met else _("Voka does not know the enterprise number yet."),
        "" if met else _company_page(organisation),
    )


def _intake(organisation, refined) -> Criterion:
    """`refined` is None without an accepted intake."""
    if refined:
        return Criterion(_("The intake is accepted, and Voka went over the answers"), True)
    detail = (
        _("There is no accepted intake in this trajectory.")
        if refined is None
        else _("Voka still has to go over the answers of the intake.")
    )
    return Criterion(
        _("The intake is accepted, and Voka went over the answers"), False, detail, _company_page(organisation)
    )


def _seat(met) -> Criterion:
    return Criterion(
        _("Has a seat in a workgroup"),
        met,
        "" if met else _("Nobody of the company sits in a workgroup yet."),
        "" if met else reverse("workgroups:list"),
    )


def _action_points(needed, done) -> Criterion:
    sentence = ngettext(
        "Its workgroups carried out at least %(count)d action point",
        "Its workgroups carried out at least %(count)d action points",
        needed,
    ) % {"count": needed}
    if done >= needed:
        return Criterion(sentence, True)
    short = needed - done
    detail = ngettext(
        "%(count)d action point still has to be done.", "%(count)d action points still have to be done.", short
    ) % {"count": short}
    return Criterion(sentence, False, detail, reverse("workgroups:list"))


def _company_page(organisation):
    return reverse("companies:detail", args=[organisation.pk])
