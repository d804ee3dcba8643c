# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.integrator.tests.rights_case import Rights, RightsCase

EXPORTER_FIELDS = {
    *("name", "active", "sequence", "flag_id", "domain", "approval", "approval_domain"),
    *("next_flag_id", "kind", "when_unsure", "location_id", "file_format", "file_name"),
    *("partner_id", "template_id", "site_id", "user_id"),
}
FEED_FIELDS = {
    *("name", "active", "ships", "max_kilobytes", "per_minute", "location_id", "file_mask"),
    *("site_id", "kind", "user_id"),
}
FLAG_FIELDS = {"name", "code", "sequence", "description", "without_exporter"}

#: Models of the order half, and Odoo's own to which it adds buttons.
MODELS = ("flag", "eligibility", "exporter", "export", "feed", "update")


@tagged("post_install", "-at_install")
class TestOrderRights(RightsCase):
    """Rights on exporters, exports, feeds and updates."""

    addon = "integrator_impex"
    rights = {
        "integrator.order.exporter": Rights(
            "system", frozenset(EXPORTER_FIELDS), "manager", "manager", frozenset({"url", "token"})
        ),
        "integrator.order.feed": Rights("system", frozenset(FEED_FIELDS), "manager", "manager"),
        "integrator.order.flag": Rights("system", frozenset(FLAG_FIELDS), "system", "system"),
    }
    shared = frozenset({"integrator.order.flag"})

    def models(self, transient=False):
        """Return the models of the order half."""
        names = {f"integrator.order.{name}" for name in MODELS}
        return [name for name in super().models(transient) if name in names]

    def public_methods(self):
        """Return the public methods of the order half, and its buttons on sales orders."""
        names = {*self.models(), "sale.order"}
        return {name: found for name, found in super().public_methods().items() if name in names}

    def fill(self):
        location = self.env["integrator.impex.location"].create({"name": "L", "kind": "attachment"})
        flag = self.env["integrator.order.flag"].create({"name": "Own", "code": "own"})
        values = {"site_id": self.site.id, "name": "One"}
        exporter = {"flag_id": flag.id, "location_id": location.id}
        exporter = self.env["integrator.order.exporter"].create({**values, **exporter})
        feed = self.env["integrator.order.feed"].create(values)
        partner = self.env["res.partner"].create({"name": "Ada"})
        order = self.env["sale.order"].create({"partner_id": partner.id})
        row = order._integrator_set_flag("own")
        row._resolve()
        self.env["integrator.order.update"]._receive(feed, "m", {"order": "S", "lines": []})
        self.assertEqual(row.export_ids.exporter_id, exporter)
        rows = {name: self.env[name].search([]) for name in self.models()}
        rows["integrator.order.flag"] = flag
        return {**rows, "sale.order": order}

    def test_rights_of_each_kind_of_user(self):
        """003-22, 003-28: each field, by each kind of user."""
        self.walk_own_company()

    def test_another_company_sees_nothing(self):
        """003-22, 003-28: not even its administrators."""
        self.walk_other_company()

    def test_buttons_are_for_operators_of_the_company(self):
        """003-34: over HTTP, as a client or a script calls them."""
        self.walk_methods(self.rows)

    def test_every_model_has_rules(self):
        """003-22, 003-28: only what belongs to no company is seen by all."""
        ruled = set(self.env["ir.rule"].search([]).mapped("model_id.model"))
        self.assertFalse(set(self.models()) - ruled)
