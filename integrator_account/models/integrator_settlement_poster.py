# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from typing import NamedTuple

from odoo import Command, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date

from odoo.addons.integrator.exceptions import RejectedError
from odoo.addons.integrator.utils import lock


class Booking(NamedTuple):
    """Rows of a settlement that become one journal item.

    :param key: what these rows have in common; kept on rows and item
    :param amount: their sum, money to the company positive
    """

    date: fields.Date
    key: str
    group_id: int
    rule_id: int
    is_receivable: bool
    is_refund: bool
    order_ref: str
    marketplace_ref: str
    sale_order_id: int
    amount: object


class IntegratorSettlementPoster(models.AbstractModel):
    """Makes the journal entries of one settlement: each row stands behind exactly one item, and
    items, rows and payout have the same sum. There is no item for a rest."""

    _name = "integrator.settlement.poster"
    _description = "Posting of settlements"

    def _post(self, settlement):
        """Post a settlement that nothing holds.

        :raise RejectedError: with the code `settlement_locked` in a locked period
        """
        lock(settlement)
        poster = self.with_company(settlement.company_id)
        poster._assign_keys(settlement)
        parts = poster._read_parts(settlement)
        poster._check_locks(settlement, parts)
        # an entry that Odoo may complete by itself would be read again for each of its lines
        moves = poster.env["account.move"].with_context(
            skip_invoice_sync=True, tracking_disable=True
        )
        values = poster._prepare_moves(settlement, parts)
        moves = moves.create(list(values.values()))
        if moves:
            moves._post(soft=False)
        poster._link(settlement, dict(zip(values, moves, strict=True)))
        settlement.state = "posted"
        settlement.write({"hold_code": False, "hold_codes": False, "hold_reason": False})
        matcher = self.env["integrator.settlement.matcher"]
        matcher._match_orders(moves.line_ids)
        matcher._match_pairs(settlement)
        matcher._match_payouts(settlement)

    def _reverse(self, settlement):
        """Reverse the entries of a settlement."""
        moves = settlement.move_ids.filtered(
            lambda move: move.state == "posted" and not move.reversal_move_ids
        )
        moves = moves.filtered(lambda move: not move.reversed_entry_id)
        settlement._clear_posting()
        values = [
            {
                "date": move.date,
                "ref": self.env._("Reversal of %s", move.name),
                "integrator_settlement_id": settlement.id,
            }
            for move in moves
        ]
        reversals = moves._reverse_moves(values, cancel=True)
        settlement.message_post(
            body=self.env._(
                "Reversed: %s", ", ".join(move.name for move in moves | reversals if move.name)
            )
        )

    # === ROWS === #

    def _assign_keys(self, settlement):
        """Give every row with an amount the key of its journal item, and its date. What is held
        back and what comes back are two items, so that each finds its other half."""
        site = settlement.site_id
        lines = self.env["integrator.settlement.line"]
        lines.flush_model()
        end = site._local_time(settlement.end).date()
        day = SQL(
            "COALESCE((line.posted_at AT TIME ZONE 'UTC' AT TIME ZONE %s)::date,"
            " line.posted_date, %s)",
            site._time_zone(),
            end,
        )
        month_end = SQL("(date_trunc('month', %s) + interval '1 month - 1 day')::date", day)
        self.env.cr.execute(
            SQL(
                """
                UPDATE integrator_settlement_line line
                   SET booking_date = %s,
                       booking_key = CASE WHEN %s THEN concat_ws('|',
                           CASE WHEN rule.is_refund THEN 'refund' ELSE 'order' END,
                           COALESCE(line.order_ref, line.merchant_order_ref, ''),
                           CASE WHEN rule.is_refund
                                THEN COALESCE(line.adjustment_ref, %s::text) END)
                       ELSE concat_ws('|', 'group', line.group_id,
                           CASE WHEN rule.account_id IS NOT NULL OR rule.tax_id IS NOT NULL
                                  OR rule.analytic_distribution IS NOT NULL
                                THEN rule.id ELSE 0 END,
                           lower(COALESCE(line.marketplace_ref, '')),
                           CASE WHEN grp.treatment = 'balance' THEN SIGN(line.amount)::int END,
                           CASE WHEN rule.is_refund AND grp.treatment = 'receivable'
                                 AND COALESCE(rule.tax_id, grp.tax_id) IS NOT NULL
                                THEN 'refund' END)
                       END
                  FROM integrator_settlement_rule rule, integrator_settlement_group grp
                 WHERE line.settlement_id = %s AND line.amount != 0
                   AND rule.id = line.rule_id AND grp.id = line.group_id
                """,
                SQL("LEAST(%s, %s)", month_end, end)
                if site.settlement_by_month
                else SQL("%s", end),
                self._is_receivable_sql(site),
                day,
                settlement.id,
            )
        )
        lines.invalidate_model(["booking_key", "booking_date"])

    def _is_receivable_sql(self, site):
        if site.settlement_mode != "orders":
            return SQL("FALSE")
        return SQL("grp.treatment = 'receivable'")

    def _read_parts(self, settlement):
        """Read the sums of each entry.

        :return: dict date of the entry -> list of `Booking`, in the order of dates
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.booking_date, line.booking_key, min(line.group_id),
                       min(line.rule_id), %s, bool_or(rule.is_refund),
                       min(COALESCE(line.order_ref, line.merchant_order_ref)),
                       min(line.marketplace_ref), min(line.sale_order_id), sum(line.amount)
                  FROM integrator_settlement_line line
                  JOIN integrator_settlement_rule rule ON rule.id = line.rule_id
                  JOIN integrator_settlement_group grp ON grp.id = line.group_id
                 WHERE line.settlement_id = %s AND line.booking_key IS NOT NULL
                 GROUP BY line.booking_date, line.booking_key
                 ORDER BY line.booking_date, min(line.number)
                """,
                SQL("bool_or(%s)", self._is_receivable_sql(settlement.site_id)),
                settlement.id,
            )
        )
        parts = {}
        for row in rows:
            booking = Booking(*row)
            parts.setdefault(booking.date, []).append(booking)
        parts.setdefault(settlement.site_id._local_time(settlement.end).date(), [])
        return dict(sorted(parts.items()))

    def _check_locks(self, settlement, parts):
        """Hold a settlement whose entries would fall into a locked period; where the site says so,
        Odoo moves them to the next open one."""
        site = settlement.site_id
        if site.settlement_locked == "next":
            return
        taxes = site.settlement_group_ids.tax_id | site.settlement_rule_ids.tax_id
        for date in parts:
            locks = site.company_id._get_violated_lock_dates(
                date, bool(taxes), site.settlement_journal_id
            )
            if locks:
                raise RejectedError(
                    self.env._(
                        "The books of %(company)s are locked on %(date)s: %(locks)s. Unlock the "
                        "period, or choose on the channel that settlements are booked in the next "
                        "open one.",
                        company=site.company_id.name,
                        date=format_date(self.env, date),
                        locks=site.company_id._format_lock_dates(locks),
                    ),
                    code="settlement_locked",
                )

    # === ENTRIES === #

    def _prepare_moves(self, settlement, parts):
        """The entries, one for each date; what one leaves open is carried forward to the last.
        Where no money moved there is none.

        :return: dict date -> values of `account.move`
        """
        buyers = self._buyers(settlement, parts)
        total, carried, moves, last = 0, [], {}, max(parts)
        for date, bookings in parts.items():
            lines = []
            for booking in bookings:
                lines += self._prepare_lines(settlement, booking, buyers)
            own = sum(booking.amount for booking in bookings)
            if date == last:
                lines += self._prepare_taken_back(settlement, date, total, carried)
                lines += self._prepare_payout(settlement, date, total + own)
            else:
                forward = self._prepare_carried(settlement, date, -own)
                lines += forward
                carried += forward
                total += own
            self._note_tax_bases(lines)
            self._balance(lines)
            if lines:
                moves[date] = self._prepare_move(settlement, date, lines)
        return moves

    def _prepare_move(self, settlement, date, lines):
        return {
            "move_type": "entry",
            "journal_id": settlement.site_id.settlement_journal_id.id,
            "company_id": settlement.company_id.id,
            "currency_id": settlement.currency_id.id,
            "date": date,
            "ref": self._reference(settlement),
            "integrator_settlement_id": settlement.id,
            "line_ids": [Command.create(line) for line in lines],
        }

    def _reference(self, settlement):
        return self.env._(
            "Settlement %(number)s of %(site)s",
            number=settlement.remote_id,
            site=settlement.site_id.name,
        )

    def _prepare_lines(self, settlement, booking, buyers):
        """The journal item of some rows, with the items of the tax that is inside."""
        if not booking.amount:
            return []
        if booking.is_receivable:
            return [self._prepare_receivable(settlement, booking, buyers)]
        rule = self.env["integrator.settlement.rule"].browse(booking.rule_id)
        group = self.env["integrator.settlement.group"].browse(booking.group_id)
        own_rule = booking.key.split("|")[2] != "0"
        values = {
            "account_id": (rule._account() if own_rule else group.account_id).id,
            "name": " – ".join(filter(None, (group.display_name, booking.marketplace_ref))),
            "analytic_distribution": rule._analytic() if own_rule else group.analytic_distribution,
            "integrator_settlement_key": booking.key,
        }
        tax = rule._tax() if own_rule else group.tax_id
        if not tax:
            return [self._prepare_item(settlement, booking.date, -booking.amount, **values)]
        if group.key == "sale_tax":
            return self._prepare_tax_rows(settlement, booking, tax, values)
        if group.tax_place == "beside":
            return [self._prepare_untaxed(settlement, booking, tax, values)]
        is_sale = group.treatment == "receivable"
        return self._prepare_taxed(
            settlement, booking, tax, values, booking.is_refund if is_sale else None
        )

    def _prepare_item(self, settlement, date, amount_currency, **values):
        """One journal item.

        :param amount_currency: in the currency of the settlement, debit positive
        """
        currency, company = settlement.currency_id, settlement.company_id
        amount = currency.round(float(amount_currency))
        return {
            "currency_id": currency.id,
            "amount_currency": amount,
            "balance": currency._convert(amount, company.currency_id, company, date),
            # said, so that Odoo does not look for a model of distribution for each item
            "analytic_distribution": False,
            **values,
        }

    def _prepare_receivable(self, settlement, booking, buyers):
        partner, account = buyers[booking.sale_order_id]
        text = self.env._("Refund of %s") if booking.is_refund else self.env._("Order %s")
        return self._prepare_item(
            settlement,
            booking.date,
            -booking.amount,
            account_id=account.id,
            partner_id=partner.id,
            name=text % (booking.order_ref or settlement.remote_id),
            integrator_settlement_key=booking.key,
            integrator_order_ref=booking.order_ref,
            integrator_is_refund=booking.is_refund,
        )

    def _prepare_taxed(self, settlement, booking, tax, values, is_refund):
        """The items of rows with tax inside: what is theirs without it, and the tax.

        :param is_refund: whether they give money back; None: the sign says it
        """
        sign = -1 if tax.type_tax_use == "sale" else 1
        amount = -sign * float(booking.amount)
        found = tax.with_context(force_price_include=True).compute_all(
            amount,
            currency=settlement.currency_id,
            is_refund=amount < 0 if is_refund is None else is_refund,
        )
        base = self._prepare_item(
            settlement,
            booking.date,
            sign * found["total_excluded"],
            tax_ids=[Command.set(tax.ids)],
            tax_tag_ids=[Command.set(found["base_tags"])],
            **values,
        )
        taxes = [
            self._prepare_item(
                settlement,
                booking.date,
                sign * one["amount"],
                account_id=one["account_id"] or values["account_id"],
                name=one["name"],
                tax_repartition_line_id=one["tax_repartition_line_id"],
                tax_tag_ids=[Command.set(one["tag_ids"])],
                tax_base_amount=abs(base["balance"]),
                integrator_settlement_key=booking.key,
            )
            for one in found["taxes"]
            if one["amount"]
        ]
        rest = base["amount_currency"] + sum(one["amount_currency"] for one in taxes)
        # a cent of rounding belongs to the amount without tax
        base["amount_currency"] -= settlement.currency_id.round(rest + float(booking.amount))
        return [base, *taxes]

    def _prepare_untaxed(self, settlement, booking, tax, values):
        """The item of rows whose tax stands in rows of its own: it counts for the tax report as
        what the tax is of, and no tax is calculated from it."""
        found = tax.with_context(force_price_include=False).compute_all(
            float(booking.amount), currency=settlement.currency_id, is_refund=booking.is_refund
        )
        return self._prepare_item(
            settlement,
            booking.date,
            -booking.amount,
            tax_ids=[Command.set(tax.ids)],
            tax_tag_ids=[Command.set(found["base_tags"])],
            **values,
        )

    def _prepare_tax_rows(self, settlement, booking, tax, values):
        """The items of rows that are the tax itself: its parts share the amount to the cent. A tax
        of nothing has no parts to share: the rows go to the account of the group."""
        taxes = tax.flatten_taxes_hierarchy()
        parts = [
            (one, line, one.amount * line.factor_percent)
            for one in taxes
            for line in self._tax_parts(one, booking.is_refund)
        ]
        whole, left, items = sum(weight for *_part, weight in parts), float(booking.amount), []
        if not whole:
            return [self._prepare_item(settlement, booking.date, -booking.amount, **values)]
        for number, (one, line, weight) in enumerate(parts, 1):
            amount = settlement.currency_id.round(float(booking.amount) * weight / whole)
            amount = settlement.currency_id.round(left) if number == len(parts) else amount
            left -= amount
            part = {**values, "account_id": line.account_id.id or values["account_id"]}
            part |= {"name": one.name, "tax_repartition_line_id": line.id}
            part["tax_tag_ids"] = [Command.set(line.tag_ids.ids)]
            items.append(self._prepare_item(settlement, booking.date, -amount, **part))
        return items

    @staticmethod
    def _tax_parts(tax, is_refund):
        lines = tax.refund_repartition_line_ids if is_refund else tax.invoice_repartition_line_ids
        return lines.filtered(lambda line: line.repartition_type == "tax")

    def _note_tax_bases(self, lines):
        """Let items of tax that stands in rows of its own name what it is of: the amounts of the
        same tax and kind, on the same marketplace."""
        repartition = self.env["account.tax.repartition.line"]
        bases = defaultdict(float)
        for line in lines:
            for _command, _id, tax_ids in line.get("tax_ids", ()):
                for tax_id in tax_ids:
                    bases[(tax_id, *self._market(line))] += line["balance"]
        for line in lines:
            if "tax_repartition_line_id" in line and "tax_base_amount" not in line:
                part = repartition.browse(line["tax_repartition_line_id"])
                line["tax_base_amount"] = abs(bases[(part.tax_id.id, *self._market(line))])

    @staticmethod
    def _market(line):
        """Marketplace of an item of sales, and whether it is of refunds; see `_assign_keys`."""
        parts = line["integrator_settlement_key"].split("|")
        return "".join(parts[3:4]), parts[-1] == "refund"

    def _prepare_carried(self, settlement, date, amount):
        if not amount:
            return []
        return [
            self._prepare_item(
                settlement,
                date,
                -amount,
                account_id=settlement.site_id.settlement_carried_account_id.id,
                name=self.env._("Carried forward in settlement %s", settlement.remote_id),
                integrator_settlement_key="carried",
            )
        ]

    def _prepare_taken_back(self, settlement, date, amount, carried):
        """The item that takes back what earlier entries have carried forward, at the value that it
        has there: nothing stays on the account in the currency of the company either.

        :param list carried: the items of the earlier entries
        """
        items = self._prepare_carried(settlement, date, amount)
        for item in items:
            item["balance"] = -sum(one["balance"] for one in carried)
        return items

    def _prepare_payout(self, settlement, date, total):
        """The item of the payout, on its way to the bank; a debt goes to the account of debts."""
        if not total:
            return []
        group = settlement.site_id._settlement_group("payout" if total > 0 else "debt")
        texts = (settlement.remote_id, settlement.payout_trace)
        paid_on = settlement._payout_day()
        return [
            self._prepare_item(
                settlement,
                date,
                total,
                account_id=group.account_id.id,
                name=self.env._("Payout %s", " ".join(filter(None, texts))),
                date_maturity=paid_on,
                integrator_settlement_key="payout",
            )
        ]

    def _balance(self, lines):
        """Let an entry come out in the currency of the company: what rounding each item has left
        goes to the last one, which is the payout or what is carried forward, else to the largest.
        """
        rest = sum(line["balance"] for line in lines)
        if lines and rest:
            last = lines[-1]
            if last["integrator_settlement_key"] not in ("payout", "carried"):
                last = max(lines, key=lambda line: abs(line["balance"]))
            last["balance"] -= rest

    # === BUYERS === #

    def _buyers(self, settlement, parts):
        """On whose account, and on which, the money of each order goes: those of its invoice.

        :return: dict id of a sale order (None: without one) -> tuple (partner, account)
        """
        ids = {booking.sale_order_id for part in parts.values() for booking in part}
        orders = self.env["sale.order"].browse(ids - {None})
        fallback = settlement.site_id.settlement_partner_id
        buyers = {None: (fallback, self._receivable(settlement, fallback))}
        lines = self.env["account.move.line"].search(
            [
                ("move_id.line_ids.sale_line_ids.order_id", "in", orders.ids),
                ("move_id.move_type", "=", "out_invoice"),
                ("parent_state", "=", "posted"),
                ("account_type", "=", "asset_receivable"),
            ]
        )
        invoiced = {
            order.id: line
            for line in lines
            for order in line.move_id._integrator_sale_orders_sudo()
        }
        for order in orders:
            partner = order.partner_invoice_id.commercial_partner_id
            if line := invoiced.get(order.id):
                buyers[order.id] = (line.partner_id, line.account_id)
            else:
                buyers[order.id] = (partner, self._receivable(settlement, partner))
        return buyers

    def _receivable(self, settlement, partner):
        company_partner = self.env["res.partner"].with_company(settlement.company_id)
        own = partner.with_company(settlement.company_id).property_account_receivable_id
        return own or company_partner.new({}).property_account_receivable_id

    # === LINKS === #

    def _link(self, settlement, moves):
        """Let each row name its journal item, and the settlement that of its payout.

        :param dict moves: date of a part -> entry
        """
        items = {
            (date, line.integrator_settlement_key): line.id
            for date, move in moves.items()
            # of rows with tax inside, the item without it
            for line in move.line_ids.sorted(lambda line: not line.tax_repartition_line_id)
        }
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT id, booking_date, booking_key FROM integrator_settlement_line"
                " WHERE settlement_id = %s AND booking_key IS NOT NULL",
                settlement.id,
            )
        )
        found = [(row_id, items.get((date, key))) for row_id, date, key in rows]
        # by ids: a join on the keys would compare every row with every item
        self.env.cr.execute(
            SQL(
                """
                UPDATE integrator_settlement_line line SET move_line_id = found.item_id
                  FROM unnest(%s::int[], %s::int[]) AS found(row_id, item_id)
                 WHERE line.id = found.row_id
                """,
                [row_id for row_id, _item in found],
                [item_id for _row, item_id in found],
            )
        )
        self.env["integrator.settlement.line"].invalidate_model(["move_line_id"])
        lines = self.env["account.move"].union(*moves.values()).line_ids
        payout = lines.filtered(lambda line: line.integrator_settlement_key == "payout")
        settlement.payout_line_id = payout if settlement.amount_total > 0 else False
