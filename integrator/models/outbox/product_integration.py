# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import MissingError

from ...const import DECIDING, OURS

#: Conversion of values to JSON, by field type; every other type is JSON already.
JSON_VALUES = {
    "many2one": lambda value: value.id,
    "one2many": lambda value: sorted(value.ids),
    "many2many": lambda value: sorted(value.ids),
    "date": fields.Date.to_string,
    "datetime": fields.Datetime.to_string,
    "binary": lambda value: bool(value) and sha256(value).hexdigest(),
    "html": lambda value: value and str(value),
}
#: Fields whose change is of no interest to sites.
IGNORED = {"message_follower_ids", "message_ids", "activity_ids", "product_properties"}


class ProductIntegration(models.Model):
    """Events on products, one per variant, the unit that is sold; a change of a template is a
    change of each of its variants."""

    _name = "product.integration"
    _inherit = "integrator.event.mixin"
    _description = "Product integration"

    record_operation = fields.Selection(
        [("create", "Created"), ("write", "Changed"), ("unlink", "Deleted")],
        string="Operation",
        required=True,
        readonly=True,
    )
    consumption_ids = fields.One2many("integrator.consumption", "product_event_id")

    # === COLLECTING === #

    @api.model
    def _note_create(self, products):
        """Collect the creation of variants.

        :param products: `product.product` records, any number
        """
        self._collect(
            self._prepare_row(product._name, product.id, "create", {"id": product.id})
            for product in products
        )

    @api.model
    def _snapshot(self, records, names):
        """JSON values of the named fields, to be compared after a write.

        :param records: products or templates
        :param names: iterable of field names; unknown and ignored ones are left out
        :return: dict record id -> dict field name -> JSON value
        """
        known = [records._fields[name] for name in names if name in records._fields]
        known = [field for field in known if field.name not in IGNORED]
        return {
            record.id: {field.name: self._json_value(field, record) for field in known}
            for record in records
        }

    @api.model
    def _json_value(self, field, record):
        value = record[field.name]
        return JSON_VALUES.get(field.type, lambda plain: plain)(value)

    @api.model
    def _note_write(self, records, before):
        """Collect what really changed since `before`; archiving is an event of its own.

        :param records: products or templates after the write
        :param dict before: what `_snapshot` gave
        """
        for record in records:
            now = self._snapshot(record, before.get(record.id, ()))[record.id]
            changes = {name: now[name] for name in now if now[name] != before[record.id][name]}
            active = {name: changes.pop(name) for name in ("active",) if name in changes}
            self._collect(
                self._prepare_row(record._name, record.id, "write", values, part)
                for part, values in (("values", changes), ("active", active))
                if values
            )

    @api.model
    def _note_quantity(self, products):
        """Collect that the stock of variants moved; the number is read when it is sent."""
        self._collect(
            self._prepare_row(product._name, product.id, "write", {"free_qty": None}, "values")
            for product in products
        )

    @api.model
    def _prepare_unlink(self, products, listings):
        """Values of the events about variants that are going to be deleted.

        :param dict listings: product id -> list of what its listings are known by
        :return: list of rows for `_collect`
        """
        return [
            {
                **self._prepare_row(
                    product._name,
                    product.id,
                    "unlink",
                    {
                        "id": product.id,
                        "default_code": product.default_code,
                        "barcode": product.barcode,
                        "name": product.name,
                        "listings": listings.get(product.id, []),
                    },
                ),
                "record_name": product.display_name,
                "company_id": product.company_id.id or None,
            }
            for product in products
        ]

    @api.model
    def _request(self, site, products):
        """Collect a *create* event per product for one site: what a manual synchronisation does.
        From here on the path is the automatic one.

        :return: how many
        """
        self._collect(
            {
                **self._prepare_row(
                    product._name, product.id, "create", {"id": product.id}, site.id
                ),
                "site_id": site.id,
                "site_name": site.name,
            }
            for product in products
        )
        return len(products)

    @api.model
    def _prepare_row(self, model, record_id, operation, data, part="values"):
        return {
            "key": (model, record_id, operation, part),
            "record_model": model,
            "record_id": record_id,
            "record_name": None,
            "record_operation": operation,
            "operation_data": data,
            "operation_timestamp": fields.Datetime.now(),
            "company_id": None,
            "site_id": None,
            "site_name": None,
        }

    # === WRITING === #

    @api.model
    def _complete_rows(self, rows):
        """Spread template rows over their variants, name the records, and drop what a younger row
        of the same transaction says better: writes of a variant that was created or deleted in
        it, and everything about one that was both."""
        products = self._find_products(rows)
        rows = self._spread_templates(rows, products)
        products |= self._add_kits(rows, products)
        touched = {
            operation: {
                row["record_id"]
                for row in rows
                if row["record_operation"] == operation and not row["site_id"]
            }
            for operation in ("create", "unlink")
        }
        quiet = {"write": touched["create"] | touched["unlink"]}
        quiet |= dict.fromkeys(("create", "unlink"), touched["create"] & touched["unlink"])
        rows = [row for row in rows if row["record_id"] not in quiet[row["record_operation"]]]
        return self._name_rows(rows, products)

    @api.model
    def _find_products(self, rows):
        """The existing variants of rows, directly or by their templates. What the write has read
        already is not read again, since every write of a user waits for it."""
        ids = {"product.product": set(), "product.template": set()}
        gone = {row["record_id"] for row in rows if row["record_operation"] == "unlink"}
        for row in rows:
            ids[row["record_model"]].add(row["record_id"])
        env = self.with_context(active_test=False).env
        products = env["product.product"].browse(ids["product.product"] - gone)
        products |= env["product.template"].browse(ids["product.template"]).product_variant_ids
        try:
            products.mapped("product_tmpl_id")
        except MissingError:
            products = products.exists()
        return products.sorted("id")

    @api.model
    def _spread_templates(self, rows, products):
        variants = {
            template.id: some.ids for template, some in products.grouped("product_tmpl_id").items()
        }
        merged = {}
        for row in rows:
            is_template = row["record_model"] == "product.template"
            for product_id in (
                variants.get(row["record_id"], ()) if is_template else [row["record_id"]]
            ):
                part = "active" if "active" in row["operation_data"] else "values"
                key = (product_id, row["record_operation"], part, row["site_id"])
                known = merged.setdefault(
                    key,
                    {
                        **row,
                        "record_model": "product.product",
                        "record_id": product_id,
                        "operation_data": {},
                    },
                )
                known["operation_data"] = {**known["operation_data"], **row["operation_data"]}
        return list(merged.values())

    @api.model
    def _add_kits(self, rows, products):
        """Add rows for the kits that contain products whose quantity changed.

        :param list[dict] rows: gets a row for each of these kits
        :return: the kits
        """
        counted = {row["record_id"] for row in rows if "free_qty" in row["operation_data"]}
        kits = products.filtered(lambda one: one.id in counted)._integrator_kits_with()
        new = kits.filtered(lambda kit: kit.id not in counted)
        for kit in new:
            row = self._prepare_row(kit._name, kit.id, "write", {"free_qty": None})
            del row["key"]
            rows.append(row)
        return new

    @api.model
    def _name_rows(self, rows, products):
        unnamed = [row for row in rows if row["record_name"] is None]
        # out of the set, not by browse: names are computed for all of them at once
        products = {product.id: product for product in products}
        for row in unnamed:
            if product := products.get(row["record_id"]):
                row["record_name"] = product._integrator_name()
                row["company_id"] = product.product_tmpl_id.company_id.id or None
        return rows

    # === BUSINESS METHODS === #

    def _record_change(self, products, *names):
        """Collect events for a change outside of the products that affects their listings; the
        values are read when they are sent.

        :param names: what changed
        """
        if self.env.context.get(DECIDING) is OURS:
            return
        self._collect(
            self._prepare_row(product._name, product.id, "write", dict.fromkeys(names), "values")
            for product in products
        )
