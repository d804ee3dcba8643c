# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.integrator.tests.rights_case import Rights, RightsCase

SITE_FIELDS = {
    *("amazon_marketplace_ids", "amazon_merchant_id", "amazon_listings_report"),
    *("amazon_order_report", "amazon_send_own_ids", "amazon_cancel_reason"),
    *("amazon_check_types", "amazon_shipment_route", "amazon_shipment_bulk"),
    *("amazon_fulfillment", "amazon_fulfillment_version", "amazon_fulfillment_comment"),
    "amazon_damaged_location_id",
}
SITE_SECRETS = {
    *("amazon_lwa_client_secret", "amazon_refresh_token", "amazon_queue_secret"),
    *("amazon_lwa_client_id", "amazon_endpoint_url", "amazon_lwa_url"),
    *("amazon_application_id", "amazon_application_draft", "amazon_seller_central_url"),
    *("amazon_queue_url", "amazon_queue_region", "amazon_queue_key_id", "amazon_queue_endpoint"),
}
LISTING_FIELDS = {
    *("amazon_product_type", "amazon_offer_asin", "amazon_value_ids", "amazon_accessories"),
    "amazon_shipping_choice_id",
}
MARKETPLACE_FIELDS = {
    *("name", "country_code", "region", "currency_name", "language", "fulfillment_channel"),
    *("refunds_by_feed", "refund_tax_apart", "price_with_tax"),
}
RULE_FIELDS = {
    *("sequence", "product_type", "attribute", "source", "field_path", "property_id"),
    *("constant", "unit"),
}
FULFILLMENT_FIELDS = {
    *("name", "sequence", "active", "team_ids", "country_ids", "product_ids", "use", "speed"),
    *("plain_box", "other_carrier", "ship_what_is_there"),
}


@tagged("post_install", "-at_install")
class TestRights(RightsCase):
    """Rights on Amazon's models, fields and buttons (001-35, 001-76, 001-81, 002-01,
    002-04)."""

    addon = "integrator_amazon"
    rights = {
        "integrator.site": Rights(
            "manager", frozenset(SITE_FIELDS), "manager", "manager", frozenset(SITE_SECRETS)
        ),
        "integrator.listing": Rights("manager", frozenset(LISTING_FIELDS), "manager", "manager"),
        "integrator.amazon.attribute.rule": Rights(
            "manager", frozenset(RULE_FIELDS), "manager", "manager"
        ),
        "integrator.amazon.fulfillment.rule": Rights(
            "manager", frozenset(FULFILLMENT_FIELDS), "manager", "manager"
        ),
        "integrator.amazon.listing.value": Rights(
            "operator", frozenset({"value", "choice_id"}), "operator", "operator"
        ),
        "integrator.amazon.marketplace": Rights(
            "system", frozenset(MARKETPLACE_FIELDS), "system", "system"
        ),
        "integrator.amazon.carrier": Rights(
            "system", frozenset({"tracking_pattern", "example", "by_feed"}), "system", "system"
        ),
    }
    hidden = {"integrator.amazon.consent": None, "integrator.amazon.quota": "system"}
    shared = frozenset(
        {
            *("integrator.amazon.marketplace", "integrator.amazon.carrier"),
            *("integrator.amazon.quota", "integrator.amazon.consent"),
        }
    )

    # makes a site in the user's own company; see `test_first_hour.py`
    openers = {
        "integrator.site": ("action_practise",),
        # what Odoo calls of a delivery method, with records that no call over HTTP can give
        "delivery.carrier": tuple(
            f"amazon_fulfillment_{name}"
            for name in ("rate_shipment", "send_shipping", "get_tracking_link", "cancel_shipment")
        ),
    }

    def models(self, transient=False):
        """And the models of the core to which Amazon's fields are added."""
        core = () if transient else ("integrator.site", "integrator.listing")
        return [*super().models(transient), *core]

    def fill(self):
        rows = super().fill()
        listing = rows["integrator.listing"][:1]
        product_type = self.env["integrator.amazon.product.type"].create(
            {"site_id": self.site.id, "marketplace_code": "", "code": "SHIRT", "state": "known"}
        )
        attribute, _other = self.env["integrator.amazon.attribute"].create(
            [
                {"type_id": product_type.id, "name": name, "title": name, "kind": "text"}
                for name in ("brand", "colour")
            ]
        )
        listing.copy({"sku": "SKU-2"})
        choice = {"attribute_id": attribute.id, "code": "a", "name": "A"}
        self.env["integrator.amazon.attribute.choice"].create(choice)
        self.env["integrator.amazon.attribute.rule"].create(
            {
                "site_id": self.site.id,
                "attribute": "brand",
                "source": "constant",
                "constant": "Acme",
                "field_path": "name",
            }
        )
        self.env["integrator.amazon.listing.value"].create(
            {"listing_id": listing.id, "attribute_id": attribute.id}
        )
        self.env["integrator.amazon.fulfillment.rule"].create(
            {"site_id": self.site.id, "name": "Ours"}
        )
        remote = self.env["integrator.remote.order"].search([("site_id", "=", self.site.id)])[:1]
        self.env["integrator.amazon.return.piece"].create(
            {
                "remote_order_id": remote.id,
                "line_id": remote.line_ids[:1].id,
                "return_ref": "R-1",
            }
        )
        quota = {"account": "A1B2C3", "bucket": "getOrders", "tokens": 1, "rate": 1, "burst": 1}
        self.env["integrator.amazon.quota"].create(quota)
        self.env["integrator.amazon.consent"].create(
            {
                "site_id": self.site.id,
                "user_id": self.env.uid,
                "state": "hidden",
                "redirect_uri": "https://example.com",
            }
        )
        return {name: self.env[name].search([]).filtered(self._is_ours) for name in self.models()}

    def fill_wizards(self, rows, user):
        listing = rows["integrator.listing"][:1]
        wizard = (
            self.env["integrator.amazon.find.type"]
            .with_user(user)
            .create({"listing_ids": listing.ids, "line_ids": [(0, 0, {"code": "SHIRT"})]})
        )
        piece = rows["integrator.amazon.return.piece"][:1]
        back = self.env["integrator.amazon.return"].with_user(user)
        back = back.create(
            {
                "remote_order_id": piece.remote_order_id.id,
                "line_ids": [(0, 0, {"line_id": piece.line_id.id})],
                "reason_ids": [(0, 0, {"code": "DEFECTIVE", "name": "Defective"})],
            }
        )
        made = (wizard, wizard.line_ids, back, back.line_ids, back.reason_ids)
        return {rows._name: rows for rows in made}

    def test_every_model_has_rules(self):
        """002-04: transient ones too; only what belongs to no company has none."""
        ruled = set(self.env["ir.rule"].search([]).mapped("model_id.model"))
        self.assertEqual({*self.models(), *self.models(transient=True)} - ruled, self.shared)
        self.assertTrue(all(self.rows[name] for name in self.models()))

    def test_rights_of_each_kind_of_user(self):
        """001-35, 001-76, 001-81."""
        self.walk_own_company()

    def test_another_company_sees_nothing(self):
        """002-04."""
        self.walk_other_company()

    def test_wizards_are_their_openers_own(self):
        """002-04."""
        self.walk_wizards(self.fill_wizards(self.rows, self.operator))

    def test_buttons_are_for_operators_of_the_company(self):
        """002-01: over HTTP, as a client or a script calls them."""
        rows = self.rows | self.fill_wizards(self.rows, self.operator)
        remote = rows["integrator.amazon.return.piece"].remote_order_id
        rows["integrator.remote.order"] = remote
        rows["stock.picking"] = self.env["stock.picking"].search(
            [("company_id", "=", self.site.company_id.id)], limit=1
        )
        rows["delivery.carrier"] = self.env["delivery.carrier"].search([], limit=1)
        self.walk_methods(rows)

    def test_types_of_another_company_are_not_changed_by_way_of_a_wizard(self):
        """002-04: a line that is tied to somebody else's wizard."""
        wizard = self.fill_wizards(self.rows, self.operator)["integrator.amazon.find.type"]
        lines = self.env["integrator.amazon.find.type.line"].with_user(self.foreign_manager)
        line = lines.create({"wizard_id": wizard.id, "code": "HACKED"})
        with self.assertRaises(AccessError):
            line.action_choose()
        self.assertNotEqual(wizard.listing_ids.amazon_product_type, "HACKED")

    def test_a_form_that_is_not_saved_names_no_product_of_another_company(self):
        """002-04: the words to search for are computed as the system."""
        wizard = self.env["integrator.amazon.find.type"].with_user(self.foreign_manager)
        proposed = {"listing_ids": [(4, self.rows["integrator.listing"][:1].id)]}
        with self.assertRaises(AccessError):
            wizard.onchange(proposed, ["listing_ids"], {"listing_ids": {}, "words": {}})
