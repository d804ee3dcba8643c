# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io

from PIL import Image

from odoo.tests import tagged

from .catalogue_case import CatalogueCase

MAIN = "main_product_image_locator"


def picture(colour):
    """A small PNG, base64-coded."""
    stream = io.BytesIO()
    Image.new("RGB", (20, 20), colour).save(stream, "PNG")
    return base64.b64encode(stream.getvalue())


@tagged("post_install", "-at_install")
class TestSectionImage(CatalogueCase):
    """Pictures are sent, each in its slot (001-10, 001-11)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.image_base_url = "https://shop.example.com/"
        cls.product.image_1920 = picture("red")
        cls.template = cls.product.product_tmpl_id
        cls.images = cls.env["integrator.product.image"].create(
            [
                {"template_id": cls.template.id, "image": picture("green"), "sequence": 1},
                {"template_id": cls.template.id, "url": "https://cdn.example.com/a.jpg"},
            ]
        )
        cls._forget_events()
        cls._prepare_once(cls.publish)

    def address(self, slot):
        name = f"other_product_image_locator_{slot}" if slot else MAIN
        entries = self.shown(name)
        return entries[0]["media_location"] if entries else None

    def test_main_and_further_pictures_are_at_their_slots(self):
        """001-10: ours under our address, given ones under theirs."""
        self.assertTrue(self.address(0).startswith("https://shop.example.com/integrator/image/"))
        self.assertTrue(self.address(1).startswith("https://shop.example.com/integrator/image/"))
        self.assertEqual(self.address(2), "https://cdn.example.com/a.jpg")
        self.assertIsNone(self.address(3))

    def test_eight_beside_the_main_one_at_most(self):
        """001-10."""
        self.env["integrator.product.image"].create(
            [
                {"template_id": self.template.id, "url": f"https://cdn.example.com/{one}"}
                for one in range(9)
            ]
        )
        self.push()
        self.assertEqual(self.address(8), "https://cdn.example.com/5")
        self.assertIsNone(self.address(9))

    def test_a_picture_that_is_removed_is_withdrawn(self):
        """001-10, 001-11."""
        self.images.unlink()
        self.push()
        self.assertIsNone(self.address(1))
        self.assertTrue(self.address(0))
        self.product.image_1920 = False
        self.push()
        self.assertIsNone(self.address(0))

    def test_another_picture_has_another_address(self):
        """001-11: whoever kept the old one does not see the new one."""
        before = self.address(0)
        self.product.image_1920 = picture("blue")
        self.push()
        self.assertNotEqual(self.address(0), before)
        self.assertEqual(self.listing()._section("image").state, "verified")

    def test_a_picture_that_only_we_can_see_is_refused_with_what_to_do(self):
        """001-10, 001-69: Amazon fetches pictures from the internet."""
        for address in ("http://localhost:8069", "https://192.168.0.7", "https://odoo.internal"):
            self.site.image_base_url = address
            self.env["product.integration"]._request(self.site, self.product)
            self.push()
            section = self.listing()._section("image")
            self.assertEqual(section.state, "refused")
            self.assertIn("Address for images", section.reason)
        self.assertTrue(self.address(0).startswith("https://shop.example.com/"))
