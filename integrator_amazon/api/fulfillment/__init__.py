# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Multi-channel fulfilment: Amazon ships, from its stock of ours, what was sold elsewhere.

`vocabulary` holds the words in which the addon speaks of it, `checks` what can be found wrong
before a call, `v2020` and `v2026` translate to and from one version of Amazon's API each, `calls`
makes the calls, and `stock` reads what lies at Amazon.
"""
