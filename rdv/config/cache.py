"""The shared cache, when it may be gone: a lost cache costs limits and speed, never a page."""

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

import redis
from django.core.cache.backends.redis import RedisCache

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")


def _or(fallback: Callable[..., Answer]) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Answer `fallback(*args)` when Redis does not; the failure is logged."""

    def decorate(method: Callable[..., Answer]) -> Callable[..., Answer]:
        @wraps(method)
        def asked(self: "ForgivingRedisCache", *args: Any, **kwargs: Any) -> Answer:
            try:
                return method(self, *args, **kwargs)
            except redis.RedisError as error:
                logger.error("cache unavailable", extra={"operation": method.__name__, "cause": type(error).__name__})
                return fallback(*args, **kwargs)

        return asked

    return decorate


def _default(_key: str, default: Any = None, **_: Any) -> Any:
    return default


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache; without Redis it remembers nothing, as if everything had expired."""

    get = _or(_default)(RedisCache.get)
    set = _or(lambda *_, **__: None)(RedisCache.set)
    add = _or(lambda *_, **__: True)(RedisCache.add)
    touch = _or(lambda *_, **__: False)(RedisCache.touch)
    delete = _or(lambda *_, **__: False)(RedisCache.delete)
    has_key = _or(lambda *_, **__: False)(RedisCache.has_key)
    incr = _or(lambda _key, delta=1, **_: delta)(RedisCache.incr)
    get_many = _or(lambda *_, **__: {})(RedisCache.get_many)
    set_many = _or(lambda data, *_, **__: list(data))(RedisCache.set_many)
    delete_many = _or(lambda *_, **__: None)(RedisCache.delete_many)

    @_or(lambda periods: [1 for _ in periods])
    def count(self, periods: Mapping[str, int]) -> list[int]:
        """One more of each of these keys, which are forgotten so many seconds after their first: one round trip."""
        client = self._cache.get_client(write=True)
        with client.pipeline(transaction=False) as pipeline:
            for name, seconds in periods.items():
                key = self.make_key(name)
                pipeline.set(key, 0, ex=seconds, nx=True)
                pipeline.incr(key)
            return [int(number) for number in pipeline.execute()[1::2]]
