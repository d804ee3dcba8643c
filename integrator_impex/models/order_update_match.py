# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.integrator.exceptions import RejectedError

from .order_update import UNKNOWN_ORDER

#: States of deliveries that an update still changes.
OVER = ("done", "cancel")


class IntegratorOrderUpdateMatcher(models.AbstractModel):
    """Finds the records of an update, and applies it. It works with the rights of the feed's user;
    what the suite alone writes on moves is written with those of the system afterwards."""

    _name = "integrator.order.update.matcher"
    _description = "Matching of order updates"

    def _apply(self, feed, update):
        """Apply an update to its order.

        :param feed: `integrator.order.feed`
        :param dict update: of `files.orders.updates.read_update`
        :return: dict of values for the update: `order_id`, `picking_ids`, `result`, `warning`
        :raise RejectedError: with the code `UNKNOWN_ORDER` when nothing is known by these names
        """
        pickings, order = self._find(feed, update)
        open_pickings = pickings.filtered(lambda picking: picking.state not in OVER)
        open_pickings.check_access("write")
        texts, unused = [], []
        if open_pickings:
            unused = self._report(open_pickings, update)
            self._note_tracking(open_pickings, update)
            texts += self._ship(feed, open_pickings, update)
        else:
            self._check_earlier_steps(update, order)
            texts.append(self.env._("Nothing of it was open any more."))
        order.invalidate_recordset(["delivery_status"])
        if order.delivery_status == "full":
            texts.append(self.env._("The order is complete."))
        return {
            "order_id": order.id,
            "picking_ids": [fields.Command.set(pickings.ids)],
            "result": "\n".join(texts),
            "warning": "\n".join(unused) or False,
        }

    # === FINDING === #

    def _find(self, feed, update):
        """The records that an update is about.

        :return: tuple (deliveries, the one sale order)
        """
        named = self._find_pickings(feed, update)
        order = self._find_order(feed, update)
        orders = named.sale_id | order
        if len(orders) > 1:
            raise RejectedError(
                self.env._(
                    "What it names belongs to several orders (%s). Correct it, or do by hand what "
                    "it says.",
                    ", ".join(orders.mapped("name")),
                ),
                code="update_ambiguous",
            )
        if not orders or not (named or orders.state in ("sale", "cancel")):
            raise RejectedError(
                self.env._(
                    "No confirmed order is known by what it names. It is applied by itself when "
                    "the order comes."
                ),
                code=UNKNOWN_ORDER,
            )
        if orders.state == "cancel":
            raise RejectedError(
                self.env._("The order %s is cancelled. Decide what becomes of it.", orders.name),
                code="update_order_cancelled",
            )
        outgoing = orders.picking_ids.filtered(lambda one: one.picking_type_code == "outgoing")
        return named or outgoing, orders

    def _find_pickings(self, feed, update):
        """The deliveries by their number, else by their tracking number; those of an order that is
        named need no such number yet."""
        pickings = self.env["stock.picking"]
        own = Domain("company_id", "=", feed.company_id.id)
        own &= Domain("picking_type_code", "=", "outgoing") & Domain("sale_id", "!=", False)
        if name := update.get("delivery"):
            found = pickings.search(own & Domain("name", "=", name))
            if not found:
                raise RejectedError(
                    self.env._(
                        "There is no delivery %s. It is applied by itself when it comes.", name
                    ),
                    code=UNKNOWN_ORDER,
                )
            return found
        if number := update.get("tracking"):
            parcel = Domain("carrier_tracking_ref", "=", number)
            parcel |= Domain("move_line_ids.result_package_id.integrator_tracking", "=", number)
            return pickings.search(own & parcel)
        return pickings

    def _find_order(self, feed, update):
        orders = self.env["sale.order"]
        name = update.get("order")
        if not name:
            return orders
        own = Domain("company_id", "=", feed.company_id.id)
        for field in ("name", "integrator_order_ref", "client_order_ref"):
            if found := orders.search(own & Domain(field, "=", name)):
                return found
        return orders

    # === LINES === #

    def _report(self, pickings, update):
        """Write on the moves what is reported of them.

        :return: list of sentences about what could not be used
        """
        left = pickings.move_ids.filtered(lambda move: move.state not in OVER)
        unused = []
        for line in update["lines"]:
            move = self._match(line, left)
            if not move:
                name = line.get("line") or line.get("sku")
                unused.append(self.env._("No open line fits “%s”.", name))
                continue
            left -= move
            move.sudo().write(self._report_values(move, line, update))
        if update["shipped"] and not update["lines"]:
            for move in left:
                values = {"integrator_is_reported": True}
                move.sudo().write({**values, "integrator_reported_qty": move.product_uom_qty})
        return unused

    def _match(self, line, moves):
        """The move of a line: by the line's reference, else by its SKU, of several the one with the
        same quantity."""
        if reference := line.get("line"):
            found = moves.filtered(lambda move: reference in self._references(move))
        else:
            found = moves.filtered(lambda move: move.product_id.default_code == line["sku"])
        ordered = float(line.get("ordered") or line.get("delivered") or 0)
        same = found.filtered(
            lambda move: move.product_uom.compare(move.product_uom_qty, ordered) == 0
        )
        return (same or found)[:1]

    def _references(self, move):
        """By what others may call the line of an order."""
        line_sudo = move.sudo().sale_line_id
        remote = line_sudo.integrator_link_ids.mapped("remote_line_id")
        return {str(line_sudo.id), *remote}

    def _report_values(self, move, line, update):
        day = line.get("confirmed") or line.get("expected_until") or line.get("expected_from")
        texts = [line.get("status"), line.get("invoice"), line.get("invoice_date")]
        values = {
            "integrator_report": ", ".join(filter(None, texts)) or False,
            "integrator_is_guaranteed": bool(line.get("guaranteed")),
        }
        if day:
            values["integrator_expected_on"] = day
        quantity = self._delivered(move, line, update)
        if quantity is not None:
            values |= {
                "integrator_is_reported": True,
                "integrator_reported_qty": quantity,
                "integrator_is_rejected": bool(line.get("rejected")),
            }
        return values

    def _delivered(self, move, line, update):
        """Return the quantity of a move that is reported as delivered; None where nothing is
        reported of it.

        :raise RejectedError: for more than there is to deliver
        """
        delivered = line.get("delivered")
        if delivered is None and line.get("rejected"):
            delivered = 0
        if delivered is None and update["shipped"]:
            delivered = line.get("ordered", move.product_uom_qty)
        if delivered is None:
            return None
        if move.product_uom.compare(float(delivered), move.product_uom_qty) > 0:
            raise RejectedError(
                self.env._(
                    "More of %(product)s is reported (%(reported)s) than is to be delivered "
                    "(%(demand)s). Look into the delivery and do by hand what is right.",
                    product=move.product_id.display_name,
                    reported=delivered,
                    demand=f"{move.product_uom_qty:g}",
                ),
                code="update_too_much",
            )
        return float(delivered)

    # === DELIVERIES === #

    def _note_tracking(self, pickings, update):
        number = update.get("tracking")
        reported = pickings.filtered(lambda one: any(one.move_ids.mapped("integrator_is_reported")))
        target = pickings if len(pickings) == 1 else reported
        if number and len(target) == 1 and target.carrier_tracking_ref != number:
            target.carrier_tracking_ref = number

    def _ship(self, feed, pickings, update):
        """Validate the deliveries that are reported in full.

        :return: list of sentences about what was done
        """
        texts = []
        for picking in pickings:
            moves = picking.move_ids.filtered(lambda move: move.state not in OVER)
            if not self._is_fully_reported(moves, update):
                continue
            leaving = moves.filtered("integrator_reported_qty")
            if not leaving:
                texts.append(self.env._("Nothing of %s will come: decide about it.", picking.name))
            elif feed.ships:
                self._validate(picking, moves, leaving)
                texts.append(self.env._("%s is done.", picking.name))
            else:
                texts.append(self.env._("%s can be validated.", picking.name))
        return texts or [self.env._("What is new is noted on the delivery.")]

    def _is_fully_reported(self, moves, update):
        """Return whether everything of a delivery is reported, or the parcel has left with what
        is."""
        reported = moves.filtered("integrator_is_reported")
        return bool(reported) and (reported == moves or update["shipped"])

    def _check_earlier_steps(self, update, order):
        """Check the earlier steps: where an order is picked first, Odoo makes its delivery when
        that is done.

        :raise RejectedError: when what has left by the update is not picked yet
        """
        steps = order.picking_ids.filtered(lambda one: one.picking_type_code == "internal")
        waiting = steps.filtered(lambda one: one.state not in OVER)
        if waiting and not update.get("delivery"):
            raise self._too_early(order.name, waiting)

    def _too_early(self, name, waiting):
        return RejectedError(
            self.env._(
                "Before %(delivery)s, %(before)s has to be done.",
                delivery=name,
                before=", ".join(waiting.mapped("name")),
            ),
            code="update_earlier_step",
        )

    def _validate(self, picking, moves, leaving):
        waiting = moves.move_orig_ids.filtered(lambda move: move.state not in OVER)
        if waiting:
            raise self._too_early(picking.name, waiting.picking_id)
        rejected = moves.filtered("integrator_is_rejected")
        (rejected - leaving)._action_cancel()
        for move in leaving:
            if move in rejected:
                move.product_uom_qty = move.integrator_reported_qty
            move.quantity = move.integrator_reported_qty
            move.picked = True
        (moves - rejected - leaving).quantity = 0
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
        if picking.state != "done":
            raise RejectedError(
                self.env._("%s asks for something before it is done: validate it.", picking.name),
                code="update_not_validated",
            )
