"""Version 1 of the thresholds: Voka's careful guess, loaded once per database. Nothing of it is official.

From low to high: at Competent something exists for every criterion and one criterion per key element is proven; at Proficient
it happens in part everywhere and nearly every criterion is proven; at Expert it is there almost everywhere, proven twice
where companies and schools meet.
"""

from decimal import Decimal

VERSION = 1
TITLE = "Drempels, eerste schatting"
SOURCE = (
    "EUN maakt niet bekend wat elk niveau precies vraagt. Deze drempels zijn een schatting van Voka, op basis van de "
    "beschrijving van de niveaus. Ze zeggen niets over wat EUN beslist."
)
NUMBERS = (
    "1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "3.1", "3.2", "4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "6.1", "6.2", "6.3",
    "6.4", "6.5", "7.1", "7.2",
)  # fmt: skip
# One per key element: the one that lies closest to the work of IN2STEM.
CORE = ("1.2", "2.3", "3.1", "4.3", "5.1", "6.1", "7.1")
NOT_YET_PROVEN = ("5.3", "6.2", "6.5")


def _evidence(level, number):
    if level == "competent":
        return int(number in CORE)
    if level == "proficient":
        return int(number not in NOT_YET_PROVEN)
    return 1 + (number in CORE)


SCORES = {"competent": 1, "proficient": 2, "expert": 3}
MEANS = {"competent": Decimal("1.5"), "proficient": Decimal("2.5"), "expert": Decimal("3.3")}


def load(set_model, criterion_model, element_model) -> None:
    """Create version 1 unless it exists. Takes the model classes, so that a migration can hand over its own."""
    thresholds, created = set_model.objects.get_or_create(
        version=VERSION, defaults={"title": TITLE, "source": SOURCE, "is_current": True, "is_draft": False}
    )
    if not created:
        return
    criterion_model.objects.bulk_create(
        criterion_model(
            thresholds=thresholds, level=level, number=number, min_score=score, min_evidence=_evidence(level, number)
        )
        for level, score in SCORES.items()
        for number in NUMBERS
    )
    element_model.objects.bulk_create(
        element_model(thresholds=thresholds, level=level, number=number, min_mean=mean)
        for level, mean in MEANS.items()
        for number in range(1, 8)
    )
