# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ..access import check_administrator
from ..exceptions import IntegratorError
from ..models.site.integrator_secret import WAITING


class IntegratorRotate(models.TransientModel):
    """Put a new secret in the place of one that expires, after it has been tried."""

    _name = "integrator.rotate"
    _description = "Renew a credential"

    credential_id = fields.Many2one(
        "integrator.credential", required=True, readonly=True, help="What is renewed."
    )
    site_id = fields.Many2one(related="credential_id.site_id")
    new_value = fields.Char(
        string="New secret",
        compute="_compute_new_value",
        inverse="_inverse_new_value",
        help="As the channel gave it to you. It is tried before it takes the place of the old one, "
        "which stays good for a week at most channels.",
    )

    def _compute_new_value(self):
        """The kept value is never returned: the field is write-only."""
        self.new_value = False

    def _inverse_new_value(self):
        """The new secret waits where secrets are kept, never in the wizard's own table."""
        for wizard in self.filtered("new_value"):
            self.env["integrator.secret"]._store(
                wizard.credential_id.site_id, wizard._waiting(), wizard.new_value.strip()
            )
        self.invalidate_recordset(["new_value"])

    def _waiting(self):
        return self.credential_id.name + WAITING

    def action_rotate(self):
        """Button: try the connection with the new secret; only when it works it is the secret.

        :raise UserError: with what the site says against it; the old one stays in use then
        """
        check_administrator(self)
        self.ensure_one()
        check_administrator(self.credential_id)
        credential_sudo = self.credential_id.sudo()
        site = credential_sudo.site_id
        secrets = credential_sudo.env["integrator.secret"]
        value = secrets._fetch(site, self._waiting())
        if not value:
            raise UserError(self.env._("Enter the new secret."))
        secrets._store(site, self._waiting(), "")
        try:
            with self.env.cr.savepoint():
                credential_sudo._replace(value)
                message = site._adapter()._test_credentials(site)
        except IntegratorError as error:
            raise UserError(
                self.env._(
                    "The new secret was not taken, and the old one stays in use: %s", error.message
                )
            ) from error
        site.circuit_ids._end_pause()
        return {
            **site._notify(message, kind="success"),
        }
