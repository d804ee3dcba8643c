# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields
from odoo.sql_db import Cursor
from odoo.tests import tagged

from ..const import STAGES
from ..exceptions import RejectedError
from ..neutral import Update
from .common import IntegratorCommon

#: Rows that are done with, in each table. PostgreSQL plans the same for 400,000 (looked at once).
ROWS = 50_000

#: Model -> columns of its rows, in SQL; `i` counts, `site` is the site's id.
OLD = {
    "product.integration": {
        "record_model": "'product.product'",
        "record_id": "i",
        "record_operation": "'write'",
        "operation_timestamp": "now() - interval '9 days'",
        "pending": "false",
        "task_state": "'success'",
    },
    "order.integration": {
        "record_model": "'sale.order'",
        "record_id": "i",
        "record_operation": "'confirmation'",
        "operation_timestamp": "now() - interval '9 days'",
        "pending": "false",
        "task_state": "'success'",
    },
    "integrator.task": {
        "site_id": "site",
        "kind": "'product'",
        "state": "'success'",
        "target_ref": "'product.product,' || i",
    },
    "integrator.order": {
        "site_id": "site",
        "remote_order_id": "'OLD-' || i",
        "state": "'imported'",
        "has_changes": "false",
        "reservation_due": "false",
    },
    "integrator.document": {
        "site_id": "site",
        "remote_id": "'old/' || i",
        "stage": "'done'",
        "state": "'done'",
    },
    "integrator.fetch.request": {
        "site_id": "site",
        "source": "'changes'",
        "date_from": "now() - interval '9 days'",
        "state": "'done'",
    },
    "integrator.submission": {
        "site_id": "site",
        "lane": "'all'",
        "state": "'done'",
        "ticket": "'old-' || i",
    },
    "integrator.run": {
        "site_id": "site",
        "stage": "'import'",
        "started_at": "now() - interval '1 minute' * i",
        "done": "1",
    },
}

#: Events that the site has seen, beside those rows.
SEEN = """
    INSERT INTO integrator_consumption (site_id, {column})
    SELECT %s, id FROM {table} WHERE pending IS NOT TRUE
"""


@tagged("post_install", "-at_install")
class TestQueuePlans(IntegratorCommon):
    """Queries that run each minute use an index, whatever the size of the tables."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tables = [cls._fill(model, columns) for model, columns in OLD.items()]
        for column, table in (("product_event_id", tables[0]), ("order_event_id", tables[1])):
            cls.env.cr.execute(SEEN.format(column=column, table=table), [cls.site.id])
        cls.tables = [*tables, "integrator_consumption"]
        for table in cls.tables:
            cls.env.cr.execute(f"ANALYZE {table}")

    @classmethod
    def _fill(cls, model, columns):
        table = cls.env[model]._table
        values = ", ".join(columns.values()).replace("site", str(cls.site.id), 1)
        cls.env.cr.execute(
            f"INSERT INTO {table} ({', '.join(columns)})"  # noqa: S608 - words of this file
            f" SELECT {values} FROM generate_series(1, {ROWS}) AS i"
        )
        return table

    @contextmanager
    def asked(self):
        """The statements that are sent to PostgreSQL meanwhile, one of each kind."""
        statements = {}
        execute = Cursor.execute

        def note(cursor, *args, **kwargs):
            result = execute(cursor, *args, **kwargs)
            text = cursor._obj.query.decode()
            if text.lstrip().startswith(("SELECT", "WITH", "UPDATE")):
                statements[re.sub(r"\d+|'[^']*'", "?", text)] = text
            return result

        with patch.object(Cursor, "execute", note):
            yield statements

    def read_whole(self, statement):
        """The big tables that a statement reads from their beginning to their end."""
        self.env.cr.execute("EXPLAIN (FORMAT JSON) " + statement.replace("%", "%%"), [])
        nodes = [self.env.cr.fetchone()[0][0]["Plan"]]
        read = set()
        for node in nodes:
            nodes += node.get("Plans", ())
            if node["Node Type"].endswith("Seq Scan"):
                read.add(node["Relation Name"])
        return read & set(self.tables)

    def assert_indexed(self, statements):
        self.assertTrue(any(table in text for text in statements.values() for table in self.tables))
        slow = [text for text in statements.values() if self.read_whole(text)]
        self.assertFalse(slow, "\n\n".join(slow))

    def test_stages_that_find_nothing_read_no_table_whole(self):
        """A minute in which nothing has happened."""
        with self.asked() as statements:
            self.run_stages(*STAGES)
        self.assert_indexed(statements)

    def test_stages_that_find_work_read_no_table_whole(self):
        """A product, an order, a refused task with its alert, and an event that cannot be planned:
        all the way in and out, and once more when nothing is left."""
        self.remote.refusals["product"] = RejectedError("No brand.", code="brand")
        error = RejectedError("No type.", code="no_type")
        self.put_orders(self.remote.order("R-1"), self.remote.order("R-2", sku="NONE"))
        self.product.name = "Better"
        with self.asked() as statements:
            self.run_stages()
            self.remote.faults += [("plan", error)] * 2
            self.product.name = "Worse"
            self.run_stages(*STAGES)
        self.assertGreater(len(self.alerts()), 2)
        self.assert_indexed(statements)

    def test_work_for_a_later_time_is_found_by_an_index(self):
        """The time at which the scheduler has to come back is read from it."""
        later = fields.Datetime.add(fields.Datetime.now(), hours=2)
        update = Update(kind="product", target_ref="one", update_at=later)
        self.env["integrator.task"]._enqueue(self.site, update, state="waiting")
        with self.asked() as statements:
            self.run_stages("send")
        self.assert_indexed(statements)
