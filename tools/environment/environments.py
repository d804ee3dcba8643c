# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Environment variables of the processes that the tools start."""

from __future__ import annotations

import os

from .paths import ROOT, Paths


def odoo_environment(paths: Paths) -> dict[str, str]:
    """Return the environment in which `odoo` finds its packages, its settings and our addons.

    Settings of another Odoo or PostgreSQL in the caller's environment are left out.
    """
    search_path = os.pathsep.join([str(paths.odoo_python), str(ROOT)])
    return {
        **python_environment(paths),
        "PYTHONPATH": search_path,
        "ODOO_RC": str(paths.config),
        # where the local Amazon listens; in the configuration file Odoo would warn of an option
        # that it does not know
        "INTEGRATOR_PRACTICE_HOSTS": "127.0.0.1, localhost",
    }


def python_environment(paths: Paths) -> dict[str, str]:
    """Return an environment for our Python programs; it leaves no files in the repository."""
    drop = ("PG", "ODOO_", "PYTHON", "OPENERP_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(drop)}
    return {
        **kept,
        "HYPOTHESIS_STORAGE_DIRECTORY": str(paths.home / "hypothesis"),
        "PYTHONPYCACHEPREFIX": str(paths.home / "pycache"),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }


def postgres_environment() -> dict[str, str]:
    """Return an environment for PostgreSQL's programs without anyone's connection settings."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return {**kept, "LC_ALL": "C.UTF-8", "PGCONNECT_TIMEOUT": "10"}
