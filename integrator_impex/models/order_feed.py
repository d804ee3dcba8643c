# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hmac
import secrets
from datetime import timedelta
from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.integrator.access import check_operator
from odoo.addons.integrator.exceptions import RejectedError, ThrottledError

from ..files.orders.updates import read_csv, read_json
from ..files.problems import FileRefused
from ..texts import problem_texts


class IntegratorOrderFeed(models.Model):
    """Source of updates of orders: a carrier, a warehouse, a supplier.

    What a kind of feed does is said by an abstract model `integrator.order.feed.<kind>`: an addon
    adds a value to `kind` and such a model.
    """

    _name = "integrator.order.feed"
    _description = "Order feed"
    _inherit = [
        "integrator.site.mixin",
        "integrator.order.actor.mixin",
        "integrator.rights.mixin",
        "mail.thread",
    ]
    _order = "name, id"
    _key_fields = frozenset({"site_id", "kind"})

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    site_id = fields.Many2one(
        string="System",
        readonly=False,
        help="The channel that sends the updates. Its responsible person is asked when something "
        "stays undone.",
    )
    kind = fields.Selection(
        [("push", "They call Odoo"), ("file", "Files from a location")],
        required=True,
        default="push",
    )
    ships = fields.Boolean(
        string="Validate deliveries",
        default=True,
        help="A delivery of which everything is reported is validated. Off: what is reported is "
        "shown on it, and a person validates.",
    )
    reference = fields.Char(
        readonly=True, copy=False, index="btree_not_null", help="Part of the address to call."
    )
    push_url = fields.Char(string="Address to call", compute="_compute_push_url")
    key_hash = fields.Char(readonly=True, copy=False, groups="base.group_system")
    key_end = fields.Char(string="Key ends with", readonly=True, copy=False)
    key_at = fields.Datetime(string="Key made on", readonly=True, copy=False)
    max_kilobytes = fields.Integer(
        string="Largest message (kB)", default=256, help="Larger ones are refused."
    )
    per_minute = fields.Integer(
        string="Updates a minute", default=120, help="What is more is refused for a while."
    )
    location_id = fields.Many2one(
        "integrator.impex.location", check_company=True, ondelete="restrict", tracking=True
    )
    file_mask = fields.Char(
        string="Files", default="*.csv", tracking=True, help="* and ? stand for what may differ."
    )
    read_files = fields.Json(
        readonly=True, groups="base.group_system", help="What was read and not put away yet."
    )
    drained_at = fields.Datetime(
        string="Last looked at",
        readonly=True,
        copy=False,
        help="When it was last asked for updates.",
    )
    update_ids = fields.One2many("integrator.order.update", "feed_id")

    _reference_uniq = models.UniqueIndex("(reference)", "Another feed has this address.")
    _limits_positive = models.Constraint(
        "CHECK(max_kilobytes BETWEEN 1 AND 10240 AND per_minute > 0)",
        "A message has between 1 and 10,240 kB, and at least one update a minute is taken.",
    )

    @api.depends("reference", "kind")
    def _compute_push_url(self):
        for feed in self:
            base = feed.get_base_url()
            is_called = feed.kind == "push" and feed.reference
            feed.push_url = f"{base}/integrator/feed/{feed.reference}" if is_called else False

    @api.model_create_multi
    def create(self, vals_list):
        feeds = super().create(vals_list)
        for feed in feeds.sudo():
            feed.reference = secrets.token_urlsafe(12)
        return feeds

    @api.constrains("kind", "location_id", "active")
    def _check_location(self):
        for feed in self.filtered(lambda feed: feed.active and feed.kind == "file"):
            if not feed.location_id:
                raise ValidationError(
                    self.env._("Choose the location from which “%s” takes its files.", feed.name)
                )

    # === THE KEY === #

    def action_make_key(self):
        """Button: make a new key and show it, once. The one before opens nothing any more."""
        check_operator(self)
        self.ensure_one()
        self.check_access("write")
        self._check_actor()
        key = secrets.token_urlsafe(32)
        self.sudo().write(
            {
                "key_hash": _hash(key),
                "key_end": key[-4:],
                "key_at": fields.Datetime.now(),
            }
        )
        self.message_post(body=self.env._("%s made a new key.", self.env.user.name))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Copy the key now: it is not shown again"),
                "message": key,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _open_sudo(self, reference, key):
        """The feed that a caller may push to, with the rights of the system.

        :param str reference: of the address
        :param str key: what the caller shows
        :return: one `integrator.order.feed`; empty: the caller is unknown, whatever is wrong
        """
        domain = [("reference", "=", reference), ("kind", "=", "push")]
        feed_sudo = self.sudo().search([*domain, ("site_id.active", "=", True)], limit=1)
        # compared in any case, so that the time says nothing about which feeds there are
        known = feed_sudo.key_hash or _hash(secrets.token_urlsafe(32))
        is_right = hmac.compare_digest(known, _hash(key))
        return feed_sudo if is_right and feed_sudo.key_hash else self.sudo().browse()

    # === TAKING === #

    def _drain(self):
        """Keep what the source has; one update that is refused does not stop the others."""
        self.ensure_one()
        updates = self.env["integrator.order.update"]
        for key, content in self._source()._read(self):
            try:
                updates._receive(self, key, content)
            except RejectedError as error:
                updates._note_refused(self, key, error.message)

    def _put_away(self):
        """Put away at the source what was kept."""
        self._source()._put_away(self)

    def _source(self):
        """The abstract model that knows how updates are had from this feed."""
        self.ensure_one()
        return self.env[f"integrator.order.feed.{self.kind}"]

    def _take_push(self, content, message_key):
        """Take what a caller sent. What was sent before has no second effect.

        :param bytes content: JSON: one update, or a list of them
        :param str message_key: by which the caller knows the message; empty: each update brings
            its own `message_id`
        :return: list of `integrator.order.update`, also those that were known
        :raise RejectedError: with the reason, for the caller; nothing was taken
        :raise ThrottledError: too many; `retry_after` says when there is room
        """
        self.ensure_one()
        # what is refused is listed, too
        self._check_rate(1)
        try:
            updates = read_json(content)
        except FileRefused as refused:
            text = problem_texts(self.env, refused.problems)
            self.env["integrator.order.update"]._note_refused(self, message_key, text)
            raise RejectedError(text, code=refused.code) from None
        keys = [_key(one, message_key, number) for number, one in enumerate(updates)]
        if not all(keys):
            text = self.env._(
                "Send a message_id with each update, or the header Idempotency-Key: by it a "
                "repeated message is known."
            )
            self.env["integrator.order.update"]._note_refused(self, message_key, text)
            raise RejectedError(text, code="update_no_message_id")
        self._check_rate(len(updates))
        pairs = list(zip(keys, updates, strict=True))
        with self.env.cr.savepoint():
            return [self.env["integrator.order.update"]._receive(self, *pair) for pair in pairs]

    def _check_rate(self, count):
        since = fields.Datetime.now() - timedelta(minutes=1)
        domain = [("feed_id", "=", self.id), ("create_date", ">", since)]
        recent = self.env["integrator.order.update"].search_count(domain)
        if recent + count > self.per_minute:
            raise ThrottledError(
                self.env._("More than %s updates a minute. Wait, then go on.", self.per_minute),
                code="update_too_many",
                retry_after=60,
            )


class IntegratorOrderFeedSource(models.AbstractModel):
    """Reads updates from one kind of feed."""

    _name = "integrator.order.feed.source"
    _description = "Source of an order feed"

    def _read(self, feed):
        """Return what is new there.

        :param feed: `integrator.order.feed`
        :return: iterable of tuples (message key, update, see `files.orders.updates.read_update`);
            what is given again under the same key is kept once, so give it until it was put away
        :raise IntegratorError: ends this feed until the next run; the others go on
        """
        return ()

    def _put_away(self, feed):
        """Hook: move away what was read; it is stored and committed.

        :param feed: `integrator.order.feed`
        :raise IntegratorError: is shown to people; nothing is lost by it
        """


class IntegratorOrderFeedPush(models.AbstractModel):
    """Updates come by calls."""

    _name = "integrator.order.feed.push"
    _inherit = ["integrator.order.feed.source"]
    _description = "Order feed: calls"


def _hash(key):
    return sha256(key.encode()).hexdigest()


def _key(update, message_key, number):
    """By what a repeated update is known."""
    if update.get("message_id"):
        return update["message_id"]
    return message_key and f"{message_key}/{number}"[:200]


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
        # what a worker that died had read and not put away is put away with the others
        read = dict(feed.read_files or {})
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
            updates = (read_json if name.lower().endswith(".json") else read_csv)(content)
        except (FileRefused, RejectedError) as error:
            self._refuse(feed, name, error)
            return
        digest = sha256(content).hexdigest()[:32]
        for number, update in enumerate(updates):
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
