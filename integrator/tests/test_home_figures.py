# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .sale_case import SaleCase

PASSWORD = "home_clerk_pass"
CLERK = "integrator.group_integrator_user,stock.group_stock_user"


def plain(text):
    """A text with plain spaces."""
    return " ".join(text.split())


class HomeCase(SaleCase):
    """The figures of Home, for a member of the two groups of an operator."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.partner_id.tz = "Europe/Berlin"
        cls.clerk = new_test_user(cls.env, "home_clerk", CLERK, password=PASSWORD)

    def figures(self, user=None):
        self.env.invalidate_all()
        return self.env["integrator.home"].with_user(user or self.clerk).get_figures()

    def tile(self, label, user=None):
        """The tile of a label: its figure and the texts of its parts; none: None."""
        for tile in self.figures(user)["tiles"]:
            if tile["label"] == label:
                return tile
        return None

    def row(self, label):
        """The texts of a row."""
        rows = [row for row in self.figures()["rows"] if row["label"] == label]
        return [plain(figure["text"]) for figure in rows[0]["figures"]] if rows else None

    def opened(self, figure):
        """The records that a figure opens."""
        action = self.figures()["actions"][figure["action"]]
        model = self.env[action["res_model"]].with_user(self.clerk)
        return model.search(figure["domain"])


@tagged("post_install", "-at_install")
@freeze_time("2026-11-12 10:00:00")
class TestHomeOrders(HomeCase):
    """Orders and money by marketplace and day."""

    def sell(self, *moments, **values):
        """An order for each moment, UTC."""
        return self.import_orders(
            *(
                self.remote.order(f"R-{number}-{moment}", ordered_at=moment, **values)
                for number, moment in enumerate(moments)
            )
        )

    def test_orders_stand_on_the_day_on_which_the_buyer_ordered(self):
        """001-85: in the company's time zone, whenever they came in; money to the cent."""
        # 00:30 and 23:30 of the 12th in Berlin, 23:30 of the 11th, and a week before
        self.sell("2026-11-11T23:30:00", "2026-11-12T09:30:00")
        self.sell("2026-11-11T22:30:00", "2026-11-05T12:00:00", amount_total="24.93")
        self.assertEqual(self.row("Dummy market"), ["2 · $ 49.80", "1 · $ 24.93", "1 · $ 24.93"])
        bars = self.figures()["chart"]["bars"]
        shares = [(plain(bar["title"]), bar["share"]) for bar in bars if bar["share"]]
        self.assertEqual(
            shares,
            [
                ("5 Nov: 1 · $ 24.93", 50),
                ("11 Nov: 1 · $ 24.93", 50),
                ("12 Nov: 2 · $ 49.80", 100),
            ],
        )
        self.assertEqual(self.figures()["chart"]["axis"], ["2", "1", "0"])

    def test_a_figure_opens_what_it_counts(self):
        """001-85: in a table and in the chart; cancelled orders are no sales."""
        first, second = self.sell("2026-11-12T08:00:00", "2026-11-10T08:00:00")
        self.sell("2026-11-12T07:00:00", status="cancelled")
        figures = self.figures()
        self.assertEqual(self.opened(figures["rows"][0]["figures"][0]), first)
        self.assertEqual(self.opened(figures["chart"]["bars"][-3]), second)

    def test_marketplaces_of_several_currencies_are_added_by_the_days_rate(self):
        """001-85: as they are while a rate is missing."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids.unlink()
        self.sell("2026-11-12T08:00:00")
        self.sell("2026-11-12T09:00:00", currency="EUR", channel_name="Euro market")
        self.assertEqual(self.row("Euro market")[0], "1 · 24.90 €")
        self.assertEqual(self.row("All orders")[0], "2 · $ 24.90 + 24.90 €")
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "name": "2026-11-01", "rate": 0.5}
        )
        self.assertEqual(self.row("All orders"), ["2 · $ 74.70", "0", "0"])

    def test_a_refund_stands_beside_them(self):
        """002-22: by when it was sent to the channel."""
        line = {
            "remote_order_id": "R-1",
            "remote_line_id": "1",
            "company_id": self.env.company.id,
            "site_id": self.site.id,
            "currency_id": self.env.company.currency_id.id,
            "sent_at": datetime(2026, 11, 11, 12),
        }
        self.env["integrator.refund.line"].create(
            [
                {**line, "kind": "item", "net": 10.03, "tax": 1.91, "state": "success"},
                {**line, "kind": "shipping", "net": 4, "tax": 0, "state": "submitted"},
                {**line, "kind": "units", "quantity_left": 1, "state": "success"},
                {**line, "kind": "item", "net": 7, "tax": 0, "state": "error"},
            ]
        )
        self.assertEqual(self.row("Refunds"), ["0", "1 · $ 15.94", "0"])

    def test_without_a_channel_that_runs_there_are_no_zeros(self):
        """001-35."""
        self.site.automatic = False
        self.assertFalse(self.figures())

    def test_only_operators_read_them(self):
        """001-35."""
        with self.assertRaises(AccessError):
            self.figures(new_test_user(self.env, "outsider", "base.group_user"))


@tagged("post_install", "-at_install")
class TestHomeTodo(HomeCase):
    """Home shows the most urgent causes of To do, each with its answer (001-88)."""

    def waiting(self):
        """The rows of Home, by their titles."""
        return {row["title"]: row for row in self.figures()["todo"]}

    def test_urgent_causes_have_their_names_and_their_answer(self):
        """A final answer is asked about, by name; where there is none the button leads on."""
        order = self.see()
        picking = order.sale_order_id.picking_ids
        picking._integrator_hold("buyer_cancel", "Ordered by mistake.")
        row = self.waiting()["1 delivery on hold"]
        self.assertEqual((row["names"], row["reason"]), ("R-1", "Buyer asks to cancel"))
        [answer] = row["cures"]
        self.assertEqual(answer["label"], "Cancel as the buyer asks")
        self.assertIn("cannot be undone", answer["question"])
        self.assertTrue(answer["question"].endswith("R-1"))
        picking._integrator_release_hold()
        picking._integrator_hold("address", "No street.")
        row = self.waiting()["1 delivery on hold"]
        self.assertEqual((row["cures"], row["step"]), ([], "Correct the address"))

    def test_many_are_named_by_the_first(self):
        """However many there are, no more than are named are read."""
        numbers = [f"R-{number}" for number in range(2, 9)]
        self.import_orders(*(self.remote.order(one, sku=f"S{one}") for one in numbers))
        row = self.waiting()["7 unknown SKUs"]
        self.assertTrue(row["names"].endswith("…"))
        self.assertEqual(row["names"].count(","), 4)

    def test_further_causes_are_counted(self):
        """One press leads to all."""
        values = {"site_id": self.site.id, "kind": "shipment"}
        tasks = self.env["integrator.task"].create(
            [{**values, "target_ref": str(number)} for number in range(8)]
        )
        for number, task in enumerate(tasks):
            if number == 6:
                self.assertIsNone(self.figures()["more"])
            task._move("error", error_code=f"code_{number}", error_message="No.")
        more = self.figures()["more"]
        self.assertEqual(more["text"], "2 more…")
        self.assertEqual(len(self.opened(more)), 8)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-12 10:00:00")
class TestHomeParcels(HomeCase):
    """Home counts parcels by when they have to leave, and how many left in time."""

    def parcels(self, *limits):
        """A delivery for each ship-by date, UTC."""
        orders = self.import_orders(
            *(self.remote.order(f"R-{number}", ship_by=at) for number, at in enumerate(limits))
        )
        return orders.sorted("remote_order_id").sale_order_id.picking_ids

    def test_parcels_are_distinguished_by_their_hour(self):
        """001-24: in the company's time zone."""
        late, *_others = self.parcels(
            "2026-11-12T09:00:00",
            *("2026-11-12T16:45:00", "2026-11-12T16:45:00"),
            *("2026-11-13T08:00:00", "2026-11-20T08:00:00", None),
        )
        tile = self.tile("To ship")
        self.assertEqual((tile["figure"]["text"], tile["tone"]), ("6", "danger"))
        texts = [plain(part["text"]) for part in tile["parts"]]
        self.assertEqual(
            texts, ["1 late", "2 by 5:45 PM", "1 tomorrow", "1 later", "1 without a date"]
        )
        self.assertEqual(self.opened(tile["parts"][0]), late)
        self.assertEqual([len(self.opened(part)) for part in tile["parts"]], [1, 2, 1, 1, 1])

    def test_the_share_in_time_opens_those_that_were_late(self):
        """001-24."""
        early, late = self.parcels("2026-11-13T08:00:00", "2026-11-12T08:00:00")
        self.assertFalse(self.tile("Shipped in time"))
        self.deliver(early)
        self.deliver(late)
        tile = self.tile("Shipped in time")
        self.assertEqual((tile["figure"]["text"], tile["tone"]), ("50 %", "danger"))
        self.assertEqual(tile["parts"][0]["text"], "1 of 2 late in 30 days")
        self.assertEqual(self.opened(tile["parts"][0]), late)
        self.assertEqual(self.opened(tile["figure"]), early | late)

    def test_there_is_no_figure_that_its_reader_may_not_open(self):
        """001-35: without a right on deliveries."""
        self.parcels("2026-11-13T08:00:00")
        operator = new_test_user(self.env, "no_stock", "integrator.group_integrator_user")
        self.assertFalse(self.tile("To ship", operator))
        self.assertTrue(self.tile("Listings live", operator))

    def test_who_reads_deliveries_but_no_carriers_sees_home_and_what_waits(self):
        """001-35: an accountant, who need not know how parcels travel."""
        picking = self.parcels("2026-11-13T08:00:00")
        self.deliver(picking)
        self.run_stages("plan_orders")
        groups = "integrator.group_integrator_user,account.group_account_invoice"
        accountant = new_test_user(self.env, "bookkeeper", groups)
        titles = [cause["title"] for cause in self.figures(accountant)["todo"]]
        self.assertIn("1 parcel has left without a tracking number", titles)
        self.assertTrue(picking.with_user(accountant).integrator_awaits_tracking)

    def test_listings_live_with_problems_and_sold_out(self):
        """001-77."""
        listings = self.env["integrator.listing"].create(
            [
                {
                    "site_id": self.site.id,
                    "product_id": self.product.id,
                    "sku": sku,
                    "state": "live",
                }
                for sku in ("A", "B", "C")
            ]
        )
        listings[0]._section("price")._mark_refused("Too high.")
        listings[1]._section("inventory").emptied_at = datetime(2026, 11, 12)
        tile = self.tile("Listings live")
        self.assertEqual(tile["figure"]["text"], "3")
        self.assertEqual(
            [part["text"] for part in tile["parts"]], ["1 with problems", "1 sold out"]
        )
        self.assertEqual(self.opened(tile["parts"][0]), listings[0])
        self.assertEqual(self.opened(tile["parts"][1]), listings[1])


@tagged("post_install", "-at_install")
class TestHomeScreen(HomeCase, HttpCase):
    """Home in the browser."""

    def test_figures_open_their_records_in_the_same_tab(self):
        """001-85: the page of the product results is one click away."""
        now = fields.Datetime.now().replace(microsecond=0)
        limit = (now + timedelta(days=9)).isoformat()
        self.import_orders(self.remote.order("R-1", ordered_at=now.isoformat(), ship_by=limit))
        self.start_tour("/odoo/integration-home", "integrator_home", login="home_clerk")
