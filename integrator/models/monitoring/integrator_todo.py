# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...access import check_operator
from ...reason import Reason

#: Ids of entries are those of their first record, times this, plus the number of the kind.
KINDS_AT_MOST = 128
#: Kind of what only repeats a cause; it is left out where another entry has the same cause.
ECHO = "alert"


class TodoEntry(NamedTuple):
    """What of one model needs a person. Its records become one row per site and cause.

    :param kind: technical name, once in the list
    :param label: of the kind, for filters and groupings
    :param model: name of the model whose records need a person
    :param domain: of these records
    :param title: tuple (for one record, for many with `%s` for their number)
    :param step: what to do; or dict value of `cause` -> what to do, "" for all others
    :param action: external id of the window action that shows the records with their cure
    :param base: urgency as long as nothing is due, see `integrator.todo.urgency`
    :param site: field that leads to the site
    :param cause: field by which records are told apart, or none
    :param reason: field that says for people why, or none
    :param due: field with the time until which it is to be done, or none
    :param since: field with the time since when it waits
    :param code: beginning of the error code that alerts have for the cause, without the value of
        `cause`; None: no alert is about it
    :param waiting: tuple (model, domain, text for one, text for many with `%s`): what waits behind
        the records on the same site, or none; it is due by its field `ship_by`
    :param in_list: whether the cure is in the list: it opens with the action's own domain, so that
        what is done disappears from it
    """

    kind: str
    label: str
    model: str
    domain: list
    title: tuple
    step: object
    action: str
    base: str = "1"
    site: str = "site_id"
    cause: str = ""
    reason: str = ""
    due: str = ""
    since: str = "create_date"
    code: str | None = None
    waiting: tuple = ()
    in_list: bool = False


class IntegratorTodo(models.Model):
    """Everything that needs a person, by cause, each once, with what waits behind it.

    Nothing is stored: the rows are read from the records themselves, so that what is answered is
    gone. Each subject adds its own by `_todo_entries`.
    """

    _name = "integrator.todo"
    _description = "To do"
    _auto = False
    _order = "urgency desc, due_at, since, id"
    _rec_name = "kind"

    kind = fields.Selection(
        selection="_select_kind", string="What", readonly=True, help="What kind of work it is."
    )
    site_id = fields.Many2one(
        "integrator.site", string="Channel", readonly=True, help="Where you sell what it is about."
    )
    company_id = fields.Many2one("res.company", readonly=True)
    cause = fields.Char(readonly=True, help="Technical name of the cause.")
    count = fields.Integer(string="Records", readonly=True, help="How many records have the cause.")
    waiting = fields.Integer(
        string="Behind it", readonly=True, help="How many others go on once this is done."
    )
    due_at = fields.Datetime(
        string="Due", readonly=True, help="Until when the first of it has to be done."
    )
    since = fields.Datetime(readonly=True, help="Since when the first of it waits.")
    urgency = fields.Selection(
        [("0", "Later"), ("1", "Soon"), ("2", "Today"), ("3", "Late")],
        readonly=True,
        help="Late: the time by which it had to be done has passed. Today: it is due within a day, "
        "or it keeps orders from going on.",
    )
    title = fields.Char(string="To do", compute="_compute_words", help="What waits for a person.")
    waiting_text = fields.Char(
        string="Holds", compute="_compute_words", help="What waits behind it."
    )
    reason = Reason(compute="_compute_words", help="Why; of several, that of the first.")
    step = fields.Char(string="Next step", compute="_compute_words", help="What to do about it.")

    # === COMPUTE METHODS === #

    @api.model
    def _select_kind(self):
        return [(entry.kind, entry.label) for entry in self._todo_entries()]

    @api.depends("kind", "cause", "count", "waiting")
    def _compute_words(self):
        entries = {entry.kind: entry for entry in self._todo_entries()}
        for row in self:
            entry = entries[row.kind]
            row.title = row._in_number(entry.title, row.count)
            held = entry.waiting and row.waiting
            row.waiting_text = row._in_number(entry.waiting[2:], held) if held else False
            row.reason = row._first_reason(entry)
            steps = entry.step if isinstance(entry.step, dict) else {"": entry.step}
            row.step = steps.get(row.cause, steps[""])

    @api.depends("title")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.title

    @staticmethod
    def _in_number(texts, count):
        one, many = texts
        return one if count == 1 else many % count

    def _first_reason(self, entry):
        """Why the first of the records waits; the label where the reason is a choice."""
        if not entry.reason:
            return False
        record = self.env[entry.model].sudo().browse(self.id // KINDS_AT_MOST)
        field = record._fields[entry.reason]
        value = record[entry.reason]
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value)
        return value

    # === ACTION METHODS === #

    def action_open(self):
        """Button: what it is about, where it is mended; one record opens at once."""
        check_operator(self)
        self.ensure_one()
        entry = next(one for one in self._todo_entries() if one.kind == self.kind)
        action = self.env["ir.actions.act_window"]._for_xml_id(entry.action)
        # nothing but what the row counts
        kept = literal_eval(action["context"] or "{}").items()
        kept = {key: value for key, value in kept if not key.startswith("search_default_")}
        action["context"] = {**kept, "create": False}
        if entry.in_list:
            here = Domain(literal_eval(action["domain"])) & Domain(entry.site, "=", self.site_id.id)
            return {**action, "domain": list(here)}
        records = self.env[entry.model].search(self._records_domain(entry))
        if len(records) == 1 and "form" in action["view_mode"].split(","):
            form = [view for view in action["views"] if view[1] == "form"]
            action |= {"views": form, "view_mode": "form", "res_id": records.id}
        return {**action, "domain": [("id", "in", records.ids)]}

    # === BUSINESS METHODS === #

    @api.model
    def _todo_entries(self):
        """Hook: what needs a person. Subjects and site addons add theirs to the list.

        :return: list of `TodoEntry`
        """
        return [
            TodoEntry(
                kind=ECHO,
                label=self.env._("Alert"),
                model="integrator.alert",
                domain=[("state", "=", "open")],
                title=(self.env._("1 alert"), self.env._("%s alerts")),
                step=self.env._("Read what has happened, mend it and close the alert"),
                action="integrator.integrator_alert_action",
                cause="code",
                reason="message",
                since="first_at",
                code="",
            )
        ]

    def _records_domain(self, entry):
        """The records that one row counts."""
        domain = Domain(entry.domain) & Domain(entry.site, "=", self.site_id.id)
        return domain & Domain(entry.cause, "=", self.cause or False) if entry.cause else domain

    # === READING === #

    @property
    def _table_query(self):
        """Rows of all kinds that the user may open."""
        parts = [
            self._entry_query(number, entry)
            for number, entry in enumerate(self._todo_entries())
            if self.env.su or self.env[entry.model].has_access("read")
        ]
        return SQL(
            """
            WITH entry AS (%(entries)s)
            SELECT entry.*,
                   site.company_id,
                   CASE WHEN entry.due_at < now() AT TIME ZONE 'UTC' THEN '3'
                        WHEN entry.due_at < now() AT TIME ZONE 'UTC' + interval '1 day'
                        THEN GREATEST(entry.base, '2')
                        ELSE entry.base
                   END AS urgency
              FROM entry
              JOIN integrator_site site ON site.id = entry.site_id
             WHERE NOT (
                   entry.kind = %(echo)s
                   AND EXISTS (
                       SELECT FROM entry other
                        WHERE other.kind != %(echo)s
                          AND other.site_id = entry.site_id
                          AND other.code = entry.code
                   ))
            """,
            entries=SQL(" UNION ALL ").join(parts),
            echo=ECHO,
        )

    def _entry_query(self, number, entry):
        """The rows of one kind.

        :param int number: of the kind
        :param entry: `TodoEntry`
        """
        model = self.env[entry.model].sudo()
        query = model._search(entry.domain)
        site = model._field_to_sql(query.table, entry.site, query)
        cause = model._field_to_sql(query.table, entry.cause, query) if entry.cause else SQL("NULL")
        due = self._first_time(model, query, entry.due)
        query.groupby = SQL(", ").join([site, cause]) if entry.cause else site
        waiting = self._waiting_query(entry)
        return SQL(
            """
            SELECT found.id,
                   %(kind)s AS kind,
                   %(base)s AS base,
                   found.site_id,
                   found.cause,
                   %(code)s || COALESCE(found.cause, '') AS code,
                   found.count,
                   COALESCE(behind.count, 0) AS waiting,
                   LEAST(found.due_at, behind.due_at) AS due_at,
                   found.since
              FROM (%(found)s) AS found
         LEFT JOIN (%(waiting)s) AS behind ON behind.site_id = found.site_id
            """,
            kind=entry.kind,
            base=entry.base,
            code=SQL("%s::varchar", entry.code),
            found=query.select(
                SQL("min(%s) * %s + %s AS id", self._id_of(query), KINDS_AT_MOST, number),
                SQL("%s AS site_id", site),
                SQL("%s::varchar AS cause", cause),
                SQL("count(*)::int AS count"),
                SQL("%s AS due_at", due),
                SQL("%s AS since", self._first_time(model, query, entry.since)),
            ),
            waiting=waiting,
        )

    def _waiting_query(self, entry):
        """What waits behind the records of a kind, by site."""
        if not entry.waiting:
            return SQL("SELECT NULL::int AS site_id, 0 AS count, NULL::timestamp AS due_at")
        model = self.env[entry.waiting[0]].sudo()
        query = model._search(entry.waiting[1])
        site = model._field_to_sql(query.table, "site_id", query)
        query.groupby = site
        return query.select(
            SQL("%s AS site_id", site),
            SQL("count(*)::int AS count"),
            SQL("%s AS due_at", self._first_time(model, query, "ship_by")),
        )

    @staticmethod
    def _id_of(query):
        return SQL.identifier(query.table, "id")

    @staticmethod
    def _first_time(model, query, name):
        if not name:
            return SQL("NULL::timestamp")
        return SQL("min(%s)::timestamp", model._field_to_sql(query.table, name, query))
