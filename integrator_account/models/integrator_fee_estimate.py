# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ..neutral import GROUPS

#: Days after which a site is asked again although the price is the same; its fees change seldom.
KEPT_DAYS = 30

#: Hours after which it is asked again what it could not say.
AGAIN_HOURS = 24

#: Figures of a profit that estimates know; all other fees are in the last one.
FEE_FIGURES = ("commission", "fulfilment", "other_fees")


class IntegratorFeeEstimate(models.Model):
    """Fees of a channel for one piece sold by a listing at its price. Estimates only: settlements
    replace them as soon as they are there."""

    _name = "integrator.fee.estimate"
    _description = "Estimated fees of a listing"
    _rec_name = "listing_id"

    listing_id = fields.Many2one(
        "integrator.listing", required=True, readonly=True, ondelete="cascade"
    )
    site_id = fields.Many2one(
        related="listing_id.site_id", string="Channel", store=True, index=True
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    price = fields.Monetary(readonly=True, help="That the estimate is about.")
    price_hash = fields.Char(
        readonly=True, help="Fingerprint of the price that was sent to the channel."
    )
    commission = fields.Monetary(readonly=True)
    fulfilment = fields.Monetary(readonly=True)
    other_fees = fields.Monetary(string="Other", readonly=True)
    total = fields.Monetary(string="Estimated fees", readonly=True)
    is_known = fields.Boolean(readonly=True)
    asked_at = fields.Datetime(readonly=True)
    error_code = fields.Char(string="Cause", readonly=True)
    error_message = fields.Text(string="Reason", readonly=True, help="Why there is no estimate.")

    _listing_uniq = models.UniqueIndex("(listing_id)", "A listing has one estimate.")

    # === QUEUE === #

    @api.model
    def _queue_domain(self, site):
        """Listings whose fees were never estimated, or for another price, or long ago."""
        now = fields.Datetime.now()
        due = Domain("asked_at", "=", False)
        due |= Domain("asked_at", "<", now - timedelta(days=KEPT_DAYS))
        unknown = Domain("is_known", "=", False)
        due |= unknown & Domain("asked_at", "<", now - timedelta(hours=AGAIN_HOURS))
        return Domain("site_id", "=", site.id) & due

    @api.model
    def _expect(self, site):
        """Make the rows of listings that have none, and mark those whose price has changed since:
        the price that was last sent to the site."""
        self.flush_model()
        self.env["integrator.listing"].flush_model(["site_id", "company_id", "state"])
        self.env["integrator.listing.section"].flush_model(["listing_id", "name", "sent_hash"])
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO integrator_fee_estimate
                       (listing_id, site_id, company_id, price_hash, is_known)
                SELECT listing.id, listing.site_id, listing.company_id, section.sent_hash, FALSE
                  FROM integrator_listing listing
                  JOIN integrator_listing_section section
                    ON section.listing_id = listing.id AND section.name = 'price'
                 WHERE listing.site_id = %s AND listing.state != 'closed'
                   AND section.sent_hash IS NOT NULL
                ON CONFLICT (listing_id) DO UPDATE
                   SET price_hash = EXCLUDED.price_hash, asked_at = NULL
                 WHERE integrator_fee_estimate.price_hash IS DISTINCT FROM EXCLUDED.price_hash
                """,
                site.id,
            )
        )
        self.invalidate_model()

    # === REQUESTS === #

    def _request_estimates(self):
        """Ask the site about the prices of some listings of one site, in one call."""
        site = self.site_id
        prices = self.listing_id._prices()
        questions, now = {}, fields.Datetime.now()
        for estimate in self:
            price = prices.get(estimate.listing_id, {})
            if amount := price.get("amount"):
                questions[estimate] = estimate._prepare_question(price["currency"], amount)
        answers = site._adapter()._estimate_fees(site, list(questions.values()))
        found = dict(zip(questions, answers or (), strict=False))
        if answers is None:
            # what the site does not allow for these, it does for none: it is asked once a day
            text = self.env._("The channel does not let this application ask for fees.")
            due = self | self.search(self._queue_domain(site))
            due.write({**self._prepare_unknown(text), "asked_at": now})
            return
        for estimate in self:
            values = estimate._prepare_answer(questions.get(estimate), found.get(estimate))
            estimate.write({**values, "asked_at": now})

    def _prepare_question(self, currency, amount):
        listing = self.listing_id
        return {
            "sku": listing.sku,
            "marketplace_code": listing.marketplace_code,
            "price": Decimal(amount),
            "currency": currency,
            "fulfilled_by_site": listing.channel == "site",
        }

    def _prepare_unknown(self, reason):
        values = dict.fromkeys((*FEE_FIGURES, "price", "total"), 0.0)
        return {**values, "is_known": False, "error_message": reason, "error_code": False}

    def _prepare_answer(self, question, answer):
        """
        :param question: None where there is no price
        :param answer: of the site
        """
        if question is None:
            return self._prepare_unknown(self.env._("The listing has no price now."))
        values = self._prepare_unknown(answer["error"])
        if answer["error"]:
            return values
        for key, amount in answer["fees"]:
            figure = GROUPS[key][2]
            values[figure if figure in FEE_FIGURES else "other_fees"] += float(amount)
        return {
            **values,
            "is_known": True,
            "price": float(question["price"]),
            "currency_id": self._currency(question["currency"]).id,
            "total": sum(values[name] for name in FEE_FIGURES),
        }

    @api.model
    def _currency(self, code):
        currencies = self.env["res.currency"].with_context(active_test=False)
        return currencies.search([("name", "=", code)], limit=1)

    def _describe(self):
        """The estimate in words; False where the site was never asked."""
        if not self.asked_at:
            return False
        if not self.is_known:
            return self.error_message
        money = self.currency_id.format
        parts = [
            f"{self._fields[name]._description_string(self.env)} {money(self[name])}"
            for name in FEE_FIGURES
            if self[name]
        ]
        day = self.site_id._local_time(self.asked_at).date()
        return self.env._(
            "%(total)s of %(price)s, estimated on %(day)s (%(parts)s)",
            total=money(self.total),
            price=money(self.price),
            day=format_date(self.env, day),
            parts=", ".join(parts),
        )
