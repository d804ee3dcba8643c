# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import secrets
from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.integrator.exceptions import ConfigurationError

from ..api.consent import consent_url, exchange_code, read_consent
from ..api.errors.exceptions import SpapiError
from ..api.http.login import TokenCache

#: Time that a seller may take at Amazon before the way back is closed.
LIFETIME = timedelta(hours=1)


class AmazonConsent(models.Model):
    """One journey to Amazon's consent page and back.

    Its state value is good once, for the user who began and for an hour. No access right names
    this model: only the button and the way back use it.
    """

    _name = "integrator.amazon.consent"
    _inherit = "integrator.retention.mixin"
    _description = "Consent of an Amazon account"
    _rec_name = "site_id"

    site_id = fields.Many2one(
        "integrator.site",
        string="Channel",
        required=True,
        ondelete="cascade",
        help="The channel to be linked.",
    )
    user_id = fields.Many2one(
        "res.users", required=True, ondelete="cascade", help="Who began and has to come back."
    )
    state = fields.Char(required=True, help="Unguessable value that Amazon sends back.")
    redirect_uri = fields.Char(required=True, help="Where Amazon sends the browser.")
    used = fields.Boolean(help="The browser has come back; the value is good no more.")

    _state_uniq = models.UniqueIndex("(state)", "This value has been given out already.")

    @api.model
    def _begin(self, site):
        """Begin a journey of the current user.

        :return: the address of Amazon's consent page
        """
        consent_sudo = self.sudo().create(
            {
                "site_id": site.id,
                "user_id": self.env.uid,
                "state": secrets.token_urlsafe(32),
                "redirect_uri": site.amazon_return_url,
            }
        )
        return consent_url(
            site._amazon_seller_central(),
            site.amazon_application_id,
            consent_sudo.state,
            consent_sudo.redirect_uri,
            draft=site.amazon_application_draft,
        )

    @api.model
    def _redeem_sudo(self, state):
        """Find the journey of a state value, and end it. Empty for a value that is unknown, used,
        too old, or of another user."""
        consent = self.sudo().search(
            [
                ("state", "=", state or ""),
                ("user_id", "=", self.env.uid),
                ("used", "=", False),
                ("create_date", ">", fields.Datetime.now() - LIFETIME),
            ]
        )
        consent.lock_for_update()
        consent.used = True
        return consent

    def _finish(self, query):
        """Exchange the code for a refresh token and keep it; bindings of the site stay.

        :param dict query: what the browser brought
        :return: a sentence for people
        :raise IntegratorError: when it did not work, in words
        """
        try:
            code, merchant_id = read_consent(query, self.state or "")
            self._check_merchant(merchant_id)
            token = self._exchange(code)
            self._verify_merchant(merchant_id, token)
        except SpapiError as error:
            raise ConfigurationError(error.sentence, code=error.code) from error
        self.site_id.amazon_merchant_id = merchant_id
        self.env["integrator.secret"]._store(self.site_id, "amazon_refresh_token", token)
        self.site_id.message_post(
            body=self.env._("Linked with the seller %s at Amazon.", merchant_id)
        )
        return self.env._(
            "The account %(seller)s is linked with “%(site)s”. Now press “Test connection”.",
            seller=merchant_id,
            site=self.site_id.name,
        )

    def _check_merchant(self, merchant_id):
        """A site stays with its seller: orders and listings hang on it."""
        known = self.site_id.amazon_merchant_id
        if known and known != merchant_id:
            raise ConfigurationError(
                self.env._(
                    "You have allowed access to the seller %(new)s, but “%(site)s” belongs to "
                    "%(known)s. Log out of Seller Central and try again with the right account, "
                    "or add a channel of its own for the other seller.",
                    new=merchant_id,
                    site=self.site_id.name,
                    known=known,
                ),
                code="other_seller",
            )

    def _exchange(self, code):
        site, adapter = self.site_id, self.site_id._adapter()
        keys = replace(adapter._credentials(site), refresh_token=code)
        adapter._check_complete(site, keys)
        endpoint = adapter._endpoint(site)
        return exchange_code(keys.client_id, keys.client_secret, code, self.redirect_uri, endpoint)

    def _verify_merchant(self, merchant_id, token):
        """Ask Amazon whose token it is: the id that came back is the browser's word.

        No operation names the seller of a token, but each token opens the listings of its own
        seller alone.

        :param str merchant_id: as the browser brought it
        :param str token: the refresh token that Amazon gave for the code
        :raise ConfigurationError: when Amazon does not let it see that seller's listings
        :raise SpapiError: when Amazon cannot be asked
        """
        site, adapter = self.site_id, self.site_id._adapter()
        credentials = replace(
            adapter._credentials(site), refresh_token=token, merchant_id=merchant_id
        )
        query = {"marketplaceIds": site.amazon_marketplace_ids[:1].mapped("code"), "pageSize": 1}
        try:
            with adapter._open_gateway(
                site, watched=False, tokens=TokenCache(), credentials=credentials
            ) as gateway:
                gateway.call("searchListingsItems", path={"sellerId": merchant_id}, query=query)
        except SpapiError as error:
            if error.status not in (400, 403, 404):
                raise
            raise ConfigurationError(
                self.env._(
                    "Amazon does not confirm that the account you have allowed is the seller "
                    "%(seller)s, so nothing was changed. Either it belongs to another seller: log "
                    "out of Seller Central and try again with the right account. Or your app "
                    "lacks the role “Product Listing”: add it at Amazon and try again.",
                    seller=merchant_id,
                ),
                code="other_seller",
            ) from error

    @api.model
    def _retention_domain(self):
        """Journeys that are over."""
        return [("create_date", "<", fields.Datetime.now() - LIFETIME)]
