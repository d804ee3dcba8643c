# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Book of the faults that are to come, and the taking of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .http import Call


@dataclass
class Fault:
    """A fault that `times` further calls of `operation` (``*``: of any) shall meet; its option
    `after` lets so many calls go by first."""

    operation: str
    kind: str
    times: int = 1
    options: dict[str, Any] = field(default_factory=dict)


class FaultBook:
    """The faults that are still to be played, in the order they were asked for."""

    def __init__(self) -> None:
        self.rows: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Ask for a fault."""
        self.rows.append(fault)

    def clear(self) -> None:
        """Forget every fault."""
        self.rows.clear()

    def take(self, call: Call, fits: Any) -> list[Fault]:
        """Return the faults that this call meets, one of each kind, and count them down.

        :param fits: (kind, call) -> whether a fault of that kind can hit the call.
        """
        taken: dict[str, Fault] = {}
        for fault in self.rows:
            aimed = fault.operation in ("*", call.operation) and fault.times > 0
            if aimed and fault.kind not in taken and fits(fault.kind, call):
                if fault.options.get("after", 0) > 0:
                    fault.options["after"] -= 1
                    continue
                fault.times -= 1
                taken[fault.kind] = fault
        self.rows = [fault for fault in self.rows if fault.times > 0]
        return list(taken.values())
