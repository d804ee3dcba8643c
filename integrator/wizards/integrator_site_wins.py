# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class IntegratorSiteWins(models.TransientModel):
    """Says what follows when Odoo takes over what a site shows, before it does."""

    _name = "integrator.site.wins"
    _description = "Take over what a channel shows"

    section_ids = fields.Many2many(
        "integrator.listing.section",
        string="Parts of listings",
        required=True,
        readonly=True,
        help="What is taken over, and what follows.",
    )

    @api.model
    def _open(self, sections):
        """Ask about drifted sections.

        :return: the action that opens the question
        """
        question = self.create({"section_ids": [Command.set(sections.ids)]})
        return question._get_records_action(
            name=self.env._("Take over what the channel shows"), target="new"
        )

    def action_confirm(self):
        """Button: take over what can be; the rest stays as it is.

        :raise UserError: when nothing is left that one may decide
        """
        # listings of other companies are not among them
        if not self.section_ids:
            raise UserError(self.env._("Nothing is left to take over."))
        return self.section_ids._take_over()
