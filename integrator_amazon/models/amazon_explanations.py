# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.integrator.neutral import Explanation


class IntegratorAmazonExplanations(models.AbstractModel):
    """Explanations of Amazon's reasons, for `_explanations` of the adapter."""

    _name = "integrator.amazon.explanations"
    _description = "Explanations of Amazon's reasons"

    @api.model
    def _all(self):
        """Return the explanations, see `integrator.adapter._explanations`."""
        return {**self._of_account(), **self._of_calls(), **self._of_messages()}

    def _of_account(self):
        keys = self.env._("Correct the keys on the channel, then press “Test connection”.")
        roles = self.env._(
            "Check the roles of your app in Seller Central, Develop Apps, authorise it again, and "
            "enter the new refresh token on the channel."
        )
        refused = self.env._("Amazon does not accept the keys of the account.")
        return {
            "lwa": Explanation(refused, keys, "site"),
            "credentials": Explanation(refused, keys, "site"),
            "consent": Explanation(refused, keys, "site"),
            "endpoint": Explanation(
                self.env._("An address on the channel is not Amazon's."), keys, "site"
            ),
            "spapi_401": Explanation(refused, keys, "site"),
            "spapi_403_token": Explanation(refused, keys, "site"),
            "spapi_403_expired": Explanation(refused, keys, "site"),
            "spapi_403_invalid": Explanation(refused, keys, "site"),
            "spapi_403_missing": Explanation(
                self.env._("Your app may not do this at Amazon: a role is missing."),
                roles,
                "site",
            ),
            "spapi_403_not": Explanation(
                self.env._("Your account does not sell on one of the marketplaces."),
                self.env._("Choose the marketplaces of your account on the channel."),
                "site",
            ),
            "queue": Explanation(
                self.env._("The queue that speeds orders up cannot be read. Orders still come in."),
                self.env._("Check the queue on the channel, page “Advanced”."),
                "site",
            ),
        }

    def _of_calls(self):
        busy = self.env._("Nothing is to be done: it goes on by itself.")
        limit = self.env._("Amazon limits how often it may be asked.")
        trouble = self.env._("Amazon, or the network, has a disturbance.")
        return {
            "lwa_throttled": Explanation(limit, busy),
            "lwa_unavailable": Explanation(trouble, busy),
            "lwa_malformed": Explanation(trouble, busy),
            "quota": Explanation(limit, busy),
            "resting": Explanation(
                self.env._("It failed several times in a row and is left alone for a while."),
                busy,
                "site",
            ),
            "spapi_429": Explanation(limit, busy),
            "spapi_408": Explanation(trouble, busy),
            **{
                f"spapi_{code}": Explanation(trouble, busy) for code in ("500", "503", "504", "5xx")
            },
            "network": Explanation(trouble, busy),
            "storage": Explanation(
                self.env._("A document in Amazon's storage could not be reached."),
                busy,
            ),
        }

    def _of_messages(self):
        correction = self.env._(
            "Correct what the reason names: on the product, or under “Attributes” of the listing. "
            "Then send it again."
        )
        return {
            "amazon": Explanation(
                self.env._("Amazon has looked at the listing and refused a part of it."),
                correction,
            ),
            "listing_incomplete": Explanation(
                self.env._(
                    "Amazon asks for more of this product type than Odoo knows, so nothing was "
                    "sent."
                ),
                correction,
            ),
            "feed": Explanation(
                self.env._("Amazon did not work on the file. Nothing that was in it is lost."),
                self.env._("Send it again."),
            ),
            "report": Explanation(
                self.env._("Amazon did not make the report that was asked for."),
                self.env._(
                    "It is asked for again. If it stays, check the roles of your app in Seller "
                    "Central."
                ),
            ),
            "carrier_unknown": Explanation(
                self.env._("Amazon knows carriers by its own codes."),
                self.env._("Choose Amazon's code on the delivery method, then try again."),
            ),
            "tracking_malformed": Explanation(
                self.env._("The tracking number does not look like one of this carrier."),
                self.env._("Correct the number or the carrier on the delivery."),
            ),
            "accepted_but": Explanation(
                self.env._("Amazon took the confirmation, but does not show the parcel."),
                self.env._("Look at the order in Seller Central, then try again."),
            ),
        }
