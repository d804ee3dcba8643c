# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml import etree

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestSiteView(TransactionCase):
    """The form of a channel, with what every addon adds to it."""

    def test_every_field_of_a_group_has_its_label(self):
        """A group with groups in it shows its own fields without labels."""
        form = etree.fromstring(self.env["integrator.site"].get_view(view_type="form")["arch"])
        mixed = form.xpath("//group[group][field[not(@nolabel)]]")
        self.assertFalse([group.get("string") or group.get("name") for group in mixed])
