# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ...access import check_operator


class IntegratorMatchMixin(models.AbstractModel):
    """A SKU that a site knows and Odoo does not: which product is it?

    Who inherits has a computed `state`, candidates, and does with the answer what it is for.
    """

    _name = "integrator.match.mixin"
    _inherit = "integrator.rights.mixin"
    _description = "SKU to match"
    _order = "state desc, id desc"
    _rec_name = "sku"
    _check_company_auto = True

    site_id = fields.Many2one(
        "integrator.site",
        string="Channel",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True)
    sku = fields.Char(string="SKU", required=True, readonly=True, help="As the site writes it.")
    title = fields.Char(readonly=True, help="What the site calls the product.")
    remote_product_id = fields.Char(
        string="Remote product id", readonly=True, help="The site's own id of the product."
    )
    product_id = fields.Many2one(
        "product.product", check_company=True, help="Which product of yours it is."
    )

    # === CRUD METHODS === #

    def write(self, vals):
        result = super().write(vals)
        if vals.get("product_id"):
            for row in self.sudo():
                row._keep_answer()
        return result

    # === ACTION METHODS === #

    def action_create_product(self):
        """Button: none of the candidates is it; make a product of the site's title and SKU."""
        check_operator(self)
        rows_sudo = self.sudo()
        for row in rows_sudo.filtered(lambda row: not row.product_id):
            row.product_id = rows_sudo.env["product.product"].create(
                {
                    "name": row.title or row.sku,
                    "default_code": row.sku,
                    "is_storable": True,
                    "company_id": row.company_id.id,
                }
            )

    # === BUSINESS METHODS === #

    def _keep_answer(self):
        """Do what one answer is for."""
        raise NotImplementedError


class IntegratorCandidateMixin(models.AbstractModel):
    """A product that may be the one that is looked for. It is never taken without a person."""

    _name = "integrator.candidate.mixin"
    _description = "Candidate"
    _order = "score desc, id"
    #: Field of the SKU that looks for its product.
    _sku_field = None

    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, ondelete="cascade"
    )
    score = fields.Integer(string="Fits (%)", readonly=True, help="100: almost certainly.")
    reason = fields.Char(readonly=True, help="Why it may be the product.")

    # === ACTION METHODS === #

    def action_choose(self):
        """Button: this is the product."""
        check_operator(self)
        self.ensure_one()
        candidate_sudo = self.sudo()
        candidate_sudo[self._sku_field].product_id = candidate_sudo.product_id
