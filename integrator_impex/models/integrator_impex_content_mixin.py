# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from io import SEEK_END, BytesIO
from mmap import ACCESS_READ, mmap
from pathlib import Path

from odoo import fields, models

#: Browsers save such content and show none of it; its words are not indexed for searches.
MIMETYPE = "binary/octet-stream"


class IntegratorImpexContentMixin(models.AbstractModel):
    """A record with a file, which may be large: it is read and kept without holding all of it in
    memory."""

    _name = "integrator.impex.content.mixin"
    _description = "Content of a file"

    content = fields.Binary(attachment=True)

    def _open(self):
        """The content as a seekable stream, read from where it lies and not held in memory."""
        self.ensure_one()
        attachments_sudo = self.env["ir.attachment"].sudo()
        kept_sudo = attachments_sudo.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "=", "content"),
            ]
        )
        if kept_sudo.store_fname:
            path = Path(kept_sudo._full_path(kept_sudo.store_fname))
            # another addon may keep attachments elsewhere
            if path.is_file():
                return path.open("rb")
        return BytesIO(kept_sudo.raw or b"")

    def _keep(self, source):
        """Keep a file as the content of a record that has none yet.

        :param source: a file of the disk, or `BytesIO`
        :return: its size, in bytes
        """
        self.ensure_one()
        # it also writes out what was not on the disk yet
        size = source.seek(0, SEEK_END)
        if size:
            with _mapped(source) as raw:
                self.env["ir.attachment"].sudo().create(
                    {
                        "name": "content",
                        "res_model": self._name,
                        "res_id": self.id,
                        "res_field": "content",
                        "mimetype": MIMETYPE,
                        "raw": raw,
                    }
                )
        # what was read before the attachment was there is empty
        self.invalidate_recordset(["content"])
        return size


@contextmanager
def _mapped(source):
    """The bytes of a file as one value, of which the system loads what is looked at."""
    if isinstance(source, BytesIO):
        with source.getbuffer() as content:
            yield content
        return
    with mmap(source.fileno(), 0, access=ACCESS_READ) as mapped, memoryview(mapped) as content:
        yield content
