# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io
import json
import tempfile
import zipfile
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from odoo import fields
from odoo.tests import freeze_time, new_test_user
from odoo.tools import config

from odoo.addons.base.tests.common import BaseCommon

#: A layout of contacts by their reference, as a file of `Load layouts`.
CONTACTS = {
    "name": "contacts",
    "model": "res.partner",
    "mask": "contacts*.csv",
    "columns": [
        {"field": "ref", "source": "code", "key": True},
        {"field": "name", "source": "name", "required": True},
        {"field": "city", "source": "city", "blank": "clear"},
        {"field": "phone", "source": "phone"},
    ],
}
TAGS = {
    "name": "tags",
    "model": "res.partner.category",
    "mask": "tags*.csv",
    "columns": [
        {"field": "name", "source": "name", "key": True},
        {
            "field": "parent_id",
            "source": "parent",
            "type": "reference",
            "lookup": {"model": "res.partner.category", "by": ["name"], "unresolved": "wait"},
        },
    ],
}
TAGGED = {
    **CONTACTS,
    "name": "tagged",
    "mask": "people*.csv",
    "columns": [
        *CONTACTS["columns"],
        {
            "field": "category_id",
            "source": "tags",
            "type": "reference",
            "separator": "|",
            "lookup": {"model": "res.partner.category", "by": ["name"]},
        },
    ],
}


class ImpexCase(BaseCommon):
    """Groups of files, run as their users do it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rights = "integrator.group_integrator_user,base.group_partner_manager"
        cls.operator = new_test_user(
            cls.env, "files_operator", f"{rights},product.group_product_manager"
        )
        cls.manager = new_test_user(cls.env, "files_manager", "integrator.group_integrator_manager")

    @contextmanager
    def running(self, user=None):
        """Runs commit; inside, a commit is a savepoint of the test."""
        self.env.cr.flush()
        mode = nullcontext() if self._registry_patched else self.enter_registry_test_mode()
        with mode, self.registry.cursor() as cr:
            yield self.env(cr=cr, user=user or self.operator, context={})
        self.env.invalidate_all()

    @classmethod
    def load(cls, *layouts, name="Group", direction="import", **values):
        """A group of layouts, made from JSON as one brings them from another database."""
        group = {
            "name": name,
            "direction": direction,
            "descriptors": [one["name"] for one in layouts],
        }
        setup = {"version": 1, "descriptors": list(layouts), "groups": [group]}
        cls.env["integrator.impex.descriptor"]._load(json.dumps(setup))
        made = cls.env["integrator.impex.group"].search([("name", "=", name)])
        made.write(values)
        return made

    def check(self, group, content, file_name="contacts.csv", user=None):
        """Upload a file by the wizard, which checks it.

        :param content: text, or bytes
        :return: the run
        """
        raw = content.encode() if isinstance(content, str) else content
        with self.running(user) as env:
            values = {"content": base64.b64encode(raw), "file_name": file_name}
            wizard = env["integrator.impex.start"].create({"group_id": group.id, **values})
            run_id = wizard.action_start()["res_id"]
        return self.env["integrator.impex.run"].browse(run_id).with_user(user or self.operator)

    def press(self, run, method):
        """Press a button of a run, as its user."""
        with self.running(run.env.user) as env:
            getattr(env["integrator.impex.run"].browse(run.id), method)()
        return run

    def imported(self, group, content, file_name="contacts.csv"):
        """Check a file and run it."""
        run = self.check(group, content, file_name)
        return self.press(run, "action_run")

    def work(self):
        """The scheduled actions, once each."""
        with self.running(self.env.ref("base.user_root")) as env:
            env["integrator.impex.group"]._cron_run_files()
            env["integrator.impex.run"]._cron_work()

    def work_later(self, **passed):
        with freeze_time(fields.Datetime.now() + timedelta(**passed)):
            self.work()

    def folder(self):
        """A location in a folder that the server opens."""
        root = self.enterContext(tempfile.TemporaryDirectory())
        self.enterContext(patch.dict(config.options, {"integrator_impex_root": root}))
        Path(root, "files").mkdir()
        values = {"name": "Folder", "kind": "folder", "folder": "files"}
        return self.env["integrator.impex.location"].create(values), Path(root, "files")

    def counts(self, run):
        """The counts of a run, without zeros."""
        names = ("created", "updated", "deleted", "unchanged", "skipped", "refused", "waiting")
        return {name: run[name] for name in names if run[name]}

    def content(self, run, kind="errors"):
        """The text of a file of a run."""
        found = run.input_ids.filtered(lambda one: one.kind == kind)
        self.assertEqual(len(found), 1)
        return base64.b64decode(found.with_context(bin_size=False).content).decode()

    @staticmethod
    def zip(**files):
        """A zip of texts; in names `__` stands for the dot."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name, text in files.items():
                archive.writestr(name.replace("__", "."), text)
        return target.getvalue()
