"""Lists of schools as they really come: written by hand, by a spreadsheet or by the government. Read twice, same result."""

import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organisation
from schools import importing, services
from schools.importing import Outcome
from schools.models import School, Site

pytestmark = pytest.mark.django_db

OFFICIAL_COLUMNS = (
    "schoolnummer;intern_vplnummer;net;naam;hoofdzetel;adres;straat;huisnummer;busnummer;postcode;gemeente;niscode;"
    "provinciecode;provincie;VWO-vestigingsplaatscode;crab-code;crab-huisnr;lx;ly;kbo-nummer;telefoon;fax;e-mail;website;"
    "beheerder(s);soort instelling;onderwijsniveau;instellingstype;begindatum;einddatum;status erkenning;clb;bestuur;"
    "scholengemeenschap;taalstelsel;ingerichte hoofdstructuren"
)


def official(
    number, site, name, street, house, postal_code, municipality, *, main="True", net="Vrij gesubsidieerd onderwijs"
):
    """One line of the official list."""
    return (
        f"{number};{site};{net};{name};{main};{street} {house}, {postal_code} {municipality};{street};{house};;{postal_code};"
        f"{municipality};11002;10000;Antwerpen;1;;;150000;200000;;014 12 34 56;;info@school.example;www.school.example;;"
        f"Onderwijsinstelling;SO;School voor voltijds gewoon secundair onderwijs;;;E;;vzw Scholen van hier;120000;N;311"
    )


OFFICIAL = [
    official(
        "30569", 1, "Koninklijk  Atheneum", "Stationsstraat", "12", "2300", "TURNHOUT", net="Gemeenschapsonderwijs"
    ),
    official("030569", 2, "Koninklijk Atheneum", "Kerkstraat", "5", "2330", "MERKSPLAS", main="False"),
    official("128521", 1, "Sint-Jozefscollege", "Markt", "1", "9170", "SINT-GILLIS-WAAS"),
    official("128539", 1, "Sint-Jozefscollege", "Markt", "1", "9170", "SINT-GILLIS-WAAS"),
    official("35741", 1, "Instituut Réné Façade", "’s Gravenplein", "3 A", "2970", "'S-GRAVENWEZEL"),
    official(
        "40000", 1, "Stedelijk Lyceum", "Lange Straat", "7", "1000", "BRUSSEL", net="Officieel gesubsidieerd onderwijs"
    ),
]


def file_of(lines, *, columns=OFFICIAL_COLUMNS, encoding="utf-8", end="\r\n"):
    return (end.join([columns, *lines]) + end).encode(encoding)


def counts(report):
    return {outcome.value: report.count(outcome) for outcome in Outcome if report.count(outcome)}


def picture():
    """Everything an import touches, to compare before and after."""
    return (
        list(Organisation.objects.order_by("pk").values()),
        list(School.objects.order_by("pk").values()),
        list(Site.objects.order_by("pk").values()),
    )


def test_the_official_list_becomes_schools_with_their_sites():
    report = importing.import_schools(file_of(OFFICIAL))
    assert counts(report) == {"created": 6}
    assert list(
        School.objects.order_by("institution_number").values_list("institution_number", "organisation__name")
    ) == [
        ("030569", "Koninklijk Atheneum"),
        ("035741", "Instituut Réné Façade"),
        ("040000", "Stedelijk Lyceum"),
        ("128521", "Sint-Jozefscollege"),
        ("128539", "Sint-Jozefscollege"),
    ]
    school = School.objects.get(institution_number="030569")
    assert (school.network, school.school_board) == ("go", "vzw Scholen van hier")
    assert (school.email, school.phone) == ("info@school.example", "014 12 34 56")
    assert school.organisation.website == "https://www.school.example"
    assert (school.organisation.street, school.organisation.postal_code, school.organisation.municipality) == (
        "Stationsstraat 12",
        "2300",
        "Turnhout",
    )
    assert [(site.street, site.municipality, site.number, site.is_main) for site in school.sites.all()] == [
        ("Stationsstraat 12", "Turnhout", "1", True),
        ("Kerkstraat 5", "Merksplas", "2", False),
    ]


def test_reading_it_again_changes_nothing():
    importing.import_schools(file_of(OFFICIAL))
    before = picture()
    report = importing.import_schools(file_of(OFFICIAL))
    assert counts(report) == {"unchanged": 6}
    assert picture() == before


def test_the_order_of_the_lines_does_not_matter():
    importing.import_schools(file_of(OFFICIAL))
    before = picture()
    assert counts(importing.import_schools(file_of(OFFICIAL[::-1]))) == {"unchanged": 6}
    assert picture() == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_it_reads_whatever_a_program_saved(encoding, end):
    importing.import_schools(file_of(OFFICIAL, encoding=encoding, end=end))
    assert School.objects.filter(organisation__name="Instituut Réné Façade").count() == 1
    assert School.objects.count() == 5


def test_capitals_become_ordinary_writing_and_accents_and_spaces_make_no_second_site():
    importing.import_schools(file_of(OFFICIAL))
    assert set(Site.objects.values_list("municipality", flat=True)) == {
        "Turnhout", "Merksplas", "Sint-Gillis-Waas", "'s-Gravenwezel", "Brussel",
    }  # fmt: skip
    rewritten = official(
        "030569", 1, "Koninklijk Atheneum", "STATIONSSTRAAT", " 12 ", "2300", "Turnhout", net="Gemeenschapsonderwijs"
    )
    importing.import_schools(file_of([rewritten]))
    assert Site.objects.filter(school__institution_number="030569").count() == 2


def test_what_changed_in_the_list_changes_here():
    importing.import_schools(file_of(OFFICIAL))
    renamed = OFFICIAL[2].replace("Sint-Jozefscollege", "Scholengroep De Waas")
    report = importing.import_schools(file_of([renamed, *OFFICIAL[3:]]))
    assert counts(report) == {"updated": 1, "unchanged": 3}
    assert School.objects.get(institution_number="128521").organisation.name == "Scholengroep De Waas"
    assert School.objects.get(institution_number="128539").organisation.name == "Sint-Jozefscollege"


def test_a_school_that_moved_gets_a_new_site_and_keeps_the_old_one():
    importing.import_schools(file_of(OFFICIAL))
    moved = official("128521", 1, "Sint-Jozefscollege", "Nieuwstraat", "9", "9170", "SINT-GILLIS-WAAS")
    assert counts(importing.import_schools(file_of([moved]))) == {"created": 1}
    school = School.objects.get(institution_number="128521")
    assert school.organisation.street == "Nieuwstraat 9"
    assert school.sites.count() == 2


def test_what_voka_filled_in_is_never_erased_by_an_empty_column(world):
    importing.import_schools(file_of(OFFICIAL))
    school = School.objects.get(institution_number="128521")
    school.pupils = 640
    school.save()
    school.organisation.chamber = world.chamber
    school.organisation.save()
    importing.import_schools(file_of(OFFICIAL))
    school.refresh_from_db()
    assert (school.pupils, school.organisation.chamber) == (640, world.chamber)


def test_an_old_number_still_finds_its_school(world):
    importing.import_schools(file_of(OFFICIAL))
    school = School.objects.get(institution_number="128521")
    services.change_institution_number(school=school, number="150001")
    report = importing.import_schools(file_of(OFFICIAL))
    assert counts(report) == {"unchanged": 6}
    school.refresh_from_db()
    assert school.institution_number == "150001"


def test_a_line_for_only_a_campus_leaves_the_main_address_alone():
    importing.import_schools(file_of(OFFICIAL))
    importing.import_schools(file_of([OFFICIAL[1]]))
    school = School.objects.get(institution_number="030569")
    assert school.organisation.municipality == "Turnhout"
    assert school.sites.get(is_main=True).municipality == "Turnhout"


def test_a_line_that_is_there_twice_counts_once():
    report = importing.import_schools(file_of([OFFICIAL[2], OFFICIAL[2].replace("vzw", "VZW")]))
    assert counts(report) == {"created": 1, "unchanged": 1}
    assert Site.objects.count() == 1


REFUSED = {
    "Het instellingsnummer ontbreekt.": official("", 1, "Zonder", "Markt", "1", "2300", "Turnhout"),
    "“12AB” is geen instellingsnummer: dat heeft vijf of zes cijfers.": official(
        "12AB", 1, "Fout", "Markt", "1", "2300", "Turnhout"
    ),
    "De naam ontbreekt.": official("130001", 1, "", "Markt", "1", "2300", "Turnhout"),
    "“23OO” is geen Belgische postcode.": official("130002", 1, "Nul", "Markt", "1", "23OO", "Turnhout"),
    "Het adres is niet volledig: straat, postcode en gemeente zijn nodig.": official(
        "130003", 1, "Weg", "", "", "", ""
    ),
    "Een tekst is te lang: “AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA…”.": official(
        "130004", 1, "A" * 201, "Markt", "1", "2300", "Turnhout"
    ),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_a_line_that_cannot_be_used_is_named_with_its_reason_and_stops_nothing(reason):
    report = importing.import_schools(file_of([OFFICIAL[2], REFUSED[reason], OFFICIAL[3]]))
    assert counts(report) == {"created": 2, "refused": 1}
    assert [(result.line, result.reason) for result in report.refused] == [(3, reason)]


def test_the_portals_own_template_is_read_too():
    lines = ["030569;Atheneum;Stationsstraat;12;2300;Turnhout;GO!;Scholengroep 1;info@x.example;;x.example;640;12"]
    report = importing.import_schools(file_of(lines, columns=";".join(importing.TEMPLATE)))
    assert counts(report) == {"created": 1}
    school = School.objects.get()
    assert (school.network, school.pupils, school.stem_teachers) == ("go", 640, 12)


@pytest.mark.parametrize(
    "columns",
    [
        "nummer_instelling;naam_instelling;straatnaam_vpl;huisnr_vpl;postnummer_vpl;gemeente_vpl",
        "Instellingsnummer,Naam,Straat,Huisnr,Postcode,Gemeente",
        "INSTELLINGSNR\tNAAM SCHOOL\tSTRAAT\tHUISNUMMER\tPOSTNR\tPLAATS",
    ],
)
def test_column_names_are_known_by_their_other_names(columns):
    mark = next(mark for mark in ";,\t" if mark in columns)
    line = mark.join(["30569", "Atheneum", "Stationsstraat", "12", "2300", "Turnhout"])
    assert counts(importing.import_schools(file_of([line], columns=columns))) == {"created": 1}
    assert str(Site.objects.get()) == "Stationsstraat 12, 2300 Turnhout"


@pytest.mark.parametrize("address", ["Stationsstraat 12, 2300 Turnhout", "Stationsstraat 12 - 2300 TURNHOUT"])
def test_an_address_in_one_column_is_taken_apart(address):
    importing.import_schools(file_of([f"30569;Atheneum;{address}"], columns="instellingsnummer;naam;adres"))
    assert str(Site.objects.get()) == "Stationsstraat 12, 2300 Turnhout"


def test_lines_above_the_column_names_are_skipped():
    content = b"Lijst van scholen\r\n\r\n" + file_of(OFFICIAL)
    assert counts(importing.import_schools(content)) == {"created": 6}


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"a;b;c\n1;2;3\n", b"%PDF-1.7 ...", b'"' * 300_000])
def test_what_is_no_list_of_schools_is_refused_as_a_whole(content):
    with pytest.raises(importing.UnreadableList):
        importing.import_schools(content)


def run(tmp_path, content, *options):
    path = tmp_path / "lijst.csv"
    path.write_bytes(content)
    out = io.StringIO()
    call_command("import_schools", str(path), *options, stdout=out)
    return out.getvalue()


def test_the_command_reports_what_it_did_and_names_every_refused_line(tmp_path):
    out = run(tmp_path, file_of([*OFFICIAL, REFUSED["De naam ontbreekt."]]))
    assert out == (
        "regel 8: geweigerd: -. De naam ontbreekt.\naangemaakt: 6, bijgewerkt: 0, ongewijzigd: 0, geweigerd: 1\n"
    )
    assert "aangemaakt: 0, bijgewerkt: 0, ongewijzigd: 6, geweigerd: 0" in run(tmp_path, file_of(OFFICIAL))


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path):
    before = picture()
    out = run(tmp_path, file_of(OFFICIAL), "--dry-run")
    assert "aangemaakt: 6, bijgewerkt: 0, ongewijzigd: 0, geweigerd: 0" in out
    assert "Dit was een proef: er is niets bewaard." in out
    assert picture() == before


def test_the_command_prints_the_template_that_it_reads():
    out = io.StringIO()
    call_command("import_schools", "--template", stdout=out)
    assert importing.read(f"{out.getvalue()}".encode()) == importing.Content()


def test_a_missing_or_useless_file_ends_with_one_sentence(tmp_path):
    with pytest.raises(CommandError, match="kan niet gelezen worden"):
        call_command("import_schools", str(tmp_path / "weg.csv"))
    with pytest.raises(CommandError, match="geen lijst van scholen"):
        run(tmp_path, b"niets")


def test_a_thousand_sites_are_read_twice_with_the_same_result(django_assert_max_num_queries):
    lines = [
        official(str(100_000 + number // 3), number % 3, f"School {number // 3}", "Straat", str(number), "2300", "TURNHOUT",
                 main=str(number % 3 == 0))
        for number in range(1090)
    ]  # fmt: skip
    importing.import_schools(file_of(lines))
    before = picture()
    with django_assert_max_num_queries(10):
        assert counts(importing.import_schools(file_of(lines))) == {"unchanged": 1090}
    assert picture() == before


PLAIN = "instellingsnummer;naam;straat;huisnummer;postcode;gemeente"


def streets(number="024001"):
    return set(Site.objects.filter(school__institution_number=number).values_list("street", flat=True))


def test_a_sign_between_figures_makes_another_address():
    houses = ["1-12", "112", "11 2", "1/12", "12 a", "12A"]
    report = importing.import_schools(
        file_of([f"24001;Atheneum;Kerkstraat;{house};2000;Antwerpen" for house in houses], columns=PLAIN)
    )
    assert counts(report) == {"created": 4, "unchanged": 2}
    assert {key.split(":")[1] for key in Site.objects.values_list("address_key", flat=True)} == {
        "kerkstraat1-12", "kerkstraat112", "kerkstraat11-2", "kerkstraat12a",
    }  # fmt: skip


@pytest.mark.parametrize("house", ["nr", "nr.", "nummer", "huisnummer_van", "Huisnummer vestigingsplaats", "Huisnr."])
def test_a_house_number_is_known_by_its_other_names(house):
    report = importing.import_schools(
        file_of(["24001;A;Kerkstraat;5;2000;Antwerpen"], columns=PLAIN.replace("huisnummer", house))
    )
    assert (streets(), report.unread) == ({"Kerkstraat 5"}, [])


@pytest.mark.parametrize("number", ["Schoolnr", "School nr", "instelling_nummer", "nummer", "Nr."])
def test_an_institution_number_is_known_by_its_other_names(number):
    importing.import_schools(
        file_of(["24001;A;Kerkstraat;5;2000;Antwerpen"], columns=PLAIN.replace("instellingsnummer", number))
    )
    assert streets() == {"Kerkstraat 5"}


def test_only_the_name_of_the_site_will_do_and_so_does_an_address_beside_its_place():
    columns = "schoolnummer;naam_vestigingsplaats;Adres;nr;postcode;gemeente"
    report = importing.import_schools(file_of(["24001;Campus Noord;Kerkstraat;5;2000;Antwerpen"], columns=columns))
    assert (counts(report), report.unread, streets()) == ({"created": 1}, [], {"Kerkstraat 5"})
    assert Organisation.objects.get(kind="school").name == "Campus Noord"


def test_a_column_that_is_not_understood_is_named(tmp_path):
    columns = PLAIN.replace("huisnummer", "huisnummertje") + ";lx;crab_huisnr;niscode"
    content = file_of(["24001;A;Kerkstraat;5;2000;Antwerpen;1;2;3"], columns=columns)
    assert "huisnummertje" in run(tmp_path, content, "--dry-run")
    assert importing.import_schools(content).unread == ["huisnummertje"]
    with pytest.raises(importing.UnreadableList, match="kolom met het instellingsnummer.*“nummertje”"):
        importing.import_schools(file_of([], columns=PLAIN.replace("instellingsnummer", "nummertje")))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_one_bad_byte_costs_one_line(encoding):
    content = file_of(OFFICIAL, encoding=encoding).replace(b"Lange Straat", b"Lange Stra\xffat")
    report = importing.import_schools(content)
    assert counts(report) == {"created": 5, "refused": 1}
    assert [(each.line, each.reason) for each in report.refused] == [
        (7, "Een teken op deze regel is niet leesbaar. Bewaar de lijst opnieuw als CSV UTF-8.")
    ]
    assert School.objects.filter(organisation__name="Instituut Réné Façade").exists()


def test_the_main_site_may_be_named_on_the_second_line_of_its_address():
    columns = PLAIN + ";hoofdzetel"
    lines = ["24001;A;Kerkstraat;1;2000;Antwerpen;False", "24001;A;KERKSTRAAT;1;2000;ANTWERPEN;True"]
    lines += ["24001;A;Markt;2;2000;Antwerpen;False"]
    for order in (lines, lines[::-1]):
        importing.import_schools(file_of(order, columns=columns))
        assert [(site.street, site.is_main) for site in Site.objects.all()] == [
            ("Kerkstraat 1", True),
            ("Markt 2", False),
        ]


def test_several_names_for_one_number_do_not_depend_on_the_order_of_the_lines():
    lines = [f"24001;Campus {name};Kerkstraat;{at};2000;Antwerpen" for at, name in enumerate("CAB", 1)]
    importing.import_schools(file_of(lines, columns=PLAIN))
    before = picture()
    for order in (lines, lines[::-1], [lines[1], lines[0], lines[2]]):
        assert counts(importing.import_schools(file_of(order, columns=PLAIN))) == {"unchanged": 3}
    assert picture() == before


def test_a_school_that_moved_has_one_main_site():
    importing.import_schools(file_of(OFFICIAL))
    moved = official("128521", 1, "Sint-Jozefscollege", "Nieuwstraat", "9", "9170", "SINT-GILLIS-WAAS")
    importing.import_schools(file_of([moved]))
    assert list(
        Site.objects.filter(school__institution_number="128521", is_main=True).values_list("street", flat=True)
    ) == ["Nieuwstraat 9"]


@pytest.mark.parametrize(
    ("text", "pupils"), [("640", 640), ("123,0", 123), ("n.v.t.", None), ("123,5", None), ("99999", None)]
)
def test_an_odd_count_of_pupils_is_told_and_is_no_reason_to_miss_a_school(text, pupils):
    report = importing.import_schools(
        file_of([f"24001;A;Kerkstraat;5;2000;Antwerpen;{text}"], columns=PLAIN + ";leerlingen")
    )
    assert counts(report) == {"created": 1}
    assert School.objects.get(institution_number="024001").pupils == pupils
    assert [each.warning for each in report.warned] == (
        [] if pupils else [f"“{text}” is geen aantal en blijft dus weg."]
    )


def test_what_changes_is_told_before_and_after():
    importing.import_schools(file_of(OFFICIAL))
    report = importing.import_schools(file_of([OFFICIAL[2].replace("014 12 34 56", "014 99 99 99")]))
    assert [*map(str, report.having(Outcome.UPDATED)[0].changes)] == [
        "telefoon van de school: 014 12 34 56 → 014 99 99 99"
    ]
    assert report.new_schools == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_looking_at_a_list_and_taking_one_over_hold_up_nobodys_first_score():
    """Whoever starts a self-assessment points at the row of the framework; only two imports wait for one another."""
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection, transaction

    from schools.models import Framework

    def point_at_it(lock):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("set local lock_timeout = '300ms'")
                cursor.execute(f"select 1 from schools_framework for {lock}")
            return True
        except Exception:
            return False
        finally:
            connection.close()

    assert Framework.objects.exists()
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            importing.import_schools(file_of(OFFICIAL), dry_run=True)
            assert other.submit(point_at_it, "update").result()
        with transaction.atomic():
            importing.import_schools(file_of(OFFICIAL))
            assert other.submit(point_at_it, "key share").result()
            assert not other.submit(point_at_it, "no key update").result()
