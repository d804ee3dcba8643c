# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.integrator.exceptions import IntegratorError

from ..access import check_accountant
from ..neutral import SettlementReadingError

#: Files above this size are read in the background.
MAX_AT_ONCE = 1_000_000


class IntegratorSettlementUpload(models.TransientModel):
    """Files of settlements that a person has got from the site go the same way as those that are
    found there."""

    _name = "integrator.settlement.upload"
    _description = "Upload settlements"

    site_id = fields.Many2one(
        "integrator.site",
        string="Channel",
        required=True,
        default=lambda self: self._default_site_id(),
        help="The account that the files are of.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Files", help="As the channel gives them; several at once."
    )

    @api.model
    def _default_site_id(self):
        """The channel whose settlement came last, else the first one."""
        last = self.env["integrator.settlement"].search([], order="id desc", limit=1)
        return last.site_id or self.env["integrator.site"].search([], limit=1)

    def action_upload(self):
        """Button: take the files over, and name those that cannot be read, with the reason.

        :raise UserError: when none of them can
        """
        check_accountant(self)
        check_accountant(self.site_id)
        if not self.attachment_ids:
            raise UserError(self.env._("Choose at least one file."))
        settlements = self.env["integrator.settlement"]
        later, refusals = False, []
        for attachment in self.attachment_ids:
            try:
                with self.env.cr.savepoint():
                    found = self._take_file(attachment)
            except IntegratorError as error:
                refusals.append(self._refusal(attachment.name, error))
                continue
            later = later or found is None
            settlements |= found or settlements.browse()
        if len(refusals) == len(self.attachment_ids):
            raise UserError("\n".join(refusals))
        if later:
            self.env["integrator.site"]._trigger_stages("settle")
        return self._with_refusals(self._result(settlements, later), refusals)

    def _take_file(self, attachment):
        """Take over one file.

        :return: its settlements; None: it is large, and read in the background
        :raise IntegratorError: when it cannot be read
        """
        if not attachment.file_size:
            raise SettlementReadingError(
                self.env._("The file is empty. Download it once more and upload it as it is.")
            )
        document_sudo = self._keep(attachment)
        if len(attachment.raw) > MAX_AT_ONCE:
            self._check_readable(document_sudo)
            return None
        return self._take_over(document_sudo)

    def _keep(self, attachment):
        documents_sudo = self.env["integrator.document"].sudo()
        content = base64.b64decode(attachment.datas or b"")
        return documents_sudo._keep_settlement_file(self.site_id.sudo(), content)

    def _check_readable(self, document_sudo):
        """Say at once what is wrong with a file that is taken over later."""
        adapter = document_sudo.site_id._adapter()
        for _head, _rows in adapter._open_settlement(document_sudo._raw()):
            break

    def _refusal(self, name, error):
        return self.env._("%(file)s: %(reason)s", file=name, reason=error.message)

    def _take_over(self, document_sudo):
        """Take over one file now; the same file again gives the same settlements."""
        stage_sudo = self.env["integrator.stage.settle"].sudo()
        if document_sudo.stage != "done":
            stage_sudo._take_over(document_sudo)
        if error := stage_sudo._complaint(document_sudo):
            document_sudo._fail(error)
        settlements_sudo = self.env["integrator.settlement"].sudo()
        domain = ["|", ("document_id.checksum", "=", document_sudo.checksum)]
        domain += [("other_document_id", "=", document_sudo.id)]
        domain += [("site_id", "=", self.site_id.id)]
        return settlements_sudo.search(domain).sudo(False)

    def _result(self, settlements, later):
        if later and not settlements:
            return self.env["integrator.site"]._notify(
                self.env._("The files are large; they are read in the background.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Settlements"),
            "res_model": "integrator.settlement",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("id", "in", settlements.ids)],
        }

    def _with_refusals(self, action, refusals):
        """An action, with a message before it that stays until it was read and names the files
        that were left out."""
        if not refusals:
            return action
        text = self.env._("Left out: %s", " ".join(refusals))
        notification = self.env["integrator.site"]._notify(text, kind="danger")
        notification["params"]["next"] = action
        return notification
