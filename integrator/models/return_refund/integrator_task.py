# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ...exceptions import ConfigurationError, IntegratorError, RejectedError, UnclearError
from ...invoice_file import InvoiceFile

#: Minutes between two looks at whether the shipment is confirmed, and days after which a person
#: is asked.
CHECK_MINUTES = 10
CHECK_DAYS = 3


class IntegratorTask(models.Model):
    """Checks when a refund may be sent: where the site takes refunds, and after the shipment."""

    _inherit = "integrator.task"

    refund_line_ids = fields.One2many(
        "integrator.refund.line", "task_id", readonly=True, help="What the buyer gets back."
    )

    # === BUSINESS METHODS === #

    def _outdated_reason(self):
        """A refund that the site does not take leaves the queue with that reason."""
        reason = super()._outdated_reason()
        if self.kind == "invoice" and self.move_id.state != "posted":
            return self.env._("The invoice is not posted any more.")
        if reason or self.kind != "refund":
            return reason
        return self.site_id._adapter()._refund_refusal(self.site_id, self.order_id)

    def _early_error(self):
        """Override: a refund waits until it may be sent, for a limited time."""
        try:
            reason = self.kind == "refund" and self.site_id._adapter()._refund_waits_for(self)
        except IntegratorError as error:
            return error
        if not reason:
            return None
        now = fields.Datetime.now()
        if self.create_date < now - timedelta(days=CHECK_DAYS):
            return RejectedError(reason, code="refund_before_shipment")
        later = now + timedelta(minutes=CHECK_MINUTES)
        self._move("waiting", update_at=later, error_message=reason)
        return None

    # === INVOICES === #

    def _invoice_file(self):
        """What an update of the kind `invoice` sends: the PDF that the buyer was sent, else a new
        one. For the adapter's `_submit`, so that the PDF, which has the buyer's address, is not
        kept with the submission.

        :return: `invoice_file.InvoiceFile`
        :raise ConfigurationError: when the server cannot make a PDF
        """
        move = self.move_id
        try:
            made = move._get_invoice_legal_documents("pdf", allow_fallback=True)
        except UserError as error:
            raise ConfigurationError(str(error), code="invoice_without_pdf") from error
        reversed_entry = move.reversed_entry_id
        return InvoiceFile(
            number=move.name,
            day=move.invoice_date,
            content=made["content"],
            is_credit_note=move.move_type == "out_refund",
            reversed_number=reversed_entry.name if reversed_entry else "",
            currency=move.currency_id.name,
            amount_total=Decimal(f"{move.amount_total:.{move.currency_id.decimal_places}f}"),
            amount_tax=Decimal(f"{move.amount_tax:.{move.currency_id.decimal_places}f}"),
        )

    # === REFUNDED AMOUNTS === #

    def _refund_due(self):
        """Return what a refund has to send now; earlier lines of it that were not sent are planned
        anew. Record what is sent by `integrator.refund.line._replace`.

        :return: dict (`integrator.order.line`, kind) -> tuple (net, tax), decimals; empty: the site
            knows all of it
        :raise RejectedError: when more was sent to the site than the credit note holds
        """
        self.env["integrator.refund.line"]._forget_planned(self)
        more, less = self.move_id._integrator_refund_due(self.order_id)
        if less:
            raise RejectedError(
                self.move_id._integrator_refund_difference_text(self.order_id),
                code="refund_sent_more",
            )
        return more

    def _move(self, state, **values):
        """The amounts on the credit note follow: they count from the moment that they leave."""
        again = self.filtered(lambda task: task.state == "error") if state == "ready" else None
        result = super()._move(state, **values)
        if self.refund_line_ids:
            self._move_refunds(state, again)
        return result

    def _move_refunds(self, state, again):
        """Let the amounts follow.

        :param str state: to which the tasks have moved
        :param again: tasks that had failed and go once more; None where none does
        """
        rows = self.refund_line_ids
        planned = rows.filtered(lambda row: row.state == "ready")
        if state == "submitted":
            planned._set_state("submitted", sent_at=fields.Datetime.now())
        elif state == "success":
            rows.filtered(lambda row: row.state == "submitted")._set_state("success")
        elif state == "obsolete":
            planned.unlink()
        elif again:
            # the file was refused as a whole: its parts are sent again
            submitted = again.refund_line_ids.filtered(lambda row: row.state == "submitted")
            submitted._set_state("error")

    def _withdraw(self):
        """Unclear tasks stay until a person has decided, also when the credit note changes."""
        return super(IntegratorTask, self - self._doubted().task_id)._withdraw()

    def _take_back(self, reason=False):
        """Override: giving up an unclear refund confirms that it was done."""
        self._doubted()._set_state("success")
        return super()._take_back(reason)

    def _retry(self):
        """Override: trying an unclear refund again confirms that it was not done."""
        if doubted := self._doubted():
            doubted._set_state("error")
        return super()._retry()

    def _doubted(self):
        """Amounts of failed tasks of which it is unknown whether the site refunded them."""
        failed = self.filtered(lambda task: task.state == "error")
        return failed.refund_line_ids.filtered(lambda row: row.state == "unclear")

    def _fail(self, error):
        result = super()._fail(error)
        rows = self.refund_line_ids.filtered(lambda row: row.state in ("ready", "submitted"))
        state = "unclear" if isinstance(error, UnclearError) else "error"
        for row in rows:
            sent_at = row.sent_at or fields.Datetime.now()
            row._set_state(state, message=row.message or error.message, sent_at=sent_at)
        return result

    def _succeed(self, **values):
        """Override: send what a note refunds for pieces once they have left."""
        result = super()._succeed(**values)
        for task in self.filtered(lambda task: task.kind == "refund" and task.move_id):
            task.move_id._integrator_note_refund(task.order_id)
        return result
