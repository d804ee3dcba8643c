# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import glob
import tempfile
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.integrator.access import check_administrator
from odoo.addons.integrator.exceptions import ConfigurationError, TransientError
from odoo.addons.integrator.reason import Reason
from odoo.addons.integrator.secret_field import Secret
from odoo.addons.integrator.utils import server_option

from ..files.causes import PLACE_FAILED, PLACE_FILE_GONE, PLACE_SLOW, PLACE_UNREACHABLE
from ..files.masks import require_name
from ..files.places.folder import FolderPlace
from ..files.places.web import WebLogin, WebPlace
from ..files.problems import FileRefused
from ..files.sizes import copy, digest
from ..texts import as_user_error, problem_texts
from .integrator_impex_file import DatabasePlace

#: Fields that decide to which server something is sent.
SERVER_FIELDS = ("host", "port", "url", "endpoint", "bucket")
#: Seconds in which a file must not have grown before it is taken.
STEADY_SECONDS = 20
#: Time for which the look of a file is remembered that is not looked for any more.
SEEN_FOR = timedelta(hours=1)
#: Problems that end by themselves.
PASSING = {cause.code for cause in (PLACE_FAILED, PLACE_FILE_GONE, PLACE_SLOW, PLACE_UNREACHABLE)}


class IntegratorImpexLocation(models.Model):
    """Place from which files are read and to which they are written.

    Files wait in its folder. Who takes one renames it into `processing` first, so that of two
    workers or hosts one has it; afterwards it lies in `archive`, by day and run.
    """

    _name = "integrator.impex.location"
    _inherit = ["integrator.rights.mixin", "integrator.secret.fields.mixin"]
    _description = "File location"
    _order = "name, id"
    _key_fields = frozenset({"company_id", "kind"})

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    kind = fields.Selection(
        [
            ("attachment", "In Odoo"),
            ("folder", "Folder of the server"),
            ("sftp", "SFTP"),
            ("http", "Web address"),
            ("s3", "S3"),
        ],
        required=True,
        default="attachment",
        help="In Odoo: files are uploaded here. Folder of the server: below the one that "
        "“integrator_impex_root” of the server's configuration names.",
    )
    folder = fields.Char(
        help="Where the files lie: in the server's folder, at the host, or in the bucket."
    )
    host = fields.Char(help="Name of the server, such as files.example.com.")
    port = fields.Integer(default=22)
    user_name = fields.Char(string="User")
    host_key = fields.Char(
        string="Key of the server",
        help="By it the server is known: nothing is sent to a server that shows another key. Ask "
        "its owner for it, or fetch it and compare.",
    )
    url = fields.Char(
        string="Address",
        help="The address of one file; or one that ends with “/”, for files that are written.",
    )
    bucket = fields.Char()
    region = fields.Char(default="us-east-1")
    endpoint = fields.Char(help="Address of a server that is not Amazon's. Empty: Amazon's.")
    access_key = fields.Char(
        string="Access key", help="Public part of the key that opens the bucket."
    )
    password = Secret("Password", sent_to=SERVER_FIELDS, groups=None)
    private_key = Secret("Private key", sent_to=SERVER_FIELDS, groups=None)
    token = Secret("Token", sent_to=SERVER_FIELDS, groups=None)
    secret_key = Secret("Secret key", sent_to=SERVER_FIELDS, groups=None)
    file_ids = fields.One2many("integrator.impex.file", "location_id", string="Files")
    seen_files = fields.Json(readonly=True, copy=False, groups="base.group_system")
    taken_files = fields.Json(readonly=True, copy=False, groups="base.group_system")
    checked_at = fields.Datetime(string="Last looked at", readonly=True)
    error_message = Reason(string="Reason", readonly=True)

    # === SECRETS === #

    def _secret_place(self, name):
        return self.env["integrator.impex.secret"], self, name

    @api.constrains("host", "port", "user_name", "url", "endpoint", "bucket")
    def _check_server(self):
        for location in self.filtered("port"):
            if not 0 < location.port < 65536:
                raise UserError(self.env._("A port is a number between 1 and 65535."))

    # === THE PLACE === #

    def _place_builders(self):
        """Hook: what builds the place of each kind.

        :return: dict kind -> method without parameters that returns a `files.places.place.Place`
        """
        return {
            "attachment": self._build_database,
            "folder": self._build_folder,
            "sftp": self._build_sftp,
            "http": self._build_web,
            "s3": self._build_s3,
        }

    def _build_database(self):
        return DatabasePlace(self.sudo())

    def _build_folder(self):
        root = next(iter(server_option("integrator_impex_root")), "")
        if not root:
            raise ConfigurationError(
                self.env._(
                    "This server opens no folder for files. Its administrator enters one as "
                    "“integrator_impex_root” in the server's configuration."
                ),
                code="place_root",
            )
        return FolderPlace(root, self.folder or "")

    def _build_sftp(self):
        from ..files.places.sftp import SftpLogin, SftpPlace  # an optional library

        login = SftpLogin(
            host=self.host or "",
            port=self.port or 22,
            user=self.user_name or "",
            host_key=self.host_key or "",
            private_key=self._secret("private_key"),
            password=self._secret("password"),
        )
        return SftpPlace(login, self.folder or "", _opened_hosts())

    def _build_web(self):
        login = WebLogin(self.user_name or "", self._secret("password"), self._secret("token"))
        return WebPlace(self.url or "", login, _opened_hosts())

    def _build_s3(self):
        from ..files.places.s3 import S3Login, S3Place  # an optional library

        login = S3Login(
            bucket=self.bucket or "",
            key_id=self.access_key or "",
            secret=self._secret("secret_key"),
            region=self.region or "us-east-1",
            endpoint=self.endpoint or "",
        )
        return S3Place(login, self.folder or "", _opened_hosts())

    @contextmanager
    def _place(self):
        """The place, for some steps.

        :raise ConfigurationError: when it is not set up as it should be
        :raise TransientError: when it does not answer now
        """
        self.ensure_one()
        self.check_access("read")
        try:
            place = self._place_builders()[self.kind]()
            try:
                yield place
            finally:
                place.close()
        except ImportError as error:
            raise ConfigurationError(
                self.env._(
                    "This server lacks the Python library “%s”. Its administrator installs "
                    "requirements-impex.txt.",
                    error.name,
                ),
                code="place_library",
            ) from None
        except FileRefused as refused:
            kind = TransientError if refused.code in PASSING else ConfigurationError
            text = problem_texts(self.env, refused.problems)
            raise kind(text, code=refused.code) from None

    # === WHAT IS DONE WITH FILES === #

    def _list_files(self, mask=""):
        """The files that wait to be taken.

        :param str mask: `*` and `?`; empty: all
        :return: list of `FileInfo` (name, size in bytes or None, stamp), by name
        :raise IntegratorError: see `_place`
        """
        with self._place() as place:
            found = place.list_files("", mask or "*")
        return sorted(found, key=lambda one: one.name)

    def _list_steady_files(self, mask=""):
        """The files that wait and have stopped growing: size and stamp are those of a look that is
        at least `STEADY_SECONDS` old. Files that lie in Odoo are whole at once.

        :param str mask: see `_list_files`
        :return: see `_list_files`
        """
        return self._steady_files(self._list_files(mask))

    def _steady_files(self, found):
        """Return those of the files that have stopped growing; see `_list_steady_files`.

        :param found: list of `FileInfo`
        """
        if self.kind == "attachment":
            return found
        now = fields.Datetime.now()
        location_sudo = self.sudo()
        before, steady = location_sudo.seen_files or {}, []
        # others look for other files here
        oldest = fields.Datetime.to_string(now - SEEN_FOR)
        names = {file.name for file in found}
        seen = {
            name: (state, since)
            for name, (state, since) in before.items()
            if name not in names and since > oldest
        }
        taken = location_sudo.taken_files or {}
        for file in found:
            state = [file.size, file.stamp]
            known, since = before.get(file.name, (None, None))
            since = since if known == state else fields.Datetime.to_string(now)
            seen[file.name] = (state, since)
            age = now - fields.Datetime.to_datetime(since)
            is_new = self.kind != "http" or taken.get(file.name) != file.stamp
            if is_new and age >= timedelta(seconds=STEADY_SECONDS):
                steady.append(file)
        location_sudo.seen_files = seen
        return steady

    def _record_connection(self, error):
        """Show whether the place answers.

        :param str error: why it does not; False: it does
        """
        self.sudo().write({"checked_at": fields.Datetime.now(), "error_message": error})

    def _has_growing_files(self):
        """Return whether the last look has seen files that may not be whole yet."""
        before = fields.Datetime.now() - timedelta(seconds=STEADY_SECONDS)
        seen = self.sudo().seen_files or {}
        return any(fields.Datetime.to_datetime(since) > before for _state, since in seen.values())

    def _claim_path(self, name):
        """Return the path of a file once it is claimed; it may be noted before."""
        return f"processing/{fields.Datetime.now():%Y%m%d-%H%M%S}-{uuid4().hex[:8]}/{name}"

    def _claim_file(self, name, path=None):
        """Take a file: of two who try, one gets it.

        :param str name: of `_list_files`
        :param str path: of `_claim_path`; default: a new one
        :return: path of the file for `_read_file` and `_archive_file`; empty when somebody else
            has taken it
        :raise IntegratorError: see `_place`
        """
        claimed = path or self._claim_path(name)
        with self._place() as place:
            return claimed if place.move(name, claimed) else ""

    def _finish_claim(self, path):
        """End the claim of a file whose worker died within it: it is not taken a second time.

        :param str path: of `_claim_path`
        :raise IntegratorError: see `_place`
        """
        with self._place() as place:
            place.finish_move(path.rpartition("/")[2], path)

    def _forget_file(self, file):
        """Note that a file was taken: where files cannot be moved away, it is left out until it
        changes.

        :param file: `FileInfo` of `_list_files`
        """
        location_sudo = self.sudo()
        location_sudo.taken_files = {**(location_sudo.taken_files or {}), file.name: file.stamp}

    def _read_file(self, path):
        """The content of a file.

        :param str path: of `_claim_file`, or a name of `_list_files`
        :return: a binary stream, seekable, to be closed by the caller
        :raise IntegratorError: see `_place`
        """
        target = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
        with self._place() as place, place.open_read(path) as source:
            copy(source, target)
        target.seek(0)
        return target

    def _write_file(self, name, content):
        """Write a file; readers see the whole of it or nothing.

        :param str name: without folders; a file of that name is not written over
        :param content: bytes, or a binary stream at its beginning
        :raise IntegratorError: see `_place`
        """
        source = BytesIO(content) if isinstance(content, bytes) else content
        with self._place() as place:
            require_name(name)
            place.write_file(name, source)

    def _archive_file(self, path, run):
        """Move a processed file away, with any result.

        :param str path: of `_claim_file`
        :param run: record of what was done with it; its id is part of the path
        :raise IntegratorError: see `_place`
        """
        day = fields.Date.to_string(fields.Date.today())
        name = path.rpartition("/")[2]
        with self._place() as place:
            place.move(path, f"archive/{day}/{run.id}-{uuid4().hex[:8]}/{name}")

    def _release_file(self, path):
        """Put a file back that was taken and not worked on.

        :param str path: of `_claim_file`
        :raise IntegratorError: see `_place`
        """
        with self._place() as place:
            place.move(path, path.rpartition("/")[2])

    def _archive_if_same(self, name, kept, run):
        """Put a file away whose content is kept; one that changed since is left for the next look.

        :param str name: of `_list_files`
        :param str kept: SHA-256 of the content that is kept
        :param run: record of what was done with it
        :raise IntegratorError: see `_place`
        """
        # the same path at each try: what a worker that died has claimed is found there
        folder = f"processing/{kept[:32]}"
        path = f"{folder}/{name}"
        with self._place() as place:
            place.finish_move(name, path)
            is_claimed = place.list_files(folder, glob.escape(name))
        if not is_claimed and not (
            self._list_files(glob.escape(name)) and self._claim_file(name, path)
        ):
            return
        with self._read_file(path) as source:
            found = digest(source)
        if found == kept:
            self._archive_file(path, run)
        else:
            self._release_file(path)

    # === BUTTONS === #

    def action_check(self):
        """Button: look whether the place answers, and say what is there."""
        self.ensure_one()
        self.check_access("write")
        try:
            found = self._list_files()
        except (ConfigurationError, TransientError) as error:
            raise UserError(error.message) from None
        self._record_connection(False)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("It answers; %s files wait there.", len(found)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_fetch_host_key(self):
        """Button: ask the server for its key; a person compares it with what its owner says."""
        check_administrator(self)
        self.ensure_one()
        from ..files.places.sftp import fetch_host_key  # an optional library

        with as_user_error(self.env):
            self.host_key = fetch_host_key(self.host or "", self.port or 22, _opened_hosts())


def _opened_hosts():
    """Servers in private networks that the server's configuration opens for files."""
    return frozenset(server_option("integrator_impex_hosts"))
