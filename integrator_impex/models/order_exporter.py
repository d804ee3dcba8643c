# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.integrator.access import check_administrator, check_operator
from odoo.addons.integrator.secret_field import Secret
from odoo.addons.integrator.utils import parse_domain, server_option

from ..files.orders.post import check_address
from ..texts import as_user_error


class IntegratorOrderExporter(models.Model):
    """One way by which orders with a flag leave for one other system.

    How it leaves is said by an abstract model `integrator.order.sender.<kind>`: an addon adds a
    value to `kind` and such a model.
    """

    _name = "integrator.order.exporter"
    _description = "Order exporter"
    _inherit = [
        "integrator.site.mixin",
        "integrator.order.actor.mixin",
        "integrator.rights.mixin",
        "integrator.secret.fields.mixin",
        "mail.thread",
    ]
    _order = "sequence, id"
    _key_fields = frozenset({"site_id"})

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(
        string="Priority", default=10, help="The exporter with the smallest number goes first."
    )
    site_id = fields.Many2one(
        string="System",
        readonly=False,
        help="The channel to which the order goes. Its responsible person is asked when something "
        "stays undone, and stopping its pushes stops these exports, too.",
    )
    flag_id = fields.Many2one(
        "integrator.order.flag",
        string="Exports after",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
    )
    domain = fields.Char(
        string="Conditions",
        default="[]",
        tracking=True,
        help="Only orders that match; looked up with the rights of the user it acts as.",
    )
    approval = fields.Selection(
        [("no", "Never"), ("domain", "When the order matches"), ("always", "Always")],
        string="Ask before sending",
        default="no",
        required=True,
        tracking=True,
        help="The order waits until somebody approves it; who and when is kept.",
    )
    approval_domain = fields.Char(default="[]", tracking=True)
    next_flag_id = fields.Many2one(
        "integrator.order.flag",
        string="Then set",
        ondelete="restrict",
        tracking=True,
        help="Set when this exporter has done its part, so that the next one of the chain goes on.",
    )
    kind = fields.Selection(
        [
            ("file", "File to a location"),
            ("mail", "Mail"),
            ("json", "JSON to an address"),
            ("gate", "Nothing: only the approval"),
        ],
        required=True,
        default="file",
        tracking=True,
    )
    when_unsure = fields.Selection(
        [("repeat", "Send again under the same key"), ("ask", "Ask a person")],
        string="When no answer came",
        default="repeat",
        required=True,
        help="A connection may break after the other system has taken the order. A file is "
        "written over under the same name, and a JSON message carries a key by which a good "
        "receiver knows it again. Where the receiver does not look at the key, ask.",
    )
    # file
    location_id = fields.Many2one(
        "integrator.impex.location", check_company=True, ondelete="restrict", tracking=True
    )
    file_format = fields.Selection(
        [("csv", "CSV"), ("xml", "XML")], string="Format", default="csv", required=True
    )
    file_name = fields.Char(
        string="Name of the file",
        default="{order}-{flag}-{key}",
        help="Without its ending. {order}, {flag}, {date} and {key} are filled in; {key} has to be "
        "there: it is another one for each export, and the same when it is written again.",
    )

    # mail
    partner_id = fields.Many2one(
        "res.partner",
        string="Mail to",
        check_company=True,
        ondelete="restrict",
        tracking=True,
        help="For example a supplier.",
    )
    template_id = fields.Many2one(
        "mail.template",
        string="Text",
        domain="[('model', '=', 'sale.order')]",
        ondelete="restrict",
        help="Empty: a short text. The order is attached in the format above.",
    )

    # JSON to an address
    url = fields.Char(
        string="Address",
        groups="base.group_system",
        copy=False,
        tracking=True,
        help="Over https, and not inside the own network.",
    )
    token = Secret(
        "Token",
        sent_to=("url",),
        help="Sent as a bearer token. Nobody reads it here; another address forgets it.",
    )

    export_ids = fields.One2many("integrator.order.export", "exporter_id")
    waiting_count = fields.Integer(string="Waiting", compute="_compute_counts")
    error_count = fields.Integer(compute="_compute_counts")

    def _compute_counts(self):
        exports = self.env["integrator.order.export"]
        domain = Domain("exporter_id", "in", self.ids)
        groups = exports._read_group(domain, ["exporter_id", "state"], ["__count"])
        counts = {(exporter.id, state): count for exporter, state, count in groups}
        for exporter in self:
            exporter.waiting_count = counts.get((exporter.id, "waiting"), 0)
            exporter.error_count = counts.get((exporter.id, "error"), 0)

    # === THE TOKEN === #

    def _secret_place(self, name):
        return self.env["integrator.secret"], self.site_id, f"exporter_{self._origin.id}"

    def _keep_secret(self, name, value):
        check_administrator(self)
        return super()._keep_secret(name, value)

    # === CONSTRAINTS === #

    @api.constrains("url")
    def _check_url(self):
        for exporter in self.sudo().filtered("url"):
            with as_user_error(self.env, ValidationError):
                check_address(exporter.url, opened_hosts())

    @api.constrains("domain", "approval_domain", "user_id")
    def _check_domains(self):
        for exporter in self:
            for text in (exporter.domain, exporter.approval_domain):
                exporter._check_domain(text)

    def _check_domain(self, text):
        orders = self._acting(self.env["sale.order"])
        try:
            orders.search_count(parse_domain(text), limit=1)
        except Exception as error:
            raise ValidationError(
                self.env._(
                    "The conditions of “%(name)s” cannot be read: %(error)s. Write them as "
                    "a list of conditions on sales orders.",
                    name=self.name,
                    error=error,
                )
            ) from error

    @api.constrains(
        *("flag_id", "next_flag_id", "kind", "active", "approval"),
        *("location_id", "file_name", "partner_id"),
    )
    def _check_set_up(self):
        for exporter in self.filtered("active"):
            if exporter.next_flag_id == exporter.flag_id:
                raise ValidationError(
                    self.env._(
                        "“%s” would set its own flag again, without end. Choose another next flag.",
                        exporter.name,
                    )
                )
            exporter._sender()._check_set_up(exporter)

    # === BUSINESS === #

    def _sender(self):
        """The abstract model that knows how orders leave by this exporter."""
        self.ensure_one()
        return self.env[f"integrator.order.sender.{self.kind}"]

    def _fits(self, eligibility):
        """Return whether the exporter takes a flag of an order.

        :param eligibility: `integrator.order.eligibility`
        """
        return self._matches(eligibility.order_id, self.domain)

    def _needs_approval(self, eligibility):
        """Return whether somebody has to approve before a flag of an order is exported.

        :param eligibility: `integrator.order.eligibility`
        """
        if self.approval == "domain":
            return self._matches(eligibility.order_id, self.approval_domain)
        return self.approval == "always"

    def _matches(self, order, text):
        orders = self._acting(self.env["sale.order"])
        domain = Domain("id", "=", order.id) & parse_domain(text)
        return bool(orders.search_count(domain, limit=1))

    @api.model
    def _exporting_sudo(self, companies):
        """Return the companies that have exporters, so that their orders get flags.

        :param companies: `res.company`
        """
        return self.sudo().search([("company_id", "in", companies.ids)]).company_id

    def action_view_exports(self):
        """Button: what went by this exporter."""
        check_operator(self)
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "integrator_impex.order_export_action"
        )
        return {**action, "domain": [("exporter_id", "=", self.id)], "context": {}}


def opened_hosts():
    """Servers in private networks that the server's configuration opens."""
    return frozenset(server_option("integrator_impex_hosts"))
