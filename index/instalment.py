"""When what has gathered is worth writing down: seldom enough to cost little, often enough to lose little."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from index.mapped import give_back

SECONDS = 2.0
"""The least time between two instalments: what a build that is killed has to do again."""

SHARE = 10
"""Writing takes at most about one part in this many of the time, so long as few passages gather."""

MOST = 4_096
"""The passages that are written at the latest: with the vectors of their sentences about 50 MB."""


class Instalments:
    """Tells when the next one is due."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ended = clock()
        self._took = 0.0

    def is_due(self, passages: int) -> bool:
        """Whether these passages should be written now."""
        waited = self._clock() - self._ended
        return passages >= MOST or (passages > 0 and waited >= max(SECONDS, SHARE * self._took))

    @contextmanager
    def paying(self) -> Iterator[None]:
        """Around the writing of one, to learn what it costs."""
        began = self._clock()
        yield
        give_back()  # what was gathered for it is free now
        self._ended = self._clock()
        self._took = self._ended - began
