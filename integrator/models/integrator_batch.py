# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo import fields, models


class IntegratorBatch(models.Model):
    """One submission of one or more tasks: the intent before the call, the ticket after it.

    `attempted_at` is committed before the remote is called. A batch that has it and no ticket is
    one whose answer was lost, by a crash or a time-out: the remote is asked before anything is
    sent again (DESIGN §4).
    """

    _name = "integrator.batch"
    _description = "Submission to a site"
    _order = "id desc"
    _rec_name = "ticket"

    site_id = fields.Many2one(
        "integrator.site", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True)
    lane = fields.Char(required=True, readonly=True, help="Tasks of one lane travel together.")
    state = fields.Selection(
        [("prepared", "Prepared"), ("submitted", "Submitted"), ("done", "Done")],
        default="prepared",
        required=True,
        readonly=True,
        index=True,
    )
    task_ids = fields.One2many("integrator.task", "batch_id", readonly=True)
    content = fields.Binary(attachment=True, readonly=True, help="What was sent, byte by byte.")
    result = fields.Binary(attachment=True, readonly=True, help="The remote's result.")
    attempted_at = fields.Datetime(readonly=True)
    submitted_at = fields.Datetime(readonly=True)
    check_at = fields.Datetime(readonly=True, index=True)
    ticket = fields.Char(readonly=True, index="btree_not_null")
    refs = fields.Json(readonly=True)

    def _raw(self):
        """The bytes that are, or were, sent."""
        return base64.b64decode(self.content or b"")

    def _result_raw(self):
        """The bytes of the kept result; empty while there is none."""
        return base64.b64decode(self.result or b"")

    def _keep_result(self, content):
        """Keep the remote's result so that it is fetched once only.

        :param bytes content: as received
        """
        self.result = base64.b64encode(content)
