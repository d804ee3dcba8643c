# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from odoo import api, fields, models
from odoo.fields import Domain

from ...access import check_operator
from ...const import RETRY_MINUTES
from ...exceptions import RejectedError, ThrottledError
from ...reason import Reason


class IntegratorDocumentHandlerMixin(models.AbstractModel):
    """Handlers of documents without orders."""

    _name = "integrator.document.handler.mixin"
    _description = "Takes over documents"

    #: Values of `integrator.document.kind` that it takes over.
    _document_kinds = ()

    # === BUSINESS METHODS === #

    def _handle_document(self, document, values):
        """Hook: take over a part of a document.

        :param document: `integrator.document`
        :param values: list of `neutral.Extracted`, without what cannot be read
        """
        raise NotImplementedError


#: Attempts at a failed document that follow each other run by run; then the pauses grow.
QUICK_TRIES = 5


class IntegratorDocument(models.Model):
    """One raw inbound document, byte-equal.

    `stage` is what is to be done next, `state` its status. A document that fails at a stage stays
    there with its reason and is tried again at the next runs, then after growing pauses, for ever.
    """

    _name = "integrator.document"
    _inherit = [
        "integrator.digest.mixin",
        "integrator.site.mixin",
        "integrator.error.mixin",
        "integrator.export.mixin",
        "integrator.retention.mixin",
    ]
    _description = "Inbound document"
    _order = "id desc"
    _rec_name = "remote_id"
    _goes_before_site = True
    _digest_sequence = 40

    remote_id = fields.Char(required=True, readonly=True)
    fetch_request_id = fields.Many2one(
        "integrator.fetch.request", readonly=True, ondelete="set null", index="btree_not_null"
    )
    kind = fields.Char(
        default="changes",
        readonly=True,
        help="What the document is; the channel's code reads it so.",
    )
    stage = fields.Selection(
        [("acknowledge", "Acknowledge"), ("extract", "Extract"), ("done", "Done")],
        default="acknowledge",
        required=True,
        readonly=True,
        string="Next step",
    )
    state = fields.Selection(
        [("ready", "Ready"), ("done", "Done"), ("error", "Error")],
        default="ready",
        required=True,
        readonly=True,
        index=True,
    )
    content = fields.Binary(attachment=True, readonly=True)
    content_size = fields.Integer(string="Size", readonly=True)
    checksum = fields.Char(readonly=True, help="SHA-256 of the content.")
    charset = fields.Char(readonly=True)
    headers = fields.Json(readonly=True)
    request_id = fields.Char(readonly=True)
    received_at = fields.Datetime(string="Received on", readonly=True)
    acknowledged_at = fields.Datetime(string="Acknowledged on", readonly=True)
    extracted_at = fields.Datetime(string="Read on", readonly=True)
    attempts = fields.Integer(readonly=True)
    retry_at = fields.Datetime(
        string="Next try on", readonly=True, help="Not tried again by itself before this time."
    )
    error_code = fields.Char(string="Cause", readonly=True)
    error_message = Reason(string="Reason", readonly=True)

    # order privacy
    masked_at = fields.Datetime(
        string="Bytes removed on", readonly=True, help="When personal data had to go."
    )

    _remote_uniq = models.UniqueIndex("(site_id, remote_id)", "This document is stored already.")
    _queue_idx = models.Index("(site_id, stage, id) WHERE stage != 'done'")
    _error_idx = models.Index("(site_id, error_code) WHERE error_code IS NOT NULL")

    # === ACTION METHODS === #

    def action_retry(self):
        """Button: try again now instead of at the next run."""
        check_operator(self)
        documents_sudo = self.sudo().filtered(lambda document: document.stage != "done")
        documents_sudo.write({"state": "ready", "retry_at": False})
        self.env["integrator.site"]._trigger_stages("acknowledge", "extract")

    # === BUSINESS METHODS === #

    def _digest_domain(self):
        return [("state", "=", "error")]

    @api.model
    def _keep(self, site, remote_id, page, **values):
        """Store what the remote answered, unchanged.

        :param neutral.Page page: what the adapter's `_fetch` gave
        :return: the document; the known one when it is stored already
        """
        known = self.search([("site_id", "=", site.id), ("remote_id", "=", remote_id)])
        return known or self.create(
            {
                "site_id": site.id,
                "remote_id": remote_id,
                "content": base64.b64encode(page.content),
                "content_size": len(page.content),
                "checksum": sha256(page.content).hexdigest(),
                "charset": page.charset or False,
                "headers": dict(page.headers),
                "request_id": page.request_id or False,
                "received_at": page.received_at,
                **values,
            }
        )

    def _raw(self):
        """The bytes as they were received.

        :raise RejectedError: when they had to go
        """
        self._check_kept()
        return base64.b64decode(self.with_context(bin_size=False).content or b"")

    @contextmanager
    def _open(self):
        """The bytes as a file, for who reads them as they flow.

        :raise RejectedError: when they had to go
        """
        self.ensure_one()
        self._check_kept()
        attachment_sudo = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "content"),
                    ("res_id", "=", self.id),
                ]
            )
        )
        if attachment_sudo.store_fname:
            with Path(attachment_sudo._full_path(attachment_sudo.store_fname)).open("rb") as source:
                yield source
        else:
            yield BytesIO(self._raw())

    def _fail(self, error):
        """Show the reason on each document; it is tried again by itself. One that waits for the
        site's quota has not failed.

        :param error: an `IntegratorError`
        """
        if isinstance(error, ThrottledError):
            seconds = error.retry_after or 60 * RETRY_MINUTES[0]
            self.retry_at = fields.Datetime.now() + timedelta(seconds=seconds)
            return
        for document in self:
            attempts = document.attempts + 1
            document.write(
                {
                    "state": "error",
                    "attempts": attempts,
                    "retry_at": self._retry_at(attempts),
                    "error_code": error.code,
                    "error_message": error.message,
                }
            )

    def _retry_at(self, attempts):
        """Return the time of the next try of a document that has failed so often; False: at the
        next run."""
        if attempts < QUICK_TRIES:
            return False
        pauses = RETRY_MINUTES[1:]
        minutes = pauses[min(attempts - QUICK_TRIES, len(pauses) - 1)]
        return fields.Datetime.now() + timedelta(minutes=minutes)

    @api.model
    def _queue_domain(self, site, stage):
        """The documents of a site that are to be worked on by a stage now."""
        now = fields.Datetime.now()
        due = Domain("retry_at", "=", False) | Domain("retry_at", "<=", now)
        return Domain("site_id", "=", site.id) & Domain("stage", "=", stage) & due

    def _advance(self, stage, **values):
        """Pass the documents on to the next stage."""
        self.write(
            {
                "stage": stage,
                "state": "done" if stage == "done" else "ready",
                "retry_at": False,
                "error_code": False,
                "error_message": False,
                **values,
            }
        )

    def _get_handler(self):
        """The model that takes over what is in the document; None for orders.

        :return: a model that inherits `integrator.document.handler.mixin`
        """
        self.ensure_one()
        handlers = self.env.registry.descendants(["integrator.document.handler.mixin"], "_inherit")
        return next(
            (self.env[name] for name in handlers if self.kind in self.env[name]._document_kinds),
            None,
        )

    def _impersonal_kinds(self):
        """Hook: kinds of documents that name no person, and so are kept like other rows.

        :return: tuple of values of `kind`
        """
        return ()

    def _check_kept(self):
        """
        :raise RejectedError: when the bytes had to go
        """
        if self.masked_at:
            raise RejectedError(
                self.env._(
                    "The bytes of %s were removed, because they held personal data whose time was "
                    "over. Fetch the orders again to read them again.",
                    self.remote_id,
                ),
                code="document_masked",
            )

    def _forget_content(self):
        """Remove the bytes; what was not read by now cannot be read any more."""
        kept = self.filtered(lambda document: not document.masked_at)
        kept.write({"content": False, "masked_at": fields.Datetime.now()})
        unread = kept.filtered(lambda document: document.stage != "done")
        unread.write(
            {
                "stage": "done",
                "state": "error",
                "error_code": "document_expired",
                "error_message": self.env._(
                    "It could not be read before its personal data had to go. Fetch the orders of "
                    "that time again: Integration, Operations, Fetch orders."
                ),
            }
        )

    def _read_format(self, fnames, load="_classic_read"):
        """Override of `base`: note who reads the bytes; lists and forms only ask how many there
        are."""
        sizes = {"bin_size", "bin_size_content"}
        if "content" in fnames and not any(self.env.context.get(key) for key in sizes):
            self.env["integrator.access.log"]._note("read", self)
        return super()._read_format(fnames, load)

    # === CLEAN-UP === #

    @api.model
    def _retention_domain(self):
        """Documents that are done go after the retention."""
        limit = self.env["integrator.site"]._retention_date()
        return Domain("stage", "=", "done") & Domain("received_at", "<", limit)
