"""How an application moves: its state and the line in its history, always together. Whoever calls this asked the policy."""

from schools.enums import ApplicationState, OutcomeKind
from schools.models import ApplicationStep, LabelApplication
from schools.selectors import open_application_of

_BY_OUTCOME = {OutcomeKind.MOVED_UP: ApplicationState.GRANTED, OutcomeKind.REFUSED: ApplicationState.NOT_GRANTED}


def move(application, state, *, by, happened_on=None, note="", **facts) -> LabelApplication:
    """Put an application in a state and write it down."""
    application.state = state
    for name, value in facts.items():
        setattr(application, name, value)
    application.save()
    ApplicationStep.objects.create(application=application, state=state, happened_on=happened_on, note=note, by=by)
    return application


def settle_open_application(outcome, *, by) -> None:
    """An outcome that was recorded for a trajectory also answers the application that was open for that level."""
    state = _BY_OUTCOME.get(outcome.outcome)
    application = open_application_of(outcome.school)
    if state is None or application is None:
        return
    if state == ApplicationState.GRANTED and application.level != outcome.level:
        return
    move(
        application, state, by=by, happened_on=outcome.decided_on, note=outcome.note,
        decided_on=outcome.decided_on, award=outcome.award,
    )  # fmt: skip
