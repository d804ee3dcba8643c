# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from datetime import datetime, timezone
from io import BytesIO
from pathlib import PurePath

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import file_open

from odoo.addons.integrator.access import read_domain
from odoo.addons.integrator.utils import parse_domain

from ..files.constants import Context
from ..files.guess import guess_kind
from ..files.layout import (
    Condition,
    CsvFormat,
    Descriptor,
    Forms,
    Namespace,
    SetUp,
    XlsxFormat,
    XmlFormat,
)
from ..files.layout_check import check
from ..files.layout_json import dump_setup, load_setup
from ..files.masks import fits
from ..files.problems import FileRefused
from ..files.yescart import is_yescart, read_descriptor
from ..texts import as_user_error, problem_text, problem_texts
from .integrator_impex_column import PLAIN_FIELDS

#: Models that generic files never write: beginning of the model's name -> reason.
ORDERS, BOOKS, SYSTEM = "orders", "books", "system"
REFUSED_MODELS = {
    "sale.order": ORDERS,
    "purchase.order": ORDERS,
    "pos.order": ORDERS,
    "stock.picking": ORDERS,
    "stock.move": ORDERS,
    "repair.order": ORDERS,
    "mrp.production": ORDERS,
    "order.integration": ORDERS,
    "account.": BOOKS,
    "payment.": BOOKS,
    "hr.expense": BOOKS,
    "ir.": SYSTEM,
    "res.users": SYSTEM,
    "res.groups": SYSTEM,
    "res.company": SYSTEM,
    "res.config": SYSTEM,
    "base": SYSTEM,
    "mail.": SYSTEM,
    "bus.": SYSTEM,
    "integrator.": SYSTEM,
    "product.integration": SYSTEM,
    "auth": SYSTEM,
}
#: Fields that a layout depends on.
LAYOUT_FIELDS = (
    *("model_id", "service", "mode", "mask", "mask_kind", "format_kind", "delimiter", "quote"),
    *("charset", "bom", "head", "skip", "sheet", "guard", "rows_path", "namespaces", "sort"),
    *("number_form", "date_form", "datetime_form", "boolean_form", "time_zone", "file_name"),
    *("domain", "column_ids.field", "column_ids.parent_id", "column_ids.choices"),
    *("column_ids.lookup_model", "column_ids.lookup_by", "column_ids.lines_mode"),
    *(f"column_ids.{name}" for name in PLAIN_FIELDS),
)
#: Rows that the preview shows.
PREVIEW_ROWS = 5


class IntegratorImpexDescriptor(models.Model):
    """The layout of a file: what it is like, which part of it is which field, and which service
    acts on it. It holds data only: no SQL and no code."""

    _name = "integrator.impex.descriptor"
    _description = "Layout of files"
    _order = "name, id"

    name = fields.Char(required=True)
    title = fields.Char(translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", help="Empty: it is good for every company.", index=True
    )
    model_id = fields.Many2one(
        "ir.model",
        string="Records",
        required=True,
        ondelete="cascade",
        help="What a row is in Odoo.",
    )
    model = fields.Char(related="model_id.model", string="Model")
    service = fields.Selection(
        [("csv", "Tables"), ("xml", "XML")],
        required=True,
        default="csv",
        help="What reads and writes the files. Other addons bring more.",
    )
    mode = fields.Selection(
        [
            ("merge", "Create and update"),
            ("insert", "Only create"),
            ("update", "Only update"),
            ("delete", "Delete"),
        ],
        required=True,
        default="merge",
    )
    mask = fields.Char(
        string="File name", help="Which files are of this layout, such as stock*.csv"
    )
    mask_kind = fields.Selection(
        [("glob", "With * and ?"), ("regex", "Regular expression")],
        string="Written",
        required=True,
        default="glob",
    )
    column_ids = fields.One2many("integrator.impex.column", "descriptor_id", string="Columns")
    # the form of the file
    format_kind = fields.Selection(
        [("csv", "CSV"), ("xlsx", "Excel workbook"), ("xml", "XML")],
        string="Format kind",
        required=True,
        default="csv",
    )
    delimiter = fields.Char(default=";")
    quote = fields.Char(default='"')
    charset = fields.Char(default="utf-8")
    bom = fields.Boolean(string="Byte order mark")
    head = fields.Boolean(string="Names in the first row", default=True)
    skip = fields.Integer(string="Rows before", help="Rows before the head that are passed over.")
    sheet = fields.Char(help="Empty: the first one.")
    guard = fields.Boolean(
        string="Neutralise formulas",
        default=True,
        help="Texts that a spreadsheet would take for a formula get an apostrophe before them.",
    )
    rows_path = fields.Char(string="Path of a record", default="records/record")
    namespaces = fields.Text(help="A line each: prefix=address")
    number_form = fields.Char(string="Numbers", default="1234.56")
    date_form = fields.Char(string="Dates", default="%Y-%m-%d")
    datetime_form = fields.Char(string="Times", help="Empty: ISO 8601.")
    boolean_form = fields.Char(string="Yes and no", help="Such as yes/no. Empty: the usual words.")
    time_zone = fields.Char(string="Time zone", default="UTC")
    # exports
    file_name = fields.Char(string="Name of exports", help="{timestamp} is the time of the export.")
    domain = fields.Char(string="Which records", default="[]")
    sort = fields.Char(
        string="Order", help="Fields with commas between them, such as: name, id desc"
    )
    notes = fields.Text(help="What was left out when the layout was loaded.")
    # trying it out
    sample = fields.Binary(attachment=True, help="A file of this kind, to try the layout with.")
    sample_name = fields.Char()
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    problems = fields.Text(compute="_compute_problems", string="What is wrong")

    _name_uniq = models.UniqueIndex(
        "(name, COALESCE(company_id, 0))", "There is a layout of this name already."
    )

    # === CRUD === #

    def copy_data(self, default=None):
        """Override of `base`: a layout's name is its own."""
        copies = super().copy_data(default)
        if "name" not in (default or {}):
            for layout, values in zip(self, copies, strict=True):
                values["name"] = self.env._("%s (copy)", layout.name)
        return copies

    def write(self, vals):
        """Override: let settings that work with somebody's rights be changed by him, or by an
        administrator."""
        self._groups()._check_editor()
        return super().write(vals)

    def _groups(self):
        lines_sudo = self.env["integrator.impex.group.line"].sudo()
        return lines_sudo.search([("descriptor_id", "in", self.ids)]).group_id.sudo(False)

    # === CHECKS === #

    @api.depends_context("lang")
    @api.depends(*LAYOUT_FIELDS)
    def _compute_problems(self):
        for descriptor in self:
            found = descriptor._layout_problems() if descriptor.model_id else []
            descriptor.problems = "\n".join(found)

    @api.constrains("model_id", "column_ids")
    def _check_model(self):
        for descriptor in self:
            for model in descriptor._written_models():
                if reason := self._refused_reason(model):
                    raise ValidationError(reason)

    def _written_models(self):
        models_ = [self.model]
        for lines in self.column_ids.filtered(lambda column: column.type == "lines"):
            field = lines._model()._fields.get(lines.field)
            if field is not None and field.comodel_name:
                models_.append(field.comodel_name)
        return models_

    @api.model
    def _refused_reason(self, model):
        """Return the reason for which files may not write a model; empty when they may.

        :param str model: name of a model
        """
        kind = next(
            (REFUSED_MODELS[begin] for begin in REFUSED_MODELS if model.startswith(begin)), ""
        )
        name = self.env["ir.model"]._get(model).name or model
        if kind == ORDERS:
            return self.env._(
                "“%s” belongs to the course of an order. Groups do not import or export it: orders "
                "are changed by order feeds and handed on by order exporters, so that stock, "
                "deliveries and invoices stay right.",
                name,
            )
        if kind == BOOKS:
            return self.env._(
                "“%s” belongs to the books. Groups do not import or export it: use Odoo's "
                "accounting, which keeps them unaltered.",
                name,
            )
        if kind == SYSTEM or model not in self.env or self.env[model]._transient:
            return self.env._(
                "“%s” belongs to the system. Groups do not import or export it.", name
            )
        return ""

    def _layout_problems(self):
        """Return the problems of the layout: by itself, and with the model's fields.

        :return: list of texts
        """
        found = [problem_text(self.env, problem) for problem in check(self._layout())]
        for column in self.column_ids:
            model = column._model()
            if reason := self._field_problem(model, column):
                found.append(reason)
        return found

    def _field_problem(self, model, column):
        for name in (column.field or "").split(".")[:-1]:
            step = model._fields.get(name)
            model = self.env[step.comodel_name] if step is not None and step.relational else model
        field = model._fields.get((column.field or "").rpartition(".")[2])
        if field is None:
            return self.env._(
                "“%(model)s” has no field “%(field)s”.",
                model=model._description,
                field=column.field,
            )
        words = {"field": field._description_string(self.env), "name": field.name}
        if TYPES_OF.get(column.type) and field.type not in TYPES_OF[column.type]:
            return self.env._("“%(field)s” (%(name)s) is of another type.", **words)
        return ""

    # === THE LAYOUT === #

    def _layout(self):
        """The layout as the readers of files know it.

        :return: `files.layout.Descriptor`
        """
        self.ensure_one()
        top = self.column_ids.filtered(lambda column: not column.parent_id).sorted()
        lines = top.filtered(lambda column: column.type == "lines")
        return Descriptor(
            name=self.name or "",
            model=self.model or "",
            title=self.title or "",
            columns=tuple(column._build_column() for column in top - lines),
            nested=tuple(one._build_nested() for one in lines),
            mode=self.mode,
            format=self._format(),
            forms=Forms(
                number=self.number_form or "1234.56",
                date=self.date_form or "%Y-%m-%d",
                datetime=self.datetime_form or "",
                boolean=self.boolean_form or "",
                time_zone=self.time_zone or "UTC",
            ),
            mask=self.mask or "",
            mask_kind=self.mask_kind,
            file_name=self.file_name or "",
            service=self.service,
            conditions=self._conditions(),
            sort=tuple(name.strip() for name in (self.sort or "").split(",") if name.strip()),
        )

    def _format(self):
        if self.format_kind == "xml":
            pairs = (line.partition("=") for line in (self.namespaces or "").splitlines() if line)
            spaces = tuple(Namespace(prefix.strip(), uri.strip()) for prefix, _e, uri in pairs)
            return XmlFormat(
                rows=self.rows_path or "", charset=self.charset or "utf-8", namespaces=spaces
            )
        if self.format_kind == "xlsx":
            return XlsxFormat(sheet=self.sheet or "", head=self.head, skip=self.skip)
        return CsvFormat(
            delimiter="\t" if self.delimiter == "\\t" else self.delimiter or "",
            quote=self.quote or "",
            charset=self.charset or "utf-8",
            bom=self.bom,
            head=self.head,
            skip=self.skip,
            guard=self.guard,
        )

    def _conditions(self):
        try:
            leaves = list(parse_domain(self.domain).iter_conditions())
        except ValueError as error:
            raise UserError(
                self.env._("The records are not chosen by a domain: %s", error)
            ) from None
        return tuple(
            Condition(
                leaf.field_expr,
                leaf.operator,
                tuple(leaf.value) if leaf.operator in ("in", "not in") else leaf.value,
            )
            for leaf in leaves
        )

    def _read_domain(self):
        """Return the domain of the exported records, as far as the present user may ask for
        them."""
        try:
            return read_domain(self.env[self.model], self.domain)
        except ValueError as error:
            raise UserError(
                self.env._("The records are not chosen by a domain: %s", error)
            ) from None

    @api.model
    def _prepare_descriptor(self, layout):
        """Values of a record from `files.layout.Descriptor`.

        :raise UserError: when there is no such model here
        """
        model = self.env["ir.model"]._get(layout.model)
        if not model:
            raise UserError(
                self.env._(
                    "“%(name)s” is a layout of “%(model)s”, which is not installed here.",
                    name=layout.name,
                    model=layout.model,
                )
            )
        form, forms = layout.format, layout.forms
        values = {
            "name": layout.name,
            "title": layout.title,
            "model_id": model.id,
            "mode": layout.mode,
            "service": layout.service or ("xml" if isinstance(form, XmlFormat) else "csv"),
            "mask": layout.mask,
            "mask_kind": layout.mask_kind,
            "file_name": layout.file_name,
            "sort": ", ".join(layout.sort),
            "domain": repr([(one.field, one.operator, one.value) for one in layout.conditions]),
            "format_kind": form.kind,
            "number_form": forms.number,
            "date_form": forms.date,
            "datetime_form": forms.datetime,
            "boolean_form": forms.boolean,
            "time_zone": forms.time_zone,
        }
        names = ("delimiter", "quote", "charset", "bom", "head", "skip", "guard", "sheet")
        values |= {name: getattr(form, name) for name in names if hasattr(form, name)}
        if isinstance(form, XmlFormat):
            values["rows_path"] = form.rows
            values["namespaces"] = "\n".join(f"{one.prefix}={one.uri}" for one in form.namespaces)
        return values

    @api.model
    def _create_from_layout(self, layout):
        """Make a layout, or bring the one of the same name to it.

        :param layout: `files.layout.Descriptor`
        :return: the record
        """
        values = self._prepare_descriptor(layout)
        known = self._of_name(layout.name)
        known.column_ids.unlink()
        if known:
            known.write(values)
        descriptor = known or self.create(values)
        columns = self.env["integrator.impex.column"]
        for place, column in enumerate(layout.columns):
            own = {"descriptor_id": descriptor.id, "sequence": place}
            columns.create({**columns._prepare_column(column), **own})
        for nested in layout.nested:
            columns._create_nested(descriptor, nested)
        return descriptor

    @api.model
    def _of_name(self, name):
        """The layout of a name in the present company: its own, else the one of all companies."""
        domain = [("name", "=", name), ("company_id", "in", (False, self.env.company.id))]
        return self.search(domain, order="company_id.id", limit=1)

    # === TRAVELLING === #

    def _dump(self):
        """The layouts as JSON, for another database."""
        return dump_setup(SetUp(descriptors=tuple(one._layout() for one in self)))

    @api.model
    def _load(self, content, name="", model=""):
        """Make layouts and groups from JSON, or from a descriptor of YesCart.

        :param content: text or bytes of the file
        :param str name: what the layout of a descriptor of YesCart is called
        :param str model: what its rows are in Odoo; empty: what the descriptor says
        :return: records of the layouts
        :raise UserError: with everything that is wrong with it
        """
        raw = content.encode() if isinstance(content, str) else content
        if is_yescart(raw):
            return self._load_yescart(raw, name, model)
        with as_user_error(self.env):
            setup = load_setup(content)
        made = self.browse()
        for layout in setup.descriptors:
            made += self._create_from_layout(layout)
        groups = self.env["integrator.impex.group"]
        for group in setup.groups:
            groups._create_from_layout(group)
        return made

    def _load_yescart(self, content, name, model):
        with as_user_error(self.env):
            reading = read_descriptor(content, name or "yescart", model)
        if not reading.descriptor.model:
            raise UserError(
                self.env._("Choose what the rows are in Odoo: %s", "\n".join(reading.notes))
            )
        made = self._create_from_layout(reading.descriptor)
        made.notes = "\n".join(reading.notes)
        return made

    @api.model
    def _load_example(self):
        """Make the group “Catalog & PIM”, see docs/files-by-hand.md."""
        with file_open("integrator_impex/static/example/catalog_pim.json", "rb") as file:
            return self._load(file.read())

    # === FILES FOR PEOPLE === #

    def _service(self):
        """Return the service that reads and writes the files of this layout.

        :return: empty records of `integrator.impex.service.<service>`
        """
        self.ensure_one()
        return self.env[f"integrator.impex.service.{self.service}"]

    def _template(self):
        """A file with two example rows, to be filled in.

        :return: (name, bytes)
        """
        layout = self._layout()
        target = BytesIO()
        service = self._service()
        examples = [service._example(layout, number) for number in (1, 2)]
        service._write_values(layout, examples, target, Context())
        return self._template_name(layout), target.getvalue()

    def _template_name(self, layout):
        """A name by which the file is taken for one of this layout."""
        ending = PurePath(layout.file_name or layout.mask).suffix.removeprefix(".")
        ending = ending if ending.isalnum() else layout.format.kind
        names = [f"{layout.name}.{ending}", layout.mask.replace("*", "").replace("?", "")]
        return next((name for name in names if fits(layout, name)), names[0])

    def action_template(self):
        """Button: download a file with two example rows."""
        self.ensure_one()
        self.check_access("read")
        with as_user_error(self.env):
            name, content = self._template()
        return self.env["integrator.impex.download"]._action(name, content)

    def action_dump(self):
        """Button: download the layouts as JSON."""
        self.check_access("read")
        name = f"{self.name}.json" if len(self) == 1 else "layouts.json"
        return self.env["integrator.impex.download"]._action(name, self._dump().encode())

    # === PREVIEW === #

    @api.depends("sample", *LAYOUT_FIELDS)
    def _compute_preview(self):
        for descriptor in self:
            descriptor.preview = descriptor._build_preview()

    def _build_preview(self):
        content = self.with_context(bin_size=False).sample
        if not content or not self.model_id:
            return False
        values = {"heads": [], "rows": [], "unused": [], "error": ""}
        try:
            layout = self._layout()
            values["heads"] = [self._column_title(column) for column in layout.columns]
            source = BytesIO(base64.b64decode(content))
            values["unused"] = self._service()._unused(layout, source)
            for record in self._service()._read(layout, source, Context()):
                problems = "; ".join(self._problem_text(one) for one in record.all_problems())
                cells = [_shown(record.values.get(column.name)) for column in layout.columns]
                values["rows"].append({"number": record.row, "cells": cells, "problems": problems})
                if len(values["rows"]) == PREVIEW_ROWS:
                    break
        except FileRefused as refused:
            values["error"] = problem_texts(self.env, refused.problems)
        except UserError as error:
            values["error"] = str(error)
        return self.env["ir.qweb"]._render("integrator_impex.layout_preview", values)

    def _problem_text(self, problem):
        text = problem_text(self.env, problem)
        return f"{problem.column}: {text}" if problem.column else text

    def _column_title(self, column):
        """Return the title of a column for people: its label, or that of its field."""
        field = self.env[self.model]._fields.get(column.field)
        return column.label or (field and field._description_string(self.env)) or column.field

    def action_guess(self):
        """Button: fill the layout in from the sample: its form, and a column for each head that
        looks like a field."""
        self.ensure_one()
        self.check_access("write")
        content = self.with_context(bin_size=False).sample
        if not content:
            raise UserError(self.env._("Upload a sample file first."))
        source = BytesIO(base64.b64decode(content))
        if self.service in ("csv", "xml"):
            self.service = "xml" if guess_kind(source) == "xml" else "csv"
        with as_user_error(self.env):
            self._service()._guess(self, source)

    @api.model
    def _now(self):
        return datetime.now(timezone.utc)


def _shown(value):
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value))
    return str(value)


#: Type of a column -> types of Odoo's fields that it fits.
TYPES_OF = {
    "integer": ("integer", "float", "monetary"),
    "decimal": ("float", "monetary", "integer"),
    "boolean": ("boolean",),
    "date": ("date",),
    "datetime": ("datetime",),
    "selection": ("selection",),
    "reference": ("many2one", "many2many"),
    "lines": ("one2many",),
}
