# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .catalogue_case import CatalogueCase

GROUP = "merchant_shipping_group"


@tagged("post_install", "-at_install")
class TestSectionShipping(CatalogueCase):
    """The shipping template of a listing is sent (001-15, 001-16)."""

    def test_a_template_overrides_the_default_until_it_is_cleared(self):
        """001-15."""
        self.publish()
        self.assertFalse(self.shown(GROUP))
        self.listing().shipping_group = "aa11-bulky"
        self.push()
        self.assertEqual(self.shown(GROUP)[0]["value"], "aa11-bulky")
        self.listing().shipping_group = False
        self.push()
        self.assertFalse(self.shown(GROUP))
        self.assertEqual(set(self.tasks().mapped("state")), {"success"})

    def test_a_switch_keeps_templates_at_home(self):
        """001-16."""
        self.publish()
        self.site.send_shipping = False
        self.listing().shipping_group = "aa11-bulky"
        self.push()
        self.assertFalse(self.tasks(kind="shipping"))

    def test_fba_listings_have_no_shipping_template(self):
        """001-15: it has Amazon's own shipping."""
        self.publish()
        self.listing().write({"channel": "site", "shipping_group": "aa11-bulky"})
        self.push()
        self.assertFalse(self.tasks(kind="shipping"))
