# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class IntegratorSite(models.Model):
    """The queue into which Amazon puts notifications; without it orders are polled."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    amazon_queue_url = fields.Char(
        string="Queue",
        groups="base.group_system",
        copy=False,
        tracking=True,
        help="URL of the SQS queue in your own AWS account that Amazon's ORDER_CHANGE "
        "notifications go to. Empty: orders are only polled.",
    )
    amazon_queue_region = fields.Char(
        string="AWS region",
        groups="base.group_system",
        copy=False,
        help="For example eu-west-1.",
    )
    amazon_queue_key_id = fields.Char(
        string="Access key id",
        groups="base.group_system",
        copy=False,
        tracking=True,
        help="Of an AWS user who may receive and delete messages of this queue, and nothing else.",
    )
    amazon_queue_secret = fields.Char(
        string="Secret access key",
        compute="_compute_queue_secret",
        inverse="_inverse_queue_secret",
        groups="base.group_system",
        help="Written once and never shown again.",
    )
    amazon_queue_endpoint = fields.Char(
        string="Queue server",
        groups="base.group_system",
        copy=False,
        tracking=True,
        help="Empty: AWS. Another server that speaks the protocol of SQS, for practice.",
    )

    def _compute_queue_secret(self):
        """What is kept is never given back; the field only takes."""
        self.amazon_queue_secret = False

    def _inverse_queue_secret(self):
        for site in self.filtered("amazon_queue_secret"):
            self.env["integrator.secret"]._store(
                site, "amazon_queue_secret", site.amazon_queue_secret.strip()
            )
        self.invalidate_recordset(["amazon_queue_secret"])

    @api.onchange("amazon_queue_url")
    def _onchange_amazon_queue_url(self):
        """The region stands in the URL: https://sqs.eu-west-1.amazonaws.com/…"""
        parts = (self.amazon_queue_url or "").split(".")
        if len(parts) > 2 and parts[0].endswith("sqs"):
            self.amazon_queue_region = parts[1]
