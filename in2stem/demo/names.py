"""Invented names for the demo world. None of these people or organisations exists.

Past the hand-written lists names get a number, so that `manage.py demo --size 100` still reads as Flanders.
"""

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Region:
    """Where the organisations of one trajectory lie: (postal code, municipality), (company, sector) and schools."""

    places: tuple[tuple[str, str], ...]
    companies: tuple[tuple[str, str], ...]
    schools: tuple[str, ...]


REGIONS = {
    "westhoek": Region(
        (("8900", "Ieper"), ("8970", "Poperinge"), ("8600", "Diksmuide"), ("8630", "Veurne")),
        (
            ("Westhoek Landbouwmachines nv", "metal_machines"), ("Ieperse Textieltechniek nv", "wood_textile"), ("Diepvries Ten Duinen nv", "agriculture_food"),
            ("Hoppeveld Brouwtechniek bv", "agriculture_food"), ("Kustwind Onderhoud cv", "energy_environment"), ("Bouwbedrijf Declerck-Dewulf nv", "construction"),
            ("IJzer Automatisering bv", "ict"), ("Zorgtechniek De Lovie bv", "care"),
        ),
        ("Vrije Technische School Ieper", "College Onze-Lieve-Vrouw van de Westhoek", "GO! Atheneum De IJzer", "Technisch Instituut Sint-Lucas Poperinge"),
    ),
    "limburg-maakt": Region(
        (("3600", "Genk"), ("3500", "Hasselt"), ("3800", "Sint-Truiden"), ("3900", "Pelt")),
        (
            ("Limburgse Lasrobots bv", "metal_machines"), ("Genk Logistics Campus nv", "logistics_mobility"), ("Haspengouwse Fruitverwerking nv", "agriculture_food"),
            ("Zonnewind Maasland cv", "energy_environment"), ("Demerdata bv", "ict"), ("Houthalen Composieten nv", "chemistry_pharma"),
        ),
        ("Technische Scholen Maasland", "GO! Middenschool De Vlinder", "Mariaschool Haspengouw", "Sint-Franciscus Pelt"),
    ),
    "kempen": Region(
        (("2300", "Turnhout"), ("2440", "Geel"), ("2200", "Herentals"), ("2400", "Mol"), ("2500", "Lier")),
        (
            ("Metaalconstructie Van den Eynde-Verschueren nv", "metal_machines"), ("Kempische Precisiewerken bv", "metal_machines"),
            ("Deroose & Zonen Koeltechniek bv", "energy_environment"), ("Nete Automatisering nv", "ict"), ("Chemisch Labo De Grote Nete nv", "chemistry_pharma"),
            ("Houtbouw Aerts-Wuyts bv", "construction"), ("Medisol Hulpmiddelen nv", "care"), ("Drukkerij De Zegge bv", "other_industry"),
        ),
        ("Technisch Atheneum De Nete", "Sint-Norbertusinstituut voor Wetenschap en Techniek", "GO! Campus Het Spoor", "Heilig-Grafcollege Turnhout"),
    ),
    "waasland": Region(
        (("9100", "Sint-Niklaas"), ("9120", "Beveren"), ("9140", "Temse"), ("9190", "Stekene")),
        (
            ("Waaslandse Kunststoffen nv", "chemistry_pharma"), ("Temse Scheepselektronica bv", "ict"), ("Cleantech Durme nv", "energy_environment"),
            ("Brouwerij De Drie Torens nv", "agriculture_food"), ("Polderstaal Buizen nv", "metal_machines"), ("Drukkerij ’t Scheldeboek bv", "other_industry"),
        ),
        ("Provinciale School voor Techniek Wase Polder", "Sint-Janscollege Temse", "GO! Atheneum Stekene", "Scholengroep Durmeland campus Noord"),
    ),
    "vlaams-brabant-noord": Region(
        (("1800", "Vilvoorde"), ("1830", "Machelen"), ("3200", "Aarschot"), ("3120", "Tremelo")),
        (
            ("Brabantse Luchtvaarttechniek bv", "logistics_mobility"), ("Dijleland Biotech nv", "chemistry_pharma"), ("Hageland Elektro bv", "energy_environment"),
            ("Zennevallei Liften nv", "metal_machines"), ("Peeters-Van Humbeeck Datacenters nv", "ict"), ("Demerstreek Bouwtechniek bv", "construction"),
        ),
        ("Instituut Zenne en Dijle", "GO! Talent Vilvoorde", "Sint-Pieterscollege Hageland", "Miniemen Wetenschapscampus"),
    ),
    "gent-en-meetjesland": Region(
        (("9000", "Gent"), ("9900", "Eeklo"), ("9990", "Maldegem"), ("9800", "Deinze")),
        (
            ("Leie Composieten nv", "chemistry_pharma"), ("Meetjeslandse Bouwwerken nv", "construction"), ("Gentse Data & Zorg bv", "ict"),
            ("Krekeldijk Waterzuivering cv", "energy_environment"), ("Havenstaal Żółw-Claeys nv", "metal_machines"), ("Deinze Diervoeders nv", "agriculture_food"),
            ("Eeklose Precisietechniek bv", "metal_machines"), ("Maldegem Modulair Bouwen nv", "construction"), ("Gentse Zorgrobots bv", "ict"),
        ),
        ("Edugo Technieklab", "Provinciaal Instituut Meetjesland", "GO! Atheneum Deinze", "Sint-Vincentius Eeklo", "Vrije Technische School Leieland", "Atheneum Maldegem"),
    ),
}  # fmt: skip

LEGAL_FORMS = ("nv", "bv", "cv")
STREETS = ("Stationsstraat", "Industrieweg", "Molenstraat", "Nijverheidskaai", "Schoolstraat", "Veldkant", "Dijkweg")

FIRST_NAMES = (
    "Lieselotte", "Koen", "Ann-Sophie", "Dirk", "Ayşe", "Marleen", "Jeroen", "Hanne", "Łukasz", "Els", "Wouter", "Fatima", "Griet", "Bram",
    "Noor", "Stijn", "Yasmina", "Pieter-Jan", "Veerle", "Tom", "Ilse", "Mehmet", "Joke", "Filip", "Nele", "Raf", "Sofie", "Guy",
    "Karen", "Luc", "Zoë", "Thijs",
)  # fmt: skip
LAST_NAMES = (
    "Vandenbroucke", "Van Nieuwenhuyse", "Depauw-Lemmens", "Peeters-Wouters", "Yıldırım", "Goossens", "Bogaerts", "Van Gestel", "Nowak",
    "Verhaegen-Van Looy", "Claes", "El Amrani", "De Backer", "Maes", "Willems", "Mertens", "Benali", "De Smedt", "Hermans", "Aerts",
    "Lambrechts", "Öztürk", "Michiels", "De Clercq", "Pauwels", "Van Damme", "Coppens", "Segers", "Wouters",
)  # fmt: skip


@dataclass(frozen=True)
class Address:
    street: str
    postal_code: str
    municipality: str


def address(region: str, n: int) -> Address:
    places = REGIONS[region].places
    postal_code, municipality = places[n % len(places)]
    return Address(f"{STREETS[n % len(STREETS)]} {n * 7 % 180 + 1}", postal_code, municipality)


def company(region: str, n: int) -> tuple[str, str]:
    """Name and sector of the n-th company of a region."""
    companies = REGIONS[region].companies
    name, sector = companies[n % len(companies)]
    return _again(name, n // len(companies)), sector


def host(company_name: str) -> str:
    """Where a company has its mail: "Leie Composieten nv" -> "leie-composieten.example"."""
    plain = unicodedata.normalize("NFKD", company_name).encode("ascii", "ignore").decode().lower()
    words = [word for word in re.findall(r"[a-z0-9]+", plain) if word not in LEGAL_FORMS]
    return "-".join(words) + ".example"


def school(region: str, n: int) -> str:
    schools = REGIONS[region].schools
    return _again(schools[n % len(schools)], n // len(schools))


def _again(name, turn):
    return f"{name} {turn + 1}" if turn else name


def person(n: int) -> tuple[str, str]:
    """First and last name of the n-th person; the two lists have coprime lengths, so pairs repeat only after 928 people."""
    return FIRST_NAMES[n % len(FIRST_NAMES)], LAST_NAMES[n % len(LAST_NAMES)]


def enterprise_number(n: int) -> str:
    """A number with a right check that is (most likely) nobody's: ten digits as text."""
    front = 19_000_000 + n * 97 + 13
    return f"{front:08d}{97 - front % 97:02d}"
