# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Declares fields of addons as secret, such as the key of an API."""

from odoo import fields


class Secret(fields.Char):
    """A secret that an administrator enters on a form and nobody reads there again.

    What is entered is kept apart (`integrator.secret`), noted in the log of the record, and
    forgotten as soon as somebody changes where it is sent. The code that calls the remote reads it
    by `record._secret(name)`. For models with `integrator.secret.fields.mixin`, such as
    `integrator.site`.
    """

    #: Names of the fields that say where it is sent, such as the address of the server.
    sent_to = ()

    def __init__(self, string, **kwargs):
        usual = {"compute": "_compute_secrets", "inverse": "_inverse_secrets"}
        super().__init__(string, **{"groups": "base.group_system", **usual, **kwargs})
