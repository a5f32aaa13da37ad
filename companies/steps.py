"""The steps of a sign-up, in order, and what of them is filled in.

What a newcomer gets wrong: taking a step for a part. The questions of the baseline are one part, spread over several steps,
and which questions there are follows from the size of the company in the first step.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from companies import consents, enterprise_numbers, phone_numbers
from companies.enums import ConsentKind, Maturity
from companies.forms import BaselinePart, CompanyPart, ConsentPart, ContactPart, OverviewPart, WishesPart
from companies.models import Question
from companies.selectors import questions_for
from companies.services import DETAILS

QUESTIONS_PER_STEP = 5
COMPANY, CONTACT, WISHES, CONSENT, OVERVIEW = "bedrijf", "contact", "wensen", "toestemming", "nalezen"
BASELINE = "samenwerking-"
# Fields that belong to the page and not to what a company says.
OF_THE_PAGE = {"reply_subject", "questionnaire_version"}


class Incomplete(Exception):
    """The form cannot be sent: this step comes first."""

    def __init__(self, step):
        super().__init__(step.slug)
        self.step = step


@dataclass(frozen=True)
class Step:
    """One page of the form. `stage` is its place among the six that a visitor sees."""

    slug: str
    part: str
    stage: int
    questions: tuple[Question, ...] = ()

    def get_absolute_url(self) -> str:
        return reverse("companies:step", args=[self.slug])

    @property
    def template(self) -> str:
        return f"companies/step_{self.part}.html"


class Flow:
    """A sign-up as far as it is typed. `data` is that of a draft: typed text by part and field."""

    def __init__(self, questionnaire, data):
        self.questionnaire = questionnaire
        self.data = data

    @cached_property
    def asked(self) -> list[Question]:
        """The questions for a company of this size."""
        return questions_for(self.questionnaire, str(self.data.get("company", {}).get("headcount_band", "")))

    @cached_property
    def steps(self) -> list[Step]:
        pages = range(0, len(self.asked), QUESTIONS_PER_STEP)
        baseline = [
            Step(f"{BASELINE}{number}", "baseline", 3, tuple(self.asked[start : start + QUESTIONS_PER_STEP]))
            for number, start in enumerate(pages, 1)
        ]
        return [
            Step(COMPANY, "company", 1),
            Step(CONTACT, "contact", 2),
            *baseline,
            Step(WISHES, "wishes", 4),
            Step(CONSENT, "consent", 5),
            Step(OVERVIEW, "overview", 6),
        ]

    def step(self, slug) -> Step | None:
        return next((step for step in self.steps if step.slug == slug), None)

    def before(self, step) -> Step | None:
        place = self.steps.index(step)
        return self.steps[place - 1] if place else None

    def after(self, step) -> Step:
        """Where saving this step leads: the overview when nothing is missing, else simply the next page."""
        if self.first_incomplete is None:
            return self.steps[-1]
        return self.steps[self.steps.index(step) + 1]

    @cached_property
    def first_incomplete(self) -> Step | None:
        """The first step that is not filled in well; None when only the overview is left."""
        return next((step for step in self.steps[:-1] if not self.is_complete(step)), None)

    def is_complete(self, step) -> bool:
        return step.part in self.data and self.form(step, self.typed_before(step)).is_valid()

    def form(self, step, data=None) -> Any:
        """The form of a step: with `data` judged, without it showing what was typed before."""
        initial = None if data is not None else self._initial(step)
        if step.part == "baseline":
            return BaselinePart(data, initial=initial, questionnaire=self.questionnaire, questions=step.questions)
        part = {
            "company": CompanyPart,
            "contact": ContactPart,
            "wishes": WishesPart,
            "consent": ConsentPart,
            "overview": OverviewPart,
        }[step.part]
        return part(data, initial=initial)

    def _initial(self, step):
        kept = self._fields_of(step)
        # An empty choice would be taken for the choice that is called "".
        return {name: value for name, value in kept.items() if value not in ("", [])}

    def typed_before(self, step) -> MultiValueDict:
        """What was typed in a step, as a browser would post it."""
        kept = self._fields_of(step)
        return MultiValueDict({name: value if isinstance(value, list) else [value] for name, value in kept.items()})

    def _fields_of(self, step):
        kept = self.data.get(step.part, {})
        if step.part == "consent" and kept.get("version") != consents.VERSION:
            # Nobody agrees to a text that was not on the screen: ticks below older words are empty boxes again.
            return {}
        if step.part != "baseline":
            return kept
        return {
            f"{field}_{question.number}": kept.get(question.text, {}).get(field, "")
            for question in step.questions
            for field in ("answer", "volume", "remark")
        }

    def typed_in(self, step, post, questions: Iterable[Question]) -> dict[str, Any]:
        """What a browser posted for a step, ready to keep. `questions` are those that its page showed."""
        if step.part == "baseline":
            return {
                question.text: {
                    field: post.get(f"{field}_{question.number}", "") for field in ("answer", "volume", "remark")
                }
                for question in questions
                if f"answer_{question.number}" in post or f"volume_{question.number}" in post
            }
        fields = self.form(step).fields
        typed = {"version": consents.VERSION} if step.part == "consent" else {}
        return typed | {
            name: post.getlist(name)
            if fields[name].widget.__class__.__name__ == "CheckboxSelectMultiple"
            else post.get(name, "")
            for name in fields
            if name not in OF_THE_PAGE
        }

    # --- All of it ----------------------------------------------------------------------------------------------------

    @cached_property
    def _judged(self) -> list[tuple[Step, Any]]:
        """Every step before the overview with its valid form. Raises Incomplete for the first one that is not."""
        if self.first_incomplete:
            raise Incomplete(self.first_incomplete)
        judged = [(step, self.form(step, self.typed_before(step))) for step in self.steps[:-1]]
        for _step, form in judged:
            form.is_valid()
        return judged

    def submission(self) -> dict[str, Any]:
        """The arguments of services.submit, but for the key."""
        cleaned: dict[str, Any] = {}
        answers, given_consents = [], set()
        for step, form in self._judged:
            if step.part == "baseline":
                answers += form.given_answers()
            elif step.part == "consent":
                given_consents = form.given_consents()
            else:
                cleaned |= form.cleaned_data
        return {
            "questionnaire": self.questionnaire,
            "details": {name: cleaned[name] for name in DETAILS},
            "answers": answers,
            "given_consents": given_consents,
            "trajectory": cleaned["trajectory"],
        }

    def summary(self) -> list[dict[str, Any]]:
        """What was filled in, in words, per step: what the overview shows."""
        return [{"step": step, "rows": [*_rows(step, form)], "title": self.title(step)} for step, form in self._judged]

    def title(self, step) -> str:
        """What a step is called, and which part of the questions it is."""
        title = titles()[step.part]
        pages = [each for each in self.steps if each.part == step.part]
        if len(pages) == 1:
            return title
        return _("%(title)s (part %(number)s of %(total)s)") % {
            "title": title,
            "number": pages.index(step) + 1,
            "total": len(pages),
        }


def titles() -> dict[str, str]:
    """What the six stages are called, in their order."""
    return {
        "company": _("Your company"),
        "contact": _("Contact"),
        "baseline": _("Where you stand now"),
        "wishes": _("What you want and can do"),
        "consent": _("Your consent"),
        "overview": _("Go over it and send"),
    }


def _rows(step, form):
    if step.part == "baseline":
        yield from _answered(form)
        return
    if step.part == "consent":
        yield from _ticked(form)
        return
    for name, field in form.fields.items():
        if name in OF_THE_PAGE:
            continue
        prefix = _("Colleague for the workgroups: ") if name.startswith("colleague_") else ""
        value = _in_words(field, form.cleaned_data[name])
        if name == "enterprise_number":
            value = enterprise_numbers.shown(value)
        if name == "contact_phone":
            value = phone_numbers.shown(value)
        if name == "trajectory" and not value:
            value = field.empty_label
        if value not in ("", None):
            yield {"label": f"{prefix}{field.label}", "value": value}


def _in_words(field, value):
    choices = dict(field.choices) if hasattr(field, "choices") and not hasattr(field, "queryset") else None
    if isinstance(value, list):
        return ", ".join(str(choices[one]) for one in value)
    if choices and value:
        return choices[value]
    if hasattr(field, "queryset") and value:
        return field.label_from_instance(value)
    return value


def _answered(form):
    for given in form.given_answers():
        value = Maturity(given.declared).in_full
        if given.volume is not None:
            value = _counted(given, value)
        yield {"label": given.question.text, "value": value, "note": given.remark}


def _counted(given, answer):
    """An answer with how often: "6 times", or "visits: 6" when the question says what is counted."""
    if given.question.volume_unit:
        return _("%(answer)s · %(unit)s last school year: %(number)s") % {
            "answer": answer,
            "unit": given.question.volume_unit,
            "number": given.volume,
        }
    return _("%(answer)s · %(times)s times last school year") % {"answer": answer, "times": given.volume}


def _ticked(form):
    for kind in sorted(form.given_consents(), key=[*ConsentKind].index):
        yield {"label": kind.label, "value": consents.text_of(kind)}
