# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from hashlib import sha256

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.integrator.neutral import Page

from ..concurrency import create_once

#: Kind of the documents that hold settlements.
KIND = "settlement"
#: Reasons of documents whose bytes are not at fault.
READABLE = ("settlement_changed", "settlement_currency")


class IntegratorDocument(models.Model):
    _inherit = "integrator.document"

    stage = fields.Selection(
        selection_add=[("settle", "Take over the settlement")], ondelete={"settle": "cascade"}
    )

    @api.model
    def _expect_settlements(self, site, found):
        """Note documents that are to be fetched; those that are known stay as they are.

        :param found: iterable of tuples (remote document id, when it was made)
        :return: the new documents, the oldest first
        """
        made_at = {f"{KIND}/{remote_id}": made for remote_id, made in found}
        known = self.search([("site_id", "=", site.id), ("remote_id", "in", list(made_at))])
        fresh = made_at.keys() - set(known.mapped("remote_id"))
        values_list = [
            {
                "site_id": site.id,
                "remote_id": remote_id,
                "kind": KIND,
                "stage": "settle",
                "received_at": made_at[remote_id],
            }
            for remote_id in sorted(fresh, key=lambda one: (made_at[one], one))
        ]
        with create_once(self.env):
            return self.create(values_list)

    @api.model
    def _keep_settlement_file(self, site, content):
        """Keep a file that a person uploaded.

        :param bytes content: of the file
        :return: the document; the known one where the same bytes were uploaded before
        """
        page = Page(content=content, received_at=fields.Datetime.now())
        remote_id = f"{KIND}/upload/{sha256(content).hexdigest()}"
        with create_once(self.env):
            return self._keep(site, remote_id, page, kind=KIND, stage="settle")

    def _fetch_settlement(self):
        """Get the bytes of a document that was only named so far, or that could not be read: its
        download may have broken off."""
        self.ensure_one()
        is_upload = self.remote_id.startswith(f"{KIND}/upload/")
        is_damaged = self.error_code and self.error_code not in READABLE and not is_upload
        if self.checksum and not is_damaged:
            return
        remote_id = self.remote_id.removeprefix(f"{KIND}/")
        content = self.site_id._adapter()._fetch_settlement_document(self.site_id, remote_id)
        self.write(
            {
                "content": base64.b64encode(content),
                "content_size": len(content),
                "checksum": sha256(content).hexdigest(),
            }
        )

    def _close_alike(self):
        """Finish the documents with these bytes: a person has decided about them."""
        for document in self:
            domain = [("site_id", "=", document.site_id.id), ("kind", "=", KIND)]
            domain += [("checksum", "=", document.checksum), ("stage", "=", "settle")]
            (document | self.search(domain))._advance("done")

    def _retention_domain(self):
        """Override of `integrator`: what the books rest on is kept as long as they are."""
        return super()._retention_domain() & Domain("kind", "!=", KIND)
