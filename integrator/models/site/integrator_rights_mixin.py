# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError


class IntegratorRightsMixin(models.AbstractModel):
    """Rows that people may write. A client shows a field as read-only, but a call over RPC asks no
    client: here the server keeps to what the fields say.

    What is read-only is written by the system alone. What tells whose row it is, and which one, is
    given when it is made and never changes for a user. A write that would take a row to where its
    writer may not write is refused as a whole.
    """

    _name = "integrator.rights.mixin"
    _description = "Rows that people write"
    #: Names of fields that a user gives once, when the row is made.
    _key_fields = frozenset()

    # === CRUD METHODS === #

    def write(self, vals):
        """
        :raise AccessError: for a change of a key, and when the writer may not write the rows as
            they would be
        """
        if self.env.su:
            return super().write(vals)
        self._check_keys(vals)
        result = super().write(vals)
        self.check_access("write")
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _has_field_access(self, field, operation):
        """Override of `base`: what is read-only in the model is so for every user."""
        allowed = super()._has_field_access(field, operation)
        return allowed and (operation == "read" or self.env.su or not field.readonly)

    def _check_keys(self, vals):
        for field in (self._fields[name] for name in self._key_fields & vals.keys()):
            for row in self:
                now = field.convert_to_cache(row[field.name], row)
                if field.convert_to_cache(vals[field.name], row, validate=False) != now:
                    raise AccessError(
                        self.env._(
                            "“%(field)s” of “%(row)s” cannot be changed any more. Make a new one "
                            "instead.",
                            field=field._description_string(self.env),
                            row=row.display_name,
                        )
                    )


class IntegratorReadonlyMixin(models.AbstractModel):
    """Records of Odoo on which the suite keeps what it knows, such as the number of an order at
    its site or the hold of a delivery. People change it by the buttons that are made for it."""

    _name = "integrator.readonly.mixin"
    _description = "Record with fields of the integration"

    # === BUSINESS METHODS === #

    @api.model
    def _has_field_access(self, field, operation):
        """Override of `base`: what the suite keeps is written by the system alone."""
        allowed = super()._has_field_access(field, operation)
        if operation == "read" or self.env.su or not field.readonly:
            return allowed
        return allowed and not (field._module or "").startswith("integrator")
