# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.models import MAGIC_COLUMNS
from odoo.tools.json import json_default

from ..access import check_operator
from ..const import DECIDING, OURS
from ..utils import try_lock

#: Time before a decision is sent.
PATIENCE = timedelta(seconds=30)
#: The field that is always checked: whether the update was sent.
LEFT_FIELD = "submission_id"


class IntegratorUndo(models.TransientModel):
    """The values of records before a decision, so that it can be taken back.

    Only the fields that the decision has changed are kept and written back, and only as long as
    nothing else has happened to them.
    """

    _name = "integrator.undo"
    _description = "Decision that can be undone"

    changes = fields.Json(
        readonly=True,
        help="Model, id and the changed fields of each record, before and after; nothing before "
        "where the decision has made it.",
    )

    # === ACTION METHODS === #

    def action_undo(self):
        """Button: everything is as it was before the decision.

        :raise UserError: when something of it has left, or has changed since
        """
        check_operator(self)
        self.ensure_one()
        undo_sudo = self.sudo()
        undo_sudo._check_untouched()
        for record, _after, before in undo_sudo.with_context(**{DECIDING: OURS})._states():
            if before is None:
                record.unlink()
                continue
            before.pop(LEFT_FIELD, None)
            record.write(before)
        return self.env["integrator.todo"]._notify_done(
            self.env._("Undone: everything is as it was before.")
        )

    # === BUSINESS METHODS === #

    @api.model
    def _moment(self):
        """Return the time from which a decision of now may leave."""
        return fields.Datetime.now() + PATIENCE

    @api.model
    def _begin(self, *recordsets):
        """Keep the present values of records.

        :param recordsets: everything that the decision may change
        :return: for `_offer`
        """
        return [(record, self._values(record)) for records in recordsets for record in records]

    @api.model
    def _offer(self, message, begun, made=()):
        """A notification of what was done, with a button that takes it back.

        :param str message: a sentence
        :param begun: of `_begin`
        :param made: recordsets that the decision has created; they are deleted by taking it back
        :return: the action that says it
        """
        changes = []
        for record, before in begun:
            after = self._values(record)
            changed = [name for name in before if before[name] != after[name]]
            if changed:
                old, new = ({name: one[name] for name in changed} for one in (before, after))
                if LEFT_FIELD in after:
                    new[LEFT_FIELD] = after[LEFT_FIELD]
                changes.append([record._name, record.id, new, old])
        for record in (record for records in made for record in records):
            changes.append([record._name, record.id, self._values(record), None])
        undo_sudo = self.sudo().create({"changes": changes})
        return {
            "type": "ir.actions.client",
            "tag": "integrator_undo",
            "params": {
                "message": message,
                "undo_id": undo_sudo.id,
                "milliseconds": int(PATIENCE.total_seconds() * 1000),
            },
        }

    @api.model
    def _values(self, record):
        """The values of a record that are its own, as they are kept; JSON-able."""
        values = {
            name: record.sudo()[name]
            for name, field in record._fields.items()
            if field.store
            and field.type not in ("one2many", "many2many", "binary")
            and not (field.compute or field.related)
            and name not in MAGIC_COLUMNS
        }
        return json.loads(json.dumps(values, default=self._plain))

    @staticmethod
    def _plain(value):
        return value.id if isinstance(value, models.BaseModel) else json_default(value)

    def _states(self):
        """
        :return: list of tuples (record, dict after the decision, dict before it or None where the
            decision has made the record)
        """
        return [
            (self.env[model].browse(record_id).exists(), after, before)
            for model, record_id, after, before in self.changes or []
        ]

    def _check_untouched(self):
        """
        :raise UserError: where a record is not as the decision left it; all are locked otherwise
        """
        for record, after, _before in self._states():
            locked = try_lock(record)
            locked.invalidate_recordset()
            now = self._values(locked) if locked else {}
            if any(now.get(name) != value for name, value in after.items()) or not locked:
                raise UserError(
                    self.env._(
                        "This cannot be undone any more: it has been sent, or somebody has "
                        "changed it since."
                    )
                )
