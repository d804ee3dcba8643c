# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io
from urllib.parse import urlsplit

from PIL import Image

from odoo.tests import HttpCase, tagged

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestImages(IntegratorCommon, HttpCase):
    """Pictures are published at addresses that sites can fetch (001-11)."""

    def setUp(self):
        super().setUp()
        stream = io.BytesIO()
        Image.new("RGB", (20, 20), "red").save(stream, "PNG")
        self.bytes = stream.getvalue()
        self.product.image_1920 = base64.b64encode(self.bytes)
        self.listing = self.env["integrator.listing"].create(
            {"site_id": self.site.id, "product_id": self.product.id, "sku": "SKU-1"}
        )
        [url] = self.listing._image_urls()[self.listing]
        self.path = urlsplit(url).path

    def test_anybody_with_the_address_gets_the_picture(self):
        """001-11: without a log-in, with its type, and to be kept for a while."""
        answer = self.url_open(self.path)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "image/png")
        self.assertIn("max-age", answer.headers["Cache-Control"])
        self.assertEqual(Image.open(io.BytesIO(answer.content)).size, (20, 20))

    def test_an_address_cannot_be_guessed(self):
        """001-11."""
        start, _slash, token = self.path.rpartition("/")
        for guess in ("x", token[:-1], token[::-1], "%00", token + "0"):
            with self.subTest(guess=guess):
                self.assertEqual(self.url_open(f"{start}/{guess}").status_code, 404)

    def test_other_attachments_are_not_served(self):
        """001-11: not even with a token that would fit."""
        secret = self.env["ir.attachment"].create({"name": "secret.txt", "raw": b"secret"})
        path = urlsplit(secret._integrator_url("http://x")).path
        self.assertEqual(self.url_open(path).status_code, 404)

    def test_only_pictures_are_served(self):
        """001-11: a page or a drawing with a script that stands where a picture was is none."""
        [picture] = (
            self.env["ir.attachment"]
            ._integrator_pictures("product.template", self.product.product_tmpl_id.ids)
            .values()
        )
        for name, content in (
            ("text/html", b"<html><script>alert(1)</script></html>"),
            ("image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'),
            ("text/plain", b"text"),
        ):
            picture.write({"raw": content, "mimetype": name})
            self.assertEqual(picture.mimetype, name)
            path = urlsplit(picture._integrator_url("http://x")).path
            self.assertEqual(self.url_open(path).status_code, 404, name)

    def test_a_picture_that_is_replaced_or_removed_is_gone(self):
        """001-11."""
        stream = io.BytesIO()
        Image.new("RGB", (20, 20), "blue").save(stream, "PNG")
        self.product.image_1920 = base64.b64encode(stream.getvalue())
        self.assertEqual(self.url_open(self.path).status_code, 404)
        self.product.image_1920 = False
        self.assertEqual(self.url_open(self.path).status_code, 404)

    def test_pictures_of_withdrawn_listings_are_gone(self):
        """001-11: withdrawn with the offer."""
        self.listing.state = "closed"
        self.assertEqual(self.url_open(self.path).status_code, 404)
