# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What :class:`spapi_simulator.Simulator` offers, one class per idea."""
