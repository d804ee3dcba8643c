# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools.misc import format_date, format_datetime

#: Type of the activity that asks what to do about a held settlement.
QUESTION = "integrator_account.mail_activity_held"

#: Unknown rows that a held settlement names; the list behind the button has all.
MAX_NAMED = 10


class IntegratorSettlementHoldMixin(models.AbstractModel):
    """Checks a settlement before it is posted: its sum, its rows, its accounts, and the chain of
    periods in which it stands."""

    _name = "integrator.settlement.hold.mixin"
    _description = "What holds a settlement"

    # === HOLDS === #

    def _check_again(self):
        """Look at everything that may hold the settlements; those that are posted stay so."""
        for settlement in self.filtered(lambda one: one.state != "posted"):
            self.env["integrator.settlement.line"]._find_again(settlement)
            settlement.rate = settlement._current_rate()
            holds = [
                (code, text)
                for code, find in settlement._hold_checks()
                for text in filter(None, [find()])
            ]
            settlement._set_hold(holds)

    def _hold_checks(self):
        """The checks before posting, the most important first.

        :return: list of tuples (value of `hold_code`, function that gives the reason or nothing)
        """
        return [
            ("sum", self._find_sum_hold),
            ("rule", self._find_rule_hold),
            ("account", self._find_account_hold),
            ("rate", self._find_rate_hold),
            ("chain", self._find_chain_hold),
        ]

    def _set_hold(self, holds):
        """
        :param list holds: tuples (value of `hold_code`, reason); empty: it can be posted
        """
        self.write(
            {
                "state": "held" if holds else "ready",
                "hold_code": holds[0][0] if holds else False,
                "hold_codes": " ".join(code for code, _text in holds) or False,
                "hold_reason": "\n\n".join(text for _code, text in holds) or False,
            }
        )
        for settlement in self:
            # a question is known by its title, whoever checks the settlement
            language = settlement.site_id._settlement_accountant().lang
            settlement = settlement.with_context(lang=language)
            summary = settlement.env._("Settlement %s is held", settlement.remote_id)
            if holds:
                settlement._ask_accountant(summary, settlement.hold_reason, QUESTION)
            else:
                settlement.site_id._close_question(settlement, summary, QUESTION)

    def _ask_accountant(self, summary, reason, activity_type, again=False):
        """Ask somebody with accounting rights about a settlement; what to press is on its screen.

        :param str activity_type: external id
        :param bool again: see `integrator.site._schedule_question`
        """
        site = self.site_id
        if user := site._settlement_accountant():
            site._schedule_question(self, summary, reason, activity_type, user=user, again=again)

    def _find_sum_hold(self):
        if self.currency_id.is_zero(self.amount_difference):
            return None
        return self.env._(
            "The rows add up to %(rows)s, and the channel says %(total)s: the difference is "
            "%(difference)s. Nothing is posted. Upload the original file again; if it is the same, "
            "ask the channel.",
            rows=self.currency_id.format(self.amount_rows),
            total=self.currency_id.format(self.amount_total),
            difference=self.currency_id.format(self.amount_difference),
        )

    def _unknown_lines(self):
        """One row, as an example, of each kind without a rule.

        :return: dict line -> number of such rows
        """
        lines = self.env["integrator.settlement.line"]
        domain = [("settlement_id", "in", self.ids), ("amount", "!=", 0)]
        domain += ["|", ("rule_id", "=", False), ("group_id.treatment", "=", "ask")]
        groups = lines._read_group(
            domain,
            ["transaction_type", "amount_type", "description"],
            ["id:min", "__count"],
            order="id:min",
        )
        return {lines.browse(first): count for *_names, first, count in groups}

    def _find_rule_hold(self):
        unknown = self._unknown_lines()
        if not unknown:
            return None
        names = [
            self.env._(
                "“%(row)s” (rows: %(count)s, the first one is %(number)s)",
                row=line._triple_text(),
                count=count,
                number=line.number,
            )
            for line, count in list(unknown.items())[:MAX_NAMED]
        ]
        return self.env._(
            "Nobody has said yet what these rows are: %s. Press “Answer” once; the same rows are "
            "known from then on.",
            "; ".join(names),
        )

    def _find_account_hold(self):
        site = self.site_id
        missing = []
        if not site.settlement_journal_id.active:
            missing.append(self.env._("the journal"))
        if site.settlement_by_month and not site.settlement_carried_account_id.active:
            missing.append(self.env._("the account for amounts carried forward"))
        groups = [group.display_name for group in self._groups_without_account()]
        missing += [self.env._("the account of “%s”", name) for name in groups]
        payouts = site._settlement_group("payout").account_id
        if payouts and not payouts.reconcile:
            missing.append(
                self.env._(
                    "an account of payouts that allows reconciliation, unlike %s", payouts.code
                )
            )
        if not missing:
            return None
        return self.env._(
            "It is not confirmed yet where rows of %(site)s go. Missing: %(missing)s. An "
            "administrator of accounting presses “Set up”.",
            site=site.name,
            missing=", ".join(missing),
        )

    def _find_rate_hold(self):
        """Without any rate Odoo would take both currencies for the same."""
        company = self.company_id
        currencies = self.currency_id | company.currency_id
        if len(currencies) == 1:
            return None
        domain = [("currency_id", "in", currencies.ids)]
        domain.append(("company_id", "in", (False, company.root_id.id)))
        if self.env["res.currency.rate"].search_count(domain, limit=1):
            return None
        return self.env._(
            "There is no rate between %(currency)s and %(own)s. Enter the one of %(day)s under "
            "Invoicing, Configuration, Currencies, and press “Check again”.",
            currency=self.currency_id.name,
            own=company.currency_id.name,
            day=format_date(self.env, self.site_id._local_time(self.end).date()),
        )

    def _groups_without_account(self):
        """Groups of the settlement's rows, and of its payout, that have no account yet, or one that
        was archived."""
        lines = self.env["integrator.settlement.line"]
        domain = [("settlement_id", "=", self.id), ("amount", "!=", 0), ("rule_id", "!=", False)]
        used = lines._read_group(domain, ["group_id", "rule_id"])
        missing = [group for group, rule in used if rule._lacks_account()]
        if self.amount_total:
            balance = self.site_id._settlement_group("payout" if self.amount_total > 0 else "debt")
            missing += [group for group in balance if not group.account_id.active]
        return self.env["integrator.settlement.group"].union(*missing)

    # === CHAIN OF PERIODS === #

    def _chain_domain(self):
        """Settlements of the same chain. One in which nothing was sold may name no account: it may
        be of each chain."""
        domain = [
            ("site_id", "=", self.site_id.id),
            ("currency_id", "=", self.currency_id.id),
            ("id", "!=", self.id),
        ]
        if self.account_ref:
            domain.append(("account_ref", "in", (self.account_ref, "", False)))
        return domain

    def _previous(self):
        """The settlement of the period before; empty for the first one."""
        domain = [*self._chain_domain(), ("end", "<=", self.start)]
        last = self.search(domain, order="end desc, id desc", limit=1)
        alike = self.search([*domain, ("end", "=", last.end)]) if last else last
        return alike.filtered(lambda one: one.account_ref == self.account_ref)[:1] or last

    def _find_chain_hold(self):
        if self.gap_reason:
            return None
        previous = self._previous()
        if not previous:
            return None
        if previous.end != self.start:
            return self.env._(
                "Nothing covers the time from %(start)s to %(end)s: the settlement before this one "
                "is %(previous)s. Upload the file of that time, or accept the hole with a reason.",
                start=self._time_text(previous.end),
                end=self._time_text(self.start),
                previous=previous.remote_id,
            )
        return self._find_carry_hold(previous)

    def _time_text(self, moment):
        """A moment for people, in the time zone of the channel."""
        zone = self.site_id._time_zone()
        return format_datetime(self.env, moment, tz=zone, dt_format="d MMM y, HH:mm")

    def _find_carry_hold(self, previous):
        """Check that debts and reserves of the period before come back in this one."""
        checks = [
            (
                self.env._("What you owed"),
                min(previous.amount_total, 0.0),
                self._sum_of("debt"),
            ),
            (
                self.env._("What was held back"),
                -previous._sum_of("reserve", negative=True),
                self._sum_of("reserve", negative=False),
            ),
        ]
        for what, expected, found in checks:
            if self.currency_id.compare_amounts(expected, found):
                return self.env._(
                    "%(what)s at the end of %(previous)s was %(expected)s, and this settlement "
                    "begins with %(found)s. A settlement between them may be missing; accept it "
                    "with a reason if it is right.",
                    what=what,
                    previous=previous.remote_id,
                    expected=self.currency_id.format(expected),
                    found=self.currency_id.format(found),
                )
        return None

    def _sum_of(self, key, negative=None):
        """The sum of the rows of a group.

        :param bool negative: only money from you, or only money to you; None: both
        """
        domain = [("settlement_id", "=", self.id), ("group_id.key", "=", key)]
        if negative is not None:
            domain.append(("amount", "<" if negative else ">", 0))
        groups = self.env["integrator.settlement.line"]._read_group(domain, [], ["amount:sum"])
        return self.currency_id.round(groups[0][0] or 0.0)

    def _next_settlements(self):
        """The settlements whose chain may fit now that this one is here."""
        found = self.browse()
        for settlement in self:
            domain = [*settlement._chain_domain(), ("start", ">=", settlement.end)]
            found |= self.search([*domain, ("state", "!=", "posted")])
        return found
