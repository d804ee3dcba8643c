# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Measurements that are ratios: what is compared runs on the same machine in the same hour."""
