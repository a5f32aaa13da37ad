"""What every part of the demo world shares: the six trajectories, who is in one, and the counters all names follow from.

What a newcomer gets wrong: drawing from `random` for something new in the middle. Every answer after it would change; new
rows draw from `chance`, a row of dice of their own.
"""

import datetime
import random
from dataclasses import dataclass, field
from itertools import count

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from phases.enums import Phase
from phases.models import Trajectory

PASSWORD = "demo-in2stem"
DOMAIN = "in2stem.example"


@dataclass
class Setting:
    """A trajectory of the demo: where, in which phase, how many take part at size 1."""

    name: str
    slug: str
    chamber: str
    phase: Phase
    schools: int
    companies: int
    stories: int = 3


SETTINGS = (
    Setting("Westhoek", "westhoek", "Voka West-Vlaanderen", Phase.BASELINE, schools=3, companies=3),
    Setting("Limburg maakt", "limburg-maakt", "Voka Limburg", Phase.PRIORITIES, schools=3, companies=5, stories=2),
    Setting("Kempen", "kempen", "Voka Mechelen-Kempen", Phase.ACTION, schools=4, companies=7),
    Setting("Waasland", "waasland", "Voka Antwerpen-Waasland", Phase.EVALUATION, schools=3, companies=5),
    Setting(
        "Vlaams-Brabant Noord", "vlaams-brabant-noord", "Voka Vlaams-Brabant", Phase.LEVEL_UP, schools=3, companies=5
    ),
    Setting(
        "Gent en Meetjesland",
        "gent-en-meetjesland",
        "Voka Oost-Vlaanderen",
        Phase.KEEP_LEARNING,
        # Enough of both that averages may be shown: below five answers the portal shows none.
        schools=6,
        companies=9,
    ),
)


@dataclass
class Cast:
    """Everyone of one trajectory while it is built."""

    trajectory: Trajectory
    starts: list[datetime.date]
    schools: list[Membership] = field(default_factory=list)
    companies: list[Membership] = field(default_factory=list)
    partner: Membership | None = None

    @property
    def phase(self) -> Phase:
        return Phase(self.trajectory.phase)


class Stage:
    """Keeps the counters from which names, numbers and answers follow, and Voka's own people once they are there."""

    voka: User
    facilitator: Membership

    def __init__(self, size: int):
        self.size = size
        self.random, self.chance = random.Random(20), random.Random(21)
        self.password = make_password(PASSWORD)
        self.persons, self.companies = count(), count()
        self.in_region = {(kind, setting.slug): count() for kind in ("school", "company") for setting in SETTINGS}
        self.school_numbers = count(990000)
        self.today = timezone.localdate()
        self.chambers: dict[str, Organisation] = {}
        self.public_titles: set[str] = set()

    def day(self, day: datetime.date, after: int = 0) -> datetime.date:
        """`after` days later, but never in the future."""
        return min(day + datetime.timedelta(days=after), self.today)
