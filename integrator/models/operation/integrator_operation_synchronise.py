# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from ...exceptions import RejectedError


class IntegratorOperationSynchronise(models.AbstractModel):
    """Ask a site how all orders stand that are followed there, one after the other. It only reads:
    nothing is cancelled or changed at the site by it."""

    _name = "integrator.operation.synchronise"
    _inherit = "integrator.operation.kind"
    _description = "Operation: synchronise orders"

    def _pieces(self):
        return {"read": self._piece_read}

    def _find_joined(self, site, order, parameters):
        """One synchronisation of a site at a time is enough. A request for orders that have changed
        joins only one that has not read any order yet."""
        under_way = self.env["integrator.operation"].search(
            [
                ("kind", "=", "synchronise"),
                ("site_id", "=", site.id),
                ("state", "in", ("queued", "running", "waiting")),
            ]
        )
        wanted = set(self._chosen(parameters))
        if not wanted:
            return under_way.filtered(lambda one: not self._chosen(one.parameters))[:1]
        return under_way.filtered(
            lambda one: one.state == "queued"
            and (not (chosen := self._chosen(one.parameters)) or wanted <= set(chosen))
        )[:1]

    def _chosen(self, parameters):
        """Ids of the remote orders that are to be read; none: all that are followed."""
        return (parameters or {}).get("remote_order_ids") or []

    def _orders_domain(self, operation):
        """The orders that an operation reads."""
        domain = self.env["integrator.remote.order"]._open_domain(operation.site_id)
        if chosen := self._chosen(operation.parameters):
            domain &= fields.Domain("id", "in", chosen)
        return domain

    # === SCHEDULE === #

    def _is_due(self, site):
        """Return whether a site's orders are to be read by itself: every some minutes, while there
        are any that are followed."""
        if not site.automatic or not site.export_minutes:
            return False
        orders = self.env["integrator.remote.order"]
        if not orders.search_count(orders._open_domain(site), limit=1):
            return False
        since = fields.Datetime.now() - timedelta(minutes=site.export_minutes)
        lately = [
            ("kind", "=", "synchronise"),
            ("site_id", "=", site.id),
            ("create_date", ">", since),
        ]
        begun = self.env["integrator.operation"].search(lately)
        return not begun.filtered(lambda one: not self._chosen(one.parameters))

    def _begin_due(self, site):
        if self._is_due(site):
            self.env["integrator.operation"]._start("synchronise", site)

    # === PIECES === #

    def _piece_read(self, operation):
        """Read the next order."""
        orders = self.env["integrator.remote.order"]
        domain = self._orders_domain(operation)
        later = fields.Domain("id", ">", operation.position.get("last_id", 0))
        order = orders.search(domain & later, order="id", limit=1)
        if not order:
            return None
        if "total" not in operation.position:
            total = orders.search_count(domain)
            operation.position = {**operation.position, "total": total}
        try:
            self._read(operation, order)
        except RejectedError as error:
            text = self.env._("%(order)s: %(why)s", order=order.remote_ref, why=error.message)
            operation._note("error", text, cause=error.code)
        read = operation.position.get("read", 0) + 1
        operation.position = {**operation.position, "last_id": order.id, "read": read}
        return "read"

    def _read(self, operation, order):
        before = order.original_status
        known = order._read()
        if not known:
            return self._note_unknown(operation, order)
        if order.state == "prepared":
            # its answer was lost, and it has arrived
            order.state = "open"
        if order.original_status != before:
            operation._note(
                "information",
                self.env._(
                    "%(order)s is “%(status)s” now.",
                    order=order.remote_ref,
                    status=order.original_status,
                ),
            )
        if order.difference:
            operation._note("warning", f"{order.remote_ref}: {order.difference}")
        return None

    def _note_unknown(self, operation, order):
        """The site does not know an order: one whose answer was lost has never arrived."""
        if order.state == "prepared":
            order._drop()
            text = self.env._(
                "%s has never reached the channel; its lines can be exported again.",
                order.remote_ref,
            )
            operation._note("information", text)
        else:
            text = self.env._(
                "The channel does not know %s any more. Unbind it if it was removed there.",
                order.remote_ref,
            )
            operation._note("error", text, cause="remote_order_unknown")

    def _progress(self, operation):
        total = operation.position.get("total") or 1
        return min(100.0 * operation.position.get("read", 0) / total, 99.0)

    def _finish(self, operation):
        read = operation.position.get("read", 0)
        operation._note("information", self.env._("%s orders were read.", read))
