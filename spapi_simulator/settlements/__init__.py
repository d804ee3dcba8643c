# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What orders, refunds and services cost and bring, and the periods in which it is settled."""
