# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError

from ..access import check_operator
from ..exceptions import IntegratorError


class IntegratorPreview(models.TransientModel):
    """Asking the site beforehand what it would refuse; nothing changes there."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.preview"

    def action_ask(self):
        """Button: ask the sites what they would refuse. Nothing changes there.

        :raise UserError: when a site cannot be asked, with the reason
        """
        # listings of other companies are not among them
        if not self.listing_ids:
            raise UserError(self.env._("There is nothing to ask about. Choose listings first."))
        check_operator(self)
        self.ensure_one()
        check_operator(self.listing_ids)
        preview_sudo = self.sudo()
        left = 0
        messages = preview_sudo._messages()
        for site in preview_sudo.listing_ids.site_id:
            own = [message for message in messages if message[0].site_id == site]
            try:
                left += preview_sudo._schedule_question(site, own)
            except IntegratorError as error:
                raise UserError(error.message) from error
        preview_sudo.note = preview_sudo._asked_text(len(messages), left)
        return self._show()

    def _asked_text(self, count, left):
        if not left:
            return self.env._("The site was asked: what it would refuse is marked.")
        return self.env._(
            "The site was asked about %(asked)s of %(count)s messages; it takes few such questions "
            "at a time. Ask again in a minute for the rest.",
            asked=count - left,
            count=count,
        )

    def _messages(self):
        """What would be sent now, for those parts that can be.

        :return: list of tuples (listing, name of the section, message)
        """
        found = []
        for listing, values in self.listing_ids._section_values().items():
            for name, value in values.items():
                _rows, message = self._compare_section(listing, name, value)
                found += [(listing, name, message)] if message else []
        return found

    def _schedule_question(self, site, messages):
        """Ask one site about the messages it has not been asked about.

        :return: number of messages that it could not be asked about now
        """
        asked = self.line_ids.filtered("asked")
        known = {(line.listing_id, line.section) for line in asked}
        new = [message for message in messages if message[:2] not in known]
        answers = site._adapter()._try_messages(site, new)
        if answers is None:
            raise UserError(self.env._("%s cannot be asked beforehand.", site.name))
        for (listing, name, _message), reasons in zip(new, answers, strict=False):
            self._note_answer(listing, name, reasons)
        return len(new) - len(answers)

    def _note_answer(self, listing, name, reasons):
        """Keep what the site says to one message.

        :param dict reasons: attribute -> reason; empty: it would take it
        """
        lines = self.line_ids.filtered(
            lambda line: (line.listing_id, line.section) == (listing, name)
        )
        lines.asked = True
        fields_of = {line.field: line for line in lines}
        for attribute, reason in reasons.items():
            line = fields_of.get(self._label(attribute), lines[:1])
            line.write({"outcome": "refused", "reason": reason})
