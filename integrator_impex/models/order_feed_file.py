# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from hashlib import sha256

from odoo import models

from odoo.addons.integrator.exceptions import RejectedError

from ..files.orders.news import read_csv, read_json
from ..files.problems import FileRefused
from ..texts import problem_texts

#: Files of one feed in one run.
MAX_FILES = 20

#: Bytes of a file of updates.
MAX_BYTES = 20 * 1024 * 1024


class IntegratorOrderFeedFile(models.AbstractModel):
    """Updates come as files, CSV or JSON by the ending of their names.

    A file stays where it is until what it holds is committed; who reads it twice finds its updates
    known by their keys. So neither a kill nor a second worker loses or doubles one.
    """

    _name = "integrator.order.feed.file"
    _inherit = ["integrator.order.feed.source"]
    _description = "Order feed: files"

    def _read(self, feed):
        location = feed._acting(feed.location_id)
        read = {}
        for file in location._list_steady_files(feed.file_mask or "")[:MAX_FILES]:
            with location._read_file(file.name) as source:
                content = source.read(MAX_BYTES + 1)
            read[file.name] = sha256(content).hexdigest()
            yield from self._updates(feed, file.name, content)
        feed.read_files = read

    def _updates(self, feed, name, content):
        try:
            if len(content) > MAX_BYTES:
                raise RejectedError(
                    self.env._("The file is too large. Split it."), code="update_too_large"
                )
            news = (read_json if name.lower().endswith(".json") else read_csv)(content)
        except (FileRefused, RejectedError) as error:
            self._refuse(feed, name, error)
            return
        digest = sha256(content).hexdigest()[:32]
        for number, update in enumerate(news):
            yield update.get("message_id") or f"{digest}/{number}", update

    def _refuse(self, feed, name, error):
        """A file that cannot be read is listed and put away, and does not stop the others."""
        is_file = isinstance(error, FileRefused)
        text = problem_texts(self.env, error.problems) if is_file else error.message
        self.env["integrator.order.update"]._note_refused(feed, name, f"{name}: {text}")

    def _put_away(self, feed):
        location = feed._acting(feed.location_id)
        for name, digest in (feed.read_files or {}).items():
            location._archive_if_same(name, digest, feed)
        feed.read_files = False
