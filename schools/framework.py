"""Version 1 of the label's criteria: seven key elements, 21 criteria. Loaded once per database; Voka edits the Dutch texts.

The English names are EUN's as far as a published source gave them; the others are marked. The Dutch names and the
explanations are ours and provisional.
"""

VERSION = 1
TITLE = "STEM School Label, 21 criteria (voorlopige Nederlandse namen)"

# (English name, Dutch name, criteria); a criterion: (English name, Dutch name, explanation, is the English name published?)
KEY_ELEMENTS = (
    (
        "Instruction",
        "Instructie",
        (
            (
                "Personalisation of learning",
                "Gepersonaliseerd leren",
                "Toon dat leerlingen werken op hun eigen niveau, tempo of vanuit hun interesse.",
                True,
            ),
            (
                "Problem and project-based learning (PBL)",
                "Probleem- en projectgestuurd leren",
                "Toon dat leerlingen een echt probleem aanpakken of samen een project uitwerken.",
                True,
            ),
            (
                "Inquiry-Based Science Education (IBSE)",
                "Onderzoekend leren",
                "Toon dat leerlingen zelf een vraag stellen, onderzoeken en besluiten trekken.",
                True,
            ),
        ),
    ),
    (
        "Curriculum implementation",
        "Implementatie van het curriculum",
        (
            (
                "Emphasis on STEM topics and competences",
                "Nadruk op STEM-onderwerpen en -competenties",
                "Toon dat STEM een duidelijke plaats heeft in het lessenrooster en de planning.",
                True,
            ),
            (
                "Interdisciplinary instruction",
                "Vakoverschrijdend onderwijs",
                "Toon dat leerkrachten van verschillende vakken samen een thema of project geven.",
                True,
            ),
            (
                "Contextualisation of STEM teaching",
                "STEM in een reële context",
                "Toon dat de les vertrekt van een toestel, een beroep of een vraag uit een bedrijf of de buurt.",
                True,
            ),
        ),
    ),
    (
        "Assessment",
        "Evaluatie",
        (
            (
                "Continuous assessment",
                "Permanente evaluatie",
                "Toon dat leerlingen tijdens het leren feedback krijgen, niet alleen op het einde.",
                False,
            ),
            (
                "Personalised assessment",
                "Gepersonaliseerde evaluatie",
                "Toon dat leerlingen feedback krijgen op hun eigen niveau.",
                False,
            ),
        ),
    ),
    (
        "Professionalisation of staff",
        "Professionalisering van het team",
        (
            (
                "Highly qualified professionals",
                "Hooggekwalificeerde leerkrachten",
                "Toon welke opleiding en ervaring de STEM-leerkrachten hebben.",
                True,
            ),
            (
                "Existence of supporting (pedagogical) staff",
                "Ondersteunend (pedagogisch) personeel",
                "Toon wie de STEM-leerkrachten helpt, bijvoorbeeld een coördinator of technisch adviseur.",
                True,
            ),
            (
                "Professional development",
                "Professionele ontwikkeling",
                "Toon welke nascholing of bedrijfsstage leerkrachten volgen en wat ze ermee doen.",
                True,
            ),
        ),
    ),
    (
        "School leadership and culture",
        "Schoolleiderschap en -cultuur",
        (
            (
                "School leadership",
                "Schoolleiderschap",
                "Toon dat de directie STEM stuurt: met een visie, een plan, tijd en middelen.",
                True,
            ),
            (
                "High level of cooperation among staff",
                "Sterke samenwerking in het team",
                "Toon hoe leerkrachten samen voorbereiden, bij elkaar kijken en materiaal delen.",
                True,
            ),
            (
                "Inclusive culture",
                "Inclusieve cultuur",
                "Toon dat alle leerlingen zich welkom voelen in STEM, ook wie er nu weinig te zien is.",
                True,
            ),
        ),
    ),
    (
        "Connections",
        "Connecties",
        (
            (
                "With industry (professionals)",
                "Met het bedrijfsleven",
                "Toon hoe bedrijven en hun mensen meewerken: bezoeken, stages, gastlessen, opdrachten.",
                True,
            ),
            (
                "With parents/guardians",
                "Met ouders/voogden",
                "Toon hoe ouders of voogden bij STEM betrokken zijn.",
                True,
            ),
            (
                "With other schools and/or educational platforms",
                "Met andere scholen en/of onderwijsplatformen",
                "Toon dat je school samenwerkt met een andere school of een netwerk, bijvoorbeeld IN2STEM.",
                False,
            ),
            (
                "With universities and/or research centres",
                "Met universiteiten en/of onderzoekscentra",
                "Toon dat je school samenwerkt met een hogeschool, universiteit of labo.",
                False,
            ),
            (
                "With local communities",
                "Met de lokale gemeenschap",
                "Toon dat je school samenwerkt met de gemeente, een vereniging of de buurt.",
                False,
            ),
        ),
    ),
    (
        "School infrastructure",
        "Schoolinfrastructuur",
        (
            (
                "Access to technology and equipment",
                "Toegang tot technologie en uitrusting",
                "Toon welke toestellen, software en lokalen leerlingen gebruiken, ook die van een bedrijf.",
                True,
            ),
            (
                "High quality instruction classroom materials",
                "Kwaliteitsvol lesmateriaal",
                "Toon goed lesmateriaal dat je school zelf maakt of kiest.",
                True,
            ),
        ),
    ),
)


def load(framework_model, key_element_model, criterion_model) -> None:
    """Create version 1 unless it exists. Takes the model classes, so that a migration can hand over its own."""
    framework, created = framework_model.objects.get_or_create(
        version=VERSION, defaults={"title": TITLE, "is_current": True}
    )
    if not created:
        return
    for number, (name_en, label_nl, criteria) in enumerate(KEY_ELEMENTS, start=1):
        element = key_element_model.objects.create(
            framework=framework, number=number, name_en=name_en, label_nl=label_nl
        )
        criterion_model.objects.bulk_create(
            criterion_model(
                framework=framework,
                key_element=element,
                number=f"{number}.{position}",
                name_en=criterion_en,
                label_nl=criterion_nl,
                explanation=explanation,
                to_be_confirmed=not is_published,
            )
            for position, (criterion_en, criterion_nl, explanation, is_published) in enumerate(criteria, start=1)
        )
