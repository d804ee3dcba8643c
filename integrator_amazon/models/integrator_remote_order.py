# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter
from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.integrator.access import check_operator
from odoo.addons.integrator.exceptions import as_user_error

from ..api.fulfillment import vocabulary as words
from ..api.fulfillment.checks import MAX_RETURN_ID
from .return_piece import AWAITED


class IntegratorRemoteOrder(models.Model):
    """Orders that Amazon ships for us; its lists of orders name them by another number."""

    _inherit = "integrator.remote.order"

    amazon_listed_as = fields.Char(
        string="Listed by Amazon as",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Under this number it stands in Amazon's lists of orders and in settlements, beside "
        "what was sold there.",
    )
    amazon_piece_ids = fields.One2many(
        "integrator.amazon.return.piece",
        "remote_order_id",
        string="Returned pieces",
        readonly=True,
        help="Pieces that come back to Amazon.",
    )
    is_amazon = fields.Boolean(compute="_compute_is_amazon", help="Amazon ships it.")

    # === COMPUTE METHODS === #

    @api.depends("site_id.site_type")
    def _compute_is_amazon(self):
        for order in self:
            order.is_amazon = order.sudo().site_id.site_type == "amazon"

    # === ACTION METHODS === #

    def action_amazon_return(self):
        """Button: let pieces come back to Amazon."""
        check_operator(self)
        self.ensure_one()
        if not any(self.line_ids.mapped("shipped")):
            raise UserError(
                self.env._(
                    "Nothing of %s has been shipped yet. Cancel it instead.", self.remote_ref
                )
            )
        wizard = self.env["integrator.amazon.return"]._prepare(self)
        return wizard._get_records_action(name=self.env._("Return to Amazon"), target="new")

    def action_amazon_update(self):
        """Button: update an order that is on hold at Amazon by what has changed in Odoo, such as
        the address.

        :raise UserError: when it is not on hold any more, or Amazon refuses
        """
        check_operator(self)
        self.ensure_one()
        order_sudo = self.sudo()
        order_sudo._check_followed()
        if not order_sudo.operation_id:
            raise UserError(
                self.env._("%s was made by hand at Amazon. Change it there.", self.remote_ref)
            )
        exports_sudo = self.env["integrator.operation.export"].sudo()
        request = exports_sudo._part(order_sudo.operation_id, order_sudo)
        site = order_sudo.site_id
        with as_user_error():
            result = site._adapter()._update_remote_order(
                site, order_sudo.remote_ref, replace(request, hold=True)
            )
        order_sudo._apply_state(result.state)
        return self.env["integrator.site"]._notify(
            self.env._("Amazon has the changes of %s.", self.remote_ref), kind="success"
        )

    # === BUSINESS METHODS === #

    @api.model
    def _amazon_request_read(self, site, remote_refs):
        """Schedule the reading of orders that a notification names. The notification itself may be
        old, or come many times, so nothing of it is taken over.

        :param site: `integrator.site`
        :param remote_refs: their numbers
        """
        domain = [
            ("site_id", "=", site.id),
            ("remote_ref", "in", list(remote_refs)),
            ("state", "in", ("open", "prepared")),
        ]
        if orders := self.search(domain):
            operations = self.env["integrator.operation"]
            operations._start("synchronise", site, remote_order_ids=orders.ids)

    @api.model
    def _open_domain(self, site):
        """Override of `integrator`: what comes back is followed, too."""
        back = fields.Domain("amazon_piece_ids.state", "in", AWAITED)
        return super()._open_domain(site) | (fields.Domain("site_id", "=", site.id) & back)

    def _read(self):
        """Override of `integrator`: pieces that come back are asked for as well."""
        known = super()._read()
        if known and self.amazon_piece_ids.filtered(lambda piece: piece.state in AWAITED):
            site = self.site_id
            with site._adapter()._fulfillment(site) as amazon:
                order = amazon.fetch_order(self.remote_ref)
            self._amazon_follow_returns(order)
        return known

    def _amazon_follow_returns(self, order):
        """Update the returned pieces by Amazon's data.

        :param Order order: as Amazon shows it
        """
        pages = {row.authorization_id: row for row in order.authorizations}
        found = {row.return_id: row for row in order.returns}
        for piece in self.amazon_piece_ids.filtered(lambda piece: piece.state in AWAITED):
            item = found.get(piece.return_ref)
            if item is None:
                continue
            if permit := pages.get(item.authorization_id):
                piece.write({"rma": permit.rma_id, "page_url": permit.page_url})
            if item.state == "processed":
                piece._receive(item)
            else:
                piece.state = "new"

    def _amazon_return(self, requests):
        """Ask Amazon to take pieces back. The numbers follow from what is known of the order, so
        that asking again after a lost answer is no second return.

        :param requests: list of (line, Amazon's id of the line or of a kit component, pieces,
            code of the reason)
        :return: `integrator.amazon.return.piece`
        :raise UserError: when fewer pieces can come back
        """
        self.ensure_one()
        site = self.site_id
        with site._adapter()._fulfillment(site) as amazon:
            order = amazon.fetch_order(self.remote_ref)
            pieces, asked = self._amazon_prepare_pieces(order, requests)
            refused = {}
            if asked:
                answer = amazon.create_return(self.remote_ref, asked)
                refused = {row.return_id: row for row in answer.refused}
                order = amazon.fetch_order(self.remote_ref)
        known = {row.return_id for row in order.returns}
        for piece in pieces.filtered(lambda one: one.return_ref not in known):
            row = refused.get(piece.return_ref)
            # marked where it is written: pylint: disable=translation-not-lazy
            note = row and self.env._(row.cause.sentence)
            piece.write({"state": "refused", "note": note})
        self._amazon_follow_returns(order)
        return pieces

    def _amazon_prepare_pieces(self, order, requests):
        """Pieces and what Amazon is asked for them, each of a shipment that has it.

        :param Order order: as Amazon shows it
        :return: tuple (`integrator.amazon.return.piece`, list of `ReturnRequest`)
        """
        left = self._amazon_returnable(order)
        known = {row.return_id for row in order.returns}
        pieces, asked = self.env["integrator.amazon.return.piece"], []
        skus = {item.line_id: item.sku for item in order.items}
        for line, line_id, count, reason in requests:
            rows = [key for key in left if key[0] == line_id]
            for _piece in range(count):
                piece = self._amazon_make_piece(line, skus[line_id], reason)
                pieces |= piece
                if piece.return_ref in known:
                    # it was asked for before, and the answer was lost
                    continue
                key = next((one for one in rows if left[one] > 0), None)
                if key is None:
                    raise UserError(
                        self.env._(
                            "Fewer pieces of %s can come back than that: the others have not left "
                            "yet, or are on their way back already.",
                            skus[line_id],
                        )
                    )
                left[key] -= 1
                asked.append(words.ReturnRequest(piece.return_ref, *key, reason))
        return pieces, asked

    def _amazon_make_piece(self, line, sku, reason):
        number = len(self.amazon_piece_ids) + 1
        return self.env["integrator.amazon.return.piece"].create(
            {
                "remote_order_id": self.id,
                "line_id": line.id,
                "sku": sku,
                "return_ref": f"{self.remote_ref}-R{number}"[-MAX_RETURN_ID:],
                "reason": reason,
            }
        )

    def _amazon_returnable(self, order):
        """Pieces that have left and are not on their way back.

        :return: counter by (Amazon's line, shipment)
        """
        left = Counter()
        for shipment in order.shipments:
            if shipment.state == words.SHIPPED:
                for item in shipment.items:
                    left[item.line_id, shipment.shipment_id] += item.quantity
        for item in order.returns:
            left[item.line_id, item.shipment_id] -= 1
        return left
