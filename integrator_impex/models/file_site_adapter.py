# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.integrator.exceptions import (
    ConfigurationError,
    IntegratorError,
    NothingToSendError,
    RejectedError,
)
from odoo.addons.integrator.neutral import Checked, Page, Prepared, Sent, Update, read_order

from ..files.causes import PLACE_EXISTS
from ..files.orders.incoming import read_orders
from ..files.orders.outgoing import read_rows, write_rows
from ..files.problems import FileRefused
from ..texts import problem_texts
from .file_offer import LANES, NO_PIECES

#: Bytes of a file of orders.
MAX_BYTES = 50 * 1024 * 1024

#: Products that are named where several have one SKU.
MAX_NAMED = 5

#: Columns of the files that leave.
COLUMNS = {
    "stock": ("sku", "quantity"),
    "prices": ("sku", "price", "currency"),
    "orders": ("order", "status", "delivery", "carrier", "tracking", "sku", "line", "quantity"),
}


class FilesAdapter(models.AbstractModel):
    """A shop that leaves its orders as files and reads stock, prices and updates of its orders from
    files. It has no listings: products are identified by their SKU."""

    _name = "integrator.adapter.files"
    _inherit = ["integrator.adapter"]
    _description = "Adapter: files"

    # === THE ACCOUNT === #

    def _test_connection(self, site):
        texts = []
        if site.files_in_location_id:
            count = len(site.files_in_location_id._list_files(site.files_in_mask or ""))
            texts.append(self.env._("%s files of orders wait.", count))
        if site.files_out_location_id:
            site.files_out_location_id._list_files()
            texts.append(self.env._("Updates can be written."))
        if not texts:
            raise ConfigurationError(self._setup_missing(site), code="files_no_location")
        return " ".join(texts)

    def _setup_missing(self, site):
        if site.files_in_location_id or site.files_out_location_id:
            return ""
        return self.env._("Choose from where orders come, or where updates go, under “Keys”.")

    def _capabilities(self, site):
        inbound = {"orders"} if site.files_in_location_id else set()
        outbound = {"acknowledgement", "shipment", "cancellation"}
        return inbound | (outbound if site.files_out_location_id else set())

    def _offer_places(self, site):
        """One, as soon as something is sent."""
        return {"": site.name} if site.files_out_location_id else {}

    # === IN === #

    def _fetch(self, fetch_request):
        """The next file, as a page. It is put away when it is kept: see `_acknowledge`."""
        if fetch_request.source != "changes":
            raise RejectedError(
                self.env._("Files cannot be asked for single orders or lists."),
                code="files_no_request",
            )
        site = fetch_request.site_id
        waiting = self._waiting_files(site)
        if not waiting:
            return Page(watermark=fields.Datetime.now())
        name, more = waiting[0], len(waiting) > 1
        with site.files_in_location_id._read_file(name) as source:
            content = source.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise RejectedError(
                self.env._("The file %s is too large. Split it.", name), code="files_too_large"
            )
        return Page(
            content=content,
            charset="utf-8",
            request_id=name,
            received_at=fields.Datetime.now(),
            next_token=name if more else None,
        )

    def _waiting_files(self, site):
        """Names of files that are whole and not kept yet."""
        location = site.files_in_location_id
        if not location:
            return []
        kept = self.env["integrator.document"].search(
            [("site_id", "=", site.id), ("stage", "=", "acknowledge")]
        )
        names = set(kept.mapped("request_id"))
        steady = location._list_steady_files(site.files_in_mask or "")
        return [file.name for file in steady if file.name not in names]

    def _acknowledge(self, documents):
        """Put the files away that are kept now; one that changed since stays and is read again."""
        refused = {}
        for document in documents:
            location = document.site_id.files_in_location_id
            try:
                location._archive_if_same(document.request_id, document.checksum, document)
            except IntegratorError as error:
                refused[document] = error.message
        return refused

    def _extract(self, document):
        form = "xml" if (document.request_id or "").lower().endswith(".xml") else "csv"
        try:
            return [read_order(values) for values in read_orders(document._raw(), form)]
        except FileRefused as refused:
            text = problem_texts(self.env, refused.problems)
            raise RejectedError(
                self.env._("%(file)s: %(reason)s", file=document.request_id, reason=text),
                code="malformed_document",
            ) from None

    # === OUT === #

    def _plan_products(self, site, events):
        if not site.files_out_location_id:
            return {}
        return {event: self._product_updates(event) for event in events}

    def _product_updates(self, event):
        target = f"{event.record_model},{event.record_id}"
        # of what is gone there is no price, but there may be pieces at the other side
        kinds = ("inventory",) if event.record_operation == "unlink" else LANES
        return [
            Update(kind=kind, target_ref=target, target_name=event.record_name) for kind in kinds
        ]

    def _lane(self, task):
        return LANES.get(task.kind, "orders")

    def _submission_size(self, lane):
        return 1000

    def _in_flight(self, lane):
        return 1

    def _compared(self, site):
        return self.env["integrator.file.offer"], fields.Domain("site_id", "=", site.id)

    def _prepare(self, submission):
        site, tasks = submission.site_id, submission.task_ids
        lane = self._lane(tasks[:1])
        build = self._order_rows if lane == "orders" else self._catalogue_rows
        rows, refused = build(site, tasks)
        content = write_rows(rows, COLUMNS[lane], site.files_out_format)
        return Prepared(content=content, left_out=refused)

    def _catalogue_rows(self, site, tasks):
        """The rows of updates about products.

        :return: tuple (list of rows, dict task -> error for those of which nothing is sent)
        """
        found, refused = self._offer_rows(site, self._lane(tasks[:1]), tasks.mapped("target_ref"))
        refs = {row["sku"]: ref for ref, some in found.items() for row in some}
        self.env["integrator.file.offer"]._expect(site, refs)
        rows = {row["sku"]: row for some in found.values() for row in some}
        left_out = {task: refused[task.target_ref] for task in tasks if task.target_ref in refused}
        return [rows[sku] for sku in sorted(rows)], left_out

    def _offer_rows(self, site, lane, refs):
        """Return the rows that are to be sent now about products, also about those that are no
        longer offered.

        :param str lane: `stock` or `prices`
        :param refs: `target_ref` of products, which may be deleted
        :return: tuple (dict target_ref -> list of rows, dict target_ref -> error for those of
            which nothing can be sent)
        """
        site = site.with_company(site.company_id)
        ids = {ref: int(ref.partition(",")[2]) for ref in refs}
        products = site._offered_products(fields.Domain("id", "in", list(ids.values())))
        offered = {product.id: product for product in products}
        products = {ref: offered[one] for ref, one in ids.items() if one in offered}
        doubled = self._doubled(site, products)
        single = {ref: product for ref, product in products.items() if ref not in doubled}
        build = {"stock": self._stock_rows, "prices": self._price_rows}[lane]
        built, refused = build(site, single)
        rows = {ref: [row] for ref, row in built.items()}
        text = self.env._("The product is not offered on this channel.")
        nothing = NothingToSendError(text, code="files_not_offered")
        refused |= dict.fromkeys(refs - products.keys(), nothing)
        gone = self._gone_rows(site, products, refs) if lane == "stock" else {}
        for ref, some in gone.items():
            rows[ref] = rows.get(ref, []) + some
            refused.pop(ref, None)
        return rows, refused | doubled

    def _doubled(self, site, products):
        """Refuse products that share their SKU with others.

        :param dict products: target_ref -> offered product
        :return: dict target_ref -> error
        """
        skus = [product.default_code for product in products.values()]
        offered = site._offered_products(fields.Domain("default_code", "in", skus))
        named = offered.grouped("default_code")
        return {
            ref: RejectedError(
                self.env._(
                    "%(count)s products that are offered here have the SKU %(sku)s: %(names)s. "
                    "Nothing is sent about them. Change it on all but one of them, then press "
                    "“Try again”.",
                    count=len(named[product.default_code]),
                    sku=product.default_code,
                    names=", ".join(named[product.default_code].mapped("name")[:MAX_NAMED]),
                ),
                code="files_sku_doubled",
            )
            for ref, product in products.items()
            if len(named[product.default_code]) > 1
        }

    def _gone_rows(self, site, products, refs):
        """No pieces of what the site may still sell and is no longer offered: the product is gone,
        or it has another SKU by now.

        :param dict products: target_ref -> offered product
        :return: dict target_ref -> list of rows
        """
        offers = self.env["integrator.file.offer"]._of_targets(site, refs)._may_sell()
        skus = fields.Domain("default_code", "in", offers.mapped("sku"))
        present = set(site._offered_products(skus).mapped("default_code")) if offers else set()
        gone = offers.filtered(lambda offer: offer.sku not in present)
        return {
            ref: [{"sku": offer.sku, "quantity": NO_PIECES} for offer in some]
            for ref, some in gone.grouped("target_ref").items()
        }

    def _stock_rows(self, site, products):
        """
        :param dict products: target_ref -> offered product
        :return: tuple (dict target_ref -> row, dict target_ref -> error)
        """
        everything = site.env["product.product"].union(*products.values())
        free = everything._integrator_free_pieces(site.warehouse_id.view_location_id)
        sent = self.env["integrator.file.offer"]._sent_pieces(site, everything)
        rows, refused = {}, {}
        for ref, product in products.items():
            sku = product.default_code
            if product.id in free:
                pieces = max(free[product.id] - site.stock_buffer, 0)
                rows[ref] = {"sku": sku, "quantity": str(pieces)}
            elif site.files_uncounted > 0:
                rows[ref] = {"sku": sku, "quantity": str(site.files_uncounted)}
            else:
                refused[ref] = self._not_counted(sent.get(sku))
        return rows, refused

    def _not_counted(self, pieces):
        """
        :param pieces: what the site was sent last of the product; None: nothing
        """
        if pieces is None:
            text = self.env._("Odoo does not count this product, so no quantity of it is sent.")
            return NothingToSendError(text, code="files_not_counted")
        # otherwise it would stay there unnoticed
        return RejectedError(
            self.env._(
                "Odoo does not count this product, and the channel was last sent that there are "
                "%s pieces of it. Enter on the channel, under “Products”, how many are sent of "
                "such products, or let Odoo track its stock; then press “Try again”. Or set the "
                "quantity at the channel yourself and press “Give up”.",
                pieces,
            ),
            code="files_count_ended",
        )

    def _price_rows(self, site, products):
        """
        :param dict products: target_ref -> offered product
        :return: tuple (dict target_ref -> row, dict target_ref -> error)
        """
        place = site._files_place()
        pricelist = place.offer_pricelist_id or site.pricelist_id
        pricelist = pricelist.with_company(site.company_id)
        everything = site.env["product.product"].union(*products.values())
        prices = pricelist._integrator_priced(everything) if everything else {}
        currency = pricelist._integrator_currency()
        rows, refused = {}, {}
        for ref, product in products.items():
            price = prices[product.id]
            if reason := self._price_problem(site, currency, price):
                refused[ref] = RejectedError(reason, code="files_no_price")
                continue
            amount = self._taxed(site, place, product, price.amount, currency)
            text = f"{currency.round(amount):.{currency.decimal_places}f}"
            rows[ref] = {"sku": product.default_code, "price": text, "currency": currency.name}
        return rows, refused

    def _taxed(self, site, place, product, amount, currency):
        """A price with or without tax, as it is set on the site's marketplace.

        :param place: `integrator.marketplace`; may be empty
        """
        own = product.taxes_id._filter_taxes_by_company(site.company_id)
        taxes = place.seller_position_id.map_tax(own)
        wanted = place.offer_tax or self._offer_tax(site, "")
        return product._integrator_taxed(amount, own, taxes, wanted, currency)

    def _price_problem(self, site, currency, price):
        """Return the reason for which a price is invalid; empty where it is valid.

        :param price: `Price` of the pricelist, in `currency`
        """
        if currency.compare_amounts(price.amount, 0) <= 0:
            return self.env._(
                "A price of %(price)s cannot be offered. Enter one, on the product or in its "
                "pricelist, then press “Try again”.",
                price=currency.format(price.amount),
            )
        company = site.company_id
        through = currency.browse().union(*(one for pair in price.exchanges for one in pair))
        for one in through - company.currency_id:
            if not one._integrator_rate(company):
                return self.env._(
                    "There is no exchange rate for %s, so the price is not known. Enter a rate "
                    "(Invoicing > Configuration > Currencies), then press “Try again”.",
                    one.name,
                )
        return ""

    def _order_rows(self, site, tasks):
        words = {"acknowledgement": "accepted", "cancellation": "cancelled", "shipment": "shipped"}
        rows = []
        for task in tasks:
            head = dict.fromkeys(COLUMNS["orders"], "")
            head |= {"order": task.order_id.remote_order_id, "status": words[task.kind]}
            rows += self._shipment_rows(task, head) if task.kind == "shipment" else [head]
        return rows, {}

    def _shipment_rows(self, task, head):
        picking = task.picking_id
        head |= {
            "delivery": picking.name,
            "carrier": picking.carrier_id.name or "",
            "tracking": picking.carrier_tracking_ref or "",
        }
        lines = task.order_id.sale_order_id.order_line
        moves = picking.move_ids.filtered(lambda one: one.sale_line_id in lines and one.quantity)
        return [
            {
                **head,
                "sku": move.product_id.default_code or "",
                "line": move.sale_line_id.integrator_link_ids[:1].remote_line_id or "",
                "quantity": f"{move.quantity:g}",
            }
            for move in moves
        ]

    def _submit(self, submission):
        name = self._file_name(submission)
        try:
            submission.site_id.files_out_location_id._write_file(name, submission._raw())
        except ConfigurationError as error:
            # the name is of this submission alone, so the file is of an earlier try
            if error.code != PLACE_EXISTS.code:
                raise
        return Sent(ticket=name, refs={"file": name})

    def _file_name(self, submission):
        lane = self._lane(submission.task_ids[:1])
        form = submission.site_id.files_out_format
        # names of one second sort in the order in which they were written
        return f"{lane}-{submission.create_date:%Y%m%d-%H%M%S}-{submission.id:010d}.{form}"

    def _recover(self, submission):
        """Writing the same file again does no harm."""
        return

    def _check(self, submission):
        """Close the tasks of a written file, and keep what it contained about products."""
        if submission.lane != "orders":
            rows = read_rows(submission._raw())
            offers = self.env["integrator.file.offer"]
            offers._note_sent(submission.site_id, submission.lane, rows)
        return Checked(results=dict.fromkeys(submission.task_ids))
