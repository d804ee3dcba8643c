# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from html import escape

from odoo import fields
from odoo.tools import SQL

from .sale_case import SaleCase

#: Types of columns that can hold text.
TEXTUAL = ("text", "character varying", "json", "jsonb", "ARRAY", "bytea")


class MaskingMixin:
    """Runs the scheduled action that masks, and searches every table for what is left; for cases
    that run stages."""

    def mask(self, **delta):
        """The scheduled action, so much later; and Odoo's own nightly cleaning."""
        with self.later(**delta), self.running() as env:
            env["integrator.masking"]._cron_mask()
            self.vacuum(env)
        self.env.invalidate_all()

    def vacuum(self, env):
        """Run Odoo's nightly removal of transient rows."""
        for model in env.values():
            if model._transient and not model._abstract:
                model.search([]).unlink()
        env["bus.bus"].search([]).unlink()

    def traces(self, stems):
        """Return the places in the whole database where something of the buyers is left.

        :param stems: lower-case parts of texts
        :return: set of names of columns and of attachments
        """
        self.env.flush_all()
        stems = [*stems, *(escape(stem) for stem in stems)]
        return self._traces_in_tables(stems) | self._traces_in_files(stems)

    def _traces_in_tables(self, stems):
        found = set()
        for table, columns in self._textual_columns().items():
            parts = [SQL("lower(%s::text)", SQL.identifier(column)) for column in columns]
            likes = [f"%{stem}%" for stem in stems]
            hits = [SQL("count(*) FILTER (WHERE %s LIKE ANY(%s))", part, likes) for part in parts]
            query = SQL("SELECT %s FROM %s", SQL(", ").join(hits), SQL.identifier(table))
            [counts] = self.env.execute_query(query)
            found |= {
                f"{table}.{column}" for column, count in zip(columns, counts, strict=True) if count
            }
        return found

    def _textual_columns(self):
        rows = self.env.execute_query(
            SQL(
                """SELECT c.table_name, array_agg(c.column_name::text)
                     FROM information_schema.columns c
                     JOIN information_schema.tables t USING (table_schema, table_name)
                    WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
                      AND c.data_type IN %s
                 GROUP BY c.table_name""",
                TEXTUAL,
            )
        )
        return dict(rows)

    def _traces_in_files(self, stems):
        attachments = self.env["ir.attachment"].sudo()
        mine = [("id", ">", 0), ("create_date", ">=", self.env.cr.now()), ("type", "=", "binary")]
        return {
            f"file of {one.res_model}: {one.name}"
            for one in attachments.search(mine)
            if any(stem.encode() in (one.raw or b"").lower() for stem in stems)
        }


class PrivacyCase(MaskingMixin, SaleCase):
    """Buyers with names that occur nowhere else."""

    #: Stems of everything that is personal of the buyers that `person` makes.
    STEMS = ("quillfeather", "zenobia", "plumestreet", "493077", "30 77", "żółć")

    def person(self, key):
        """A buyer and an address: whoever is called so is one of ours."""
        name = f"Zenobia Quillfeather-{key} & Żółć"
        return {
            "buyer": {"name": name, "email": f"{key}@quillfeather.example", "phone": ""},
            "address": {
                "name": name,
                "street": f"Plumestreet {key}",
                "phone": "+49 30 77123456",
                "city": "Quillfeather Springs",
                "zip": "80331",
            },
        }

    def order_of(self, name, key=None, **values):
        """A neutral order of a buyer, placed now."""
        now = fields.Datetime.now().isoformat(timespec="seconds")
        sku, status = values.pop("sku", "SKU-1"), values.pop("status", "unshipped")
        value = self.remote.order(name, sku, status, ordered_at=now, updated_at=now)
        person = self.person(key or name)
        value["buyer"] |= person["buyer"] | values.pop("buyer", {})
        value["address"] |= person["address"]
        return value | values

    def bring(self, *values, deliver=False, site=None):
        """Orders on their way through all inbound stages.

        :return: the remote orders
        """
        self.put_orders(*values, site=site)
        self.run_stages("fetch", "acknowledge", "extract", "import")
        names = [value["remote_order_id"] for value in values]
        orders = self.env["integrator.order"].search([("remote_order_id", "in", names)])
        if deliver:
            for picking in orders.sale_order_id.picking_ids:
                self.deliver(picking)
        return orders

    def put_hold(self, sale_order, note):
        """A hold that quotes the buyer, on deliveries that may have left."""
        self.env["integrator.delivery.hold"]._put(sale_order.picking_ids, "buyer_cancel", note)

    def traces(self, stems=STEMS):
        """Return the places where something of the buyers is left; see `MaskingMixin`."""
        return super().traces(stems)
