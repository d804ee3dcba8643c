# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The commands behind `bin/`, one module each."""

from __future__ import annotations

import importlib
import signal
import sys
from types import FrameType

from .environment.messages import ToolError, say

#: Command of `bin/` or `tools/bootstrap.sh` -> module with `main(arguments) -> exit code`.
COMMANDS = {
    "bench": "tools.proofs.bench",
    "demo": "tools.demo.demo",
    "kill-proof": "tools.proofs.kill_proof",
    "lint": "tools.lint.lint",
    "odoo": "tools.environment.odoo_command",
    "refresh": "tools.docs.refresh",
    "screenshots": "tools.docs.screenshots",
    "stop": "tools.environment.stop",
    "test": "tools.testing.run_tests",
    "trace": "tools.proofs.trace",
}

INTERRUPTED = 130


def main(arguments: list[str]) -> int:
    """Run one command.

    :param arguments: the command's name, then its own arguments.
    :return: exit code; 2 when something is missing that a person has to provide.
    """
    if not arguments or arguments[0] not in COMMANDS:
        say(f"Commands: {', '.join(COMMANDS)}.")
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        return importlib.import_module(COMMANDS[arguments[0]]).main(arguments[1:])
    except ToolError as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        say("Interrupted.")
        return INTERRUPTED


def _end(number: int, _frame: FrameType | None) -> None:
    """Leave by an exception, so that every `finally` ends what it started."""
    sys.exit(128 + number)
