# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From the arguments of bin/test to what has to run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.environment.messages import ToolError
from tools.testing.test_plan import ADDONS, PROOF_FOLDER, PROOFS, Plan, make_plan


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a repository with the folders of ours."""
    for name in ("tests/api/test_x.py", "integrator/tests/test_y.py", "docs/a.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "integrator_amazon").mkdir()
    return tmp_path


def test_without_arguments_everything_runs(root: Path) -> None:
    plan = make_plan([], root, root)
    assert plan == Plan(("tests",), {addon: f"/{addon}" for addon in ADDONS}, PROOFS)


@pytest.mark.parametrize(
    ("argument", "pytest_paths", "addons"),
    [
        ("integrator", (), {"integrator": "/integrator"}),
        ("integrator/", (), {"integrator": "/integrator"}),
        ("integrator/tests", (), {"integrator": "/integrator"}),
        ("integrator:TestY.test_a", (), {"integrator": "/integrator:TestY.test_a"}),
        ("integrator/tests/test_y.py", (), {"integrator": "/integrator/tests/test_y.py"}),
        ("tests", ("tests",), {}),
        ("tests/api/test_x.py", ("tests/api/test_x.py",), {}),
        ("tests/api/test_x.py::test_a[1:2]", ("tests/api/test_x.py::test_a[1:2]",), {}),
    ],
)
def test_one_argument_runs_what_it_names(
    root: Path, argument: str, pytest_paths: tuple[str, ...], addons: dict[str, str]
) -> None:
    assert make_plan([argument], root, root) == Plan(pytest_paths, addons)


def test_several_arguments_for_one_addon_run_in_one_database(root: Path) -> None:
    plan = make_plan(["integrator:TestA", "integrator:TestB", "tests"], root, root)
    assert plan == Plan(("tests",), {"integrator": "/integrator:TestA,/integrator:TestB"})


def test_paths_are_relative_to_where_one_stands_then_to_the_repository(root: Path) -> None:
    for argument in (
        "test_y.py",
        "integrator/tests/test_y.py",
        str(root / "integrator/tests/test_y.py"),
    ):
        plan = make_plan([argument], root, root / "integrator" / "tests")
        assert plan.addons == {"integrator": "/integrator/tests/test_y.py"}


def test_a_proof_is_named_by_its_module(root: Path) -> None:
    (root / PROOF_FOLDER).mkdir(parents=True)
    (root / PROOF_FOLDER / f"{PROOFS[0]}.py").touch()
    assert make_plan([f"{PROOF_FOLDER}/{PROOFS[0]}.py"], root, root) == Plan((), {}, PROOFS[:1])


@pytest.mark.parametrize("argument", ["nothing", "docs", "docs/a.md", "..", "."])
def test_a_target_without_tests_is_refused(root: Path, argument: str) -> None:
    with pytest.raises(ToolError):
        make_plan([argument], root, root)


@pytest.mark.parametrize(
    ("pytest_paths", "addons", "needs"),
    [
        (("tests",), {}, True),
        (("tests/impex/test_impex_places.py::test_folder_is_not_left",), {}, True),
        (("tests/tools",), {}, False),
        (("tests/impex_more",), {}, False),
        ((), {"integrator_impex": "/integrator_impex:TestExports"}, True),
        ((), {"integrator": "/integrator"}, False),
    ],
)
def test_only_what_moves_files_by_sftp_needs_an_ssh_server(
    pytest_paths: tuple[str, ...], addons: dict[str, str], needs: bool
) -> None:
    assert Plan(pytest_paths, addons).needs_ssh_server is needs
