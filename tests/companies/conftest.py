"""Scenery of the companies: a valid form, and intakes as companies would send them."""

import itertools
import uuid

import pytest

from companies import selectors, services
from companies.enterprise_numbers import check_digits
from companies.enums import ConsentKind, Maturity
from companies.models import Questionnaire

_fronts = itertools.count(4_000_001)


def in_use() -> Questionnaire:
    """The questionnaire in use."""
    questionnaire = selectors.current_questionnaire()
    assert questionnaire is not None
    return questionnaire


def new_enterprise_number() -> str:
    front = f"{next(_fronts):08}"
    return front + check_digits(front)


def details(**changes) -> dict:
    """What a company fills in about itself and its contact."""
    return {
        "company_name": "Staalbouw Kempen nv",
        "enterprise_number": "0566988259",
        "street": "Nijverheidsstraat 12",
        "postal_code": "2300",
        "municipality": "Turnhout",
        "sector": "metal_machines",
        "headcount_band": "50-249",
        "website": "https://www.staalbouw.example",
        "contact_first_name": "Greet",
        "contact_last_name": "Janssens",
        "contact_function": "HR-manager",
        "contact_email": "greet.janssens@staalbouw.example",
        "contact_phone": "+3214580102",
        "remark": "",
        **changes,
    }


def answers(questionnaire, *values) -> list[services.GivenAnswer]:
    """One answer per question: the given values first, then 2."""
    padded = itertools.chain(values, itertools.repeat(Maturity.REPEATED))
    return [
        services.GivenAnswer(question=question, declared=value)
        for question, value in zip(questionnaire.questions.all(), padded, strict=False)
    ]


def submit(trajectory=None, *values, key=None, consents=(), **changes):
    """An intake as a company sends it, with a new enterprise number unless one is given."""
    changes.setdefault("enterprise_number", new_enterprise_number())
    questionnaire = in_use()
    return services.submit(
        submission_key=key or uuid.uuid4(),
        questionnaire=questionnaire,
        details=details(**changes),
        answers=answers(questionnaire, *values),
        given_consents={ConsentKind.PRIVACY, *consents},
        trajectory=trajectory,
    )


def form_data(chosen=None, **changes) -> dict:
    """All steps of the sign-up as a browser posts them; each step takes its own fields."""
    questionnaire = in_use()
    typed = details(enterprise_number="BE 0566.988.259", contact_phone="014 58 01 02")
    answered = {f"answer_{question.number}": "2" for question in questionnaire.questions.all()}
    data = {
        **typed,
        **answered,
        "volume_1": "6",
        "remark_1": "Vooral in de lente",
        "trajectory": chosen.pk if chosen else "",
        "privacy": "on",
        "submission_key": str(uuid.uuid4()),
        "questionnaire_version": questionnaire.version,
        "reply_subject": "",
        "study_domains": ["stem"],
        "goals": "Meer techniekers",
        **changes,
    }
    return {name: value for name, value in data.items() if value is not None}


STEPS = (
    "bedrijf",
    "contact",
    "samenwerking-1",
    "samenwerking-2",
    "samenwerking-3",
    "wensen",
    "toestemming",
    "nalezen",
)


def address(step) -> str:
    return f"/inschrijven/stap/{step}/"


def walk(client, data, upto="nalezen"):
    """Post the steps in order, up to and including `upto`; the answer to the last one, or to the first that is refused."""
    for step in STEPS:
        response = client.post(address(step), data)
        if response.status_code != 302 or step == upto:
            break
    return response


@pytest.fixture
def questionnaire(db):
    return in_use()
