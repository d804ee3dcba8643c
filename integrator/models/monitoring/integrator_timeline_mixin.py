# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain


class IntegratorTimelineMixin(models.AbstractModel):
    """A record of Odoo whose whole story with the sites can be read in one place."""

    _name = "integrator.timeline.mixin"
    _description = "Record with a timeline"

    integrator_timeline_count = fields.Integer(
        string="Steps of integration",
        compute="_compute_integrator_timeline_count",
        groups="integrator.group_integrator_user",
        help="What happened between this record and the sites: events, requests, answers.",
    )

    # === COMPUTE METHODS === #

    def _compute_integrator_timeline_count(self):
        for record in self:
            domains = record._integrator_timeline_domains() if record._origin else {}
            record.integrator_timeline_count = sum(
                self.env[model].sudo().search_count(domain) for model, domain in domains.items()
            )

    # === ACTION METHODS === #

    def action_integrator_timeline(self):
        """Button: everything that happened with this record, in order."""
        self.ensure_one()
        return self.env["integrator.timeline"]._open(self)

    # === BUSINESS METHODS === #

    def _integrator_timeline_domains(self):
        """Which events and tasks belong to this record.

        :return: dict name of the model -> domain
        """
        raise NotImplementedError

    def _integrator_timeline_sale_orders(self):
        """Whose buyers the texts of the timeline may name.

        :return: `sale.order`
        """
        return self.env["sale.order"]

    def _integrator_prepare_timeline_domains(self, model, events, tasks):
        # a product may be offered by several companies; each sees its own story
        own = Domain("company_id", "in", [*self.env.companies.ids, False])
        return {model: own & Domain(events), "integrator.task": own & Domain(tasks)}
