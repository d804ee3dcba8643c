# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...access import check_operator
from ...order_xml import OrderXmlError, parse_search
from ...utils import labels_of
from .integrator_remote_parcel import tracking_keys

#: Keys of a line that customers do not see: which account ships it, and its SKU there.
OPERATOR_KEYS = (
    *("account", "original_status", "item_id", "configuration_id", "promotion_ids"),
    "remote_line_id",
)


class IntegratorApi(models.AbstractModel):
    """The interface for other programs, over Odoo's own JSON-2 interface with a bearer key
    (`POST /json/2/integrator.api/<method>`), see `docs/api.md`. Every method returns JSON.

    A key acts as its user. Operators (group “Integration: User”) may do everything with the orders
    of their companies; customers add, pay, cancel and read their own.
    """

    _name = "integrator.api"
    _inherit = ["integrator.api.order"]
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

    # === READING AND SEARCH === #

    @api.model
    def order_details(self, order_id=None, remote_order_id=None, line_ids=None, details="lines"):
        """Return the state of an order, with what the sites say of each line.

        :param int order_id: id of the sale order; or else
        :param str remote_order_id: id of one of its orders at a site, for operators
        :param list line_ids: only these lines
        :param str details: `lines`, or `brief` for the order alone
        :return: dict as of `add_order`; each of `lines` has `remote` with a dict per remote line
        """
        if not order_id:
            order_id = self._find_by_remote_id(remote_order_id)
        order_sudo = self._find_order_sudo(order_id)
        answer = self._prepare_order(order_sudo)
        if details == "brief":
            del answer["lines"]
            return answer
        lines = order_sudo.order_line.filtered(lambda line: not line_ids or line.id in line_ids)
        by_line = {line.id: line for line in lines}
        answer["lines"] = [
            {**values, "remote": self._remote_details(by_line[values["line_id"]])}
            for values in answer["lines"]
            if values["line_id"] in by_line
        ]
        return answer

    @api.model
    def _find_by_remote_id(self, remote_order_id):
        check_operator(self.env["integrator.site"])
        found = self._search_remote_sudo(Domain("remote_order_id.remote_ref", "=", remote_order_id))
        links = self._search_links_sudo(Domain("remote_order_id", "=", remote_order_id))
        order_id = (found.sale_line_id | links.sale_line_id).order_id[:1].id
        if not order_id:
            raise UserError(self.env._("No order has the id %s at a channel.", remote_order_id))
        return order_id

    @api.model
    def _remote_details(self, sale_line):
        """The states of a sale order line at sites.

        :param sale_line: `sale.order.line`, with the rights of the system
        :return: list of dicts, one per line of a remote order
        """
        domain = self.env["integrator.remote.order.line"]._bound_domain()
        remote = self._search_remote_sudo(domain & Domain("sale_line_id", "=", sale_line.id))
        links = self._search_links_sudo(Domain("sale_line_id", "=", sale_line.id))
        found = [line._prepare_details() for line in remote]
        found += [self._prepare_link(link) for link in links]
        if self._is_operator():
            return found
        return [{k: v for k, v in one.items() if k not in OPERATOR_KEYS} for one in found]

    @api.model
    def search_lines(self, remote_order_ids=None, tracking_numbers=None, search_xml=None):
        """Lines of sale orders by what sites or carriers call them.

        :param list remote_order_ids: ids of orders at sites
        :param list tracking_numbers: as written on a label or read by a scanner
        :param str search_xml: both as XML, and whose orders, see `static/xsd/orders.xsd`
        :return: list of dicts as `remote` of `order_details`
        """
        check_operator(self.env["integrator.operation"])
        refs, numbers = list(remote_order_ids or []), list(tracking_numbers or [])
        sites = Domain.TRUE
        if search_xml:
            try:
                by_xml = parse_search(search_xml)
            except OrderXmlError as error:
                raise UserError("\n".join(error.problems)) from error
            refs += by_xml.remote_order_ids
            numbers += by_xml.tracking_numbers
            sites = self._sellers_domain(by_xml.sellers)
        if not refs and not numbers:
            raise UserError(self.env._("Name at least one remote order or tracking number."))
        remote = self._search_remote_sudo(Domain("remote_order_id.remote_ref", "in", refs))
        links = self._search_links_sudo(Domain("remote_order_id", "in", refs))
        for number in numbers:
            parcels = self.env["integrator.remote.parcel"]._find(number)
            for parcel in parcels.sudo():
                remote |= parcel.remote_order_id.line_ids.filtered(parcel._has_line)
            links |= self._search_links_sudo(self._tracking_domain("tracking", number))
        return [
            *(line._prepare_details() for line in remote.filtered_domain(sites)),
            *(self._prepare_link(link) for link in links.filtered_domain(sites)),
        ]

    @api.model
    def _sellers_domain(self, sellers):
        """Condition on the site of a line.

        :param sellers: names or ids of sites; none: any site
        :raise UserError: for one that there is not
        """
        found = self.env["integrator.site"]
        for seller in sellers:
            if not (sites := self._find_sellers_sudo(seller, self.env.companies)):
                raise UserError(self.env._("There is no seller “%s”.", seller))
            found |= sites
        return Domain("site_id", "in", found.ids) if sellers else Domain.TRUE

    @api.model
    def _tracking_domain(self, field, text):
        """Condition on a field that holds one or more tracking numbers as people write them."""
        keys = tracking_keys(text)
        return Domain.OR([Domain(field, "ilike", key) for key in (text.strip(), *keys) if key])

    @api.model
    def _search_remote_sudo(self, domain):
        """Lines of orders that sites ship, in the caller's companies.

        :return: records with the rights of the system
        """
        companies = Domain("company_id", "in", self.env.companies.ids)
        return self.env["integrator.remote.order.line"].sudo().search(domain & companies)

    @api.model
    def _search_links_sudo(self, domain):
        """As `_search_remote_sudo`, for what was sold at the site: the goods of its orders."""
        companies = Domain("company_id", "in", self.env.companies.ids)
        goods = Domain("kind", "=", "item")
        return self.env["integrator.link"].sudo().search(domain & companies & goods)

    @api.model
    def _prepare_link(self, link):
        """The same dict as of a line that a site ships, for one that was sold there."""
        line, order = link.order_line_id, link.order_line_id.order_id
        statuses = labels_of(order, "remote_status")
        return {
            "line_id": link.sale_line_id.id,
            "order_id": link.sale_line_id.order_id.id,
            "order": link.sale_line_id.order_id.name,
            "sku": line.sku or None,
            "quantity": line.quantity,
            "shipped": line.quantity_shipped,
            "status": {"id": order.remote_status, "name": statuses.get(order.remote_status)},
            "original_status": order.remote_status_text or None,
            "remote_order_id": order.remote_order_id,
            "remote_line_id": line.remote_line_id or None,
            "tracking": [link.tracking] if link.tracking else [],
            "account": {"id": order.site_id.id, "name": order.site_id.name},
            "item_id": line.remote_product_id or None,
            "configuration_id": line.sku or None,
            "promotion_ids": line.promotion_ids or [],
        }
