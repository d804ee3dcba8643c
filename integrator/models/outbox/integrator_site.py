# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from ...access import check_operator
from ...const import SECTION_OF_KIND

#: Context key: a person has said yes to closing listings.
DROPPING = "integrator_dropping"


class IntegratorSite(models.Model):
    """Settings of what is sent, and of the time after which a submission without a result is
    late."""

    # the switch of what goes out: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    ticket_hours = fields.Integer(
        string="Alarm when no answer comes",
        default=24,
        help="Hours after which people are informed of a submission that the channel has still not "
        "worked on. 0: never.",
    )
    stuck_minutes = fields.Integer(
        string="A feed is stuck after",
        default=120,
        help="Minutes without a result after which stock and prices take the direct way.",
    )

    # site guard
    stopped = fields.Selection(
        [("catalogue", "The catalogue"), ("all", "The catalogue and orders")],
        string="Pushes stopped",
        readonly=True,
        copy=False,
        tracking=True,
        help="Nothing of this is sent until it is switched on again. What is to be sent waits in "
        "the queue.",
    )
    guard_price = fields.Float(
        string="Price changes over",
        default=50.0,
        help="A price that changes by more per cent than this, compared with the one that the "
        "channel has, waits for your approval: the price for everybody, a sale, and those for "
        "business buyers. 0: never.",
    )
    guard_zero = fields.Float(
        string="Sold out at once",
        default=25.0,
        help="When more per cent of the live listings than this would go to no stock within a day, "
        "they wait for your approval; up to five are never held. 0: never.",
    )
    guard_deletions = fields.Integer(
        string="Listings closed at once",
        default=20,
        help="When more listings than this would be closed within a day, they wait for your "
        "approval. 0: never.",
    )

    # integrator status map
    status_map_ids = fields.One2many(
        "integrator.status.map",
        "site_id",
        string="Status map",
        help="Which states in Odoo mean what for the channel. For a state that is in no row "
        "nothing is sent.",
    )

    _ticket_hours_positive = models.Constraint(
        "CHECK(ticket_hours >= 0)", "The hours until the alarm cannot be negative."
    )
    _guard_positive = models.Constraint(
        "CHECK(guard_price >= 0 AND guard_zero >= 0 AND guard_deletions >= 0)",
        "Limits cannot be negative; 0 switches one off.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        asked = self.env.context.get(DROPPING) or "product_domain" not in vals
        before = {} if asked else {site: site._present_domain() for site in self}
        result = super().write(vals)
        for site, offered in before.items():
            site._ask_before_dropping(offered)
        return result

    @api.model_create_multi
    def create(self, vals_list):
        sites = super().create(vals_list)
        self.env["integrator.status.map"]._add_defaults(sites)
        return sites

    def _present_domain(self):
        """The domain of what is offered now: nothing, where the setting cannot be read any more."""
        try:
            return self._product_domain()
        except ValueError:
            return Domain.FALSE

    # === ACTION METHODS === #

    def action_stop_catalogue(self):
        """Button: nothing about products leaves any more."""
        check_operator(self)
        self.sudo().stopped = "catalogue"

    def action_stop_all(self):
        """Button: nothing leaves any more, not even shipments."""
        check_operator(self)
        self.sudo().stopped = "all"

    def action_resume_pushes(self):
        """Button: what has waited goes out, as Odoo is by now."""
        check_operator(self)
        sites_sudo = self.sudo()
        sites_sudo.stopped = False
        # what was stopped half-way is asked after at once
        submissions_sudo = sites_sudo.env["integrator.submission"].search(
            [("site_id", "in", self.ids), ("state", "=", "prepared")]
        )
        submissions_sudo.check_at = False
        self._trigger_stages("send")

    # === BUSINESS METHODS === #

    def _ask_before_dropping(self, offered):
        """Hook: another rule of “Products to offer” is about to be saved.

        :param offered: domain of the products before
        :raise RedirectWarning: when a person has to confirm its consequences
        """

    def _open_domain(self):
        """Return the domain of the tasks that may leave, by the emergency switch."""
        self.ensure_one()
        domains = {
            "catalogue": Domain("kind", "not in", list(SECTION_OF_KIND)),
            "all": Domain.FALSE,
        }
        return domains.get(self.stopped, Domain.TRUE)
