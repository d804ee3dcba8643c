# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.integrator.exceptions import RejectedError

from ..files.problems import FileRefused
from ..orders.news import read_csv, read_json
from ..texts import problem_texts

#: Files of one feed in one run.
MAX_FILES = 20

#: Bytes of a file of updates.
MAX_BYTES = 20 * 1024 * 1024


class IntegratorOrderFeed(models.Model):
    _inherit = "integrator.order.feed"

    location_id = fields.Many2one(
        "integrator.impex.location", check_company=True, ondelete="restrict", tracking=True
    )
    file_mask = fields.Char(
        string="Files", default="*.csv", tracking=True, help="* and ? stand for what may differ."
    )
    claimed_files = fields.Json(
        readonly=True, groups="base.group_system", help="Files that were taken and not put away."
    )

    @api.constrains("kind", "location_id", "active")
    def _check_location(self):
        for feed in self.filtered(lambda feed: feed.active and feed.kind == "file"):
            if not feed.location_id:
                raise ValidationError(
                    self.env._("Choose the location from which “%s” takes its files.", feed.name)
                )


class IntegratorOrderFeedFile(models.AbstractModel):
    """Updates come as files, CSV or JSON by the ending of their names."""

    _name = "integrator.order.feed.file"
    _inherit = ["integrator.order.feed.source"]
    _description = "Order feed: files"

    def _claim(self, feed):
        location = feed._acting(feed.location_id)
        steady = location._list_steady_files(feed.file_mask or "")[:MAX_FILES]
        paths = [location._claim_file(file.name) for file in steady]
        feed.claimed_files = [*(feed.claimed_files or []), *filter(None, paths)]

    def _read(self, feed):
        location = feed._acting(feed.location_id)
        for path in feed.claimed_files or []:
            yield from self._updates(feed, location, path)

    def _updates(self, feed, location, path):
        with location._read_file(path) as source:
            content = source.read(MAX_BYTES + 1)
        name = path.rpartition("/")[2]
        try:
            if len(content) > MAX_BYTES:
                raise RejectedError(
                    self.env._("The file %s is too large. Split it.", name), code="update_too_large"
                )
            news = (read_json if name.lower().endswith(".json") else read_csv)(content)
        except (FileRefused, RejectedError) as error:
            self._refuse(feed, name, error)
            return
        digest = sha256(content).hexdigest()[:32]
        for number, update in enumerate(news):
            yield update.get("message_id") or f"{digest}/{number}", update

    def _refuse(self, feed, name, error):
        """A file that cannot be read is listed, and does not stop the others."""
        is_file = isinstance(error, FileRefused)
        text = problem_texts(self.env, error.problems) if is_file else error.message
        self.env["integrator.order.update"]._note_refused(feed, name, f"{name}: {text}")

    def _put_away(self, feed):
        location = feed._acting(feed.location_id)
        for path in feed.claimed_files or []:
            location._archive_file(path, feed)
        feed.claimed_files = False
