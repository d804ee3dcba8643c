# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.integrator.exceptions import ThrottledError

from ..files.orders.updates import read_update
from .order_case import OrderCase


@tagged("post_install", "-at_install")
class TestOrderWorkers(OrderCase):
    """Two workers, each with a connection of its own, share exports and updates. Their shared
    records have to be committed, so they are removed by hand afterwards."""

    def setUp(self):
        super().setUp()
        with self.worker() as env:
            location = env["integrator.impex.location"].create(
                {"name": "Shared", "kind": "attachment"}
            )
            site = env["integrator.site"].create(
                {"name": "Shared", "site_type": "files", "automatic": True}
            )
            partner = env["res.partner"].create({"name": "Shared"})
            self.ids = {"site": site.id, "location": location.id, "partner": partner.id}
            self.addCleanup(self.remove)
            flag = env["integrator.order.flag"]._get_sudo("confirmed")
            values = {"site_id": site.id, "flag_id": flag.id, "kind": "file"}
            env["integrator.order.exporter"].create(
                {**values, "name": "Shared", "location_id": location.id}
            )
            feed = env["integrator.order.feed"].create({"name": "Shared", "site_id": site.id})
            order = env["sale.order"].create({"partner_id": partner.id})
            order._integrator_set_flag("confirmed")
            self.ids |= {"feed": feed.id, "order": order.id}

    def remove(self):
        with self.worker() as env:
            models = {"order": "sale.order", "site": "integrator.site", "partner": "res.partner"}
            models["location"] = "integrator.impex.location"
            for name, model in models.items():
                env[model].browse(self.ids.get(name, [])).unlink()

    def run_stage(self, env):
        site = env["integrator.site"].browse(self.ids["site"])
        env["integrator.stage.export_orders"]._run(site)

    def shared(self, env):
        exports = env["integrator.order.export"].search([("order_id", "=", self.ids["order"])])
        files = env["integrator.impex.file"].search([("location_id", "=", self.ids["location"])])
        return exports.mapped("state"), len(files)

    @mute_logger("odoo.sql_db")
    def test_two_workers_give_a_flag_its_exports_once(self):
        """003-31, 003-33: the second passes over the flag that the first holds."""
        with self.worker() as one, self.worker() as two:
            company = one["integrator.site"].browse(self.ids["site"]).company_id
            first = one["integrator.order.eligibility"]._next_unresolved(company)
            second = two["integrator.order.eligibility"]._next_unresolved(company.with_env(two))
            mine = first.filtered(lambda row: row.order_id.id == self.ids["order"])
            self.assertEqual(len(mine), 1)
            self.assertFalse(set(first.ids) & set(second.ids))
            one.cr.rollback()

    @mute_logger("odoo.sql_db")
    def test_an_export_is_sent_by_one_worker_only(self):
        """003-33: while it is leaving, its row is held; afterwards it is done."""
        sender = type(self.env["integrator.order.sender.file"])
        send, seen = sender._send, []

        def send_while_another_runs(records, export):
            with self.worker() as two:
                self.run_stage(two)
                seen.append(self.shared(two))
            return send(records, export)

        with self.worker() as one, patch.object(sender, "_send", send_while_another_runs):
            self.run_stage(one)
        self.assertEqual(seen, [(["sending"], 0)])
        with self.worker() as env:
            self.assertEqual(self.shared(env), (["done"], 1))

    @mute_logger("odoo.sql_db")
    def test_one_message_pushed_twice_at_once_is_one_row(self):
        """003-24: the second caller is asked to come again, and then finds it known."""
        update = read_update({"order": "S1"})
        with self.worker() as one, self.worker() as two:
            feeds = [env["integrator.order.feed"].browse(self.ids["feed"]) for env in (one, two)]
            self.assertFalse(feeds[1].update_ids, "the snapshot of the second begins here")
            one["integrator.order.update"]._receive(feeds[0], "m-1", update)
            one.cr.commit()
            with self.assertRaises(ThrottledError):
                two["integrator.order.update"]._receive(feeds[1], "m-1", update)
            two.cr.rollback()
            again = two["integrator.order.update"]._receive(feeds[1], "m-1", update)
            self.assertEqual(again, feeds[1].update_ids)
