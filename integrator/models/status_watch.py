# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from .integrator_status_map import ACTIONS


class IntegratorStatusWatch(models.AbstractModel):
    """Notices that a record came into a state that means something for a site (004-19): after the
    change, in its transaction, whoever made it (screen, RPC, import, code, recomputation).

    Odoo's own ways of confirming, shipping, cancelling and crediting have their events anyway; this
    is about the other states that a site's map names.
    """

    _name = "integrator.status.watch"
    _description = "Watch of states"

    def _watched(self):
        """Hook: the records whose states are looked at."""
        return self

    def _integrator_orders(self):
        """Hook: the sale orders that a record speaks of."""
        raise NotImplementedError

    def _integrator_meanings(self):
        return self.env["integrator.status.map"]._meanings(self._name)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._note_meanings(self._integrator_meanings(), {})
        return records

    def write(self, vals):
        meanings = self._integrator_meanings()
        watched = {name: meanings[name] for name in vals if name in meanings}
        before = self._read_states(watched) if watched else {}
        result = super().write(vals)
        self._note_meanings(watched, before)
        return result

    def _compute_field_value(self, field):
        """Override of the ORM: stored computed states change here and nowhere else."""
        meanings = self._integrator_meanings()
        fields = self.pool.field_computed[field]
        watched = {one.name: meanings[one.name] for one in fields if one.name in meanings}
        if not watched:
            return super()._compute_field_value(field)
        records = self.filtered("id")
        before = records._read_states(watched)
        super()._compute_field_value(field)
        records._note_meanings(watched, before)
        return None

    def _read_states(self, watched):
        return {record.id: {name: record[name] for name in watched} for record in self}

    def _note_meanings(self, watched, before):
        """Collect the events of changed states.

        :param dict watched: field -> dict value -> actions
        :param dict before: record id -> dict field -> value before the change
        """
        for name, values in watched.items():
            for record in self._watched():
                value = record[name]
                if value in values and before.get(record.id, {}).get(name) != value:
                    for action in sorted(values[value]):
                        record._note_meaning(action)

    def _note_meaning(self, action):
        for order in self.sudo()._integrator_orders():
            for source in order._integration_sources(action, self):
                self.env["order.integration"]._note(order, ACTIONS[action], source=source)


class SaleOrder(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _name = "sale.order"
    _inherit = ["sale.order", "integrator.status.watch"]

    def _integrator_orders(self):
        return self

    def _integration_sources(self, action, record=None):
        """What of the order an action speaks of.

        :param str action: see `integrator.status.map`
        :param record: what has changed; only this when it is what the action speaks of
        :return: list of deliveries or credit notes; of None for the order itself
        """
        found = {"shipped": self._left_deliveries, "refunded": self._posted_refunds}
        if action not in found:
            return [None]
        sources = found[action]()
        if record and record._name == sources._name:
            return list(record)
        return list(sources)

    def _left_deliveries(self):
        return self.picking_ids.filtered(
            lambda picking: picking.state == "done"
            and picking.location_dest_id.usage == "customer"
            and not picking.shipped_elsewhere
        )

    def _posted_refunds(self):
        # a credit note whose lines name no order is about those of the invoice that it reverses
        notes = self.invoice_ids | self.invoice_ids.reversal_move_ids
        return notes.filtered(
            lambda move: move.move_type == "out_refund" and move.state == "posted"
        )


class StockPicking(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _name = "stock.picking"
    _inherit = ["stock.picking", "integrator.status.watch"]

    def _watched(self):
        return self.sudo().filtered(
            lambda picking: picking.location_dest_id.usage == "customer"
            and not picking.shipped_elsewhere
        )

    def _integrator_orders(self):
        return self.move_ids.sale_line_id.order_id


class AccountMove(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _name = "account.move"
    _inherit = ["account.move", "integrator.status.watch"]

    def _watched(self):
        return self.sudo().filtered(lambda move: move.move_type == "out_refund")

    def _integrator_orders(self):
        return self._integrator_sale_orders()
