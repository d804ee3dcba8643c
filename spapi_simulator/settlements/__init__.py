# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Costs and income of orders, refunds and services, and the periods in which it is settled."""
