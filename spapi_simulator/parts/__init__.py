# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Parts of :class:`spapi_simulator.Simulator`, one class per idea."""
