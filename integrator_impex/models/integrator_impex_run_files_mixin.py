# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager, nullcontext
from datetime import timezone
from functools import partial
from tempfile import TemporaryFile

from odoo import api, models

from odoo.addons.integrator.exceptions import ConfigurationError
from odoo.addons.integrator.reason import reason_for

from ..files.archive import Archive
from ..files.causes import PLACE_EXISTS, TOO_LARGE, ZIP_EMPTY
from ..files.constants import Context
from ..files.masks import export_name, match_files
from ..files.problems import FileRefused
from ..files.sizes import copy, digest
from ..texts import problem_texts


class IntegratorImpexRunFilesMixin(models.AbstractModel):
    """The files of a run: those that came in, and those that an export makes."""

    _name = "integrator.impex.run.files.mixin"
    _description = "Files of a run"

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_shows_rows(self):
        sees_all = self.env.user.has_group("integrator.group_integrator_manager")
        for run in self:
            run.shows_rows = sees_all or run.user_id == self.env.user

    @api.depends("input_ids.refusal")
    def _compute_left_out(self):
        for run in self:
            run.left_out = "\n".join(
                self.env._(
                    "“%(file)s” is left out: %(reason)s",
                    file=one.name,
                    reason=reason_for(self.env, one.refusal),
                )
                for one in run._inputs().filtered("refusal")
            )

    # === FILES THAT CAME IN === #

    def _inputs(self):
        return self.input_ids.filtered(lambda one: one.kind == "input").sorted()

    def _inputs_left(self):
        return self._inputs().filtered(lambda one: not one.is_read and not one.refusal)

    def _receive(self):
        """Read the file that was claimed, and go on with it.

        :raise IntegratorError: when it cannot be read now
        """
        try:
            source = self.location_id._read_file(self.claimed_path)
        except ConfigurationError as error:
            if error.code != TOO_LARGE.code:
                raise
            # the file itself is at fault, and stays so
            self._fail(error.message)
            return
        with source:
            self._take_files([(self.claimed_path.rpartition("/")[2], source)])
        if self.state == "uploaded":
            self._queue("check")

    def _take_files(self, files):
        """Keep files, each for the layouts that it is of; say what is missing and what is too much.
        Of a zip that is not right nothing is kept.

        :param files: name and content, as a seekable stream, of each
        """
        try:
            with self.env.cr.savepoint():
                self._sort_files(files)
        except FileRefused as refused:
            self._fail(problem_texts(self.env, refused.problems))

    def _sort_files(self, files):
        """As `_take_files`.

        :raise FileRefused: when a zip is not right
        """
        sources, messages = self._open_files(files)
        if not sources:
            raise FileRefused(ZIP_EMPTY.at())
        descriptors = self.group_id._descriptors()
        by_layout = {descriptor._layout(): descriptor for descriptor in descriptors}
        if len(sources) == 1 and len(by_layout) == 1 and not self.automatic:
            # a person who chose group and file means this one, whatever its name
            matching = [(descriptors, list(sources))]
            missing, unmatched = (), ()
        else:
            found = match_files(tuple(by_layout), sources)
            matching = [(by_layout[layout], names) for layout, names in found.taken]
            missing, unmatched = found.missing, found.unmatched
        messages += [self.env._("No file of “%s” was there.", one.name) for one in missing]
        messages += [self.env._("“%s” is of no layout; it was left out.", one) for one in unmatched]
        self.message = "\n".join(messages)
        pairs = [(descriptor, name) for descriptor, names in matching for name in names]
        for place, (descriptor, name) in enumerate(pairs):
            with sources[name]() as source:
                self._add_file(descriptor, name, source, sequence=place)
        if not pairs:
            self._fail(self.env._("No file is of a layout of this group: look at their names."))

    def _add_file(self, descriptor, name, source, **values):
        """Keep a file of this run.

        :param descriptor: record of its layout
        :param source: its content; see `integrator.impex.content.mixin`
        :param values: of the record besides
        :return: `integrator.impex.input`
        """
        added = self.env["integrator.impex.input"].create(
            {"run_id": self.id, "descriptor_id": descriptor.id, "name": name, **values}
        )
        added._keep(source)
        return added

    def _open_files(self, files):
        """The files that came, those of archives among them.

        :param files: see `_take_files`
        :return: tuple (dict name -> what opens it, as a context; list of texts for people)
        :raise FileRefused: when a zip is not right, and it is the only file
        """
        sources, messages = {}, []
        for name, content in files:
            if not name.lower().endswith(".zip"):
                sources[name] = partial(nullcontext, content)
                continue
            try:
                archive = Archive(content)
            except FileRefused as refused:
                if len(files) == 1:
                    raise
                reason = problem_texts(self.env, refused.problems)
                messages.append(
                    self.env._("“%(file)s” is left out: %(reason)s", file=name, reason=reason)
                )
                continue
            messages += [self.env._("“%s” was left out.", one) for one in archive.ignored]
            for member in archive.members:
                sources[member.name] = partial(_unpacked, archive, member.name)
        return sources, messages

    def _fingerprint(self):
        """Return a fingerprint of the files, whatever they are called."""
        parts = []
        for one in self.input_ids.sorted().filtered(lambda one: one.kind == "input"):
            with one._open() as source:
                parts.append(f"{one.descriptor_id.id}:{digest(source)}")
        return ",".join(parts)

    def _same_run(self):
        """An earlier run of the same files that is done, when this one came by itself."""
        if not self.automatic:
            return self.browse()
        own = self._fingerprint()
        before = self.search(
            [
                ("group_id", "=", self.group_id.id),
                ("id", "<", self.id),
                ("state", "=", "done"),
                ("undone_at", "=", False),
            ],
            limit=1,
        )
        return before if before and before._fingerprint() == own else self.browse()

    # === FILES THAT ARE MADE === #

    def _export_pieces(self):
        """Make the files of an export, then put them where the group says. What is put there is
        what was kept, also when a worker dies between the two."""
        for place, descriptor in enumerate(self.group_id._descriptors()):
            if descriptor not in self.input_ids.descriptor_id:
                self._export_file(place, descriptor)
                yield
        for one in self.input_ids.filtered(lambda one: not one.is_read).sorted():
            if self.location_id:
                self._deliver(one)
            one.is_read = True
            yield
        self._end("done")
        yield

    def _export_file(self, place, descriptor):
        # the time of the run, not of the try: a second try makes the same name
        now = self.started_at.replace(tzinfo=timezone.utc)
        env = self._environment()
        layout = descriptor._layout()
        own = descriptor.with_env(env)
        order = ", ".join([*layout.sort, "id"])
        records = env[layout.model].search(own._read_domain(), order=order)
        name = export_name(layout, now)
        service = env[descriptor._service()._name]
        with TemporaryFile() as target:
            count = service._write(layout, records, target, Context(file=name, now=now))
            counted = {"total": count, "position": count}
            self._add_file(descriptor, name, target, kind="output", sequence=place, **counted)

    def _deliver(self, one):
        """Put a file that was made where the group says.

        :raise IntegratorError: when that fails, or another file of its name is there
        """
        with one._open() as source:
            try:
                self.location_id._write_file(one.name, source)
            except ConfigurationError as error:
                if error.code != PLACE_EXISTS.code or not self._is_delivered(one):
                    raise

    def _is_delivered(self, one):
        """Return whether the file that is there already is this one: an earlier try has written
        it."""
        with one._open() as own, self.location_id._read_file(one.name) as there:
            return digest(own) == digest(there)


@contextmanager
def _unpacked(archive, name):
    """A file of an archive, as a file of the disk."""
    with TemporaryFile() as target:
        with archive.open(name) as source:
            copy(source, target)
        yield target
