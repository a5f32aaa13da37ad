"""Version 1 of the questionnaire: the thirteen forms of cooperation, as data in Dutch. Voka writes next versions in the admin.

Sown after `migrate` instead of by a migration, so that it is also there after a flush (tests, a demo world made anew).
"""

TITLE = "Samenwerking met het onderwijs"

# What IN2STEM is there for, in the words of Voka's page for companies.
PUPILS = "De juiste kennis bij de leerlingen"
TEACHERS = "Leerkrachten versterken"
SCHOOL = "De schoolorganisatie ondersteunen"

FORMS_OF_COOPERATION = (
    (PUPILS, "Bedrijfsbezoeken", "Leerlingen komen kijken in je bedrijf."),
    (PUPILS, "Gastlessen / experten in de klas", "Iemand van je bedrijf geeft les op school."),
    (PUPILS, "Leerlingenstages", "Leerlingen doen stage in je bedrijf."),
    (
        PUPILS,
        "Duaal leren",
        "Leerlingen leren een deel van de week bij jou. Ben je een erkende leeronderneming? Zet het bij de opmerking.",
    ),
    (PUPILS, "Eindproject / GIP / onderzoeksopdracht", "Leerlingen werken aan een echte vraag van je bedrijf."),
    (TEACHERS, "Leerkracht in het bedrijf (bedrijfsstage)", "Een leerkracht komt bij jou bijleren."),
    (
        TEACHERS,
        "Medewerker als (zij-)instromer of gastleraar",
        "Iemand van je bedrijf staat deels of helemaal voor de klas.",
    ),
    (SCHOOL, "Infrastructuur of toestellen delen", "Een school gebruikt je machines, labo of lokalen."),
    (SCHOOL, "Materiaal of financiële steun", "Je geeft materiaal, toestellen of geld aan een school."),
    (PUPILS, "Mee leerinhoud of lesmateriaal ontwikkelen", "Je bedrijf schrijft of denkt mee aan lessen."),
    (
        TEACHERS,
        "Competentiemanagement / profielen delen",
        "Je vertelt scholen welke competenties je zoekt, nu en later.",
    ),
    (SCHOOL, "Mentorschap van een school / bestuursmandaat", "Je begeleidt een school of zit in haar bestuur."),
    (
        PUPILS,
        "STEM-promotie, wedstrijden, meisjes in STEM",
        "Je doet mee aan acties die jongeren warm maken voor STEM.",
    ),
)

# What is counted in a school year, where "how many times" says too little: the question, and the unit behind the number.
COUNTED = {
    "Bedrijfsbezoeken": ("Hoeveel bezoeken vorig schooljaar?", "bezoeken"),
    "Gastlessen / experten in de klas": ("Hoeveel lessen vorig schooljaar?", "lessen"),
    "Leerlingenstages": ("Hoeveel leerlingen liepen stage vorig schooljaar?", "leerlingen"),
    "Duaal leren": ("Hoeveel leerlingen vorig schooljaar?", "leerlingen"),
    "Eindproject / GIP / onderzoeksopdracht": ("Hoeveel projecten vorig schooljaar?", "projecten"),
    "Leerkracht in het bedrijf (bedrijfsstage)": ("Hoeveel leerkrachten vorig schooljaar?", "leerkrachten"),
    "Medewerker als (zij-)instromer of gastleraar": ("Hoeveel medewerkers vorig schooljaar?", "medewerkers"),
    "Mentorschap van een school / bestuursmandaat": ("Hoeveel scholen vorig schooljaar?", "scholen"),
    "STEM-promotie, wedstrijden, meisjes in STEM": ("Hoeveel acties vorig schooljaar?", "acties"),
}


def sow(questionnaire_model, question_model):
    """Make version 1 and put it in use, unless there is a questionnaire already."""
    if questionnaire_model.objects.exists():
        return
    questionnaire = questionnaire_model.objects.create(version=1, title=TITLE, state="current")
    question_model.objects.bulk_create(
        question_model(
            questionnaire=questionnaire,
            number=number,
            pillar=pillar,
            text=text,
            explanation=explanation,
            **_counting(text),
        )
        for number, (pillar, text, explanation) in enumerate(FORMS_OF_COOPERATION, 1)
    )


def add_pillars(question_model):
    """Questions from before there were pillars get the one of their form of cooperation; their words stay."""
    for pillar, text, _explanation in FORMS_OF_COOPERATION:
        question_model.objects.filter(text=text, pillar="").update(pillar=pillar)


def add_units(question_model):
    """Version 1 as it was sown says what is counted, as long as nobody answered it; changed words stay."""
    sown = question_model.objects.filter(questionnaire__version=1, questionnaire__intakes=None, volume_unit="")
    for text, (label, unit) in COUNTED.items():
        questions = sown.filter(text=text, volume_label=question_model._meta.get_field("volume_label").default)
        question_model.objects.filter(pk__in=list(questions.values_list("pk", flat=True))).update(
            volume_label=label, volume_unit=unit
        )


def _counting(text):
    label, unit = COUNTED.get(text, (None, ""))
    return {"volume_label": label, "volume_unit": unit} if label else {}
