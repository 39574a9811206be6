"""What was found out about a state of something, kept until that state is over; it does not know of what."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar

T = TypeVar("T")

# The ids that pass a filter are 8 MB over a million passages.
_MOST = 16


class Known:
    """The latest findings, by name; whoever is given one must not change it."""

    def __init__(self, state: Callable[[], int]) -> None:
        """`state` tells a number that changes when nothing that is known may hold any longer."""
        self._state = state
        self._turn = Lock()
        self._kept: OrderedDict[Hashable, tuple[int, object]] = OrderedDict()

    def of(self, name: Hashable, find: Callable[[], T]) -> T:
        """What `find` tells, or told under this name in the present state."""
        now = self._state()
        with self._turn:
            state, kept = self._kept.get(name, (None, None))
            if state == now:
                self._kept.move_to_end(name)
                return kept  # type: ignore[return-value]  # what was kept under a name is what its `find` told
        found = find()
        with self._turn:
            # What is found while the state changes is at least as new as `now`; the next look finds it anew.
            self._kept[name] = (now, found)
            self._kept.move_to_end(name)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return found
