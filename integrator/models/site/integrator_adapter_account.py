# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import models
from odoo.models import BaseModel

from ...neutral import AccountTable, Estimate, Explanation


class IntegratorAdapterAccount(models.AbstractModel):
    """What a site says of the account: its connection, what it can do, and its limits."""

    _name = "integrator.adapter.account"
    _description = "Adapter: the account"

    # === BUSINESS METHODS === #

    def _test_connection(self, site: BaseModel) -> str:
        """Try the site's parameters.

        :return: a sentence for people that names the account and what it may do
        :raise IntegratorError: with a different, useful sentence for each cause
        """
        raise NotImplementedError

    def _test_credentials(self, site: BaseModel) -> str:
        """As `_test_connection`, by a log-in of its own: what was remembered of earlier ones says
        nothing about a secret that has just been entered."""
        return self._test_connection(site)

    def _credential_days(self, site: BaseModel) -> dict[str, int | None]:
        """How long the site's secrets are good.

        :return: dict name of the secret -> days from when it is entered; None: for ever
        """
        return {}

    def _setup_missing(self, site: BaseModel) -> str:
        """What of the account is missing before the connection can be tested.

        :return: text for people: what, and where it is entered; empty: nothing
        """
        return ""

    def _capabilities(self, site: BaseModel) -> set[str]:
        """What can be done there.

        :return: set of the task kinds, `"orders"`, and `"source:…"` for every other source
        """
        return set()

    def _account_tables(self) -> dict[str, AccountTable]:
        """Where other connectors to the same kind of site keep their accounts.

        :return: dict technical name -> `neutral.AccountTable`
        """
        return {}

    def _explanations(self) -> dict[str, Explanation]:
        """What lies behind reasons and what to do, by code, or by the words that codes begin with.
        A site adds those of its own.

        :return: dict code -> `neutral.Explanation`
        """
        return self.env["integrator.explanations"]._all()

    def _without_secrets(self, text: str) -> str:
        """A text that may leave the house: without keys and personal data."""
        return text

    def _quota_lines(self, site: BaseModel) -> list[str]:
        """What the site still takes now, for people.

        :return: list of texts, the scarcest first; empty where there is no limit that is known
        """
        return []

    def _estimate(self, site: BaseModel, work: dict[str, int]) -> Estimate | None:
        """How much it takes to do something.

        :param dict work: kind -> number: `products` (all of each), `messages` (parts of listings),
            `requests` (spans of time) with the `orders` that are expected in them, `shipments`
        :return: `neutral.Estimate`, by the site's limits and what is left of them; None: the site
            has no limits that are known
        """
