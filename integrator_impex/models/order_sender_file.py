# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import ValidationError

from odoo.addons.integrator.exceptions import ConfigurationError

from ..files.causes import PLACE_EXISTS
from ..files.masks import require_name
from ..files.problems import FileRefused

#: Placeholders in the name of a file.
PLACES = ("order", "flag", "date", "key")


class IntegratorOrderSenderFile(models.AbstractModel):
    """Orders leave as files."""

    _name = "integrator.order.sender.file"
    _inherit = ["integrator.order.sender"]
    _description = "Order to a file"

    def _check_set_up(self, exporter):
        if not exporter.location_id:
            raise ValidationError(
                self.env._("Choose the location to which “%s” writes its files.", exporter.name)
            )
        name = exporter.file_name or ""
        try:
            require_name(name.format(**dict.fromkeys(PLACES, "x")))
        except (FileRefused, KeyError, IndexError, ValueError, AttributeError) as error:
            name = ""
            cause = error
        else:
            cause = None
        if "{key}" not in name:
            raise ValidationError(
                self.env._(
                    "The name of the file needs {key}, and may have {order}, {flag} and "
                    "{date}; it has no folders."
                )
            ) from cause

    def _prepare(self, export):
        exporter = export.exporter_id
        name = exporter.file_name.format(
            order=_plain(export.order_id.name),
            flag=_plain(export.flag_id.code),
            date=export.eligibility_id.set_at.strftime("%Y%m%d"),
            key=export.key,
        )
        form = exporter.file_format
        return f"{name}.{form}", self._written(export, form)

    def _send(self, export):
        """The name holds the key of the export, so a file of that name is of an earlier try."""
        exporter = export.exporter_id
        location = exporter._acting(exporter.location_id)
        try:
            location._write_file(export.file_name, export._raw())
        except ConfigurationError as error:
            if error.code != PLACE_EXISTS.code:
                raise
        return {"answer": export.file_name}


def _plain(text):
    """A text as a part of a file's name."""
    return "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in text)
