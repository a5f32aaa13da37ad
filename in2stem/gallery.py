"""Sample data for the sheet of components at /componenten/. Invented names; nothing here touches the database."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone

from charts import Entry, bullet, dumbbell, funnel, way
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


def _line(name, start, now, target, **facts) -> SimpleNamespace:
    """An objective with whole figures."""
    words = {
        key: "" if value is None else str(value) for key, value in [("start", start), ("now", now), ("target", target)]
    }
    values = {"start": start, "now": now, "target": target}
    return SimpleNamespace(name=name, bullet=bullet(**values), way=way(**values), **words, **facts)


def _lines() -> list[SimpleNamespace]:
    return [
        _line(
            "Stageplaatsen met een vaste mentor",
            12,
            31,
            45,
            unit="plaatsen",
            note="Tegen 30/10/2026",
            tag="Op schema",
            tone="ok",
        ),
        _line("Leerlingen die afhaken", 18, 11, 6, unit="leerlingen", note="Lager is beter"),
        _line("Verschil met het gemiddelde", -12, -4, 6, unit="punten", note="Het streepje in de balk is nul"),
        _line("Bedrijfsbezoeken", 5, None, 18, unit="bezoeken", note="Nog niet gemeten"),
        _line("Aantal gastlessen", 3, 4, None, unit="lessen", note="Het doel is nog niet bekend"),
    ]


def _charts() -> dict[str, object]:
    lines = _lines()
    return {
        "lines": lines,
        "growth": dumbbell(
            [
                Entry("Instructie", Decimal("1.7"), Decimal("2.9"), number="1", note="3 van 3 criteria"),
                Entry(
                    "Implementatie van het curriculum",
                    Decimal("3.1"),
                    Decimal("2.1"),
                    number="2",
                    note="3 van 3 criteria",
                ),
                Entry("Evaluatie", Decimal("1.5"), None, number="3", note="2 van 2 criteria"),
                Entry("Connecties", None, Decimal("2.6"), number="6", note="5 van 5 criteria"),
            ],
            title="Gemiddelde per kernelement",
            row_name="Kernelement",
            maximum=4,
            decimals=1,
            sentence="Instructie groeide het meest: van 1,7 naar 2,9.",
        ),
        "start_only": dumbbell(
            [
                Entry("Werkplekleren en stages aanbieden", 3, number="1"),
                Entry("Gastlessen geven", None, number="2", start_words="niet van toepassing"),
                Entry("Toestellen en materiaal delen met scholen in de buurt", 0, number="3"),
            ],
            title="Soorten samenwerking",
            row_name="Soort samenwerking",
            maximum=4,
            sentence="2 van de 3 antwoorden tellen mee.",
            steps="0 niet · 1 ad hoc · 2 herhaald · 3 structureel · 4 geïntegreerd",
        ),
        "groups": [
            SimpleNamespace(name="Stagetrajecten", url="#content", lines=lines[:2]),
            SimpleNamespace(name="Meten en sturen", url="#content", lines=lines[2:4]),
            SimpleNamespace(name="Samen onderhoud van toestellen", url="#content", lines=[]),
        ],
        "sign_ups": funnel(
            [("Ingediend", 12, "#content"), ("In contact of verder", 9, ""), ("Verfijnd", 5, ""), ("Aanvaard", 4, "")],
            title="Van inschrijving tot aanvaard",
            total=12,
            aside=[("Afgewezen", 2, "")],
            sentence="Aanvaard: 4 van de 12 inschrijvingen.",
        ),
    }


def samples(page_number: str | None) -> dict[str, object]:
    """Everything the sheet shows, for one page number of its sample list."""
    today = timezone.localdate()
    return _charts() | {
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
