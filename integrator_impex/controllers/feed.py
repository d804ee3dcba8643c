# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import http
from odoo.http import request

from odoo.addons.integrator.exceptions import RejectedError, ThrottledError

#: Longest key of a message, and longest key of a feed that is looked at.
MAX_KEY = 200

#: Bytes of a message, whatever the feed says.
MAX_BYTES = 10 * 1024 * 1024


class FeedController(http.Controller):
    """Takes updates of orders that carriers, warehouses and suppliers push."""

    @http.route(
        "/integrator/feed/<string:reference>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        sitemap=False,
        save_session=False,
        max_content_length=MAX_BYTES,
    )
    def push(self, reference):
        """Take updates of orders; what is done about them, the stage does.

        :param str reference: of the feed
        """
        feed_sudo = request.env["integrator.order.feed"]._open_sudo(reference, self._key())
        if not feed_sudo:
            return self._answer(401, "unknown", "The address or the key is not known.")
        content = self._content(feed_sudo.max_kilobytes * 1024)
        if content is None:
            limit = feed_sudo.max_kilobytes
            return self._answer(413, "too_large", f"A message has {limit} kB at most.")
        message_key = request.httprequest.headers.get("Idempotency-Key", "").strip()
        if len(message_key) > MAX_KEY or not message_key.isprintable():
            return self._answer(422, "message_key", "The key of a message has 200 characters.")
        try:
            updates = feed_sudo._take_push(content, message_key)
        except ThrottledError as error:
            headers = [("Retry-After", str(int(error.retry_after)))]
            return self._answer(429, error.code, error.message, headers)
        except RejectedError as error:
            return self._answer(422, error.code, error.message)
        request.env["integrator.site"].sudo()._trigger_stages("update_orders")
        found = [{"message": one.message_key, "state": one.state} for one in updates]
        return request.make_json_response({"updates": found}, status=202)

    def _key(self):
        """The key that the caller shows."""
        kind, _blank, key = request.httprequest.headers.get("Authorization", "").partition(" ")
        return key.strip()[:MAX_KEY] if kind.lower() == "bearer" else ""

    def _content(self, limit):
        """Return the content that was sent, up to a limit.

        :return: bytes; None: it is larger
        """
        if (request.httprequest.content_length or 0) > limit:
            return None
        content = request.httprequest.get_data()
        return content if len(content) <= limit else None

    def _answer(self, status, code, reason, headers=None):
        content = {"error": code, "reason": reason}
        return request.make_json_response(content, headers=headers, status=status)
