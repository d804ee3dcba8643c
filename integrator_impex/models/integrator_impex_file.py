# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..files.causes import PLACE_EXISTS, PLACE_FILE_GONE
from ..files.masks import require_name
from ..files.places.place import FileInfo, is_wanted
from ..files.problems import FileRefused
from ..texts import as_user_error


class IntegratorImpexFile(models.Model):
    """A file that lies in Odoo itself: in a location of the kind “attachment”."""

    _name = "integrator.impex.file"
    _inherit = ["integrator.rights.mixin", "integrator.impex.content.mixin"]
    _description = "File of a location"
    _order = "id desc"
    _key_fields = frozenset({"location_id", "name", "content"})

    location_id = fields.Many2one(
        "integrator.impex.location", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="location_id.company_id", store=True)
    folder = fields.Char(
        readonly=True, help="Empty: it waits to be taken. Otherwise where it was put since."
    )
    name = fields.Char(required=True, help="Its name, by which it is taken.")
    content = fields.Binary(required=True)
    size = fields.Integer(compute="_compute_size", store=True, help="In bytes.")

    _name_uniq = models.UniqueIndex(
        "(location_id, COALESCE(folder, ''), name)",
        "There is a file of this name already. Give it another name, or wait until it is taken.",
    )

    @api.depends("content")
    def _compute_size(self):
        for file in self.with_context(bin_size=False):
            file.size = len(base64.b64decode(file.content or b""))

    @api.constrains("name")
    def _check_name(self):
        for file in self:
            with as_user_error(self.env, ValidationError):
                require_name(file.name)


class DatabasePlace:
    """A location of the kind “attachment”; see `files.places.place.Place`.

    :param location_sudo: whose rights were checked
    """

    def __init__(self, location_sudo):
        self._files = location_sudo.env["integrator.impex.file"]
        self._location = location_sudo

    def _find(self, path):
        folder, _slash, name = path.rpartition("/")
        wanted = [("location_id", "=", self._location.id), ("name", "=", name)]
        return self._files.search([*wanted, ("folder", "=", folder or False)])

    def list_files(self, folder, mask="*"):
        """See `Place`."""
        wanted = [("location_id", "=", self._location.id), ("folder", "=", folder or False)]
        return [
            FileInfo(file.name, file.size, f"{file.id} {file.write_date}")
            for file in self._files.search(wanted, order="name")
            if is_wanted(file.name, mask)
        ]

    @contextmanager
    def open_read(self, path):
        """See `Place`."""
        found = self._find(path)
        if not found:
            raise FileRefused(PLACE_FILE_GONE.at(name=path.rpartition("/")[2]))
        with found._open() as source:
            yield source

    def write_file(self, path, content):
        """See `Place`."""
        folder, _slash, name = path.rpartition("/")
        if self._find(path):
            raise FileRefused(PLACE_EXISTS.at(name=name))
        added = self._files.create(
            {"location_id": self._location.id, "folder": folder or False, "name": name}
        )
        added.size = added._keep(content)

    def move(self, path, target):
        """See `Place`."""
        found = self._find(path).try_lock_for_update()
        folder, _slash, name = target.rpartition("/")
        found.write({"folder": folder or False, "name": name})
        return bool(found)

    def finish_move(self, path, target):
        """See `Place`: a move is a part of the transaction."""

    def close(self):
        """See `Place`."""
