# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The smallest whole site: a shop that leaves orders as CSV in a folder and reads stock there."""

import csv
import io
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

from odoo import fields, models

from odoo.addons.integrator.exceptions import ConfigurationError, RejectedError
from odoo.addons.integrator.neutral import (
    Address,
    Buyer,
    Charge,
    Checked,
    Order,
    OrderLine,
    Page,
    Prepared,
    Sent,
    Update,
)


class FolderSite(models.Model):
    _inherit = "integrator.site"

    site_type = fields.Selection(
        selection_add=[("folder", "Folder shop")], ondelete={"folder": "cascade"}
    )
    folder = fields.Char(help="Where orders.csv lies and stock.csv is written.")


class FolderAdapter(models.AbstractModel):
    _name = "integrator.adapter.folder"
    _inherit = ["integrator.adapter"]
    _description = "Adapter: folder shop"

    # === THE ACCOUNT === #

    def _test_connection(self, site):
        if not Path(site.folder or "").is_dir():
            raise ConfigurationError(f"There is no folder {site.folder}.", code="folder_missing")
        return f"The folder {site.folder} is there."

    def _capabilities(self, site):
        return {"orders"}

    # === IN === #

    def _fetch(self, fetch_request):
        """One page holds everything: orders that are known are passed over by their id."""
        content = Path(fetch_request.site_id.folder, "orders.csv").read_bytes()
        now = fields.Datetime.now()
        return Page(content=content, charset="utf-8", received_at=now, watermark=now)

    def _acknowledge(self, documents):
        """The shop does not want to know that we have read it."""
        return {}

    def _extract(self, document):
        rows = csv.DictReader(io.StringIO(document._raw().decode()))
        try:
            return [self._read_order(row) for row in rows]
        except (ArithmeticError, KeyError, ValueError) as error:
            raise RejectedError(f"orders.csv: {error}", code="malformed_document") from error

    def _read_order(self, row):
        """Return an order in the form of the core, see docs/neutral-forms.md."""
        ordered_at = datetime.fromisoformat(row["at"]).replace(tzinfo=timezone.utc)
        total = Decimal(row["total"])
        line = OrderLine(
            remote_line_id="1",
            sku=row["sku"],
            title=row["sku"],
            quantity=int(row["quantity"]),
            charges=(Charge(kind="item", amount=total),),
        )
        place = {key: row[key] for key in ("name", "street", "city", "zip", "country")}
        return Order(
            remote_order_id=row["id"],
            remote_status="unshipped",
            remote_status_text="open",
            fulfilled_by="merchant",
            ordered_at=ordered_at,
            updated_at=ordered_at,
            currency="EUR",
            amount_total=total,
            buyer=Buyer(name=row["name"]),
            address=Address(**place),
            lines=(line,),
        )

    # === OUT === #

    def _plan(self, site, events):
        """Whatever happens to a product that is offered here, its stock is sent."""
        offered = site._offered_products().ids
        return {
            event: [self._stock(event)]
            for event in events
            if event.record_model == "product.product" and event.record_id in offered
        }

    def _stock(self, event):
        target = f"{event.record_model},{event.record_id}"
        return Update(kind="inventory", target_ref=target, target_name=event.record_name)

    def _lane(self, task):
        return "stock"

    def _submission_size(self, lane):
        return 1000

    def _in_flight(self, lane):
        return 1

    def _prepare(self, submission):
        ids = [int(task.target_ref.partition(",")[2]) for task in submission.task_ids]
        products = self.env["product.product"].browse(ids).exists()
        rows = [f"{product.default_code},{int(product.free_qty)}" for product in products]
        return Prepared(content="\n".join(["sku,quantity", *sorted(rows)]).encode())

    def _submit(self, submission):
        Path(submission.site_id.folder, "stock.csv").write_bytes(submission._raw())
        return Sent(ticket=f"stock-{submission.id}", refs={"file": "stock.csv"})

    def _recover(self, submission):
        """Writing the same file again does no harm."""
        return

    def _check(self, submission):
        """Confirm what is written: a real site would be asked what it shows."""
        return Checked(results=dict.fromkeys(submission.task_ids))
