# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Multi-channel fulfilment: Amazon ships, from its stock of ours, what was sold elsewhere.

`vocabulary` holds the value classes that the addon works with, `checks` what can be checked before
a call, `v2020` and `v2026` translate to and from one version of Amazon's API each, `calls` makes
the calls, and `stock` reads what lies at Amazon.
"""
