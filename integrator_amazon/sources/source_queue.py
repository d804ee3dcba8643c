# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import logging
from datetime import timedelta

from odoo import fields, models

from odoo.addons.integrator.exceptions import IntegratorError
from odoo.addons.integrator.neutral import Page
from odoo.addons.integrator.utils import practice_hosts

from ..api.errors.exceptions import SpapiError
from ..api.order_queue import OrderQueue, QueueAccess, handles_of
from ..api.parsers.mentions import parse_notifications
from ..api.subscriptions import FULFILLMENT_ORDER_STATUS, ORDER_CHANGE, queue_arn, subscribe

_logger = logging.getLogger(__name__)


class AmazonSourceQueue(models.AbstractModel):
    """Notifications of changed orders, ORDER_CHANGE, from the seller's own queue.

    A message only says which order has changed; the order itself is fetched by its id. Polling goes
    on beside it: Amazon promises no delivery.
    """

    _name = "integrator.amazon.source.queue"
    _inherit = "integrator.amazon.source"
    _description = "Amazon source: notifications"

    def _fetch(self, fetch_request):
        self._keep_subscribed(fetch_request.site_id)
        messages = self._query(fetch_request.site_id, lambda queue: queue.receive())
        if not messages:
            return self._prepare_nothing()
        content = json.dumps({"messages": messages}, ensure_ascii=False).encode()
        return Page(
            content=content,
            charset="utf-8",
            request_id=messages[0]["messageId"],
            received_at=fields.Datetime.now(),
        )

    def _subscribe(self, site):
        """Subscribe the site's queue to the notifications that are used here; checked once a day.

        :return: text for people; "" when nothing has changed
        :raise IntegratorError: when Amazon refuses
        """
        site_sudo = site.sudo()
        kinds = [ORDER_CHANGE]
        if site.amazon_fulfillment:
            kinds.append(FULFILLMENT_ORDER_STATUS)
        with site._adapter()._gateway(site) as gateway:
            arn = queue_arn(site_sudo.amazon_queue_url, site_sudo.amazon_queue_region or "")
            made, elsewhere = subscribe(gateway, arn, kinds)
        site_sudo.amazon_subscribed_at = fields.Datetime.now()
        if elsewhere:
            return self.env._(
                "Amazon sends %s to another queue of this application. Remove that subscription "
                "first.",
                ", ".join(elsewhere),
            )
        return self.env._("Amazon sends %s from now on.", ", ".join(made)) if made else ""

    def _keep_subscribed(self, site):
        """Subscribe again what Amazon has lost, or what is followed since yesterday. A
        failure here never stops the reading of messages."""
        now, last = fields.Datetime.now(), site.sudo().amazon_subscribed_at
        if not last or last > now - timedelta(days=1):
            return
        site.sudo().amazon_subscribed_at = now
        try:
            self._subscribe(site)
        except IntegratorError as error:
            _logger.warning("Notifications of site %r: %r", site.name, error.message)

    def _acknowledge(self, document):
        """Delete the messages of a document, which is kept by now."""
        handles = handles_of(document._raw())
        self._query(document.site_id, lambda queue: queue.delete(handles))

    def _read(self, document):
        return self._as_orders(parse_notifications(document._raw()))

    def _query(self, site, work):
        """Do something with the site's queue; its errors come out as the house's."""
        try:
            return work(OrderQueue(self._access(site)))
        except SpapiError as error:
            raise self.env["integrator.adapter.amazon"]._translate(error, True) from error

    def _access(self, site):
        site = site.sudo()
        return QueueAccess(
            url=site.amazon_queue_url,
            region=site.amazon_queue_region or "",
            key_id=site.amazon_queue_key_id or "",
            secret=site._secret("amazon_queue_secret"),
            endpoint=site.amazon_queue_endpoint or "",
            opened=practice_hosts(),
        )
