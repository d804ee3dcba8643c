# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from itertools import islice

from odoo import models
from odoo.fields import Domain

from ..batch import Outcome, RowWaits
from ..files.problems import FileRefused
from ..texts import problem_texts

#: Records that are tried in one transaction, which is rolled back.
CHECK_PIECE = 1000
#: Tries of rows that wait for something further down in their file.
WAIT_ROUNDS = 10


class IntegratorImpexRunCheckMixin(models.AbstractModel):
    """The check of a run: its records are tried in transactions that are rolled back."""

    _name = "integrator.impex.run.check.mixin"
    _description = "Check of a run"

    # === CHECK === #

    def _check_pieces(self, size=None):
        """Try every record in transactions that are rolled back, and keep what would become of
        them. A file that cannot be read is left out.

        :param int size: records that are tried in one transaction; None: as many as it bears
        """
        plan = _Plan(self)
        works = [] if size else [self._count_records]
        works.append(lambda one: self._check_file(one, size, plan))
        for work in works:
            for one in self._inputs_left():
                try:
                    yield from work(one)
                except FileRefused as refused:
                    one.refusal = problem_texts(self.env, refused.problems)
                    if one.position:
                        # nothing is kept of its records before the place that is bad
                        self._begin("check")
                        yield from self._check_pieces(size)
                        return
        if all(self._inputs().mapped("refusal")):
            self._fail(self.left_out if len(self._inputs()) > 1 else self._inputs().refusal)
            return
        self._end_check()
        yield

    def _check_file(self, one, size, plan):
        """See `_check_pieces`."""
        reader = self._read(self._environment(), one)
        layout = one._layout()
        if not one.position:
            self._warn_unused_columns(one, layout)
        while records := list(islice(reader, size or CHECK_PIECE)):
            self._note(one, self._try_piece(one, layout, records, plan))
            one.position += len(records)
            self._log_piece(one)
            yield
        yield from self._retry_in_rounds(one, plan)
        one.write({"is_read": True, "total": one.position})
        if not one.total:
            self._add_message(self.env._("“%s” has no records.", one.name))

    def _warn_unused_columns(self, one, layout):
        """Warn of unused columns: one of them may be misspelt."""
        with one._open() as source:
            unused = one.descriptor_id._service()._unused(layout, source)
        if not unused:
            return
        text = self.env._(
            "“%(file)s” has columns that are not in the layout and are passed over: %(columns)s",
            file=one.name,
            columns=", ".join(unused),
        )
        self._add_message(text)

    def _add_message(self, text):
        """Add a warning about the files, once."""
        if text not in (self.message or "").splitlines():
            self.message = "\n".join(filter(None, [self.message, text]))

    def _count_records(self, one):
        """Count the records of a file whose check takes longer, to show its progress."""
        if one.total:
            return
        service = self._environment()[one.descriptor_id._service()._name]
        with one._open() as source:
            one.total = service._count(one._layout(), source)
        yield

    def _try_piece(self, one, layout, records, plan):
        """Return the outcome that writing records would have; all of it is rolled back."""
        with self.env.registry.cursor() as cr:
            env = self._environment(cr)
            service = env[one.descriptor_id._service()._name]
            wanted = [record for record in records if record is not None]
            found = service._import_all(layout, wanted, plan)
            found = self._try_waiting(service, layout, found, plan)
            plan.remember(env, found)
            cr.rollback()
        return found

    def _try_waiting(self, service, layout, found, plan):
        """Try what waits once more: it may wait for something further down in the file."""
        for _round in range(WAIT_ROUNDS):
            waiting = [record for record, outcome in found if isinstance(outcome, RowWaits)]
            done = {
                record.row: outcome
                for record, outcome in service._import_all(layout, waiting, plan)
                if not isinstance(outcome, RowWaits)
            }
            if not done:
                break
            found = [(record, done.get(record.row, outcome)) for record, outcome in found]
        return found

    def _end_check(self):
        self.held_reason = "\n".join(self._held_reasons()) or False
        self.state = "checked" if self.refused or self.left_out else "ready"
        self._release_turn()
        # it was for the check only
        domain = [("operation", "=", "create"), ("promised", "!=", False)]
        for rows in self._row_pieces(domain):
            rows.promised = False
        self._make_error_files()
        self._inputs().write({"position": 0, "is_read": False})
        if self.automatic:
            self._go_on_alone()
        elif self.runs_on and self.state == "ready" and not self.held_reason:
            self._begin("run")

    def _go_on_alone(self):
        same = self._same_run()
        if same:
            self._add_message(self.env._("The same files were done in %s.", same.name))
            self._end("done")
        elif self.held_reason:
            self.group_id.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self._waits_summary(),
                note=self.held_reason,
                user_id=self.user_id.id,
            )
        elif self.refused and not self.group_id.partial:
            self.error_message = self.env._(
                "Some rows are refused, and this group takes all or none."
            )
            self._end("stopped")
        elif self.left_out and not self.group_id.partial:
            self.error_message = self.env._(
                "A file cannot be read, and this group takes all or none."
            )
            self._end("stopped")
        else:
            self._begin("run")

    # === LARGE CHANGES === #

    def _held_reasons(self):
        """Return the reasons for which somebody has to accept the run before it writes: its changes
        are unusually large.

        :return: iterator of sentences
        """
        share = self.group_id.guard_share
        if not share or self.direction != "import" or self.retry_of_id:
            return
        # a person may well upload a few rows; what comes by itself is as long as the last one
        inputs = self._inputs().filtered(lambda one: not one.refusal)
        for one in inputs if self.automatic else inputs.browse():
            before = self._records_before(one.descriptor_id)
            if before and one.total < before * (1 - share):
                yield self.env._(
                    "“%(file)s” has %(now)s records, the last one had %(before)s.",
                    file=one.name,
                    now=one.total,
                    before=before,
                )
        for descriptor in inputs.descriptor_id:
            yield from self._large_changes(
                inputs.filtered_domain([("descriptor_id", "=", descriptor.id)]), share
            )

    def _large_changes(self, inputs, share):
        """Return the reasons for which the changes of watched numbers in files of one layout are
        too large, if they are."""
        columns = inputs.descriptor_id.column_ids.filtered("guarded")
        large = dict.fromkeys(columns, 0)
        for step in self._update_steps(inputs) if columns else ():
            for column in columns:
                name = column.field
                if name in step["before"]:
                    large[column] += _is_large(
                        step["before"][name], step["after"][name], self.group_id.guard_change
                    )
        total = sum(inputs.mapped("total"))
        for column, count in large.items():
            if total and count > total * share:
                yield self.env._(
                    "“%(label)s” changes a lot in %(large)s of %(total)s rows.",
                    label=inputs.descriptor_id._column_title(column),
                    large=count,
                    total=total,
                )

    def _update_steps(self, inputs):
        """Return the changes of the check, read from its rows."""
        domain = [("input_id", "in", inputs.ids), ("operation", "=", "update")]
        for steps in self._row_values(domain, "steps"):
            yield from (step for step in steps or [] if step["model"] == inputs.descriptor_id.model)

    def _row_pieces(self, domain):
        """Rows of the run, some at a time; what is done to them takes them out of the domain.

        :return: iterator of `integrator.impex.row`
        """
        rows = self.env["integrator.impex.row"]
        while found := rows.search([*domain, ("run_id", "=", self.id)], limit=CHECK_PIECE):
            yield found
            rows.flush_model()
            rows.invalidate_model()

    def _rows_backwards(self):
        """All rows of the run, the last first, some at a time.

        :return: iterator of `integrator.impex.row`
        """
        rows = self.env["integrator.impex.row"]
        own, before = Domain("run_id", "=", self.id), Domain.TRUE
        while found := rows.search(own & before, limit=CHECK_PIECE, order="id desc"):
            yield found
            before = Domain("id", "<", found[-1:].id)

    def _row_values(self, domain, name):
        """The values of a field of rows, without keeping all of them in memory."""
        rows = self.env["integrator.impex.row"]
        last = 0
        while found := rows.search_read(
            [*domain, ("run_id", "=", self.id), ("id", ">", last)],
            [name],
            limit=CHECK_PIECE,
            order="id",
        ):
            yield from (one[name] for one in found)
            last = found[-1]["id"]
            rows.invalidate_model()

    def _records_before(self, descriptor):
        """Return the number of records of the last file of a layout that was done by this group."""
        last = self.env["integrator.impex.input"].search(
            [
                ("descriptor_id", "=", descriptor.id),
                ("run_id.group_id", "=", self.group_id.id),
                ("run_id.state", "=", "done"),
                ("run_id.retry_of_id", "=", False),
                ("run_id", "!=", self.id),
                ("kind", "=", "input"),
            ],
            order="id desc",
            limit=1,
        )
        return last.total


class _Plan:
    """Records that the checked rows are going to make, by the fields by which other layouts of the
    group look them up.

    :param run: the run that is checked; what it has kept of a check that goes on is known
    """

    def __init__(self, run):
        columns = run.group_id._descriptors().column_ids.filtered("lookup_model")
        self._wanted = {}
        for column in columns:
            names = self._wanted.setdefault(column.lookup_model, set())
            names |= {name.strip() for name in (column.lookup_by or "").split(",") if name.strip()}
        domain = [("operation", "=", "create"), ("promised", "!=", False)]
        kept = run._row_values(domain, "promised") if self._wanted else ()
        self._known = {tuple(promise) for promised in kept for promise in promised}

    def __call__(self, model, name, text):
        return (model, name, text) in self._known

    def remember(self, env, found):
        """Remember what rows have made, before it is rolled back.

        :param env: in which it is made
        :param found: pairs of a record and its `Outcome` or `RowRefused`
        """
        made = {}
        for _record, outcome in found:
            for step in outcome.steps if isinstance(outcome, Outcome) else []:
                if step["operation"] == "create" and step["model"] in self._wanted:
                    made.setdefault(step["model"], {})[step["id"]] = outcome
        for model, outcomes in made.items():
            for record in env[model].browse(outcomes).exists():
                promised = self._promises(record)
                self._known.update(promised)
                outcomes[record.id].promised += promised

    def _promises(self, record):
        return [
            (record._name, name, str(value))
            for name in sorted(self._wanted[record._name])
            for value in record.mapped(name)
        ]


def _is_large(old, new, share):
    if not isinstance(old, int | float) or not isinstance(new, int | float) or old == new:
        return False
    return not new or not old or abs(new - old) > abs(old) * share
