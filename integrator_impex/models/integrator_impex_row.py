# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang
from odoo.tools.misc import format_date, format_datetime

from odoo.addons.integrator.reason import Reason


class IntegratorImpexRow(models.Model):
    """Result of a run for a record of a file, done or planned. Rows that change nothing are only
    counted."""

    _name = "integrator.impex.row"
    _description = "Row of a file"
    _order = "id"
    _rec_name = "number"

    run_id = fields.Many2one("integrator.impex.run", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="run_id.company_id", store=True)
    input_id = fields.Many2one(
        "integrator.impex.input", string="File", ondelete="cascade", index=True
    )
    number = fields.Integer(string="Row", help="As a spreadsheet program counts it.")
    operation = fields.Selection(
        [
            ("create", "New"),
            ("update", "Changed"),
            ("delete", "Deleted"),
            ("skipped", "Passed over"),
            ("refused", "Refused"),
            ("waiting", "Waiting"),
        ],
        required=True,
    )
    res_model = fields.Char(string="Model")
    res_id = fields.Many2oneReference(model_field="res_model", string="Record")
    name = fields.Char()
    column = fields.Char(help="Head of the column that the reason is about.")
    reason = Reason()
    steps = fields.Json(help="What was written, with the values before and after.")
    promised = fields.Json(help="By what later rows may refer to the record that is to be made.")
    changes = fields.Text(compute="_compute_changes")

    _run_idx = models.Index("(run_id, operation, id)")
    _not_taken_idx = models.Index(
        "(input_id, number, id) WHERE operation IN ('refused', 'waiting')"
    )
    _record_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")

    @api.depends("steps")
    def _compute_changes(self):
        for row in self:
            row.changes = "\n".join(
                text for step in row.steps or [] for text in row._change_texts(step)
            )

    def _change_texts(self, step):
        if step["model"] not in self.env:
            return
        known = self.env[step["model"]]._fields
        for name, value in step["after"].items():
            if name not in known:
                continue
            label = known[name]._description_string(self.env)
            new = self._shown(known[name], value)
            if step["operation"] == "update":
                old = self._shown(known[name], step["before"].get(name))
                yield f"{label}: {old} → {new}"
            else:
                yield f"{label}: {new}"

    def _shown(self, field, value):
        """A value as the reader's screens show it.

        :param value: as JSON keeps it
        """
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if value is None or value is False or value == []:
            return "–"
        if field.relational:
            ids = value if isinstance(value, list) else [value]
            records = self.env[field.comodel_name].browse(ids).exists()
            return ", ".join(records.mapped("display_name")) or "…"
        return self._shown_plain(field, value)

    def _shown_plain(self, field, value):
        shown = str(value)
        if field.type == "selection":
            shown = dict(field._description_selection(self.env)).get(value, shown)
        elif field.type in ("integer", "float", "monetary"):
            shown = formatLang(self.env, value, digits=_decimals(self.env, field, value))
        elif field.type == "date":
            shown = format_date(self.env, value[:10])
        elif field.type == "datetime":
            shown = format_datetime(self.env, value, dt_format="short")
        return shown

    def action_open(self):
        """Button: the record that the row is about."""
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id or ()).exists()
        if not record:
            raise UserError(self.env._("There is no record of this row in Odoo."))
        return record._get_records_action(context={})

    # === UNDO === #

    def _undo(self):
        """Take back what was written, the last first. Who may write the records does it.

        :raise UserError: when something was changed since, or cannot be taken back
        """
        steps = [
            (row, step) for row in self.sorted("id", reverse=True) for step in row._undo_steps()
        ]
        for same in _together(steps):
            kind, name = _kind(same[0][1])
            if kind == "create":
                # records that were made one after the other are deleted together
                made = [row._unchanged_record(step).id for row, step in same]
                self.env[name].browse(made).unlink()
                continue
            for row, step in same:
                record = row._unchanged_record(step)
                record.write(row._written(record, step["before"]))

    def _undo_steps(self):
        """Return the steps that undo what a row wrote, the last first."""
        if self.operation in ("create", "update", "delete") and not self.steps:
            raise UserError(
                self.env._("What row %s wrote was erased with personal data.", self.number)
            )
        return reversed(self.steps or [])

    def _unchanged_record(self, step):
        """The record that a step wrote, as it was left.

        :raise UserError: when it was changed since, or cannot be taken back
        """
        record = self.env[step["model"]].browse(step["id"])
        if step.get("lang"):
            record = record.with_context(lang=step["lang"])
        if step["operation"] == "delete":
            raise UserError(
                self.env._("Row %s deleted a record, which cannot be taken back.", self.number)
            )
        if not record.exists():
            raise UserError(self.env._("The record of row %s is gone since.", self.number))
        service = self.env["integrator.impex.service"]
        if any(service._plain(record, name) != value for name, value in step["after"].items()):
            raise UserError(
                self.env._(
                    "“%(name)s” (row %(row)s) was changed since. Nothing was taken back; correct "
                    "it by hand or by another file.",
                    name=record.display_name,
                    row=self.number,
                )
            )
        return record

    def _written(self, record, values):
        many = {name for name in values if record._fields[name].type in ("many2many", "one2many")}
        return {
            name: [fields.Command.set(value)] if name in many else value
            for name, value in values.items()
        }


def _together(steps):
    """Steps that follow each other and are taken back together.

    :param steps: pairs of a row and a step
    :return: iterator of lists of them
    """
    found = []
    for row, step in steps:
        if found and _kind(found[-1][1]) != _kind(step):
            yield found
            found = []
        found.append((row, step))
    if found:
        yield found


def _decimals(env, field, value):
    """Return the number of decimals to show of a number: those of its field, else those that it
    has."""
    if field.type == "integer":
        return 0
    digits = field.get_digits(env) if field.type == "float" else None
    return digits[1] if digits else max(2, len(f"{value:.6f}".rstrip("0").partition(".")[2]))


def _kind(step):
    """Return the kind that is taken back together: the operation and, of new records, their
    model."""
    return step["operation"], step["model"] if step["operation"] == "create" else ""
