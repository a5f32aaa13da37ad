"""The questions on cooperation as somebody answers them: in a sign-up, and again in the final measurement.

What a newcomer gets wrong: writing fields of a question elsewhere. Both forms are a `QuestionsForm`, so a question looks and
judges the same at the start and at the end.
"""

from dataclasses import dataclass

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from companies.enums import Maturity
from companies.forms.fields import VolumeField
from companies.models import ANSWER_REMARK_MAX_LENGTH, Question
from companies.services import GivenAnswer

# Answers that say that it did not happen last year. Who answers "I don't know" may very well know how often.
NEVER_HAPPENS = (Maturity.NONE, Maturity.NOT_APPLICABLE)


@dataclass(frozen=True)
class Option:
    """A choice card. Its words are translated once and shown below every question."""

    value: str
    label: str
    explanation: str = ""


@dataclass(frozen=True)
class QuestionRow:
    """A question with its three fields, as the page shows it."""

    question: Question
    answer: forms.BoundField
    volume: forms.BoundField
    remark: forms.BoundField

    @property
    def steps(self) -> list["Option"]:
        """The answers on the scale, 0 to 4, with what each means for this form of cooperation."""
        return [Option(step.value, str(step.label), text) for step, text in self.question.steps.items()]

    @cached_property
    def has_own_steps(self):
        """Whether its steps mean something else than those above the questions."""
        return any(
            Question._meta.get_field(f"step_{step}").default != text for step, text in self.question.steps.items()
        )

    @property
    def has_remark(self) -> bool:
        return bool(self.remark.value() or self.remark.errors)


class QuestionsForm(forms.Form):
    """Three fields for each question: an answer, how often, and a remark."""

    asked: list[Question]

    def ask(self, question, *, answer=None, volume=None, remark=""):
        """Add the fields of a question, filled in beforehand with what is known."""
        sentence = _("Choose an answer. You don't know? Then choose “I don't know”.")
        self.fields |= {
            f"answer_{question.number}": forms.ChoiceField(
                label=question.text,
                choices=Maturity.choices,
                widget=forms.RadioSelect,
                initial=answer,
                error_messages={"required": sentence, "invalid_choice": sentence},
            ),
            f"volume_{question.number}": VolumeField(
                label=_("%(question)s: how often") % {"question": question.text}, initial=volume
            ),
            f"remark_{question.number}": forms.CharField(
                label=_("%(question)s: remark") % {"question": question.text},
                max_length=ANSWER_REMARK_MAX_LENGTH,
                required=False,
                initial=remark,
                widget=forms.Textarea(attrs={"rows": 2}),
            ),
        }

    @cached_property
    def questions(self) -> list[QuestionRow]:
        return [
            QuestionRow(
                question,
                self[f"answer_{question.number}"],
                self[f"volume_{question.number}"],
                self[f"remark_{question.number}"],
            )
            for question in self.asked
        ]

    @cached_property
    def steps(self):
        """The answers on the scale, 0 to 4, as most questions explain them."""
        return [
            Option(value.value, str(value.label), str(Question._meta.get_field(f"step_{value}").default))
            for value in Maturity
            if value.counts
        ]

    @cached_property
    def specials(self) -> list[Option]:
        """The two answers that never count."""
        return [Option(value.value, str(value.label)) for value in Maturity if not value.counts]

    def clean(self):
        cleaned = super().clean()
        for question in self.asked:
            answer, times = cleaned.get(f"answer_{question.number}"), cleaned.get(f"volume_{question.number}")
            if times and answer in NEVER_HAPPENS:
                self.add_error(
                    f"volume_{question.number}",
                    _("You chose “%(answer)s”, and here it did happen. Choose another answer, or make this empty.")
                    % {"answer": Maturity(answer).in_full},
                )
        return cleaned

    def given_to(self, question) -> tuple[Maturity, int | None, str]:
        """What was filled in for a question: the answer, how often, the remark."""
        return (
            Maturity(self.cleaned_data[f"answer_{question.number}"]),
            self.cleaned_data[f"volume_{question.number}"],
            self.cleaned_data[f"remark_{question.number}"],
        )


class BaselinePart(QuestionsForm):
    """Part C: how the company works with schools today. Its fields follow from the questions of this page."""

    questionnaire_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, questionnaire, questions, **kwargs):
        super().__init__(*args, **kwargs)
        self.asked = questions
        self.fields["questionnaire_version"].initial = questionnaire.version
        for question in self.asked:
            self.ask(question)

    def given_answers(self) -> list[GivenAnswer]:
        return [GivenAnswer(question, *self.given_to(question)) for question in self.asked]
