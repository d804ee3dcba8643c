# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta, timezone

from odoo.fields import Command
from odoo.tests import Form, new_test_user

from odoo.addons.integrator_amazon.tests.common import GERMANY, AmazonCommon

UNITED_STATES = "ATVPDKIKX0DER"
JAPAN = "A1VC38T7YXB528"
BRITAIN = "A1F83G8C2ARO7P"
FRANCE = "A13V1IB3VIYZZH"


class BooksMixin:
    """Moves money at the local Amazon, closes periods there, and lets Odoo book them; for cases
    whose site is on the local Amazon."""

    @classmethod
    def _set_up_books(cls, site):
        """Confirm where the rows of a site's settlements go, as a person does it."""
        if not hasattr(cls, "accountant"):
            cls.accountant = new_test_user(
                cls.env,
                "accountant",
                "account.group_account_manager,integrator.group_integrator_user",
                company_id=cls.env.company.id,
            )
        cls.accountant.company_ids |= site.company_id
        accounts = cls.env["account.account"].with_company(site.company_id)
        # pairs over two periods need accounts of their own that can be matched
        own = {
            key: accounts.create(
                {
                    "name": f"Site: {key}",
                    "code": f"19{site.id % 100:02d}{number}",
                    "account_type": "asset_current",
                    "reconcile": True,
                }
            )
            for number, key in enumerate(("reserve", "debt", "payout"))
        }
        wizard = cls.env["integrator.settlement.setup"].with_user(cls.accountant)
        wizard = wizard.with_company(site.company_id)
        with Form(wizard.with_context(default_site_id=site.id)) as form:
            form.automatic = True
            for number in range(len(form.line_ids)):
                with form.line_ids.edit(number) as line:
                    account = own.get(line.group_id.key, line.account_id)
                    line.account_id = account or cls._any_account(accounts, line.treatment)
        form.record.action_confirm()
        return own

    @classmethod
    def _any_account(cls, accounts, treatment):
        kinds = {"expense": "expense", "income": "income", "receivable": "income"}
        kind = kinds.get(treatment, "asset_current")
        domain = accounts._check_company_domain(accounts.env.company)
        return accounts.search([*domain, ("account_type", "=", kind)], limit=1)

    # === DOING === #

    def days_ago(self, days):
        """A moment of the past, in UTC.

        :param days: before last midnight
        """
        today = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
        return today - timedelta(days=days)

    def charge(self, name, days, **values):
        """Let money move at Amazon.

        :param str name: of the simulator's charges
        :param days: how many ago
        :param values: of `Simulator.add_charge`
        """
        return self.amazon.add_charge(name, posted=self.days_ago(days), **values)

    def close(self, days=0, marketplace_id=GERMANY, **options):
        """Close the open period.

        :param days: how many ago
        :return: dict as `Simulator.settlements` gives it, with `content`
        """
        options.setdefault("end", self.days_ago(days))
        (found,) = self.amazon.close_settlement(marketplace_id, **options)
        return {**found, "content": self.amazon.settlement_file(found["settlement_id"])}

    def write_as(self, **dialect):
        """Let Amazon write files otherwise than it does in the country."""
        self.amazon.settings.settlement_dialect.clear()
        self.amazon.settings.settlement_dialect.update(dialect)
        self.addCleanup(self.amazon.settings.settlement_dialect.clear)

    def look(self, site=None):
        """Let the day pass that lies between two looks, and look for settlements.

        :return: the settlements of the site, the oldest first
        """
        site = site or self.site
        sites = self.env["integrator.site"].search([])
        sites.write({"settlement_looked_at": False, "settlement_asked_at": False})
        self.run_stages("settle")
        return self.settlements(site)

    def upload(self, *contents, site=None):
        """Upload files as an accountant.

        :return: the settlements of the site, the oldest first
        """
        site = site or self.site
        attachments = self.env["ir.attachment"].with_user(self.accountant)
        attachments = attachments.create(
            [
                {"name": f"settlement-{number}.txt", "raw": content}
                for number, content in enumerate(contents, 1)
            ]
        )
        with self.running() as env:
            wizard = env["integrator.settlement.upload"].with_user(self.accountant)
            wizard.create(
                {"site_id": site.id, "attachment_ids": [Command.set(attachments.ids)]}
            ).action_upload()
        return self.settlements(site)

    # === SEEING === #

    def settlements(self, site):
        """The settlements of a site, the oldest first."""
        self.env.invalidate_all()
        domain = [("site_id", "=", site.id)]
        return self.env["integrator.settlement"].search(domain, order="end, id")

    def assert_posted(self, settlement):
        """A settlement is in the books to the cent: its entries balance, and what they leave open
        for the bank is what Amazon pays."""
        self.assertEqual(settlement.state, "posted", settlement.hold_reason)
        self.assertEqual(settlement.amount_difference, 0)
        moves = settlement.move_ids
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        currency = settlement.currency_id
        for move in moves:
            self.assertTrue(currency.is_zero(sum(move.line_ids.mapped("amount_currency"))))
        items = moves.line_ids
        rows = settlement.line_ids.filtered("amount")
        # rows that cancel each other out need no item
        unbooked = rows.filtered(lambda row: not row.move_line_id)
        self.assertTrue(currency.is_zero(sum(unbooked.mapped("amount"))))
        booked = -sum((items & rows.move_line_id).mapped("amount_currency"))
        self.assertEqual(currency.compare_amounts(booked, settlement.amount_total), 0)
        if settlement.amount_total > 0:
            paid = settlement.payout_line_id.amount_currency
            self.assertEqual(currency.compare_amounts(paid, settlement.amount_total), 0)


class BooksCase(BooksMixin, AmazonCommon):
    """A site whose settlements are set up and post by themselves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accounts = cls._set_up_books(cls.site)


class SettlementCommon(BooksMixin, AmazonCommon):
    """A site whose account at the local Amazon is settled when a test says so."""

    def setUp(self):
        super().setUp()
        #: Midnight before, in UTC: nothing happens meanwhile.
        self.today = self.days_ago(0)
        self.amazon.settings.settlement_dialect = {}
        self.addCleanup(self.amazon.settings.settlement_dialect.clear)
