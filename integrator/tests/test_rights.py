# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .rights_case import Rights, RightsCase

SITE_FIELDS = {
    *("name", "sequence", "active", "automatic", "interval_seconds", "tracking_delay", "user_id"),
    *("retention_days", "warehouse_id", "team_id", "order_watermark", "order_overlap"),
    *("daily_order_check", "product_domain", "stock_buffer", "pricelist_id", "status_map_ids"),
    *("order_prefix", "confirm_orders", "journal_id", "tax_mode", "total_tolerance", "drift_ids"),
    *("stock_since", "unnamed_tax"),
    *(
        "marketplace_ids",
        "tax_rule_ids",
        "delivery_map_ids",
        "send_relationships",
        "drift_check_limit",
    ),
    *("send_shipping", "close_by", "direct_threshold", "stuck_minutes", "image_base_url"),
    *("ticket_hours", "guard_price", "guard_zero", "guard_deletions", "privacy_days"),
    "privacy_open_days",
    *("reserve_pending", "reserve_days", "circuit_failures", "circuit_pause", "daily_drift_check"),
    *("heartbeat_minutes", "digest_emails", "digest_minutes", "deadline_hours", "daily_returns"),
    *("tracking_deadline", "site_stock", "site_location_id"),
    *("reconcile_minutes", "reconcile_nightly"),
    *("export_verify", "export_paid_only", "export_fee_limit", "export_price_tolerance"),
    *("export_speed", "export_minutes", "order_gaps"),
}
LISTING_FIELDS = {
    *("product_id", "language", "condition", "shipping_group", "stock_policy", "location_ids"),
    *("stock_buffer", "stock_cap", "stock_quantity", "handling_days", "price_source"),
    *("pricelist_id", "price_fixed", "price_minimum", "price_maximum"),
}
MARKETPLACE_FIELDS = {
    *("name", "pricelist_id", "offer_pricelist_id", "business_pricelist_id", "warehouse_id"),
    *("seller_position_id", "marketplace_position_id", "ioss_position_id", "uoss_position_id"),
    "offer_tax",
}

#: Readonly fields of ours that Odoo itself copies while a user works: to the rest of a move that
#: is split, and to the partner that stays when two are merged.
COPIED_BY_ODOO = {"stock.move", "res.partner"}


def configured(*fields):
    """Records that administrators of the integration set up."""
    return Rights("manager", frozenset(fields), "manager", "manager")


def system(*fields):
    """Records of all companies."""
    return Rights("system", frozenset(fields), "system", "system")


@tagged("post_install", "-at_install")
class TestRights(RightsCase):
    """Rights on each model, each field and each button (001-35, 001-76, 001-81,
    002-01, 002-04)."""

    rights = {
        "integrator.site": configured(*SITE_FIELDS),
        "integrator.status.map": configured("action", "state_ids"),
        "integrator.remote.status": configured("name", "status"),
        "integrator.delivery.map": configured("service_level", "carrier_id"),
        "integrator.drift.policy": configured("name", "policy"),
        "integrator.listing": configured(*LISTING_FIELDS),
        "integrator.marketplace": Rights("manager", frozenset(MARKETPLACE_FIELDS), drops="manager"),
        "integrator.credential": Rights("manager", frozenset({"expires_on"})),
        "integrator.sku.match": Rights("operator", frozenset({"product_id", "scope"})),
        "integrator.tax.rule": Rights(
            "operator", frozenset({"tax_id", "as_line"}), "manager", "manager"
        ),
        "integrator.refund.reason": system(
            *("name", "sequence", "active", "site_type", "code", "for_returns")
        ),
        "integrator.owner.rule": system(
            *("name", "site_type", "kind", "module", "setting", "parameter", "account_table")
        ),
        # who may change a product may change its pictures
        "integrator.product.image": system("product_id", "sequence", "name", "image", "url"),
    }
    hidden = {"integrator.secret": None, "integrator.access.log": "manager"}
    shared = frozenset({"integrator.refund.reason", "integrator.secret"})
    openers = {
        # what they open has rights of its own
        "sale.order": ("action_integrator_view_history",),
        "product.product": ("action_integrator_open_listings",),
        "product.template": ("action_integrator_open_listings",),
        "res.config.settings": ("action_integrator_add_site",),
    }

    def test_every_model_has_rules(self):
        """002-04: transient ones too; only what belongs to no company has none."""
        ruled = set(self.env["ir.rule"].search([]).mapped("model_id.model"))
        names = {*self.models(), *self.models(transient=True)}
        self.assertEqual(names - ruled, self.shared)
        self.assertTrue(all(self.rows[name] for name in self.models()))

    def test_rights_of_each_kind_of_user(self):
        """001-35, 001-76, 001-81."""
        self.walk_own_company()

    def test_another_company_sees_nothing(self):
        """002-04."""
        self.walk_other_company()

    def test_wizards_are_their_openers_own(self):
        """002-04: what a wizard shows of buyers is not for colleagues, nor for others."""
        self.walk_wizards(self.fill_wizards(self.rows, self.operator))

    def test_buttons_are_for_operators_of_the_company(self):
        """002-01: over HTTP, as a client or a script calls them."""
        wizards = self.fill_wizards(self.rows, self.operator)
        self.walk_methods(self.rows | self.odoo_rows() | wizards)

    def test_our_fields_on_odoo_s_models_are_not_written_by_clients(self):
        """002-01: the hold of a delivery, or the site of an order, changes by its buttons only."""
        tried = set()
        self.objections = []
        for name, rows in self.odoo_rows().items():
            row = rows[:1]
            for field in row._fields.values():
                kept = field.store and field.readonly and field.type != "one2many"
                if not kept or not self._is_field_of_ours(field):
                    continue
                tried.add(field.name)
                with self.subTest(model=name, field=field.name):
                    value = self.value(row, field, field.type == "json")
                    record = self.seen(name, self.clerk, row)
                    self.assertFalse(self.tried(record.write, {field.name: value}))
        self.assertLessEqual(
            {"integrator_hold", "integrator_shipped_elsewhere", "integrator_order_ref"}, tried
        )

    def test_every_model_that_keeps_something_is_looked_at(self):
        """002-01: a field on yet another model of Odoo's has to be thought about."""
        kept = {
            name
            for name, model in self.env.registry.items()
            if not model._abstract and not (model._original_module or "").startswith("integrator")
            if any(
                self._is_field_of_ours(field)
                and field.store
                and field.readonly
                and field.type != "one2many"
                for field in model._fields.values()
            )
        }
        self.assertEqual(kept - set(self.odoo_rows()), COPIED_BY_ODOO)

    def odoo_rows(self):
        """Records of Odoo that the suite adds buttons to."""
        order = self.env["sale.order"].search([("integrator_order_ref", "!=", False)], limit=1)
        return {
            "sale.order": order,
            "sale.order.line": order.order_line,
            "stock.picking": order.picking_ids,
            "account.move": self.refund(self.make_order()),
            "account.payment": self.env["account.payment"].create({"amount": 1}),
            "product.product": self.product,
            "product.template": self.product.product_tmpl_id,
            "res.config.settings": self.env["res.config.settings"].create({}),
        }
