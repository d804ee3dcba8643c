# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime

from ...access import check_operator
from ...reason import Reason
from ...utils import labels_of

#: Ids of entries are those of their first record, times this, plus the number of the kind.
KINDS_AT_MOST = 128
#: Kind of what only repeats a cause; it is left out where another entry has the same cause.
ECHO = "alert"
#: Records of one cause that can be gone through one by one.
MAX_CASES = 500
#: Names that a sentence about many has.
MAX_NAMES = 5


class TodoCure(NamedTuple):
    """One answer for all records of a cause at once.

    :param method: of their model, which checks the rights itself
    :param label: of the button
    :param question: what follows, asked before many; none where the method itself asks
    :param is_final: whether it is asked before one as well, because it cannot be taken back, or
        because one has to look first
    """

    method: str
    label: str
    question: str = ""
    is_final: bool = False


class TodoEntry(NamedTuple):
    """A cause of work of one model. Its records become one row per site and cause.

    :param kind: technical name, once in the list
    :param label: of the kind, for filters and groupings
    :param model: name of the model whose records need a person
    :param domain: of these records
    :param title: tuple (for one record, for many with `%s` for their number)
    :param step: what to do; or dict value of `cause` -> what to do, "" for all others
    :param action: external id of the window action that shows the records with their cure
    :param base: urgency as long as nothing is due and nothing waits behind it, see
        `integrator.todo.urgency`
    :param site: field that leads to the site
    :param cause: field that distinguishes causes, or none
    :param reason: field that says for people why, or none
    :param due: field with the time until which it is to be done, or none
    :param since: field with the time since when it waits
    :param code: beginning of the error code that alerts have for the cause, without the value of
        `cause`; None: no alert is about it
    :param waiting: tuple (model, domain, text for one, text for many with `%s`): what waits behind
        the records on the same site, or none; it is due by its field `ship_by`
    :param in_list: whether the cure is in the list: it opens with the action's own domain, so that
        what is done disappears from it
    :param case: external id of the form in which one record is decided; none: that of its model
    :param cures: `TodoCure` of what can be answered for all records of a cause at once; or dict
        value of `cause` -> these, "" for all others
    :param name: field by which people call a record
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
    case: str = ""
    cures: object = ()
    name: str = "display_name"


class IntegratorTodo(models.Model):
    """Everything that needs a person, by cause, each once, with what waits behind it.

    Nothing is stored: the rows are read from the records themselves, so that what is answered is
    gone. Each subject adds its own by `_todo_entries`.
    """

    _name = "integrator.todo"
    _inherit = ["integrator.todo.plan.mixin"]
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
    title = fields.Char(string="To do", compute="_compute_texts", help="What waits for a person.")
    waiting_text = fields.Char(
        string="Holds", compute="_compute_texts", help="What waits behind it."
    )
    reason = Reason(compute="_compute_texts", help="Why; of several, that of the first.")
    step = fields.Char(string="Next step", compute="_compute_texts", help="What to do about it.")

    # === COMPUTE METHODS === #

    @api.model
    def _select_kind(self):
        return [(entry.kind, entry.label) for entry in self._todo_entries()]

    @api.depends("kind", "cause", "count", "waiting")
    def _compute_texts(self):
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
        """Return the reason of the first of the records; the label where the reason is a choice."""
        if not entry.reason:
            return False
        record_sudo = self.env[entry.model].sudo().browse(self.id // KINDS_AT_MOST)
        value = record_sudo[entry.reason]
        if record_sudo._fields[entry.reason].type == "selection":
            return labels_of(record_sudo, entry.reason).get(value)
        return value

    # === ACTION METHODS === #

    def action_open(self):
        """Button: open the records where they are solved; a single record opens as a form."""
        check_operator(self)
        self.ensure_one()
        entry = self._entry()
        action = self.env["integrator.home"]._prepare_action(entry.action)
        if entry.in_list:
            here = Domain(literal_eval(action["domain"])) & Domain(entry.site, "=", self.site_id.id)
            return {**action, "domain": list(here)}
        records = self.env[entry.model].search(self._records_domain(entry))
        if len(records) == 1 and "form" in action["view_mode"].split(","):
            form = [view for view in action["views"] if view[1] == "form"]
            action |= {"views": form, "view_mode": "form", "res_id": records.id}
        return {**action, "domain": [("id", "in", records.ids)]}

    def action_decide(self):
        """Button: what it is about, beside the list, to be decided there."""
        check_operator(self)
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("integrator.integrator_todo_action")
        return {**action, "context": {"integrator_case": self.id, "search_default_now": 1}}

    def action_read_case(self, record_id=False):
        """The case of a cause: one of its records, in the form that decides it.

        :param int record_id: of the record that is asked for; it may be answered by now
        :return: dict of `ids` (all records of the cause), `id` (the one that is shown), `model`,
            `res_id` and `view_id` of the form, `cures` (list of dicts method, label, question), and
            `members` (list of id and name of who may do it)
        """
        self.ensure_one()
        row = self.exists()
        check_operator(row)
        if not row:
            return {"ids": [], "id": False}
        entry = self._entry()
        records = self._case_records(entry)
        record = records.filtered(lambda one: one.id == record_id) or records[:1]
        shown, view = self._case_form(entry, record) if record else (record, "")
        return {
            "ids": records.ids,
            "id": record.id,
            "model": shown._name,
            "res_id": shown.id,
            "view_id": self.env.ref(view).id if view else False,
            "cures": [cure._asdict() for cure in self._cures(entry) if len(records) > 1],
            "members": [(user.id, user.name) for user in self.site_id._members_sudo()],
        }

    def action_cure_all(self, method=""):
        """Button: one answer for all records of a cause.

        :param str method: of one of the `cures` of the entry
        :return: the action that it gives, or nothing
        :raise UserError: where the cause has no such answer
        """
        check_operator(self)
        self.ensure_one()
        entry = self._entry()
        if method not in {cure.method for cure in self._cures(entry)}:
            raise UserError(self.env._("This has to be decided one by one."))
        return getattr(self._case_records(entry), method)()

    # === BUSINESS METHODS === #

    def _cures(self, entry):
        """The answers for all records of the cause: a tuple of `TodoCure`."""
        if isinstance(entry.cures, dict):
            return entry.cures.get(self.cause) or entry.cures.get("", ())
        return entry.cures

    def _home_row(self):
        """A cause as Home shows it, with the first of the answers for all its records.

        :return: dict of JSON values
        """
        entry = self._entry()
        # one more than are named says that there are others
        records = self._case_records(entry, limit=MAX_NAMES + 1)
        names = self._in_names(
            [str(record[entry.name] or record.display_name) for record in records.sudo()],
            *("", "%(names)s", "%(names)s"),
        )
        cures = [cure._asdict() for cure in self._cures(entry)[:1]]
        for cure in cures:
            # what is asked by the method itself names them there
            is_asked = cure["question"] and (cure["is_final"] or self.count > 1)
            cure["question"] = f"{cure['question']}\n{names}" if is_asked else ""
        due = self.due_at and format_datetime(self.env, self.due_at, dt_format="EEE d MMM, HH:mm")
        return {
            "id": self.id,
            "title": self.title,
            "names": names,
            "reason": self.reason or "",
            "step": self.step,
            "waiting": self.waiting_text or "",
            "due": due or "",
            "urgency": labels_of(self, "urgency")[self.urgency],
            "level": self.urgency,
            "site": self.site_id.name,
            "in_list": entry.in_list,
            "cures": cures,
        }

    def _case_records(self, entry, limit=MAX_CASES):
        order = f"{entry.due}, id" if entry.due else "id"
        return self.env[entry.model].search(self._records_domain(entry), order=order, limit=limit)

    @api.model
    def _case_form(self, entry, record):
        """Hook: the form in which one record is decided.

        :param entry: `TodoEntry`
        :param record: of the entry's model
        :return: tuple (record to show, external id of its form or none)
        """
        return record, entry.case

    @api.model
    def _notify_done(self, message):
        """A client action that says in a sentence what an answer sets going; the screen below it
        takes the next case."""
        action = self.env["integrator.site"]._notify(message, kind="success")
        action["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return action

    @staticmethod
    def _in_names(names, none, one, many):
        """A sentence that names things, the first of many.

        :param list[str] names: of the things
        :param str none: the sentence without any
        :param str one: with `%(names)s`
        :param str many: with `%(count)s` and `%(names)s`
        """
        if not names:
            return none
        shown = ", ".join(names[:MAX_NAMES]) + ("…" if len(names) > MAX_NAMES else "")
        return (one if len(names) == 1 else many) % {"count": len(names), "names": shown}

    def _entry(self):
        return next(one for one in self._todo_entries() if one.kind == self.kind)

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
                domain=Domain("state", "=", "open")
                & Domain("is_passing", "=", False)
                & self._todo_alert_domain(),
                title=(self.env._("1 alert"), self.env._("%s alerts")),
                step=self.env._("Read what has happened, solve it and close the alert"),
                action="integrator.integrator_alert_action",
                cause="code",
                reason="message",
                since="first_at",
                code="",
            )
        ]

    def _todo_alert_domain(self):
        """Hook: alerts whose cause is not over. They are closed by the next run of their stage;
        what somebody has just answered is not to come up as an alert until then."""
        return Domain.TRUE

    def _todo_alert_of(self, stage, failed):
        """Alerts of other stages, and those of one whose code a record still has.

        :param str stage: that the records are of
        :param failed: tuple of their model and the domain of those that failed
        """
        model, domain = failed
        codes = model.sudo()._search(domain).subselect("error_code")
        return Domain("stage", "!=", stage) | Domain("code", "in", codes)

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
        rows = SQL(
            """
            WITH entry AS (%(entries)s)
            SELECT entry.*,
                   site.company_id,
                   CASE WHEN entry.due_at < now() AT TIME ZONE 'UTC' THEN '3'
                        WHEN entry.due_at < now() AT TIME ZONE 'UTC' + interval '1 day'
                          OR entry.waiting > 0
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
        return self._planned_query(rows)

    def _entry_query(self, number, entry):
        """The rows of one kind.

        :param int number: of the kind
        :param entry: `TodoEntry`
        """
        model_sudo = self.env[entry.model].sudo()
        query = model_sudo._search(entry.domain)
        site = model_sudo._field_to_sql(query.table, entry.site, query)
        cause = (
            model_sudo._field_to_sql(query.table, entry.cause, query)
            if entry.cause
            else SQL("NULL")
        )
        due = self._first_time(model_sudo, query, entry.due)
        query.groupby = SQL(", ").join([site, cause]) if entry.cause else site
        row_id = SQL.identifier(query.table, "id")
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
                SQL("min(%s) * %s + %s AS id", row_id, KINDS_AT_MOST, number),
                SQL("%s AS site_id", site),
                SQL("%s::varchar AS cause", cause),
                SQL("count(*)::int AS count"),
                SQL("%s AS due_at", due),
                SQL("%s AS since", self._first_time(model_sudo, query, entry.since)),
            ),
            waiting=self._waiting_query(entry),
        )

    def _waiting_query(self, entry):
        """The number of waiting records of a kind, by site."""
        if not entry.waiting:
            return SQL("SELECT NULL::int AS site_id, 0 AS count, NULL::timestamp AS due_at")
        model_sudo = self.env[entry.waiting[0]].sudo()
        query = model_sudo._search(entry.waiting[1])
        site = model_sudo._field_to_sql(query.table, "site_id", query)
        query.groupby = site
        return query.select(
            SQL("%s AS site_id", site),
            SQL("count(*)::int AS count"),
            SQL("%s AS due_at", self._first_time(model_sudo, query, "ship_by")),
        )

    @staticmethod
    def _first_time(model, query, name):
        if not name:
            return SQL("NULL::timestamp")
        return SQL("min(%s)::timestamp", model._field_to_sql(query.table, name, query))
