# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools.constants import GC_UNLINK_LIMIT


class IntegratorSiteMixin(models.AbstractModel):
    """Records of one channel: the channel's company sees them, and they are deleted with it."""

    _name = "integrator.site.mixin"
    _description = "Belongs to a channel"
    _check_company_auto = True

    #: Whether rows have files or messages, which the database alone would leave behind: they are
    #: removed before their site.
    _goes_before_site = False

    site_id = fields.Many2one(
        "integrator.site",
        string="Channel",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="site_id.company_id", store=True, precompute=True, index=True
    )


class IntegratorRightsMixin(models.AbstractModel):
    """Rows that people may write. A client shows a field as read-only, but a call over RPC asks no
    client: here the server keeps to what the fields say.

    What is read-only is written by the system alone. The fields that identify a row and its owner
    are set when it is created and cannot be changed by a user. A write that would take a row to
    where its writer may not write is refused as a whole.
    """

    _name = "integrator.rights.mixin"
    _description = "Rows that people write"
    #: Names of fields that a user gives once, when the row is made.
    _key_fields = frozenset()

    # === CRUD METHODS === #

    def copy_data(self, default=None):
        """Override of `base`: what the system alone writes does not go into the copy that a person
        makes."""
        return [
            {
                name: value
                for name, value in values.items()
                if self._has_field_access(self._fields[name], "write")
            }
            for values in super().copy_data(default)
        ]

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


class IntegratorCachedMixin(models.AbstractModel):
    """Few rows that are asked for all the time, so `ormcache` keeps the answers: whatever changes
    them forgets those."""

    _name = "integrator.cached.mixin"
    _description = "Rows whose answers are cached"
    #: Fields of which an answer is made; none: any.
    _cached_fields = frozenset()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        result = super().write(vals)
        if not self._cached_fields or self._cached_fields & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result


class IntegratorRetentionMixin(models.AbstractModel):
    """Rows that go some time after they are done with, a limited number each night."""

    _name = "integrator.retention.mixin"
    _description = "Rows with a retention"

    # === CLEAN-UP === #

    @api.model
    def _retention_domain(self):
        """Hook: which rows may go now.

        :return: domain
        """
        raise NotImplementedError

    @api.autovacuum
    def _gc_retained(self):
        """Remove rows that may go.

        :return: tuple: how many went, and how many more there are, up to the limit
        """
        if self._abstract:
            # the vacuum calls mixins, too
            return 0, 0
        domain = self._retention_domain()
        old = self.search(domain, limit=GC_UNLINK_LIMIT)
        old.unlink()
        return len(old), self.search_count(domain, limit=GC_UNLINK_LIMIT)


class IntegratorDigestMixin(models.AbstractModel):
    """Records whose errors are in the error mail of their channel."""

    _name = "integrator.digest.mixin"
    _description = "In the error mail"

    #: Place in the mail, smallest first.
    _digest_sequence = 100

    # === BUSINESS METHODS === #

    def _digest_domain(self):
        """Hook: which records have an error now.

        :return: domain
        """
        return [("error_code", "!=", False)]

    def _digest_step(self):
        """Hook: what to do next, for people."""
        return self.env._("It is tried again by itself.")

    def _digest_about(self):
        """Hook: the record that people know, such as the delivery of an update."""
        return self
