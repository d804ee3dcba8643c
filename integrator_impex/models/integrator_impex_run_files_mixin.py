# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from base64 import b64decode, b64encode
from hashlib import sha256
from io import BytesIO

from odoo import models

from ..files.archive import Archive
from ..files.constants import Context
from ..files.masks import export_name, match_files
from ..files.problems import FileRefused
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
        with self.location_id._read_file(self.claimed_path) as stream:
            content = stream.read()
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
                # a guess until it is read: a record a line
                "total": content.count(b"\n") if descriptor.format_kind == "csv" else 0,
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
        parts = [
            f"{one.descriptor_id.id}:{sha256(b64decode(one.content or b'')).hexdigest()}"
            for one in self.with_context(bin_size=False).input_ids.sorted()
            if one.kind == "input"
        ]
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

    def _export(self):
        """Make the files of an export, and put them where the group says."""
        now = self.env["integrator.impex.descriptor"]._now()
        env = self._environment()
        for place, descriptor in enumerate(self.group_id._descriptors()):
            layout = descriptor._layout()
            own = descriptor.with_env(env)
            order = ", ".join([*layout.sort, "id"])
            records = env[layout.model].search(own._read_domain(), order=order)
            target = BytesIO()
            name = export_name(layout, now)
            service = env[descriptor._service()._name]
            count = service._write(layout, records, target, Context(file=name, now=now))
            if self.location_id:
                self.location_id._write_file(name, target.getvalue())
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
        self._end("done")
