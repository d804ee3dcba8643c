# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

from odoo.addons.integrator.exceptions import RejectedError
from odoo.addons.integrator.utils import try_lock

from ..access import MANAGERS, check_accountant
from .integrator_settlement_intake_mixin import OTHER_FILE

#: Of the context of an action: its dialog has a list with many columns.
LARGE = {"dialog_size": "extra-large"}


class IntegratorSettlement(models.Model):
    """The payout of a channel for one period, in one currency, with every row of it.

    It is made from a kept document, once. What holds it is named; a posted one is never edited, but
    reversed and posted again.
    """

    _name = "integrator.settlement"
    _inherit = [
        "integrator.settlement.intake.mixin",
        "integrator.settlement.hold.mixin",
        "integrator.settlement.control.mixin",
        "integrator.rights.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Settlement"
    _order = "end desc, id desc"
    _rec_name = "remote_id"
    _mail_post_access = "read"

    site_id = fields.Many2one(
        "integrator.site",
        string="Channel",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    remote_id = fields.Char(string="Settlement", required=True, readonly=True)
    account_ref = fields.Char(string="Account on the channel", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    start = fields.Datetime(readonly=True)
    end = fields.Datetime(readonly=True, index=True)
    deposit_at = fields.Datetime(string="Paid out on", readonly=True)
    amount_total = fields.Monetary(
        string="Payout", readonly=True, help="As the channel shows it. Negative: you owe it."
    )
    amount_rows = fields.Monetary(string="Sum of rows", readonly=True)
    amount_difference = fields.Monetary(
        string="Difference", compute="_compute_amount_difference", store=True
    )
    row_count = fields.Integer(string="Rows", readonly=True, aggregator=None)
    rate = fields.Float(
        readonly=True, digits=0, aggregator=None, help="Company currency per unit, at the end."
    )
    document_id = fields.Many2one(
        "integrator.document",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="integrator.group_integrator_user",
    )
    other_document_id = fields.Many2one(
        "integrator.document",
        string="Another file",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups="integrator.group_integrator_user",
    )
    has_other_file = fields.Boolean(
        string="Came a second time",
        compute="_compute_has_other_file",
        help="A file of the same settlement has other content.",
    )
    line_ids = fields.One2many("integrator.settlement.line", "settlement_id", readonly=True)
    state = fields.Selection(
        [("held", "Held"), ("ready", "Ready to post"), ("posted", "Posted")],
        default="held",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    hold_code = fields.Selection(
        [
            ("sum", "Rows do not add up"),
            ("rule", "Unknown rows"),
            ("account", "Accounts are missing"),
            ("rate", "Rate is missing"),
            ("chain", "Hole in the chain"),
            ("lock", "Period is locked"),
            ("error", "Cannot be posted"),
        ],
        string="Held because",
        readonly=True,
    )
    hold_codes = fields.Char(
        string="All holds", readonly=True, help="Technical: values of “Held because”, in one text."
    )
    hold_reason = fields.Text(string="Reason", readonly=True)
    gap_reason = fields.Char(
        string="Hole accepted because", readonly=True, tracking=True, copy=False
    )
    move_ids = fields.One2many(
        "account.move", "integrator_settlement_id", string="Journal entries", readonly=True
    )
    summary_html = fields.Html(compute="_compute_summary_html", string="Summary")
    move_count = fields.Integer(compute="_compute_counts")
    order_count = fields.Integer(compute="_compute_counts")
    payout_line_id = fields.Many2one(
        "account.move.line", readonly=True, ondelete="set null", index="btree_not_null"
    )
    payout_state = fields.Selection(
        [("none", "No payout"), ("open", "On its way"), ("received", "In the bank")],
        string="Payout is",
        compute="_compute_payout_state",
        store=True,
    )
    payout_trace = fields.Char(
        string="Reference of the bank", readonly=True, help="As the statement of the bank shows it."
    )

    _remote_uniq = models.UniqueIndex(
        "(site_id, remote_id, currency_id)", "This settlement is known already."
    )

    # === COMPUTE METHODS === #

    @api.depends("amount_total", "amount_rows")
    def _compute_amount_difference(self):
        for settlement in self:
            settlement.amount_difference = settlement.amount_rows - settlement.amount_total

    def _compute_has_other_file(self):
        for settlement in self:
            settlement.has_other_file = bool(settlement.sudo().other_document_id)

    @api.depends("payout_line_id.reconciled", "amount_total")
    def _compute_payout_state(self):
        for settlement in self:
            line = settlement.payout_line_id
            open_or_done = "received" if line.reconciled else "open"
            settlement.payout_state = open_or_done if line else "none"

    def _compute_counts(self):
        lines = self.env["integrator.settlement.line"]
        for settlement in self:
            settlement.move_count = len(settlement.move_ids)
            domain = [("settlement_id", "=", settlement.id), ("order_ref", "!=", False)]
            groups = lines._read_group(domain, aggregates=["order_ref:count_distinct"])
            settlement.order_count = groups[0][0]

    def _compute_summary_html(self):
        for settlement in self:
            groups = settlement.line_ids._read_group(
                [("settlement_id", "=", settlement.id)],
                ["group_id"],
                ["__count", "amount:sum"],
                order="group_id",
            )
            rows = [
                (group.display_name or self.env._("Unknown"), count, amount)
                for group, count, amount in groups
            ]
            total = (self.env._("Sum of rows"), settlement.row_count, settlement.amount_rows)
            settlement.summary_html = Markup(
                "<table class='table table-sm'>%s<tfoot class='fw-bold'>%s</tfoot></table>"
            ) % (
                Markup().join(settlement._summary_row(*row) for row in rows),
                settlement._summary_row(*total),
            )

    def _summary_row(self, name, count, amount):
        return Markup("<tr><td>%s</td><td>%s</td><td class='text-end'>%s</td></tr>") % (
            name,
            count,
            self.currency_id.format(amount),
        )

    @api.depends("remote_id", "currency_id")
    def _compute_display_name(self):
        for settlement in self:
            settlement.display_name = f"{settlement.remote_id} ({settlement.currency_id.name})"

    # === ACTION METHODS === #

    def create_document_from_attachment(self, attachment_ids):
        """Files that were dropped on a list of settlements, by the name that Odoo's own screens
        use; where there are several channels, a person chooses one.

        :param list attachment_ids: of files that the person has just uploaded
        :return: action
        """
        check_accountant(self)
        wizards = self.env["integrator.settlement.upload"]
        wizard = wizards.create({"attachment_ids": [Command.set(attachment_ids)]})
        if self.env["integrator.site"].search_count([], limit=2) == 1:
            return wizard.action_upload()
        return wizard._get_records_action(name=self.env._("Upload settlements"), target="new")

    def action_check(self):
        """Button: look again at what holds it."""
        check_accountant(self)
        self.sudo()._lock_all()
        self.sudo()._check_and_post()
        return True

    def action_post(self):
        """Button: post those that are not held; a notification lists the others.

        :raise UserError: when somebody else is working on one of them
        """
        check_accountant(self)
        settlements_sudo = self.sudo()
        settlements_sudo._lock_all()
        settlements_sudo._check_again()
        settlements_sudo._post_ready()
        held = settlements_sudo.filtered(lambda one: one.state == "held")
        if not held:
            return True
        text = held.hold_reason if len(self) == 1 else self.env._("%s are held.", len(held))
        return self.env["integrator.site"]._notify(text, kind="danger")

    def action_repost(self):
        """Button: reverse the entries, and post again by the rules as they are now.

        :raise UserError: when it cannot be posted again; then nothing is reversed
        """
        check_accountant(self)
        self.action_reverse()
        self.action_post()
        if held := self.sudo().filtered(lambda one: one.state == "held")[:1]:
            raise UserError(
                self.env._(
                    "Nothing was reversed, because settlement %(number)s cannot be posted again. "
                    "%(reason)s",
                    number=held.remote_id,
                    reason=held.hold_reason,
                )
            )
        return True

    def action_reverse(self):
        """Button: reverse the entries; the settlement can then be posted again."""
        check_accountant(self)
        self.sudo()._lock_all()
        posted_sudo = self.sudo().filtered(lambda one: one.state == "posted")
        for settlement in posted_sudo:
            self.env["integrator.settlement.poster"].sudo()._reverse(settlement)
        posted_sudo._check_again()
        return True

    def action_take_other_file(self):
        """Button: put the rows of the other file in the place of these, as a whole.

        :raise UserError: when it is posted
        """
        check_accountant(self)
        self.ensure_one()
        self.sudo()._lock_all()
        if self.state == "posted":
            raise UserError(
                self.env._("This settlement is posted. Reverse it first, then take the other file.")
            )
        settlement_sudo = self.sudo()
        document_sudo = settlement_sudo.other_document_id
        settlement_sudo._replace_rows(document_sudo)
        document_sudo._close_alike()
        settlement_sudo._check_and_post()
        settlement_sudo.message_post(body=self.env._("Taken over again from another file."))
        settlement_sudo.activity_feedback([OTHER_FILE])
        return True

    def action_keep_this_file(self):
        """Button: the other file is wrong; this one stays."""
        check_accountant(self)
        settlements_sudo = self.sudo()
        settlements_sudo.other_document_id._close_alike()
        settlements_sudo.other_document_id = False
        settlements_sudo.activity_feedback([OTHER_FILE])
        return True

    def action_accept_gap(self):
        """Button: ask for the reason for which a hole is right."""
        check_accountant(self)
        return self._open_wizard("integrator.settlement.gap", self.env._("Accept the hole"))

    def action_answer(self):
        """Button: ask what unknown rows are."""
        check_accountant(self)
        wizard = "integrator.settlement.answer"
        action = self._open_wizard(wizard, self.env._("What are these rows?"))
        action["context"] |= LARGE
        return action

    def action_set_up(self):
        """Button: ask where the rows of the site go."""
        check_accountant(self, MANAGERS)
        action = self._open_wizard("integrator.settlement.setup", self.env._("Set up settlements"))
        action["context"] |= {"default_site_id": self.site_id[:1].id, **LARGE}
        return action

    def _open_wizard(self, model, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_settlement_id": self[:1].id},
        }

    def action_view_moves(self):
        """Button: the journal entries."""
        return self._open_moves(self.move_ids, self.env._("Journal entries"))

    def _open_moves(self, moves, name):
        if not self.env.user.has_group("account.group_account_readonly"):
            return self._open_items(moves, name)
        action = {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "account.move",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", moves.ids)],
        }
        if len(moves) == 1:
            action |= {"views": [(False, "form")], "res_id": moves.id}
        return action

    def _open_items(self, moves, name):
        """The items of entries, for those to whom Odoo's form of an entry does not show them."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "account.move.line",
            "views": [(self.env.ref("integrator_account.account_move_line_view_list").id, "list")],
            "search_view_id": [self.env.ref("integrator_account.account_move_line_view_search").id],
            "domain": [("move_id", "in", moves.ids)],
        }

    def action_view_lines(self):
        """Button: every row, grouped by what it is."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rows of %s", self.remote_id),
            "res_model": "integrator.settlement.line",
            "views": [(False, "list"), (False, "pivot"), (False, "form")],
            "domain": [("settlement_id", "in", self.ids)],
            "context": {"search_default_group_by_group": 1},
        }

    def action_view_orders(self):
        """Button: the sale orders whose money is in it."""
        self.check_access("read")
        lines_sudo = self.env["integrator.settlement.line"].sudo()
        orders = lines_sudo.search(
            [("settlement_id", "in", self.ids), ("sale_order_id", "!=", False)]
        ).sale_order_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Orders"),
            "res_model": "sale.order",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", orders.ids)],
        }

    def action_view_bank(self):
        """Button: the entry of the bank that the payout was matched with. Lines of the bank have no
        screen of their own in each edition of Odoo."""
        self.ensure_one()
        return self._open_moves(self._bank_lines().move_id, self.env._("Bank"))

    def _bank_lines(self):
        line = self.payout_line_id
        partials = line.matched_debit_ids.debit_move_id | line.matched_credit_ids.credit_move_id
        return partials.move_id.statement_line_id

    def _payout_day(self):
        """The day on which it is paid out, as people there and the bank count days."""
        return self.site_id._local_time(self.deposit_at or self.end).date()

    def action_match_bank(self):
        """Button: look for the payout among the lines of the bank."""
        check_accountant(self)
        found = self.env["integrator.settlement.matcher"].sudo()._match_payouts(self.sudo())
        if not found:
            return self.env["integrator.site"]._notify(
                self.env._(
                    "No open line of the bank has this amount within five days of %s.",
                    format_date(self.env, self[:1]._payout_day()),
                )
            )
        return True

    # === POSTING === #

    def _check_and_post(self):
        """Look again at what holds them, and post those that nothing holds any more, where the
        channel's settlements are posted by themselves."""
        self._check_again()
        self.filtered("site_id.settlement_automatic")._post_ready()

    def _post_ready(self):
        """Post those that nothing holds, the oldest first; what Odoo refuses is held with its
        words, and what somebody else is posting is left to him."""
        for settlement in self._lock_free().sorted("end"):
            if settlement.state == "ready":
                try:
                    with self.env.cr.savepoint():
                        self.env["integrator.settlement.poster"]._post(settlement)
                except (RejectedError, UserError) as error:
                    code = getattr(error, "code", "")
                    code = "lock" if code == "settlement_locked" else "error"
                    settlement._set_hold([(code, str(error.args[0]))])

    def _lock_free(self):
        """Lock those of these settlements that no other transaction is posting, reversing or
        replacing.

        :return: the locked ones, in the order of these
        """
        return self & try_lock(self)

    def _lock_all(self):
        """Lock them against everybody else, until the end of the transaction.

        :raise UserError: naming the first one at which somebody else is
        """
        if busy := (self - self._lock_free())[:1]:
            raise UserError(
                self.env._(
                    "Somebody else is just working on settlement %s. Wait a moment, then look "
                    "at it again.",
                    busy.remote_id,
                )
            )

    def _clear_posting(self):
        """Remove the traces of a posting from the settlement; the entries themselves stay."""
        self.write({"payout_line_id": False, "state": "held"})
        self.line_ids.write({"move_line_id": False, "booking_key": False, "booking_date": False})
