# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..files.layout import Choice, Column, Lookup, Nested

#: Fields that a column has under the same name in `files.layout.Column`.
PLAIN_FIELDS = (
    "source",
    "position",
    "type",
    "key",
    "required",
    "label",
    "language",
    "default",
    "constant",
    "format",
    "time_zone",
    "blank",
    "separator",
    "max_length",
    "cut",
    "pattern",
    "keep_spaces",
    "when",
)
#: Type of Odoo's fields -> type of a column.
TYPES = {
    "char": "text",
    "text": "text",
    "html": "text",
    "integer": "integer",
    "float": "decimal",
    "monetary": "decimal",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
    "selection": "selection",
    "many2one": "reference",
    "many2many": "reference",
    "one2many": "lines",
}


class IntegratorImpexColumn(models.Model):
    """One field of a layout, and where in the file it stands. A column of the type “lines” is a
    list of lines of the record, with columns of its own."""

    _name = "integrator.impex.column"
    _description = "Column of a layout"
    _order = "sequence, id"
    _rec_name = "field"

    descriptor_id = fields.Many2one(
        "integrator.impex.descriptor", required=True, ondelete="cascade", index=True
    )
    parent_id = fields.Many2one(
        "integrator.impex.column",
        string="Lines",
        ondelete="cascade",
        index=True,
        domain="[('descriptor_id', '=', descriptor_id), ('type', '=', 'lines')]",
        help="The list of lines that the column belongs to. Empty: to the record itself.",
    )
    child_ids = fields.One2many("integrator.impex.column", "parent_id", string="Columns")
    company_id = fields.Many2one(related="descriptor_id.company_id", store=True)
    model_name = fields.Char(compute="_compute_model_name")
    sequence = fields.Integer(default=10)
    field = fields.Char(required=True, help="Name of the field in Odoo, such as list_price.")
    source = fields.Char(
        string="In the file",
        help="Head of the column; in XML the path below the record, such as address/city or @id.",
    )
    position = fields.Integer(
        help="Number of the column, the first is 1; 0: it is found by its head."
    )
    type = fields.Selection(
        [
            ("text", "Text"),
            ("integer", "Whole number"),
            ("decimal", "Number"),
            ("boolean", "Yes or no"),
            ("date", "Date"),
            ("datetime", "Time"),
            ("selection", "Selection"),
            ("reference", "Reference"),
            ("lines", "Lines"),
        ],
        required=True,
        default="text",
    )
    key = fields.Boolean(help="By it the record is found.")
    required = fields.Boolean(help="A row without a value is refused.")
    label = fields.Char()
    language = fields.Char(help="Code of the language of this text, such as fr_FR.")
    default = fields.Char(help="Stands for a blank cell.")
    constant = fields.Char(
        help="The value whatever the file says; may hold {now}, {today}, {file}."
    )
    format = fields.Char(help="How the value is written, where the layout says something else.")
    time_zone = fields.Char(string="Time zone")
    blank = fields.Selection(
        [("leave", "Leaves the field as it is"), ("clear", "Empties the field")],
        string="Blank cell",
        required=True,
        default="leave",
    )
    separator = fields.Char(help="Stands between several values of a cell.")
    max_length = fields.Integer(
        string="Longest", help="Longer texts are refused, or cut. 0: any length."
    )
    cut = fields.Boolean(help="Longer texts are cut.")
    pattern = fields.Char(
        help="A regular expression that the cell has to match; its group is the value."
    )
    keep_spaces = fields.Boolean(string="Keep spaces", help="Spaces around a text belong to it.")
    choices = fields.Text(
        help="Words of the file for the values of a selection, a line each: word=value"
    )
    lookup_model = fields.Char(string="Lookup model", help="Model of the reference.")
    lookup_by = fields.Char(
        string="Found by",
        help="Fields that hold the text, tried in this order, such as: code, name",
    )
    unresolved = fields.Selection(
        [
            ("refuse", "Refuse the row"),
            ("wait", "Wait until it is there"),
            ("leave", "Leave the field as it is"),
        ],
        string="Not found",
        required=True,
        default="refuse",
    )
    when = fields.Selection(
        [("always", "Always"), ("insert", "On new records"), ("update", "On existing records")],
        string="Written",
        required=True,
        default="always",
    )
    lines_mode = fields.Selection(
        [
            ("merge", "Create and update"),
            ("insert", "Only create"),
            ("update", "Only update"),
            ("delete", "Delete"),
            ("replace", "Exactly these lines"),
        ],
        string="Lines mode",
        default="merge",
    )
    guarded = fields.Boolean(
        string="Watch",
        help="A run in which this number changes a lot, or becomes zero, in many rows waits for "
        "somebody to accept it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """See `write`."""
        columns = super().create(vals_list)
        columns.descriptor_id._groups()._check_editor()
        return columns

    def write(self, vals):
        """Override: let settings that work with somebody's rights be changed by him, or by an
        administrator."""
        self.descriptor_id._groups()._check_editor()
        result = super().write(vals)
        self.descriptor_id._groups()._check_editor()
        return result

    def unlink(self):
        """See `write`."""
        self.descriptor_id._groups()._check_editor()
        return super().unlink()

    @api.depends("descriptor_id.model_id", "parent_id.field", "parent_id.parent_id")
    def _compute_model_name(self):
        for column in self:
            column.model_name = column._model()._name

    @api.onchange("field", "parent_id")
    def _onchange_field(self):
        for column in self:
            field = column._model()._fields.get(column.field or "")
            if field is None:
                continue
            column.type = TYPES.get(field.type, "text")
            column.lookup_model = field.comodel_name if column.type == "reference" else False
            if column.lookup_model and not column.lookup_by:
                column.lookup_by = self.env[column.lookup_model]._rec_name or "id"

    def _model(self):
        """Empty records of the model that has the field."""
        self.ensure_one()
        model = self.env[self.descriptor_id.model or "base"]
        if self.parent_id:
            lines = self.parent_id._model()._fields.get(self.parent_id.field or "")
            model = self.env[getattr(lines, "comodel_name", None) or "base"]
        return model

    # === THE LAYOUT === #

    def _build_column(self):
        """This column as the readers of files know it.

        :return: `files.layout.Column`
        """
        values = {
            name: self[name] or Column.__dataclass_fields__[name].default for name in PLAIN_FIELDS
        }
        lookup = None
        if self.type == "reference":
            by = tuple(name.strip() for name in (self.lookup_by or "").split(",") if name.strip())
            lookup = Lookup(self.lookup_model or "", by, self.unresolved)
        choices = (line.partition("=") for line in (self.choices or "").splitlines() if line)
        return Column(
            field=self.field,
            choices=tuple(Choice(word.strip(), value.strip()) for word, _equal, value in choices),
            lookup=lookup,
            **values,
        )

    def _build_nested(self):
        """These lines as the readers of files know them.

        :return: `files.layout.Nested`
        """
        inner = self.child_ids.sorted()
        lines = inner.filtered(lambda column: column.type == "lines")
        return Nested(
            field=self.field,
            columns=tuple(column._build_column() for column in inner - lines),
            path=self.source or "",
            mode=self.lines_mode or "merge",
            nested=tuple(one._build_nested() for one in lines),
            when=self.when,
        )

    @api.model
    def _prepare_column(self, column):
        """Values of a record from `files.layout.Column`."""
        values = {name: getattr(column, name) for name in PLAIN_FIELDS}
        values["field"] = column.field
        values["choices"] = "\n".join(f"{one.word}={one.value}" for one in column.choices)
        if column.lookup:
            values["lookup_model"] = column.lookup.model
            values["lookup_by"] = ", ".join(column.lookup.by)
            values["unresolved"] = column.lookup.unresolved
        return values

    @api.model
    def _create_nested(self, descriptor, nested, parent=None):
        """Make the records of `files.layout.Nested`."""
        values = {"descriptor_id": descriptor.id, "parent_id": parent and parent.id}
        head = self.create(
            {
                **values,
                "field": nested.field,
                "type": "lines",
                "source": nested.path,
                "lines_mode": nested.mode,
                "when": nested.when,
                "sequence": 100,
            }
        )
        for place, column in enumerate(nested.columns):
            own = {**values, "parent_id": head.id, "sequence": 100 + place}
            self.create({**self._prepare_column(column), **own})
        for inner in nested.nested:
            self._create_nested(descriptor, inner, head)
