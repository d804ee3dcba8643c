# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...neutral import Explanation


class IntegratorExplanations(models.AbstractModel):
    """Explanations of the reasons of every channel, for `_explanations` of the adapters."""

    _name = "integrator.explanations"
    _description = "Explanations of reasons"

    @api.model
    def _all(self):
        """Return the explanations, see `integrator.adapter._explanations`."""
        return {
            **self._of_orders(),
            **self._of_taxes(),
            **self._of_products(),
            **self._of_system(),
        }

    def _of_taxes(self):
        taxes = self.env._(
            "Taxes are not guessed: a wrong one is found only at the end of the year. The order "
            "waits until a person has chosen, once for each tax."
        )
        return {
            "unknown_tax": Explanation(
                taxes,
                self.env._("Choose your tax. All orders that wait for it are imported."),
                "taxes",
            ),
            "tax_not_invoiceable": Explanation(
                taxes,
                self.env._("Choose a tax of the country that the invoice is for."),
                "taxes",
            ),
            "total_differs": Explanation(
                self.env._(
                    "The sale order would not come to the total that the buyer paid. It is not "
                    "imported before both agree, so that the invoice is right."
                ),
                self.env._("Check the taxes of the order, then import it again."),
                "taxes",
            ),
        }

    def _of_orders(self):
        wait = self.env._("Usually nothing: the order is imported once the channel shows more.")
        return {
            "unknown_sku": Explanation(
                self.env._(
                    "The order has an item whose SKU belongs to no product. A guess could ship the "
                    "wrong item, so the order waits."
                ),
                self.env._(
                    "Choose the product once. All orders that wait for it are imported by "
                    "themselves, and the answer is kept."
                ),
                "products",
            ),
            "sold_by_hand": Explanation(
                self.env._(
                    "A sale order has the number of this order as customer reference. If somebody "
                    "entered the order by hand, importing it would deliver and invoice it twice."
                ),
                self.env._(
                    "Compare both. “It is this sale order” links them, and nothing is made. “It is "
                    "another sale” imports the order."
                ),
            ),
            "unknown_status": Explanation(
                self.env._("The channel shows a status of the order that is not known here."),
                wait,
            ),
            "unknown_channel": Explanation(
                self.env._("Whether you ship the order or the channel does is not known yet."),
                wait,
            ),
            "incomplete_order": Explanation(
                self.env._("The channel has not shown all of the order yet."),
                wait,
            ),
            "unreadable_order": Explanation(
                self.env._("A part of the order could not be read."),
                wait,
            ),
            "tracking_missing": Explanation(
                self.env._("The channel confirms a parcel only with its tracking number."),
                self.env._("Enter the tracking number on the delivery. It is sent at once."),
            ),
        }

    def _of_products(self):
        return {
            "held": Explanation(
                self.env._(
                    "The change is unusual, such as a price that is many times higher. It was held "
                    "back by the limits of the channel, so that a typing error does no harm."
                ),
                self.env._("Approve the change, or reject it: the channel then keeps what it has."),
                "approvals",
            ),
            "issue": Explanation(
                self.env._("The channel reports a problem with offers that it had accepted."),
                self.env._("Each issue names its listing, and what to correct."),
                "issues",
            ),
            "parent_missing": Explanation(
                self.env._("Variants are offered under a common parent, which is not there yet."),
                self.env._("Send the product again, then retry."),
            ),
            "forerunner_failed": Explanation(
                self.env._("This follows the product itself, which was refused."),
                self.env._("Correct what the product was refused for. The rest follows by itself."),
            ),
        }

    def _of_system(self):
        return {
            "unexpected": Explanation(
                self.env._("The program met something that it was not made for."),
                self.env._(
                    "It is tried again by itself. If it stays, open the timeline of the record, "
                    "copy it for support, and send it with your question."
                ),
            ),
            "odoo": Explanation(
                self.env._("Odoo itself refused this, for the reason above."),
                self.env._("Correct the record in Odoo. Then try again."),
            ),
            "channel": Explanation(
                self.env._("The channel has not done what Odoo asked of it."),
                self.env._(
                    "Temporary problems are tried again by themselves. Correct keys and address "
                    "on the channel, and refused values on the record."
                ),
                "site",
            ),
            "secret_key": Explanation(
                self.env._("The keys of the account are encrypted, and this server lacks the key."),
                self.env._(
                    "Ask whoever runs the server to put “integrator_secret_key” into its "
                    "configuration."
                ),
                "site",
            ),
            "ticket_overdue": Explanation(
                self.env._("The channel is still working on what was sent."),
                self.env._("Usually nothing: its answer is fetched as soon as it is there."),
            ),
        }
