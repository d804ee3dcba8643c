# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class IntegratorSite(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    circuit_ids = fields.One2many(
        "integrator.circuit",
        "site_id",
        readonly=True,
        help="Operations that have failed, and how they stand now.",
    )
    circuit_failures = fields.Integer(
        string="Failures before a pause",
        default=5,
        help="So many failures in a row, and an operation is left alone for a while instead of "
        "being tried for each record.",
    )
    circuit_pause = fields.Integer(
        string="First pause",
        default=60,
        help="Seconds. Each further pause is twice as long, an hour at most; then one call is "
        "tried, and all go on when it works.",
    )
    circuit_state = fields.Selection(
        [("closed", "Working"), ("half_open", "Trying"), ("open", "Resting")],
        string="Calls",
        compute="_compute_circuit_state",
        help="Whether everything that the site is asked works now.",
    )
    circuit_message = fields.Text(
        compute="_compute_circuit_state", help="What rests now, until when, and why."
    )

    _circuit_positive = models.Constraint(
        "CHECK(circuit_failures > 0 AND circuit_pause > 0)",
        "Failures before a pause, and the pause, have to be positive.",
    )

    @api.depends("circuit_ids.state", "circuit_ids.next_try_at")
    def _compute_circuit_state(self):
        for site in self:
            resting = site.circuit_ids.filtered(lambda circuit: circuit.state != "closed")
            states = set(resting.mapped("state"))
            site.circuit_state = "open" if "open" in states else min(states, default="closed")
            site.circuit_message = "\n".join(site._circuit_line(circuit) for circuit in resting)

    def _circuit_line(self, circuit):
        next_try = fields.Datetime.context_timestamp(self, circuit.next_try_at)
        return self.env._(
            "“%(operation)s” rests until %(time)s: %(reason)s",
            operation=circuit._label(),
            time=next_try.strftime("%H:%M"),
            reason=circuit.error_message,
        )

    def action_test_connection(self):
        """Button: a connection that works ends the pauses; see the base method."""
        answer = super().action_test_connection()
        if self.connection_state == "ok":
            self.sudo().circuit_ids._end_pause()
        return answer
