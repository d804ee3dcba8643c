# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools


class IntegratorOrderFlag(models.Model):
    """Event of an order, or of one of its deliveries, after which it is exported.

    Odoo's own changes of state set the flags that are shipped. Others are made by people, as the
    next flag of an exporter, or by addons, which set them by `sale.order._integrator_set_flag`.
    """

    _name = "integrator.order.flag"
    _description = "Reason to export an order"
    _inherit = ["integrator.cached.mixin", "integrator.rights.mixin"]
    _order = "sequence, id"
    _key_fields = _cached_fields = frozenset({"code"})

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="By this name exporters and files speak of it; it never changes."
    )
    sequence = fields.Integer(default=50)
    description = fields.Char(translate=True, help="When it is set.")
    without_exporter = fields.Selection(
        [("keep", "Keep the order in the list"), ("clear", "Take the flag off")],
        string="When no exporter fits",
        default="keep",
        required=True,
        help="Keep: the order stands under “No exporter” until somebody makes one that fits, or "
        "takes the flag off. Either way the order's log of exports says so.",
    )

    _code_uniq = models.UniqueIndex("(code)", "Another flag has this code.")

    @api.model
    def _get_sudo(self, code):
        """The flag of a code, with the rights of the system.

        :param str code: for example `confirmed`
        :return: one record, or none
        """
        return self.sudo().browse(self._id_of(code))

    @api.model
    @tools.ormcache("code")
    def _id_of(self, code):
        return self.sudo().search([("code", "=", code)], limit=1).id or None
