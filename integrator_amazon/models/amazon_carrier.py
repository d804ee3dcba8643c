# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.integrator.exceptions import RejectedError


class AmazonCarrier(models.Model):
    """A carrier as Amazon writes it, and what its tracking numbers look like: data,
    shipped with the addon."""

    _name = "integrator.amazon.carrier"
    _inherit = "integrator.rights.mixin"
    _description = "Amazon carrier"
    _order = "code"
    _rec_name = "code"
    _key_fields = frozenset({"code"})

    code = fields.Char(required=True, help="Amazon's code, letter by letter.")
    by_feed = fields.Boolean(
        string="Taken in files",
        default=True,
        help="Whether Amazon takes the code in files, too. Off: there the carrier is sent by its "
        "name, since one code that Amazon does not know spoils the whole file.",
    )
    tracking_pattern = fields.Char(
        string="Pattern of tracking numbers",
        help="Regular expression of its tracking numbers. Empty: any number is taken.",
    )
    example = fields.Char(help="A tracking number as it looks.")

    _code_uniq = models.UniqueIndex("(code)", "This carrier exists already.")

    @api.constrains("tracking_pattern")
    def _check_tracking_pattern(self):
        for carrier in self.filtered("tracking_pattern"):
            try:
                re.compile(carrier.tracking_pattern)
            except re.error as error:
                raise ValidationError(
                    self.env._(
                        "The pattern of %(carrier)s cannot be read: %(error)s",
                        carrier=carrier.code,
                        error=error,
                    )
                ) from error

    @api.model
    def _check_code(self, code):
        """The carrier of a code, written letter by letter as Amazon does.

        :raise RejectedError: when there is none
        """
        carrier = self.search([("code", "=", code)], limit=1)
        if not carrier:
            raise RejectedError(
                self.env._(
                    "Amazon knows no carrier “%s”. Choose one of the codes under Integration, "
                    "Configuration, Amazon carriers, on the delivery method, then press “Try "
                    "again”.",
                    code,
                ),
                code="carrier_unknown",
            )
        return carrier

    @api.model
    def _fits(self, code, tracking):
        """Return whether a tracking number can be one of a carrier's.

        :param str code: Amazon's code; one that is not in the table takes any number
        :return: tuple (bool, an example of how it looks)
        """
        carrier = self.search([("code", "=", code)], limit=1)
        pattern = carrier.tracking_pattern
        fits = not pattern or bool(re.fullmatch(pattern, tracking.replace(" ", "").upper()))
        return fits, carrier.example or ""
