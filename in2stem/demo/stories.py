"""What the demo's workgroups are about: priorities, objectives, action points and practices, as people would write them."""

from dataclasses import dataclass
from decimal import Decimal

from workgroups.enums import Direction


@dataclass(frozen=True)
class Goal:
    """An objective with its figures; `final` is what is measured at the end, `explanation` why a target was missed."""

    title: str
    indicator: str
    unit: str
    baseline: Decimal
    target: Decimal
    interim: Decimal
    final: Decimal
    direction: Direction = Direction.UP
    explanation: str = ""


@dataclass(frozen=True)
class Sheet:
    """A best practice."""

    title: str
    tags: str
    context: str
    approach: str
    result: str
    material: str = ""
    tips: str = ""
    costs: str = ""


@dataclass(frozen=True)
class Story:
    """One priority with its workgroup."""

    priority: str
    themes: str
    description: str
    workgroup: str
    charter: str
    goals: tuple[Goal, ...]
    actions: tuple[str, ...]
    sheet: Sheet


STORIES = (
    Story(
        priority="Stages die voor iedereen kloppen",
        themes="6.1, 2.3",
        description="Scholen en bedrijven spreken vooraf af wat een leerling op stage doet en wie haar of hem begeleidt.",
        workgroup="Stagetrajecten die kloppen",
        charter="We zorgen dat elke leerling vooraf weet wat de stage inhoudt, en dat elke mentor weet wat de school verwacht.",
        goals=(
            Goal("Stageplaatsen met een vaste mentor", "plaatsen met een vaste mentor", "plaatsen", Decimal(12), Decimal(45), Decimal(31), Decimal(47)),
            Goal("Leerlingen die hun stageplan vooraf kennen", "aandeel leerlingen met een stageplan", "procent van de leerlingen", Decimal(40), Decimal(90), Decimal(58), Decimal(83), explanation="Een school koos in mei een andere stageperiode. Haar leerlingen kregen hun plan pas in september."),
        ),
        actions=("Stageplan voor het vijfde en zesde jaar afwerken", "Drie stageplaatsen beschrijven op één pagina", "Infoavond voor ouders voorbereiden", "Fiche voor mentoren op de werkvloer schrijven"),
        sheet=Sheet(
            "Eén stageplan voor drie scholen", "stage, mentor",
            "Drie scholen stuurden leerlingen naar dezelfde bedrijven, elk met een eigen stageboek. Mentoren raakten de draad kwijt.",
            "Stagebegeleiders en mentoren legden hun boeken naast elkaar op één namiddag. Ze hielden over wat iedereen nodig had: vier doelen, een weekplanning en één gesprek halfweg.",
            "Leerlingen weten vooraf wat ze zullen doen. Mentoren vullen één blad in, voor welke school ook.",
            "Het blad staat als tekstbestand in het dossier van de werkgroep.", "Begin met de mentoren, niet met de formulieren.", "Twee halve dagen per school.",
        ),
    ),
    Story(
        priority="Leerkrachten kennen de werkvloer van vandaag",
        themes="4.3, 6.1",
        description="Leerkrachten techniek en wetenschappen lopen mee in een bedrijf en brengen opdrachten mee naar de klas.",
        workgroup="Leerkracht in het bedrijf",
        charter="Elke STEM-leerkracht die dat wil, draait minstens twee dagen mee in een bedrijf uit het netwerk.",
        goals=(
            Goal("Leerkrachten die meedraaiden in een bedrijf", "leerkrachten met minstens twee dagen", "leerkrachten", Decimal(3), Decimal(18), Decimal(9), Decimal(19)),
            Goal("Lesopdrachten uit een echt bedrijf", "opdrachten die in de klas gebruikt zijn", "opdrachten", Decimal(0), Decimal(12), Decimal(5), Decimal(12)),
        ),
        actions=("Lijst maken van bedrijven die leerkrachten ontvangen", "Vervanging in de scholen regelen voor maart", "Eerste drie lesopdrachten uitschrijven"),
        sheet=Sheet(
            "Twee dagen meedraaien in het bedrijf", "leerkrachten, lesmateriaal",
            "Leerkrachten wiskunde en techniek zochten voorbeelden die leerlingen herkennen.",
            "Vier leerkrachten volgden twee dagen een technieker. ’s Avonds schreven ze samen op wat in de klas past.",
            "Vijf opdrachten over warmteverlies en stromen, met echte cijfers van het bedrijf.",
            tips="Kies een rustige periode in het bedrijf, geen opleveringsweek.",
        ),
    ),
    Story(
        priority="Toestellen en lokalen delen",
        themes="7.1, 7.2",
        description="Niet elke school heeft elk toestel. Samen hebben we er genoeg.",
        workgroup="Meten en sturen",
        charter="We maken toestellen van bedrijven en scholen bruikbaar voor alle leerlingen van het traject.",
        goals=(
            Goal("Scholen die het rondreizende meetlab gebruikten", "scholen met minstens drie lessen", "scholen", Decimal(0), Decimal(4), Decimal(2), Decimal(4)),
            Goal("Wachttijd voor een toestel", "dagen tussen vraag en gebruik", "dagen", Decimal(35), Decimal(10), Decimal(20), Decimal(14), Direction.DOWN, "De sensoren moesten in april terug voor een herstelling."),
        ),
        actions=("Inventaris van sensoren en robots opmaken", "Koffer met meetlab samenstellen", "Uitleenkalender starten", "Handleiding van één blad per toestel schrijven"),
        sheet=Sheet(
            "Een meetlab dat rondreist", "toestellen, meten",
            "Sensoren stonden in één school in de kast, terwijl andere scholen er geen hadden.",
            "Een koffer met sensoren gaat elke maand naar een andere school. Een technieker van het bedrijf geeft de eerste les mee.",
            "Vier scholen deden elk minstens drie lessen met dezelfde koffer.",
            "Inhoud van de koffer en een reservelijst.", "Spreek af wie de batterijen oplaadt.", "Ongeveer 900 euro voor de eerste koffer.",
        ),
    ),
)  # fmt: skip

ARGUMENTS = (
    "We doen dit in de meeste klassen van de tweede graad en bespreken het op de vakwerkgroep.",
    "Enkele leerkrachten doen dit al. Het staat nog niet in ons schoolplan.",
    "Dit hangt nu af van één collega. We willen het in het team verankeren.",
    "We hebben hier afspraken over en evalueren ze elk jaar.",
    "We zijn hiermee gestart na de studiedag van vorig schooljaar.",
)


@dataclass(frozen=True)
class Piece:
    """A piece of evidence of a school; `answer` is what Voka did with it, "" not yet and None: it is still a draft."""

    title: str
    criteria: tuple[str, ...]
    days_ago: int
    text: str
    answer: str | None
    comment: str = ""
    attachment: str = ""
    lines: tuple[str, ...] = ()


PIECES = (
    Piece(
        "Stageplan dat drie scholen delen", ("6.1", "6.3"), 60,
        "Drie scholen en vijf bedrijven maakten samen een stageplan van één blad. Mentoren en leerlingen vullen het samen in. In de bijlage staan de vier doelen en de weekplanning.",
        "approve", "Duidelijk en volledig.", "stageplan.pdf",
        ("Vier doelen, samen gekozen met de mentor", "Week 1: kennismaken en veilig werken", "Week 2 en 3: een eigen opdracht", "Week 4: voorstellen in de klas"),
    ),
    Piece(
        "Projectweek koeltechniek in het vijfde jaar", ("1.2", "2.3"), 9,
        "Het vijfde jaar bouwde in een week een koelkast op schaal, met een technieker van het bedrijf erbij. Elke groep mat het verbruik en legde uit waarom het verschilt.",
        "", "", "projectweek.pdf",
        ("Maandag: hoe werkt een koelkring?", "Dinsdag en woensdag: bouwen in groepen van vier", "Donderdag: meten en vergelijken", "Vrijdag: voorstellen aan het bedrijf"),
    ),
    Piece(
        "Nascholing sensoren voor zes leerkrachten", ("4.3",), 20,
        "Zes leerkrachten volgden twee namiddagen over sensoren in het bedrijf en programmeerden er zelf een.",
        "ask_more", "Voeg toe wat de leerkrachten er nadien mee deden in de klas.",
    ),
    Piece(
        "Lesopdracht warmteverlies met echte cijfers", ("2.3",), 2,
        "Leerlingen rekenen het warmteverlies van een echte loods uit, met de cijfers van het bedrijf.",
        None,
    ),
)  # fmt: skip
