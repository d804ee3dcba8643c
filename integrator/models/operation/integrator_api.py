# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

from ...access import check_operator


class IntegratorApi(models.AbstractModel):
    """What other programs may ask of the suite, over Odoo's own JSON-2 interface with a bearer key
    (`POST /json/2/integrator.api/<method>`), see `docs/api.md`. Every method returns JSON.

    A key acts as its user. Operators (group “Integration: User”) may do everything with the orders
    of their companies; customers add, pay, cancel and read their own.
    """

    _name = "integrator.api"
    _inherit = ["integrator.api.search"]
    _description = "Programming interface"

    # === THE FOUR ACTIONS === #

    @api.model
    def export_order(self, site_id, order_id, line_ids=None, options=None):
        """Let a site ship an order, in the background.

        :param list line_ids: ids of sale order lines; None: all that are available
        :param dict options: any of `speed`, `hold`, `comment`, `marketplace_code`, `fee_limit`,
            `arrive_by` (ISO, UTC), `delivery_preferences`
        :return: dict `type`, `id` of the operation, `joined`
        """
        order_sudo = self._find_order_sudo(order_id, operator=True)
        values = {"line_ids": sorted(line_ids or []), **self._read_options(options)}
        return self._start("export", site_id, order_sudo, **values)

    @api.model
    def synchronise(self, site_id):
        """Read all orders that a site ships. One that is under way is joined.

        :return: dict `type`, `id`, `joined`
        """
        return self._start("synchronise", site_id)

    @api.model
    def bind_orders(self, site_id, order_id, remote_order_ids):
        """Bind orders that were made at a site by hand.

        :param list remote_order_ids: their ids at the site
        :return: dict `type`, `id`, `joined`
        """
        order_sudo = self._find_order_sudo(order_id, operator=True)
        refs = list(dict.fromkeys(str(ref).strip() for ref in remote_order_ids))
        return self._start("bind", site_id, order_sudo, remote_refs=refs)

    @api.model
    def unbind_orders(self, site_id, order_id, remote_order_ids=None, line_ids=None):
        """Forget that lines of an order are at a site.

        :param list remote_order_ids: only those of these; None: of all
        :param list line_ids: ids of sale order lines; None: all that are bound
        :return: dict `type`, `id`, `joined`
        """
        order_sudo = self._find_order_sudo(order_id, operator=True)
        values = {"remote_refs": remote_order_ids or [], "line_ids": line_ids or []}
        return self._start("unbind", site_id, order_sudo, **values)

    @api.model
    def _read_options(self, options):
        options = options or {}
        known = {
            *("speed", "hold", "comment", "marketplace_code", "fee_limit", "arrive_by"),
            "delivery_preferences",
        }
        if unknown := set(options) - known:
            raise UserError(
                self.env._(
                    "Unknown options: %(unknown)s. Known are: %(known)s.",
                    unknown=", ".join(sorted(unknown)),
                    known=", ".join(sorted(known)),
                )
            )
        return options

    @api.model
    def _start(self, kind, site_id, order_sudo=None, **parameters):
        site_sudo = self._find_site_sudo(site_id)
        if order_sudo and order_sudo.company_id != site_sudo.company_id:
            raise UserError(
                self.env._(
                    "%(order)s and %(site)s belong to different companies.",
                    order=order_sudo.name,
                    site=site_sudo.name,
                )
            )
        operation_sudo, joined = (
            self.env["integrator.operation"]
            .sudo()
            ._start(kind, site_sudo, order_sudo, **parameters, user_id=self.env.uid)
        )
        return {"type": operation_sudo.kind, "id": operation_sudo.id, "joined": joined}

    # === OPERATIONS OF ANY KIND === #

    @api.model
    def search_operations(self, kind=None, states=None, order_id=None, site_id=None, limit=100):
        """Operations, the newest first, without their steps.

        :param str kind: `export`, `synchronise`, `bind` or `unbind`; None: any
        :param list states: None: any
        :return: list of dicts
        """
        operations = self.env["integrator.operation"]
        check_operator(operations)
        wanted = {"kind": kind, "order_id": order_id, "site_id": site_id}
        domain = [(name, "=", value) for name, value in wanted.items() if value]
        domain += [("state", "in", states)] if states else []
        found = operations.search(domain, limit=min(limit, 1000))
        return [operation_sudo._prepare_brief() for operation_sudo in found.sudo()]

    @api.model
    def read_operation(self, kind, operation_id):
        """An operation with its progress, its steps, and the actions that are possible now.

        :return: dict
        """
        return self._find_operation_sudo(kind, operation_id)._prepare_details()

    @api.model
    def do_action(self, kind, operation_id, action, remember=False):
        """Answer a question of an operation, or cancel it.

        :param str action: an id out of `actions` of `read_operation`
        :param bool remember: give the same answer by itself from now on
        :return: dict `accepted` (False: somebody was quicker) and `operation`, as read afterwards
        """
        operation_sudo = self._find_operation_sudo(kind, operation_id)
        accepted = operation_sudo._do_action(action, remember=remember)
        return {"accepted": accepted, "operation": operation_sudo._prepare_details()}

    @api.model
    def cancel_operation(self, kind, operation_id):
        """Stop an operation before its next piece; as `do_action` with `cancel`."""
        return self.do_action(kind, operation_id, "cancel")

    @api.model
    def _find_operation_sudo(self, kind, operation_id):
        operation = self.env["integrator.operation"].search(
            [("kind", "=", kind), ("id", "=", operation_id)]
        )
        check_operator(operation)
        if not operation:
            raise UserError(
                self.env._(
                    "There is no operation %(number)s of type %(type)s.",
                    number=operation_id,
                    type=kind,
                )
            )
        return operation.sudo()
