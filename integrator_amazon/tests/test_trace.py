# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
import sys
from contextlib import contextmanager
from pathlib import Path

from odoo.tests import tagged

from .catalogue_case import CatalogueCase
from .common import GERMANY

#: Where the addons lie.
ROOT = Path(__file__).resolve().parents[2]

#: The file that runs whatever happens.
STAGE = "integrator/stages/stage.py"
ORDER_IN = ("fetch", "acknowledge", "extract", "import")

#: How many of our files one thing may run. Who follows an order or a price from its beginning to
#: its end opens as many, so the number only falls: a new file on the way takes the place of
#: another, or what runs together stands together. About 15 of them run one function only, where a
#: model of Odoo is written or a stage looks whether it has work.
MOST_FILES = 55


@tagged("post_install", "-at_install")
class TestTrace(CatalogueCase):
    """An order and a price run through a limited number of our files. Everything has run once
    before, so that first-time work does not count. `bin/trace` prints the files."""

    @contextmanager
    def traced(self, name):
        """Take down the files of ours in which a function is called.

        :param str name: what happens meanwhile, for the list that `bin/trace` prints
        :return: set of paths, relative to the repository, filled when it is over
        """
        files, beginning = set(), f"{ROOT}/integrator"

        def note(frame, event, _argument):
            file = frame.f_code.co_filename
            if event == "call" and file.startswith(beginning) and "/tests/" not in file:
                files.add(file.removeprefix(f"{ROOT}/"))

        sys.setprofile(note)
        try:
            yield files
        finally:
            sys.setprofile(None)
            if "TRACE_FILE" in os.environ:
                with Path(os.environ["TRACE_FILE"]).open("a") as trace:
                    trace.writelines(f"{name}: {file}\n" for file in sorted(files))

    def assert_few(self, files):
        """The way is short, and it was looked at."""
        self.assertIn(STAGE, files)
        self.assertLessEqual(len(files), MOST_FILES, "\n".join(sorted(files)))

    def test_an_order_on_its_way_in(self):
        """From the call that fetches it to the confirmed sale order and its delivery."""
        self.list_products()
        for seed in (1, 2):
            self.amazon.demo(count=1, kinds=["single"], marketplace_id=GERMANY, seed=seed)
            with self.traced(f"order in, {seed}") as files:
                self.run_stages(*ORDER_IN)
        orders = self.env["integrator.order"].search([("site_id", "=", self.site.id)])
        self.assertEqual(orders.mapped("state"), ["imported"] * 2)
        self.assertEqual(orders.sale_order_id.picking_ids.mapped("state"), ["assigned"] * 2)
        self.assert_few(files)

    def test_a_price_on_its_way_out(self):
        """From the change of the price to the feed that Amazon has done, and what it shows."""
        self.publish()
        for price in (31, 32):
            with self.traced(f"price out, {price}") as files:
                self.product.list_price = price
                self.push()
        self.assertEqual(self.price_of(self.offer()["our_price"]), 32)
        self.assert_few(files)
