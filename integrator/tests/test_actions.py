# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .rights_case import AccessCase

#: Actions that only open a record, which has rights of its own.
OPENERS = (
    "action_open",
    "action_open_listing",
    "action_open_target",
    "action_open_sale_order",
    "action_next_step",
    "action_open_waiting",
    "action_view_late",
    "action_view_pickings",
    "action_view_refunds",
    "action_view_sale_order",
    "action_integrator_open_listings",
    "action_open_failed",
    "action_open_records",
    "action_cure",
    "action_open_todo",
    "action_explain",
)

#: Actions that need more than `fill` makes; tested in `test_returns.py`, `test_timeline.py`,
#: `test_hold_screen.py`, `test_desk.py`, `test_undo.py`, `test_operation_*.py`,
#: `test_typed_order.py`, and in the sites' `test_cancellations.py`.
DEEPER = (
    *("action_receive", "action_receive_all", "action_propose_refund", "action_decide"),
    "action_save",
    *("action_take_sale_order", "action_import_beside"),
    *("action_cancel_at_site", "action_cancel_remote", "action_open_page", "action_read"),
    *("action_release_remote", "action_try_again", "action_start", "action_take"),
    *("action_ask_approve", "action_ask_reject"),
    *("action_take_chosen", "action_take_tax", "action_cure_all", "action_release"),
    *("action_ask_ignore", "action_ask_approve", "action_ask_reject"),
)

#: Actions of administrators of the system only; tested in `test_credentials.py`.
SECRET = ("action_rotate", "action_use_previous")

#: Actions of who answers for personal data; tested in `test_privacy.py`.
KEEPING = ("action_keep", "action_erase_personal_data", "action_release_personal_data")

#: Actions of managers, who set sites up; tested in `test_guard.py` and
#: `test_first_steps.py`.
MANAGERS = ("action_save_rule", "action_switch_on", "action_switch_off", "action_open_switch_on")

#: The buttons of each model.
KNOWN = {
    "integrator.address": ["action_release", "action_save"],
    "integrator.alert": ["action_close", "action_cure", "action_explain", "action_open_records"],
    "integrator.approval": ["action_ask_approve", "action_ask_reject"],
    "integrator.circuit": ["action_try_now"],
    "integrator.credential": ["action_use_previous"],
    "integrator.decide": ["action_decide"],
    "integrator.document": ["action_explain", "action_retry"],
    "integrator.drop.listings": ["action_save_rule"],
    "integrator.explanation": ["action_cure"],
    "integrator.fetch": ["action_fetch"],
    "integrator.keep.data": ["action_keep"],
    "integrator.listing": [
        "action_follow_odoo",
        "action_open_page",
        "action_pin",
        "action_preview",
        "action_send",
        "action_switch_channel",
        "action_unpin",
    ],
    "integrator.listing.section": [
        "action_ask_ignore",
        "action_odoo_wins",
        "action_open_listing",
        "action_site_wins",
    ],
    "integrator.operate": ["action_preview", "action_start"],
    "integrator.operate.preview": ["action_take"],
    "integrator.operation": [
        "action_cancel",
        "action_open_failed",
        "action_open_records",
        "action_open_remote_orders",
        "action_try_again",
    ],
    "integrator.operation.choice": ["action_choose", "action_choose_always"],
    "integrator.operation.rule": ["action_revoke"],
    "integrator.order": [
        "action_cancel_at_site",
        "action_deliver_again",
        "action_erase_personal_data",
        "action_explain",
        "action_import",
        "action_import_beside",
        "action_next_step",
        "action_open_sale_order",
        "action_release_personal_data",
        "action_take_sale_order",
        "fetch_order",
        "get_fetch_offers",
    ],
    "integrator.order.check": ["action_check_again", "action_fetch_missing"],
    "integrator.preview": ["action_ask", "action_send"],
    "integrator.question": ["action_confirm"],
    "integrator.remote.order": [
        "action_cancel_remote",
        "action_open_page",
        "action_read",
        "action_release_remote",
    ],
    "integrator.replay": ["action_apply"],
    "integrator.pin": ["action_confirm"],
    "integrator.return": [
        "action_close",
        "action_match",
        "action_propose_refund",
        "action_receive",
        "action_receive_all",
        "action_reopen",
        "action_view_pickings",
        "action_view_refunds",
        "action_view_sale_order",
    ],
    "integrator.rotate": ["action_rotate"],
    "integrator.scan": ["action_open"],
    "integrator.setup.step": ["action_do"],
    "integrator.site": [
        "action_import_listings",
        "action_open_setup",
        "action_open_switch_on",
        "action_open_todo",
        "action_reconcile",
        "action_resume_pushes",
        "action_run_now",
        "action_stop_all",
        "action_stop_catalogue",
        "action_switch_off",
        "action_synchronise_orders",
        "action_test_connection",
        "action_view_late",
    ],
    "integrator.site.wins": ["action_confirm"],
    "integrator.sku.match": [
        "action_create_product",
        "action_open_waiting",
        "action_take_best",
        "action_take_chosen",
    ],
    "integrator.sku.match.candidate": ["action_choose"],
    "integrator.switch.on": ["action_switch_on"],
    "integrator.sync": ["action_synchronise"],
    "integrator.task": [
        "action_ask_dismiss",
        "action_explain",
        "action_open_target",
        "action_retry",
    ],
    "integrator.tax.rule": ["action_take_tax"],
    "integrator.todo": [
        "action_assign",
        "action_assign_me",
        "action_cure_all",
        "action_decide",
        "action_open",
        "action_read_case",
        "action_show_again",
        "action_snooze_monday",
        "action_snooze_tomorrow",
    ],
    "integrator.undo": ["action_undo"],
    "order.integration": ["action_open_record", "action_retry"],
    "product.integration": ["action_open_record", "action_retry"],
}


@tagged("post_install", "-at_install")
class TestActions(AccessCase):
    """Every button is for members of the group, also over RPC (002-01)."""

    def actions(self):
        """Names of public methods that the addon brings, by model of its own."""
        methods = self.public_methods()
        own = self.models() + self.models(transient=True)
        return {name: methods[name] for name in own if name in methods}

    def test_the_actions_are_those_that_are_known(self):
        """002-01: a new public method has to be thought about."""
        self.assertEqual(self.actions(), KNOWN)

    def test_stages_and_adapters_cannot_be_called_from_outside(self):
        """002-01."""
        for name, model in self.env.registry.items():
            ours = name.startswith(("integrator.stage", "integrator.adapter", "integrator.order.i"))
            if not ours or not model._abstract:
                continue
            for cls in type(self.env[name]).__mro__:
                if cls.__module__.startswith("odoo.addons.integrator."):
                    public = [method for method in vars(cls) if not method.startswith("_")]
                    public = [method for method in public if callable(vars(cls)[method])]
                    self.assertFalse(public, name)

    def test_operators_press_every_button(self):
        """002-01, 001-77, 001-82."""
        self.remote.offers |= {"source:order", "source:listings"}
        rows = self.fill()
        rows |= self.fill_wizards(rows, self.operator)
        for name, methods in self.actions().items():
            for method in methods:
                if method in (*OPENERS, *DEEPER, *SECRET, *KEEPING, *MANAGERS):
                    continue
                with self.subTest(action=f"{name}.{method}"):
                    self.call(rows[name][:1], self.operator, method)

    def test_sites_of_another_company_cannot_be_synchronised(self):
        """002-01, 002-04: although the wizard is his own."""
        values = {"kind": "send_products", "site_ids": [(6, 0, self.site.ids)]}
        wizards = self.env["integrator.sync"]
        with self.assertRaises(AccessError):
            wizards.with_user(self.stranger).create(values)
        self._forget_events()
        with self.assertRaises(UserError):
            self.call(wizards.create(values), self.stranger, "action_synchronise")
        self.assertFalse(self.events())

    def test_a_form_that_is_not_saved_tells_nothing_either(self):
        """002-04: its differences are computed as the system, of what a client only proposes."""
        documents = self.fill()["integrator.document"][:1]
        wizard = self.env["integrator.replay"].with_user(self.stranger)
        proposed = {"document_ids": [(4, documents.id)]}
        shown = {"document_ids": {}, "summary": {}, "line_ids": {"fields": {"after": {}}}}
        with self.assertRaises(AccessError):
            wizard.onchange(proposed, ["document_ids"], shown)
