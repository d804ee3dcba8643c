# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Installing the programs of the system."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools.environment.system_packages import without_services


def test_an_installation_starts_no_service(tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    with pytest.raises(KeyError), without_services(policy):
        assert subprocess.run([policy, "ssh", "start"], check=False, timeout=10).returncode == 101
        raise KeyError
    assert not policy.exists()


def test_a_policy_of_the_administrator_stays(tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    policy.write_text("mine")
    with without_services(policy):
        assert policy.read_text() == "mine"
    assert policy.read_text() == "mine"
