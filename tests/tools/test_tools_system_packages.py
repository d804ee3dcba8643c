# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Installing the programs of the system."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.environment.system_packages import POLICY, remove_stale_policy, without_services


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


def test_a_killed_installation_leaves_no_policy(tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    killed = (
        "import os, signal, sys; from pathlib import Path\n"
        "from tools.environment.system_packages import without_services\n"
        "with without_services(Path(sys.argv[1])): os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", killed, policy], check=False, timeout=10)
    assert policy.exists()
    remove_stale_policy(policy)
    assert not policy.exists()
    for text in ("#!/bin/sh\nexit 101\n", POLICY.format(pid=os.getpid())):
        policy.write_text(text)
        remove_stale_policy(policy)
        assert policy.read_text() == text
