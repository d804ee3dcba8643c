# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from hmac import compare_digest

from odoo import models
from odoo.tools import hmac

#: Fields with pictures of listed products: model -> field.
PICTURES = {
    "product.product": "image_variant_1920",
    "product.template": "image_1920",
    "integrator.product.image": "image",
}
#: Attachments of content that is exchanged with sites: model and field.
EXCHANGED = {
    ("integrator.document", "content"),
    ("integrator.submission", "content"),
    ("integrator.submission", "result"),
}
#: Type of what is exchanged: Odoo copies the words of no such file into its index.
EXCHANGED_TYPE = "application/x-integrator-raw"


class IrAttachment(models.Model):
    """Bytes that are exchanged with sites name buyers: who reads them is noted. And the public
    address of a picture: nobody can guess it, and it ends when the picture is replaced or removed,
    or nothing is offered any more that it belongs to."""

    _name = "ir.attachment"
    _inherit = ["ir.attachment", "integrator.export.mixin"]

    # === RAW CONTENT === #

    def _check_contents(self, values):
        """Override of `base`: what is exchanged with sites names buyers; the index would keep them
        in plain text beside the bytes."""
        values = super()._check_contents(values)
        keys = {(one.res_model, one.res_field) for one in self.sudo()}
        keys.add((values.get("res_model"), values.get("res_field")))
        if keys & EXCHANGED:
            # in place: `create` goes on with the dict that it gave
            values["mimetype"] = EXCHANGED_TYPE
        return values

    def _integrator_of_buyers(self):
        return self._integrator_documents(self.env)

    def _integrator_documents(self, env):
        """The raw documents whose bytes these are.

        :param env: of whom they are shown to
        """
        documents = env["integrator.document"]
        mine_sudo = self.sudo().filtered(lambda one: one.res_model == documents._name)
        return documents.browse(mine_sudo.mapped("res_id"))

    def _read_format(self, fnames, load="_classic_read"):
        """Override of `base`: the same bytes by another name."""
        if {"raw", "datas", "db_datas"} & {*fnames} and not self.env.context.get("bin_size"):
            self.env["integrator.access.log"]._note("read", self._integrator_documents(self.env))
        return super()._read_format(fnames, load)

    # === PICTURES === #

    def _integrator_pictures(self, model, ids):
        """The pictures of records.

        :return: dict record id -> attachment
        """
        found_sudo = self.sudo().search(
            [
                ("res_model", "=", model),
                ("res_field", "=", PICTURES[model]),
                ("res_id", "in", list(ids)),
            ]
        )
        return {attachment.res_id: attachment for attachment in found_sudo}

    def _integrator_url(self, base):
        """The address of a picture.

        :param str base: of this Odoo, as the site reaches it
        """
        return f"{base.rstrip('/')}/integrator/image/{self.id}/{self._integrator_token()}"

    def _integrator_token(self):
        """A token that depends on the bytes and the database's secret, so it cannot be guessed."""
        self.ensure_one()
        return hmac(self.env(su=True), "integrator-picture", (self.id, self.checksum))

    def _integrator_is_shown(self, token):
        """Return whether the bytes are public under this token now."""
        is_picture = self.res_field and PICTURES.get(self.res_model) == self.res_field
        return bool(
            is_picture
            and compare_digest(token.encode(), self._integrator_token().encode())
            and self._integrator_products()._integrator_is_offered()
        )

    def _integrator_products(self):
        """The products that a picture shows."""
        record = self.env[self.res_model].browse(self.res_id).exists()
        match self.res_model:
            case "product.product":
                return record
            case "product.template":
                return record.product_variant_ids
            case "integrator.product.image":
                return record._products()
        return self.env["product.product"]
