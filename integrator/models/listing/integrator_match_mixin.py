# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

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
    sku = fields.Char(string="SKU", required=True, readonly=True, help="As the channel writes it.")
    title = fields.Char(readonly=True, help="What the channel calls the product.")
    remote_product_id = fields.Char(
        string="Remote product id", readonly=True, help="The channel's own id of the product."
    )
    product_id = fields.Many2one(
        "product.product", check_company=True, help="Which product of yours it is."
    )
    best_product_id = fields.Many2one(
        "product.product",
        string="Best match",
        compute="_compute_best",
        help="Of the candidates, the product that fits best.",
    )
    best_reason = fields.Char(
        string="Best reason", compute="_compute_best", help="Why it may be the product."
    )

    # === COMPUTE METHODS === #

    @api.depends("candidate_ids.product_id", "candidate_ids.reason")
    def _compute_best(self):
        for row in self:
            best = row.candidate_ids[:1]
            row.best_product_id = best.product_id
            row.best_reason = best.reason

    # === CRUD METHODS === #

    def write(self, vals):
        result = super().write(vals)
        if vals.get("product_id"):
            for row in self.sudo():
                row._keep_answer()
        return result

    # === ACTION METHODS === #

    def action_take_best(self):
        """Button: the first candidate of each is it."""
        check_operator(self)
        open_rows = self.sudo().filtered(lambda row: not row.product_id)
        for row in open_rows.filtered("candidate_ids"):
            row.product_id = row.best_product_id
        return self._notify_answered()

    def action_take_chosen(self):
        """Button: the product that was chosen is it.

        :raise UserError: where none is
        """
        check_operator(self)
        if not all(row.product_id for row in self):
            raise UserError(self.env._("Choose the product first."))
        return self._notify_answered()

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
        return self._notify_answered()

    # === BUSINESS METHODS === #

    def _keep_answer(self):
        """Do what one answer is for."""
        raise NotImplementedError

    def _answered_text(self):
        """What goes on by the answers, in a sentence."""
        raise NotImplementedError

    def _notify_answered(self):
        return self.env["integrator.todo"]._notify_done(self.sudo()._answered_text())


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
        row_sudo = candidate_sudo[self._sku_field]
        row_sudo.product_id = candidate_sudo.product_id
        return row_sudo._notify_answered()
