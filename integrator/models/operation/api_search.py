# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...access import check_operator
from ...order_xml import OrderXmlError, parse_search
from .remote_parcel import tracking_keys

#: What a customer is not told of a line: which account ships it, and what it is called there.
OPERATOR_KEYS = (
    *("account", "original_status", "item_id", "configuration_id", "promotion_ids"),
    "remote_line_id",
)


class IntegratorApiSearch(models.AbstractModel):
    """Reading over the programming interface: details of orders, and search for their lines."""

    _name = "integrator.api.search"
    _inherit = ["integrator.api.order"]
    _description = "Programming interface: search"

    @api.model
    def order_details(self, order_id=None, remote_order_id=None, line_ids=None, details="lines"):
        """How an order stands, with what the sites say of each line.

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
        found = self._search_remote(Domain("remote_order_id.remote_ref", "=", remote_order_id))
        links = self._search_links(Domain("remote_order_id", "=", remote_order_id))
        order_id = (found.sale_line_id | links.sale_line_id).order_id[:1].id
        if not order_id:
            raise UserError(self.env._("No order has the id %s at a channel.", remote_order_id))
        return order_id

    @api.model
    def _remote_details(self, sale_line):
        """What sites say of a sale order line.

        :param sale_line: `sale.order.line`, with the rights of the system
        :return: list of dicts, one per line of a remote order
        """
        domain = self.env["integrator.remote.order.line"]._bound_domain()
        remote = self._search_remote(domain & Domain("sale_line_id", "=", sale_line.id))
        links = self._search_links(Domain("sale_line_id", "=", sale_line.id))
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
        remote = self._search_remote(Domain("remote_order_id.remote_ref", "in", refs))
        links = self._search_links(Domain("remote_order_id", "in", refs))
        for number in numbers:
            parcels = self.env["integrator.remote.parcel"]._find(number)
            for parcel in parcels.sudo():
                remote |= parcel.remote_order_id.line_ids.filtered(parcel._has_line)
            links |= self._search_links(self._tracking_domain("tracking", number))
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
            if not (sites := self._find_sellers(seller, self.env.companies)):
                raise UserError(self.env._("There is no seller “%s”.", seller))
            found |= sites
        return Domain("site_id", "in", found.ids) if sellers else Domain.TRUE

    @api.model
    def _tracking_domain(self, field, text):
        """Condition on a field that holds one or more tracking numbers as people write them."""
        keys = tracking_keys(text)
        return Domain.OR([Domain(field, "ilike", key) for key in (text.strip(), *keys) if key])

    @api.model
    def _search_remote(self, domain):
        """Lines of orders that sites ship, in the caller's companies.

        :return: records with the rights of the system
        """
        companies = Domain("company_id", "in", self.env.companies.ids)
        return self.env["integrator.remote.order.line"].sudo().search(domain & companies)

    @api.model
    def _search_links(self, domain):
        """As `_search_remote`, for what was sold at the site: the goods of its orders."""
        companies = Domain("company_id", "in", self.env.companies.ids)
        goods = Domain("kind", "=", "item")
        return self.env["integrator.link"].sudo().search(domain & companies & goods)

    @api.model
    def _prepare_link(self, link):
        """The same dict as of a line that a site ships, for one that was sold there."""
        line, order = link.order_line_id, link.order_line_id.order_id
        statuses = dict(order._fields["remote_status"]._description_selection(self.env))
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
