# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Programs of the system: found, or installed by apt as root, or asked for in one sentence."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .messages import ToolError, say
from .paths import Paths
from .processes import run

INSTALL_SECONDS = 600
UPDATE_SECONDS = 180

#: Chromium without the parts that only a window needs: a tour costs it two thirds of the processor.
BROWSER_PACKAGE = "chromium-headless-shell"
#: It, or a whole browser where that is what there is.
BROWSERS = (
    BROWSER_PACKAGE,
    "google-chrome",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
)

APT = (
    "apt-get",
    "-q",
    "-y",
    "-o",
    "Acquire::Retries=3",
    "-o",
    "DPkg::Lock::Timeout=120",
)


#: Asked by Debian's packages before they start or stop a service; 101 says no.
SERVICE_POLICY = Path("/usr/sbin/policy-rc.d")

#: Our policy, with the process that wrote it; a kill leaves the file behind.
POLICY = "#!/bin/sh\n# for an installation by process {pid} of the Integrator's tools\nexit 101\n"


def browser() -> str | None:
    """Return the path of a browser for Odoo's tests, None without one."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def ssh_server() -> str | None:
    """Return the path of OpenSSH's server, None without one."""
    return shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin")


def require(paths: Paths, what: str, packages: list[str], present: Callable[[], object]) -> None:
    """Make sure that a program is there.

    :param what: its name for people.
    :param packages: Debian packages that bring it.
    :param present: answers something true when it is there.
    :raise ToolError: when it is not and cannot be installed here.
    """
    if os.geteuid() == 0:
        remove_stale_policy()
    if present():
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise ToolError(missing(what, packages))
    say(f"Installing {what} ({' '.join(packages)}) …")
    _install(paths, packages)
    if not present():
        raise ToolError(f"{what} is still missing after installing {' '.join(packages)}.")


def missing(what: str, packages: list[str]) -> str:
    """Return the sentence for somebody who is not root."""
    command = f"apt-get install {' '.join(packages)}"
    return f"{what} is missing: ask your administrator to run '{command}'."


def _install(paths: Paths, packages: list[str]) -> None:
    """Install with the package lists that are there; fetch new ones only when that fails."""
    install = [*APT, "install", "--no-install-recommends", *packages]
    with without_services():
        try:
            _apt(paths.logs / "apt-install.log", install, INSTALL_SECONDS)
        except ToolError:
            _apt(paths.logs / "apt-update.log", [*APT, "update"], UPDATE_SECONDS)
            _apt(paths.logs / "apt-install.log", install, INSTALL_SECONDS)


@contextmanager
def without_services(policy: Path = SERVICE_POLICY) -> Iterator[None]:
    """Install programs without starting them as services of the machine: what we need, we start.

    A policy that the administrator has set stays as it is.

    :param policy: see `SERVICE_POLICY`,
        https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt
    """
    if policy.exists():
        yield
        return
    policy.write_text(POLICY.format(pid=os.getpid()))
    try:
        policy.chmod(0o755)
        yield
    finally:
        policy.unlink()


def remove_stale_policy(policy: Path = SERVICE_POLICY) -> None:
    """Remove the policy that an installation of ours left behind when it was killed.

    :param policy: see `SERVICE_POLICY`; another text than `POLICY` stays, and so does that of a
        process that runs.
    """
    text = policy.read_text(errors="replace") if policy.is_file() else ""
    pid = re.fullmatch(re.escape(POLICY).replace(r"\{pid\}", r"(\d+)"), text)
    if pid and not Path("/proc", pid[1]).exists():
        policy.unlink(missing_ok=True)


def _apt(log: Path, command: list[str], seconds: float) -> None:
    run(command, log, seconds, {**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
