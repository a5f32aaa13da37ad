"""Sample data for the sheet of components at /componenten/. Invented names; nothing here touches the database."""

from datetime import date, timedelta
from types import SimpleNamespace

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone

from phases.enums import Phase

NOW_PHASE = Phase.ACTION


class SampleForm(forms.Form):
    name = forms.CharField(label="Naam van je bedrijf", max_length=100)
    number = forms.CharField(
        label="Ondernemingsnummer", help_text="Tien cijfers, bijvoorbeeld 0403.019.261", max_length=20
    )
    size = forms.ChoiceField(label="Aantal werknemers", choices=[("s", "1 tot 49"), ("m", "50 tot 249")])
    remark = forms.CharField(
        label="Opmerking", widget=forms.Textarea(attrs={"rows": 3}), required=False, max_length=500
    )
    contact = forms.ChoiceField(
        label="Hoe contacteren we je?", choices=[("m", "Per mail"), ("t", "Per telefoon")], widget=forms.RadioSelect
    )
    consent = forms.BooleanField(label="Ik ga akkoord met de privacyverklaring")

    def clean_number(self):
        raise forms.ValidationError("Dit nummer klopt niet. Kijk de laatste twee cijfers na.")


class SampleFilter(forms.Form):
    q = forms.CharField(label="Zoek", required=False, max_length=100)
    chamber = forms.ChoiceField(label="Kamer", required=False, choices=[("", "Alle kamers"), ("mk", "Mechelen-Kempen")])
    state = forms.ChoiceField(label="Inschrijving", required=False, choices=[("", "Alle"), ("a", "Aanvaard")])


class SampleFile(forms.Form):
    file = forms.FileField(label="Bewijsstuk", help_text="Een pdf, foto of document tot 20 MB")


class SampleReason(forms.Form):
    reason = forms.CharField(label="Waarom?", widget=forms.Textarea(attrs={"rows": 2}), max_length=500)


def _phases(today: date) -> list[SimpleNamespace]:
    starts = today - timedelta(days=60 * NOW_PHASE.number)
    return [
        SimpleNamespace(
            number=phase.number,
            name=phase.label,
            state="done" if phase.number < NOW_PHASE.number else "now" if phase == NOW_PHASE else "later",
            starts_on=starts + timedelta(days=60 * phase.number),
            ends_on=None if phase == Phase.KEEP_LEARNING else starts + timedelta(days=60 * phase.number + 59),
        )
        for phase in Phase
    ]


def samples(page_number: str | None) -> dict[str, object]:
    """Everything the sheet shows, for one page number of its sample list."""
    today = timezone.localdate()
    return {
        "form": SampleForm(
            {"name": "Kempische Precisiewerken bv", "number": "0200.004.300", "size": "m", "contact": "m"}
        ),
        "filter_form": SampleFilter(),
        "file_form": SampleFile(prefix="file"),
        "reason_form": SampleReason(prefix="reason"),
        "page_obj": Paginator(range(240), 25).get_page(page_number or 4),
        "phases": _phases(today),
        "due": today + timedelta(days=10),
        "facts": [
            {"label": "Kamer", "value": "Voka Mechelen-Kempen"},
            {"label": "Schooljaren", "value": "2025\u20112026 en 2026\u20112027"},
            {"label": "Scholen", "value": 6},
            {"label": "Bedrijven", "value": 21},
            {"label": "Verantwoordelijke", "value": "Koen Van Nieuwenhuyse", "wide": True},
        ],
        "blockers": [
            {
                "sentence": "Werkgroep Stagetrajecten: 4 actiepunten staan nog open",
                "url": "#blockers",
                "note": "Oudste datum: 28/02/2026",
            },
            {"sentence": "Werkgroep Meten en sturen deelde nog geen praktijk", "url": "#blockers"},
        ],
        "conditions": [
            {"sentence": "Je bent ingeschreven", "is_done": True, "note": "aanvaard op 24/10/2025"},
            {"sentence": "Je was op minstens 3 vergaderingen", "is_done": True, "note": "je was er op 4"},
            {"sentence": "Je hebt de evaluatie ingevuld", "is_done": False, "note": "kan vanaf november 2026"},
        ],
        "companies": [
            {
                "name": "Metaalconstructie Van den Eynde\u2011Verschueren nv",
                "place": "Geel",
                "tone": "blue",
                "state": "Verfijnd",
                "mean": "2,4",
            },
            {
                "name": "Deroose & Zonen Koeltechniek bv",
                "place": "Herentals",
                "tone": "ok",
                "state": "Aanvaard",
                "mean": "1,9",
            },
            {
                "name": "Kempische Precisiewerken bv",
                "place": "Mol",
                "tone": "warn",
                "state": "Te contacteren",
                "mean": "3,1",
            },
        ],
        "entries": [
            {
                "at": today - timedelta(days=9),
                "title": "Deelnemer gestopt:",
                "text": "Els Verhaegen-Van Looy",
                "detail": "Geregistreerd door Koen Van Nieuwenhuyse",
            },
            {
                "at": today - timedelta(days=62),
                "title": "Fase 3 gestart.",
                "text": "Alle punten waren in orde.",
                "detail": "Door Koen Van Nieuwenhuyse",
            },
        ],
        "shares": [
            {"kind": kind, "count": count, "words": words, "squares": range(1, 22 * count, 22), "width": 22 * count}
            for kind, count, words in [
                ("school", 4, "uit scholen"),
                ("company", 6, "uit bedrijven"),
                ("voka", 1, "van Voka"),
            ]
        ],
        "reasons": [
            "Niet elk actiepunt is klaar of afgesloten met een reden.",
            {"sentence": "Eén werkgroep deelde nog geen praktijk.", "url": "#blockers"},
        ],
    }
