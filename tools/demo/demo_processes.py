# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The processes of the demo: simulator, scenario, web client. Each ends with its stack."""

from __future__ import annotations

import base64
import json
import secrets
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from ..environment.environments import python_environment
from ..environment.locks import Slot
from ..environment.messages import ToolError, say
from ..environment.odoo_process import Installation, odoo_command
from ..environment.paths import ROOT
from ..environment.ports import HOST, next_free_port
from ..environment.processes import end, finish, start, tail

SIMULATOR_SECONDS = 30
SCENARIO_SECONDS = 900
SERVER_SECONDS = 120
ANSWER_SECONDS = 60
POLL_SECONDS = 0.1


def start_simulator(installation: Installation, slot: Slot, stack: ExitStack) -> str:
    """Start the local Amazon on a free port and return its address.

    :param slot: the place of this run.
    :param stack: ends it.
    """
    port_file, log = slot.folder / "simulator.port", slot.folder / "simulator.log"
    command: list[str | Path] = [installation.python, "-m", "spapi_simulator", "--port", "0"]
    environ = python_environment(installation.paths)
    process = start([*command, "--port-file", port_file], log, environ, ROOT)
    stack.callback(end, process)
    _wait_for(port_file.exists, process, log, SIMULATOR_SECONDS)
    url = f"http://{HOST}:{port_file.read_text().strip()}"
    say(f"The local Amazon listens on {url}")
    return url


def play(installation: Installation, slot: Slot, database: str, url: str) -> dict[str, object]:
    """Run the scenario inside Odoo and return its figures; its progress goes to the screen.

    :param url: of the local Amazon.
    :raise ToolError: when it breaks or takes too long.
    """
    result, log = slot.folder / "figures.json", slot.folder / "scenario.log"
    demo: list[str | Path] = ["-m", "tools.demo.demo_play", database, url, result]
    command = [installation.python, *demo]
    process = start(command, log, environment(installation, slot), ROOT, progress=True)
    code = finish(process, SCENARIO_SECONDS)
    if code != 0 or not result.exists():
        reason = "took too long" if code is None else f"ended with exit code {code}"
        raise ToolError(f"The demo {reason}:\n{tail(log)}")
    return json.loads(result.read_text())


def environment(installation: Installation, slot: Slot) -> dict[str, str]:
    """Return Odoo's environment as a careful administrator sets it up: a folder of the server
    that files are taken from, and a key by which secrets are encrypted."""
    folder, key = slot.folder / "files", slot.folder / "secret.key"
    folder.mkdir(exist_ok=True)
    if not key.exists():
        key.touch(mode=0o600)
        # 32 bytes, as `cryptography` makes its keys
        key.write_text(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
    return {
        **installation.environment,
        "INTEGRATOR_IMPEX_ROOT": str(folder),
        "INTEGRATOR_SECRET_KEY": key.read_text(),
    }


class Server:
    """The web client.

    :param port: the preferred port; the next free one is taken.
    :param stack: ends it.
    """

    def __init__(
        self,
        installation: Installation,
        slot: Slot,
        database: str,
        port: int,
        stack: ExitStack,
    ) -> None:
        free = next_free_port(port)
        self.url = f"http://{HOST}:{free}"
        self._log = slot.folder / "server.log"
        options = ["-d", database, "--db-filter", f"^{database}$", "--http-port", str(free)]
        self._process = start(
            odoo_command(installation, options), self._log, environment(installation, slot)
        )
        stack.callback(end, self._process)

    def wait_until_it_answers(self) -> None:
        """Return when the login page is there.

        :raise ToolError: when it is not in time.
        """
        say("Starting the web client …")
        _wait_for(self._answers, self._process, self._log, SERVER_SECONDS)

    def _answers(self) -> bool:
        try:
            address = f"{self.url}/web/login"
            with urllib.request.urlopen(address, timeout=ANSWER_SECONDS):  # noqa: S310 - loopback
                return True
        except (urllib.error.URLError, TimeoutError):
            return False

    def wait(self) -> None:
        """Return when the server ends, which it does not by itself.

        :raise ToolError: always, with its last words.
        """
        code = self._process.wait()
        raise ToolError(f"The web client ended with exit code {code}:\n{tail(self._log)}")


def _wait_for(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, timeout: float
) -> None:
    """Return when something is ready.

    :raise ToolError: when its process ends before, or it takes too long.
    """
    limit = time.monotonic() + timeout
    while not ready():
        if process.poll() is not None or time.monotonic() > limit:
            raise ToolError(f"The {log.stem} did not start:\n{tail(log)}")
        time.sleep(POLL_SECONDS)
