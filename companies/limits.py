"""How often one visitor's address may do something in an hour (settings.INTAKE_LIMITS), also under one enterprise number.

What a newcomer gets wrong: setting these low. A company, a school or an information evening shares one address.
"""

import time

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError

HOUR = 60 * 60


def is_too_often(request, action: str) -> bool:
    """Count this deed; True when this address did more of them in this hour than allowed."""
    key = f"intake:{action}:{get_adapter().get_client_ip(request)}:{int(time.time()) // HOUR}"
    try:
        cache.add(key, 0, HOUR)
        done = cache.incr(key)
    except (ValueError, DatabaseError):
        return False  # forgotten between the two lines, or a cache in trouble: no reason to lose a sign-up
    if done <= settings.INTAKE_LIMITS[action]:
        return False
    request.retry_after = HOUR - int(time.time()) % HOUR  # in2stem.requests puts it in the answer
    return True


def sent_too_often(request, number: str) -> bool:
    """Whether this address sent settings.INTAKES_PER_NUMBER sign-ups of this company in this hour. Counts nothing.

    Apart from what everybody together may send of it, so that nobody keeps a company out by signing it up over and over.
    """
    if cache.get(_of_number(request, number), 0) < settings.INTAKES_PER_NUMBER:
        return False
    request.retry_after = HOUR
    return True


def count_sent(request, intake) -> None:
    """Count a sign-up that came in, once however often it is sent."""
    if cache.add(f"intake:counted:{intake.pk}", 1, HOUR):
        key = _of_number(request, intake.enterprise_number)
        cache.set(key, cache.get(key, 0) + 1, HOUR)


def _of_number(request, number):
    return f"intake:number:{number}:{get_adapter().get_client_ip(request)}"
