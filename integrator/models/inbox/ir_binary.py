# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IrBinary(models.AbstractModel):
    """Serve files of sites as plain text, whatever their type claims to be: a page or a drawing
    from outside must not run in the browser of its reader. Each access is logged."""

    _inherit = "ir.binary"

    # === BUSINESS METHODS === #

    def _get_stream_from(
        self,
        record,
        field_name="raw",
        filename=None,
        filename_field="name",
        mimetype=None,
        default_mimetype="application/octet-stream",
    ):
        """Override of `base` for the bytes of our own records that are no pictures; what the
        address asks for, `?mimetype=text/html`, does not count either."""
        if self._integrator_is_foreign(record, field_name):
            mimetype = "text/plain"
        return super()._get_stream_from(
            record, field_name, filename, filename_field, mimetype, default_mimetype
        )

    def _integrator_is_foreign(self, record, field_name):
        """Return whether bytes come from a site.

        :param str field_name: the field that is asked for; `raw` of an attachment that holds one
        """
        if record._name == "ir.attachment" and record.sudo().res_field:
            record, field_name = self.env.get(record.sudo().res_model), record.sudo().res_field
        field = record is not None and record._fields.get(field_name)
        is_ours = field and field.model_name.startswith("integrator.")
        return bool(is_ours and not isinstance(field, fields.Image))

    def _record_to_stream(self, record, field_name):
        """Override of `base`: note who downloads a raw document, by whichever address."""
        stream = super()._record_to_stream(record, field_name)
        documents = self.env["integrator.document"]
        if record._name == "ir.attachment":
            documents = record._integrator_documents(self.env)
        elif record._name == documents._name:
            documents = documents.browse(record.ids)
        self.env["integrator.access.log"]._note("read", documents)
        return stream
