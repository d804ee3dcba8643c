# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import suppress
from datetime import timedelta

from odoo import fields
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ..stages import stage_reconcile
from .listing_case import ListingCase


@tagged("post_install", "-at_install")
class TestReconcile(ListingCase):
    """A difference without an event is corrected by the next pass, for live listings of a site."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.write({"guard_price": 0, "guard_zero": 0, "guard_deletions": 0})
        # whatever the hour at which the tests run
        cls.site.reconcile_nightly = False
        # the first comparison of a site is that of all its listings
        cls.env["integrator.reconcile"].create(
            {"site_id": cls.site.id, "scope": "all", "cause": "schedule", "state": "done"}
        )
        cls.clear_requests()

    @classmethod
    def clear_requests(cls):
        """Remove open passes and events."""
        cls.env.cr.flush()
        cls.env["integrator.reconcile"].search([("state", "!=", "done")]).unlink()
        cls._forget_events()

    def sql(self, query, *args):
        """Change data without an event."""
        self.env.flush_all()
        self.env.cr.execute(query, args)
        self.env.invalidate_all()

    def hour(self):
        """An hour later the scheduler compares."""
        with self.later(minutes=61):
            self.run_stages("reconcile")

    def passes(self, **values):
        self.env.cr.flush()
        domain = [("site_id", "=", self.site.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["integrator.reconcile"].search(domain)

    def asked(self):
        """(SKU, kind) of what is to be sent."""
        return sorted((task.target_name, task.kind) for task in self.tasks(state="ready"))

    def test_an_unchanged_catalogue_makes_no_task(self):
        """001-15: a pass looks at all and finds nothing; nothing is begun before its time."""
        self.hour()
        [last] = self.passes(scope="offer")
        self.assertEqual((last.state, last.compared, last.found), ("done", 8, 0))
        self.assertFalse(self.tasks())
        with self.later(minutes=90):
            self.run_stages("reconcile")
        self.assertEqual(len(self.passes(scope="offer")), 1)

    def test_a_change_without_an_event_is_sent_within_the_hour(self):
        """001-04, 001-08: prices and stock by SQL, once."""
        self.sql(
            "UPDATE product_template SET list_price = 11 WHERE id = %s",
            self.products[0].product_tmpl_id.id,
        )
        self.sql("UPDATE stock_quant SET quantity = 3 WHERE product_id = %s", self.products[1].id)
        self.assertFalse(self.events())
        self.hour()
        self.assertEqual(self.asked(), [("G-0", "price"), ("G-1", "inventory")])
        self.assertEqual(self.passes(scope="offer").found, 2)
        self.assertEqual(self.run_to_the_end(), {"success"})

    def run_to_the_end(self):
        self.run_stages("send", "send")
        return set(self.tasks().mapped("state"))

    def test_a_long_pass_goes_on_where_it_was(self):
        """000-07: in pieces, each of its own transaction; a kill in between loses nothing."""
        self.patch(stage_reconcile, "PIECE", 3)
        self.sql("UPDATE product_template SET list_price = 11")
        looked = []

        def count(current):
            looked.append(current.compared)
            if len(looked) == 2:
                raise KeyboardInterrupt

        self.meet_pieces(count)
        with suppress(KeyboardInterrupt):
            self.hour()
        self.env.invalidate_all()
        self.assertEqual((self.passes(scope="offer").compared, len(self.tasks())), (3, 3))
        self.hour()
        self.assertEqual(looked, [0, 3, 3, 6])
        self.assertEqual(len(self.tasks(kind="price")), 8)

    def test_a_short_pass_does_not_wait_for_a_long_one(self):
        """Passes of one site take turns, piece by piece."""
        self.patch(stage_reconcile, "PIECE", 3)
        values = {"site_id": self.site.id, "cause": "person"}
        for scope, state in (("all", "running"), ("offer", "ready")):
            self.env["integrator.reconcile"].create({**values, "scope": scope, "state": state})
        pieces = []
        self.meet_pieces(lambda current: pieces.append(current.scope))
        self.run_stages("reconcile")
        self.assertEqual(sorted(pieces), ["all"] * 3 + ["offer"] * 3)
        self.assertIn("all", pieces[pieces.index("offer") :])
        self.assertEqual(set(self.passes().mapped("state")), {"done"})

    def meet_pieces(self, met):
        """Call a function with the pass before each piece of it."""
        compare = type(self.env["integrator.reconcile"])._compare

        def meet(current, listings):
            met(current)
            return compare(current, listings)

        self.patch(type(self.env["integrator.reconcile"]), "_compare", meet)

    def test_one_listing_that_cannot_be_computed_stops_no_other(self):
        """It is named; when it can be, the alert ends."""
        self.sql("UPDATE product_template SET list_price = 11")
        self.listings[2].price_source = "fixed"
        adapter = type(self.site._adapter())
        compute = adapter._section_values
        broken = self.listings[2]

        def break_one(adapter, listings, names):
            if broken in listings:
                raise ZeroDivisionError
            return compute(adapter, listings, names)

        adapter._section_values = break_one
        self.addCleanup(setattr, adapter, "_section_values", compute)
        with self.assertLogs("odoo.addons.integrator.stages.stage", "ERROR"):
            self.hour()
        self.assertEqual(len(self.tasks(kind="price")), 7)
        self.assertEqual(self.alerts(stage="reconcile").count, 1)
        self.assertEqual(self.passes(scope="offer").compared, 8)
        adapter._section_values = compute
        with self.later(minutes=130):
            self.run_stages("reconcile", "reconcile")
        self.assertFalse(self.alerts(stage="reconcile"))

    # === WHEN === #

    def test_everything_is_compared_once_a_night(self):
        """In the time zone of who is responsible; the hourly pass is spared then."""
        zone_user = new_test_user(self.env, "boss", "integrator.group_integrator_manager")
        zone_user.tz = "America/New_York"
        self.site.write({"user_id": zone_user.id, "reconcile_nightly": True})
        self.passes().unlink()
        with freeze_time("2026-11-10 12:00:00"):
            self.run_stages("reconcile")
            self.assertEqual(self.passes().mapped("scope"), ["all"])
        # 01:30 in New York
        with freeze_time("2026-11-11 06:30:00"):
            self.run_stages("reconcile")
            self.assertEqual(self.passes().mapped("scope"), ["offer", "all"])
        # 02:10 in New York
        with freeze_time("2026-11-11 07:10:00"):
            self.run_stages("reconcile")
            self.assertEqual(self.passes().mapped("scope"), ["all", "offer", "all"])
        with freeze_time("2026-11-11 07:50:00"):
            self.run_stages("reconcile")
            self.assertEqual(len(self.passes()), 3)

    def test_both_can_be_switched_off(self):
        self.site.reconcile_minutes = 0
        with self.later(days=3):
            self.run_stages("reconcile")
        self.assertEqual(len(self.passes()), 1)

    def test_a_site_that_is_not_automatic_is_left_alone(self):
        """001-60."""
        self.site.automatic = False
        self.sql("UPDATE product_template SET list_price = 11")
        with self.later(days=3):
            self.run_stages("reconcile")
        self.assertFalse(self.tasks())
        self.site.automatic = True
        self.run_stages("reconcile")
        self.assertEqual(len(self.tasks(kind="price")), 8)

    def rule(self, **values):
        pricelist = self.site.pricelist_id or self.env["product.pricelist"].create({"name": "Shop"})
        self.site.pricelist_id = pricelist
        return self.env["product.pricelist.item"].create(
            {
                "pricelist_id": pricelist.id,
                "applied_on": "0_product_variant",
                "product_id": self.products[0].id,
                "compute_price": "fixed",
                **values,
            }
        )

    def test_a_rule_with_dates_begins_and_ends_at_its_minute(self):
        """001-09: no event comes when a moment passes; a standing price may begin, too."""
        start = fields.Datetime.now().replace(microsecond=0) + timedelta(minutes=10)
        self.rule(fixed_price=7, date_start=start)
        self.run_stages("reconcile")
        self.clear_requests()
        with freeze_time(start - timedelta(minutes=1)):
            self.run_stages("reconcile")
            self.assertFalse(self.tasks())
        with freeze_time(start):
            self.run_stages("reconcile")
            self.assertEqual(self.asked(), [("G-0", "price")])
            self.assertEqual(self.passes()[0].cause, "date")

    def test_dates_of_other_pricelists_begin_no_pass(self):
        """001-09."""
        start = fields.Datetime.now() + timedelta(minutes=10)
        rule = self.rule(fixed_price=7, date_start=start)
        self.site.pricelist_id = False
        self.run_stages("reconcile")
        count = len(self.passes())
        self.assertTrue(rule)
        with freeze_time(start):
            self.run_stages("reconcile")
        self.assertEqual(len(self.passes()), count)

    # === A SETTING THAT TOUCHES MANY === #

    def test_a_setting_of_the_site_begins_a_pass_at_once(self):
        """001-04: what a user saves on the form; one pass, however many settings."""
        manager = new_test_user(
            self.env, "manager", "integrator.group_integrator_manager,stock.group_stock_manager"
        )
        with Form(self.site.with_user(manager)) as form:
            form.stock_buffer = 2
        wanted = self.passes(state="ready")
        self.assertEqual((wanted.scope, wanted.cause), ("offer", "setting"))
        self.run_stages("reconcile")
        self.assertEqual(len(self.tasks(kind="inventory")), 8)
        cron = self.env.ref("integrator.ir_cron_reconcile")
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))

    def test_the_widest_of_several_settings_counts(self):
        self.site.stock_buffer = 1
        self.site.send_shipping = False
        self.site.warehouse_id = self.site.warehouse_id.copy({"code": "W2", "name": "Second"})
        self.assertEqual(self.passes(state="ready").mapped("scope"), ["all"])

    def test_a_setting_saved_while_a_pass_runs_begins_another(self):
        """000-07: the pass may be past the listings that it changes."""
        self.patch(stage_reconcile, "PIECE", 5)
        values = {"site_id": self.site.id, "cause": "person", "scope": "offer"}
        self.env["integrator.reconcile"].create(values)

        def save(current):
            if current.position:
                current.site_id.stock_buffer = 2

        self.meet_pieces(save)
        self.run_stages("reconcile", "reconcile")
        self.assertEqual(len(self.tasks(kind="inventory")), 8)
        self.assertEqual(self.passes().mapped("state"), ["done"] * 3)

    def test_many_requests_are_one_pass(self):
        """001-08: each of ten saved settings asked for one."""
        for buffer in range(1, 11):
            self.site.stock_buffer = buffer
            self.env.cr.flush()
        self.assertEqual(len(self.passes(state="ready")), 10)
        count = len(self.passes(state="done"))
        self.run_stages("reconcile")
        self.assertEqual(len(self.passes()), count + 1)

    def test_a_rule_for_very_many_is_compared_and_one_for_a_product_is_an_event(self):
        """001-08: nobody waits in the form for 50,000 listings."""
        rule = self.rule(applied_on="3_global", product_id=False, fixed_price=9)
        self.clear_requests()
        rule.fixed_price = 8
        self.assertFalse(self.events())
        self.assertEqual(self.passes(state="ready").scope, "offer")
        self.clear_requests()
        self.rule(fixed_price=5)
        self.assertEqual(self.events().record_id, self.products[0].id)
        self.assertFalse(self.passes(state="ready"))
        self.clear_requests()
        rule.unlink()
        self.assertEqual(self.passes(state="ready").scope, "offer")

    def test_a_pricelist_on_which_another_is_based_counts(self):
        """001-08."""
        base = self.env["product.pricelist"].create({"name": "Base"})
        self.rule(
            applied_on="3_global",
            product_id=False,
            compute_price="formula",
            base="pricelist",
            base_pricelist_id=base.id,
        )
        self.clear_requests()
        values = {"pricelist_id": base.id, "applied_on": "3_global", "fixed_price": 3}
        self.env["product.pricelist.item"].create({**values, "compute_price": "fixed"})
        self.assertEqual(self.passes(state="ready").scope, "offer")

    def test_rates_categories_and_values_are_settings_too(self):
        """001-08, 001-12."""
        currency = self.env.ref("base.EUR")
        attribute = self.env["product.attribute"].create(
            {"name": "Size", "value_ids": [(0, 0, {"name": "S"})]}
        )
        category = self.env["product.category"].create({"name": "Cups"})
        self.clear_requests()
        rate = {"currency_id": currency.id, "rate": 2, "name": "2026-01-05"}
        for change, scope in (
            (lambda: self.env["res.currency.rate"].create(rate), "offer"),
            (lambda: category.write({"parent_id": self.products[0].categ_id.id}), "offer"),
            (lambda: attribute.value_ids.write({"name": "Small"}), "all"),
        ):
            change()
            self.assertEqual(self.passes(state="ready").scope, scope)
            self.clear_requests()

    # === WHAT IS NOT SENT AGAIN === #

    def test_an_imported_value_stays_until_odoo_s_value_changes(self):
        """001-73: importing a listing changes nothing on the site."""
        listing = self.listings[0]
        listing._verify_as_shown({"price": {"figure": "12.00"}})
        self.hour()
        self.assertFalse(self.tasks())
        self.sql(
            "UPDATE product_template SET list_price = 13 WHERE id = %s",
            listing.product_id.product_tmpl_id.id,
        )
        with self.later(minutes=125):
            self.run_stages("reconcile")
        self.assertEqual(self.asked(), [("G-0", "price")])

    def test_a_listing_that_was_never_fetched_is_fetched_first(self):
        """001-73: a report names listings before anybody knows what they show."""
        self.listings[0].section_ids.unlink()
        self.hour()
        self.assertFalse(self.tasks())

    def test_a_refused_value_is_not_sent_every_hour(self):
        """001-77: a person looks; what Odoo says next goes out."""
        section = self.listings[0]._section("price")
        section._mark_sent({"figure": "10.00"})
        section._mark_refused("Too cheap.")
        self.hour()
        self.assertFalse(self.tasks())

    def test_a_value_that_failed_before_sending_is_not_retried_every_hour(self):
        """001-77: one failed task, until Odoo says something else."""
        self.products[0].list_price = 20
        self.clear_requests()
        task = self.enqueue("price", self.listings[0])
        task._move("error", error_message="No brand.")
        for hours in (2, 4):
            with self.later(hours=hours):
                self.run_stages("reconcile")
        self.assertEqual(len(self.tasks()), 1)
        self.sql("UPDATE product_template SET list_price = 21")
        with self.later(hours=6):
            self.run_stages("reconcile")
        self.assertIn(("G-0", "price"), self.asked())

    def test_a_dismissed_or_rejected_value_is_not_asked_again(self):
        """001-77: until Odoo has another value, or the sent one again."""
        self.products[:2].list_price = 20
        self.site.guard_price = 50
        self.clear_requests()
        self.hour()
        self.run_stages("send")
        first, second = self.held().sorted("id")
        first._reject()
        second.task_id._give_up()
        with self.later(hours=4):
            self.run_stages("reconcile", "send")
            self.assertFalse(self.held())
        for hours, price in ((6, 10), (8, 20)):
            query = "UPDATE product_template SET list_price = %s WHERE id IN %s"
            self.sql(query, price, tuple(self.products[:2].product_tmpl_id.ids))
            with self.later(hours=hours):
                self.run_stages("reconcile", "send")
        self.assertEqual(self.held().mapped("target_name"), ["G-1", "G-0"])

    def test_a_task_that_waits_already_sends_it(self):
        """004-27: the present state is sent, so that nothing is asked for twice."""
        self.products[0].list_price = 99
        self.site.guard_price = 50
        self.enqueue("price", self.listings[0])
        self.run_stages("send")
        held = self.held()
        self.clear_requests()
        self.hour()
        self.assertEqual((len(self.tasks()), held.state), (1, "open"))

    # === CLOSING === #

    def test_a_product_that_is_no_longer_offered_is_closed(self):
        """001-42: deleted, archived or taken out of the rule, by SQL."""
        self.sql("UPDATE product_product SET active = false WHERE id = %s", self.products[0].id)
        self.sql(
            "UPDATE product_template SET sale_ok = false WHERE id = %s",
            self.products[1].product_tmpl_id.id,
        )
        self.sql(
            "UPDATE integrator_listing SET product_id = NULL WHERE id = %s", self.listings[2].id
        )
        self.hour()
        self.assertEqual(self.asked(), [(f"G-{number}", "delist") for number in (0, 1, 2)])

    def test_a_closing_that_was_rejected_is_not_asked_again(self):
        """Until it is offered and taken away again."""
        self.products[0].active = False
        self.clear_requests()
        self.hour()
        [task] = self.tasks(kind="delist")
        task._give_up()
        with self.later(hours=3):
            self.run_stages("reconcile")
        self.assertEqual(len(self.tasks()), 1)
        for hours, active in ((5, True), (7, False)):
            self.products[0].active = active
            self.clear_requests()
            with self.later(hours=hours):
                self.run_stages("reconcile")
        self.assertEqual(len(self.tasks(kind="delist")), 2)

    def test_a_template_that_is_deleted_closes_the_offers_of_its_variants(self):
        """001-42: the database deletes the variants by itself."""
        product = self.env["product.product"].create({"name": "Gone", "default_code": "GONE"})
        values = {"site_id": self.site.id, "product_id": product.id, "sku": "GONE"}
        self.env["integrator.listing"].create({**values, "state": "live"})
        self.clear_requests()
        product.product_tmpl_id.unlink()
        event = self.events()
        self.assertEqual((event.record_id, event.record_operation), (product.id, "unlink"))
        self.assertEqual(event.operation_data["listings"][0]["sku"], "GONE")

    def test_a_product_that_is_offered_again_is_never_closed(self):
        """001-42: archived and back before the closing leaves; held ones end, too."""
        self.products[:2].active = False
        tasks = self.enqueue("delist", self.listings[:2])
        self.products[0].active = True
        self.clear_requests()
        self.run_stages("send")
        self.assertEqual(tasks.mapped("state"), ["obsolete", "submitted"])
        self.assertIn("offered again", tasks[0].error_message)
        self.site.guard_deletions = 1
        self.products[2:4].active = False
        held = self.enqueue("delist", self.listings[2:4])
        self.run_stages("send")
        self.products[2:4].active = True
        self.clear_requests()
        self.hour()
        self.assertEqual(set(held.mapped("state")), {"obsolete"})
        self.assertFalse(self.held())

    def test_a_closed_listing_is_sent_as_a_whole_when_it_is_offered_again(self):
        """001-42: the closing was on its way already."""
        self.listings[0].state = "closed"
        self.hour()
        first, second = self.tasks().sorted("id")
        self.assertEqual((first.kind, first.state), ("inventory", "ready"))
        self.assertEqual((second.kind, second.after_task_id), ("price", first))
