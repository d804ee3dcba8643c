# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from base64 import b64encode

from odoo import fields, models
from odoo.exceptions import ValidationError

from odoo.addons.integrator.exceptions import ConfigurationError, RejectedError, TransientError


class MailMail(models.Model):
    _inherit = "mail.mail"

    integrator_export_id = fields.Many2one(
        "integrator.order.export", readonly=True, ondelete="set null", index="btree_not_null"
    )

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Override of `mail`: an order that could not be mailed has not left."""
        if failure_type:
            for export_sudo in self.sudo().integrator_export_id:
                export_sudo._take_back(self._integrator_failure(failure_type))
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )

    def _integrator_failure(self, failure_type):
        """Return the reason for which an order did not leave by mail.

        :param str failure_type: see the field of `mail.mail`
        :return: `IntegratorError`
        """
        if failure_type == "mail_smtp":
            return TransientError(
                self.env._("The outgoing mail server cannot be reached. It is tried again."),
                code="export_mail_server",
            )
        return RejectedError(
            self.env._(
                "The mail could not be delivered. Correct the address or the outgoing mail server, "
                "then send it again."
            ),
            code="export_mail",
        )


class IntegratorOrderSenderMail(models.AbstractModel):
    """Orders leave as mails. The mail is made in the transaction that notes it, and leaves by
    Odoo's own queue, so that no kill can double it."""

    _name = "integrator.order.sender.mail"
    _inherit = ["integrator.order.sender"]
    _description = "Order by mail"

    def _check_set_up(self, exporter):
        if not exporter.partner_id:
            raise ValidationError(self.env._("Choose to whom “%s” mails.", exporter.name))

    def _prepare(self, export):
        form = export.exporter_id.file_format
        options = {"for_people": True} if form == "csv" else {}
        name = export.order_id.name.replace("/", "-")
        return f"{name}.{form}", self._written(export, form, **options)

    def _send(self, export):
        exporter = export.exporter_id
        partner = exporter.partner_id
        if not partner.email_normalized:
            raise ConfigurationError(
                self.env._("%s has no mail address. Enter it on the contact.", partner.name),
                code="export_no_mail",
            )
        if self._is_sent(export):
            return {"answer": partner.email_normalized}
        attachment = {"name": export.file_name, "datas": b64encode(export._raw())}
        subject, body = self._texts(export)
        self.env["mail.mail"].sudo().create(
            {
                "subject": subject,
                "body_html": body,
                "email_from": exporter.company_id.email_formatted
                or exporter.user_id.email_formatted,
                "recipient_ids": [fields.Command.link(partner.id)],
                "headers": repr({"X-Export-Key": export.key}),
                "attachment_ids": [fields.Command.create(attachment)],
                "integrator_export_id": export.id,
                "is_notification": False,
            }
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return {"answer": partner.email_normalized}

    def _is_sent(self, export):
        """Return whether somebody has sent the mail of an earlier try meanwhile. If not, it shall
        not leave any more: another one does."""
        before = [("integrator_export_id", "=", export.id), ("state", "!=", "cancel")]
        mails_sudo = self.env["mail.mail"].sudo().search(before)
        if "sent" in mails_sudo.mapped("state"):
            return True
        mails_sudo.cancel()
        return False

    def _texts(self, export):
        """Subject and body, in the language of who gets it."""
        exporter, order = export.exporter_id, export.order_id
        template = exporter._acting(exporter.template_id)
        if template:
            values = template._generate_template(order.ids, ("subject", "body_html"))[order.id]
            return values["subject"], values["body_html"]
        env = self.with_context(lang=exporter.partner_id.lang).env
        subject = env._("Order %s", order.name)
        return subject, f"<p>{env._('The order %s is attached.', order.name)}</p>"
