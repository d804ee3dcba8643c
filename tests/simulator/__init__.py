# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tests of the simulator: real HTTP on loopback, no Odoo."""
