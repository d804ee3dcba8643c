# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.tests import tagged

from ..exceptions import ThrottledError
from .sale_case import SaleCase

THROTTLED = ThrottledError("Too many calls.", code="throttled", retry_after=20)


@tagged("post_install", "-at_install")
class TestStopPushes(SaleCase):
    """The emergency switch of a site stops what is sent."""

    def change(self):
        """Something about a product and something about an order."""
        self.import_orders(self.remote.order("R-1"))
        self.product.name = "Better"
        self.run_stages("plan_orders", "plan_products")
        return self.tasks(kind="product"), self.tasks(kind="acknowledgement")

    def test_stopped_is_the_catalogue_and_orders_go_on(self):
        """The task stays in the queue and says why."""
        self.site.action_stop_catalogue()
        product, order = self.change()
        self.run_stages("send")
        self.assertEqual((product.state, order.state), ("ready", "submitted"))
        self.assertIn("Pushes are stopped", product.hold_reason)
        self.assertFalse(order.hold_reason)

    def test_orders_stop_when_that_is_chosen(self):
        self.site.action_stop_all()
        product, order = self.change()
        self.run_stages("send")
        self.assertEqual((product.state, order.state), ("ready", "ready"))
        self.assertFalse(self.remote.received)

    def test_switched_on_again_everything_goes_as_it_is_by_then(self):
        """004-27."""
        self.site.action_stop_all()
        product, order = self.change()
        self.run_stages("send")
        self.site.action_resume_pushes()
        self.run_stages("send")
        self.assertEqual((product.state, order.state), ("submitted", "submitted"))
        self.assertFalse(product.hold_reason)

    def test_a_built_submission_is_not_sent(self):
        """A submission that waits for quota is no way out."""
        product, order = self.change()
        order._give_up()
        self.remote.faults.append(("submit", THROTTLED))
        self.run_stages("send")
        self.assertTrue(product.submission_id)
        self.site.action_stop_all()
        with self.later(minutes=1):
            self.run_stages("send")
        self.assertEqual((product.state, self.remote.received), ("ready", []))
        self.assertFalse(product.submission_id)

    def test_an_attempted_submission_is_recovered_after_the_stop(self):
        """Nothing is said twice, nothing while it is stopped."""
        product, order = self.change()
        order._give_up()
        self.kill("send", "submit answer")
        self.site.action_stop_all()
        with self.later(minutes=5):
            self.run_stages("send")
            # not looked at again and again, either
            self.assertGreater(product.submission_id.check_at, fields.Datetime.now())
        self.assertEqual(len(self.remote.received), 1)
        self.site.action_resume_pushes()
        self.run_stages("send")
        self.assertEqual((product.state, len(self.remote.received)), ("submitted", 1))

    def test_user_and_time_are_in_the_chatter(self):
        """The log says it."""
        site = self.site.with_context(tracking_disable=False, mail_notrack=False)
        self.env.cr.precommit.run()
        site.with_user(self.env.ref("base.user_admin")).action_stop_catalogue()
        self.env.flush_all()
        self.env.cr.precommit.run()
        tracked = self.site.message_ids.tracking_value_ids.filtered(
            lambda value: value.field_id.name == "stopped"
        )
        self.assertEqual(tracked.new_value_char, "The catalogue")
        self.assertEqual(
            tracked.mail_message_id.author_id, self.env.ref("base.user_admin").partner_id
        )
