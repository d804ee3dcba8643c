# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import AmazonCommon


@tagged("post_install", "-at_install")
class TestOwner(AmazonCommon):
    """Other known connectors of the same account are recognised (004-01, 004-14)."""

    def test_no_known_connector_may_synchronise_the_same_account(self):
        """004-14: Odoo's own and the most used one; each is named."""
        for name in ("sale_amazon", "amazon_ept"):
            with self.subTest(name):
                self.site.automatic = False
                modules = self.env["ir.module.module"]
                module = modules.search([("name", "=", name)]) or modules.create({"name": name})
                module.state = "installed"
                self.addCleanup(self.env.registry.clear_all_caches)
                self.env.registry.clear_all_caches()
                with self.assertRaisesRegex(ValidationError, name):
                    self.site.automatic = True
                module.state = "uninstalled"
                self.env.registry.clear_all_caches()
                self.site.automatic = True
