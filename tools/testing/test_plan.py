# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From the arguments of `bin/test` to what has to run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..environment.messages import ToolError

#: In this order: the one that takes longest first.
ADDONS = (
    "integrator_amazon",
    "integrator",
    "integrator_amazon_account",
    "integrator_account",
    "integrator_impex",
    "integrator_queue_job",
)
PYTEST_FOLDER = "tests"
#: Modules of `tools` that prove something with processes of their own.
PROOFS = ("idle_proof", "runner_proof", "bench_proof", "axe_proof", "kill_proof")
PROOF_FOLDER = "tools/proofs"
#: Addon that moves files by SFTP.
SFTP_ADDON = "integrator_impex"
SFTP_TESTS = Path("tests/impex")


@dataclass(frozen=True)
class Plan:
    """Plan of what has to run.

    :param pytest: paths or node ids for pytest; empty: pytest does not run.
    :param addons: addon -> Odoo's test tags for it.
    :param proofs: modules of `tools`.
    """

    pytest: tuple[str, ...]
    addons: dict[str, str]
    proofs: tuple[str, ...] = ()

    @property
    def needs_ssh_server(self) -> bool:
        """Return whether any of it moves files by SFTP."""
        paths = [Path(path.partition(":")[0]) for path in self.pytest]
        near = any(path in SFTP_TESTS.parents or path.is_relative_to(SFTP_TESTS) for path in paths)
        return near or SFTP_ADDON in self.addons


def make_plan(arguments: list[str], root: Path, here: Path) -> Plan:
    """Return what the arguments ask for; none asks for everything.

    :param arguments: addons, `addon:Class.method`, or paths of folders and files with tests.
    :param root: the repository.
    :param here: the folder to which paths are relative; the repository is tried next.
    :raise ToolError: when an argument names nothing that holds tests.
    """
    if not arguments:
        return Plan((PYTEST_FOLDER,), {addon: f"/{addon}" for addon in ADDONS}, PROOFS)
    pytest: list[str] = []
    proofs: list[str] = []
    tags: dict[str, list[str]] = {}
    for argument in arguments:
        place, name = _locate(argument, root, here)
        first = place.parts[0] if place.parts else ""
        if first == PYTEST_FOLDER:
            pytest.append(f"{place.as_posix()}{name}")
        elif place.parent.as_posix() == PROOF_FOLDER and place.stem in PROOFS:
            proofs.append(place.stem)
        elif first in ADDONS:
            tags.setdefault(first, []).append(_tag(place, name))
        else:
            raise ToolError(f"{argument!r} holds no tests: name an addon or a path with tests.")
    addons = {addon: ",".join(names) for addon, names in tags.items()}
    return Plan(tuple(pytest), addons, tuple(proofs))


def _locate(argument: str, root: Path, here: Path) -> tuple[Path, str]:
    """Return the path inside the repository, and the name of a test behind it."""
    path, colon, test = argument.partition(":")
    for base in (here, root):
        place = (base / path).resolve()
        if place.exists() and place.is_relative_to(root):
            return place.relative_to(root), colon + test
    raise ToolError(f"There is no {path!r}.")


def _tag(place: Path, name: str) -> str:
    """Return Odoo's test tag: `/addon`, `/addon/tests/test_x.py`, each with `:Class.method`."""
    if place.suffix == ".py":
        return f"/{place.as_posix()}{name}"
    return f"/{place.parts[0]}{name}"
