"""Redis as cache, and the memory of this process while Redis is away: no page fails or hangs because of a cache.

What a newcomer gets wrong: keeping in the cache what must not be lost or must hold across processes. While Redis is away
each process counts its own rate limits, so they let more through than they should; they never let everything through.
"""

import logging
import time
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# After a failure Redis is left alone this long, so that only one visitor in a while waits for its time-out.
REST_SECONDS = 15

OPERATIONS = (
    "add",
    "get",
    "set",
    "touch",
    "delete",
    "get_many",
    "has_key",
    "incr",
    "set_many",
    "delete_many",
    "clear",
)


class ForgivingClient(RedisCacheClient):
    """RedisCacheClient whose operations fall back on `memory`; all threads of the process share the rest."""

    memory = LocMemCache("while-redis-is-away", {})
    rest_until = 0.0


def _forgiving(name: str) -> Any:
    ask_redis = getattr(RedisCacheClient, name)

    def operation(self: ForgivingClient, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= ForgivingClient.rest_until:
            try:
                return ask_redis(self, *args, **kwargs)
            except RedisError as error:
                ForgivingClient.rest_until = time.monotonic() + REST_SECONDS
                logger.warning("cache out of reach: %s", type(error).__name__)
        return getattr(self.memory, name)(*args, **kwargs)

    return operation


for _name in OPERATIONS:
    setattr(ForgivingClient, _name, _forgiving(_name))


class ForgivingRedisCache(RedisCache):
    """The backend that settings.CACHES names."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ForgivingClient
