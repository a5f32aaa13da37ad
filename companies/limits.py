"""How often one visitor's address may do something in an hour (settings.INTAKE_LIMITS).

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
    return done > settings.INTAKE_LIMITS[action]
