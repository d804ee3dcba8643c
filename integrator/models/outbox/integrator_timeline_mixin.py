# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import html2plaintext


class IntegratorTimelineMixin(models.AbstractModel):
    """A record of Odoo with a timeline: its events, what sites were sent, and what they
    answered."""

    _name = "integrator.timeline.mixin"
    _description = "Record with a timeline"

    integrator_timeline_count = fields.Integer(
        string="Steps of integration",
        compute="_compute_integrator_timeline_count",
        groups="integrator.group_integrator_user",
        help="What happened between this record and the channels: events, requests, answers.",
    )
    integrator_has_timeline = fields.Boolean(
        compute="_compute_integrator_timeline_count",
        groups="integrator.group_integrator_user",
        help="Whether the record has to do with a channel.",
    )

    # === COMPUTE METHODS === #

    def _compute_integrator_timeline_count(self):
        for record in self:
            domains = record._integrator_timeline_domains() if record._origin else {}
            record.integrator_timeline_count = sum(
                self.env[model].sudo().search_count(domain) for model, domain in domains.items()
            )
            record.integrator_has_timeline = bool(
                record.integrator_timeline_count or record._integrator_timeline_site_sudo()
            )

    # === ACTION METHODS === #

    def action_integrator_timeline(self):
        """Button: everything that happened with this record, in order."""
        self.ensure_one()
        return self.env["integrator.timeline"]._open(self)

    # === BUSINESS METHODS === #

    def _integrator_timeline_domains(self):
        """Return the domains of the events and tasks that belong to this record.

        :return: dict name of the model -> domain
        """
        raise NotImplementedError

    def _integrator_timeline_site_sudo(self):
        """The channel that the record has to do with.

        :return: `integrator.site`, which may be empty
        """
        return self.sudo()._integrator_timeline_sale_orders().integrator_site_id[:1]

    def _integrator_timeline_noted(self):
        """The records whose notes belong to the timeline.

        :return: list of recordsets with a log
        """
        return [self]

    def _integrator_timeline_notes(self, limit):
        """Rows of what was noted in the logs: holds and who lifted them, corrected addresses, what
        the channel has changed.

        :param int limit: the newest ones of each log
        """
        note = self.env.ref("mail.mt_note")
        rows = []
        for records in self._integrator_timeline_noted():
            domain = Domain("model", "=", records._name) & Domain("res_id", "in", records.ids)
            domain &= Domain("message_type", "=", "notification") & Domain("body", "!=", False)
            domain &= Domain("subtype_id", "=", note.id)
            messages_sudo = self.env["mail.message"].sudo().search(domain, limit=limit)
            rows += [self._integrator_prepare_note(message) for message in messages_sudo]
        return [row for row in rows if row["what"]]

    def _integrator_prepare_note(self, message):
        people = message.author_id.user_ids.filtered(lambda user: not user.share and user.active)
        return {
            "at": message.date,
            "kind": "decision" if people else "event",
            "site_name": self._integrator_timeline_site_sudo().name,
            "what": html2plaintext(message.body).strip(),
            "who": people[:1].name,
        }

    def _integrator_timeline_sale_orders(self):
        """Return the orders whose buyers the texts of the timeline may name.

        :return: `sale.order`
        """
        return self.env["sale.order"]

    def _integrator_prepare_timeline_domains(self, model, events, tasks):
        # a product may be offered by several companies; each sees its own timeline
        own = Domain("company_id", "in", [*self.env.companies.ids, False])
        return {model: own & Domain(events), "integrator.task": own & Domain(tasks)}
