# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from base64 import b64encode
from datetime import timezone
from io import BytesIO

from odoo import models

from odoo.addons.integrator.exceptions import ConfigurationError

from ..files.archive import Archive
from ..files.causes import PLACE_EXISTS, TOO_LARGE
from ..files.constants import Context
from ..files.masks import export_name, match_files
from ..files.problems import FileRefused
from ..files.sizes import digest
from ..texts import problem_texts


class IntegratorImpexRunFilesMixin(models.AbstractModel):
    """The files of a run: those that came in, and those that an export makes."""

    _name = "integrator.impex.run.files.mixin"
    _description = "Files of a run"

    # === FILES THAT CAME IN === #

    def _receive(self):
        """Read the file that was claimed, and go on with it.

        :raise IntegratorError: when it cannot be read now
        """
        try:
            with self.location_id._read_file(self.claimed_path) as stream:
                content = stream.read()
        except ConfigurationError as error:
            if error.code != TOO_LARGE.code:
                raise
            # the file itself is at fault, and stays so
            self._fail(error.message)
            return
        self._take_files([(self.claimed_path.rpartition("/")[2], content)])
        if self.state == "uploaded":
            self._queue("check")

    def _take_files(self, files):
        """Keep files, each for the layouts that it is of; say what is missing and what is too much.

        :param files: (name, bytes) of each
        """
        try:
            unpacked, told = self._unpack(files)
        except FileRefused as refused:
            self._fail(problem_texts(self.env, refused.problems))
            return
        descriptors = self.group_id._descriptors()
        by_layout = {descriptor._layout(): descriptor for descriptor in descriptors}
        if len(unpacked) == 1 and len(by_layout) == 1 and not self.automatic:
            # a person who chose group and file means this one, whatever its name
            matching = [(descriptors, list(unpacked))]
            missing, unmatched = (), ()
        else:
            found = match_files(tuple(by_layout), unpacked)
            matching = [(by_layout[layout], names) for layout, names in found.taken]
            missing, unmatched = found.missing, found.unmatched
        told += [self.env._("No file of “%s” was there.", one.name) for one in missing]
        told += [self.env._("“%s” is of no layout; it was left out.", one) for one in unmatched]
        self.message = "\n".join(told)
        pairs = [(descriptor, name) for descriptor, names in matching for name in names]
        for place, (descriptor, name) in enumerate(pairs):
            self._add_input(place, descriptor, name, unpacked[name])
        if not pairs:
            self._fail(self.env._("No file is of a layout of this group: look at their names."))

    def _add_input(self, place, descriptor, name, content):
        self.env["integrator.impex.input"].create(
            {
                "run_id": self.id,
                "sequence": place,
                "descriptor_id": descriptor.id,
                "name": name,
                "content": b64encode(content),
            }
        )

    def _unpack(self, files):
        unpacked, told = {}, []
        for name, content in files:
            if not name.lower().endswith(".zip"):
                unpacked[name] = content
                continue
            archive = Archive(BytesIO(content))
            told += [self.env._("“%s” was left out.", one) for one in archive.ignored]
            for member in archive.members:
                with archive.open(member.name) as stream:
                    unpacked[member.name] = stream.read()
        return unpacked, told

    def _fingerprint(self):
        """What the files are, whatever they are called."""
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
        target = BytesIO()
        name = export_name(layout, now)
        service = env[descriptor._service()._name]
        count = service._write(layout, records, target, Context(file=name, now=now))
        self.env["integrator.impex.input"].create(
            {
                "run_id": self.id,
                "sequence": place,
                "descriptor_id": descriptor.id,
                "name": name,
                "kind": "output",
                "content": b64encode(target.getvalue()),
                "total": count,
                "position": count,
            }
        )

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
        """Whether the file that is there already is this one: an earlier try has written it."""
        with one._open() as own, self.location_id._read_file(one.name) as there:
            return digest(own) == digest(there)
