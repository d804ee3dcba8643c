# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

#: Pictures of one listing: the main one and eight more.
MAX_IMAGES = 9


class IntegratorListingImageMixin(models.AbstractModel):
    """The pictures of a listing."""

    _name = "integrator.listing.image.mixin"
    _description = "Pictures of listings"

    # === BUSINESS METHODS === #

    def _image_urls(self):
        """The public addresses of the pictures, the main one first.

        :return: dict listing -> list of at most nine addresses
        """
        pictures = self._pictures()
        extras = self._extra_images()
        if not (pictures or extras):
            return {listing: [] for listing in self}
        return {
            listing: [
                *listing._main_urls(pictures),
                *listing._extra_urls(extras.get(listing._template(), ()), pictures),
            ][:MAX_IMAGES]
            for listing in self
        }

    def _extra_images(self):
        templates = self.template_id | self.product_id.product_tmpl_id
        images = self.env["integrator.product.image"].sudo()
        found = images.search([("template_id", "in", templates.ids)])
        return found.grouped("template_id")

    def _pictures(self):
        """The bytes that are kept in Odoo.

        :return: dict (model, record id) -> attachment
        """
        templates = self.template_id | self.product_id.product_tmpl_id
        images = self.env["integrator.product.image"].sudo()
        ids = {
            "product.product": self.product_id.ids,
            "product.template": templates.ids,
            "integrator.product.image": images.search([("template_id", "in", templates.ids)]).ids,
        }
        attachments = self.env["ir.attachment"]
        return {
            (model, record_id): attachment
            for model, some in ids.items()
            for record_id, attachment in attachments._integrator_pictures(model, some).items()
        }

    def _main_urls(self, pictures):
        """The variant's own picture, else the product's."""
        own = pictures.get(("product.product", self.product_id.id))
        main = own or pictures.get(("product.template", self._template().id))
        return [main._integrator_url(self._image_base())] if main else []

    def _extra_urls(self, images, pictures):
        urls = []
        for image in images:
            if image.product_id and image.product_id != self.product_id:
                continue
            kept = pictures.get((image._name, image.id))
            url = image.url or (kept and kept._integrator_url(self._image_base()))
            urls += [url] if url else []
        return urls

    def _image_base(self):
        return self.site_id.image_base_url or self.site_id.get_base_url()
