# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import json
from pathlib import Path

from odoo.tests import tagged

from .impex_case import CONTACTS, ImpexCase

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = "tests/addons/test_integrator_impex/models/json_service.py"


@tagged("post_install", "-at_install")
class TestServices(ImpexCase):
    """Another addon adds services, and code and RPC call them."""

    def test_service_of_another_addon(self):
        """003-09, 003-13, 003-19: a service of another addon reads, writes and changes what it
        wants, and the framework is not touched."""
        layout = {**CONTACTS, "name": "lines", "mask": "*.jsonl", "service": "jsonl"}
        layout["file_name"] = "out.jsonl"
        layout["conditions"] = [{"field": "ref", "operator": "=", "value": "J1"}]
        group = self.load(layout, name="JSON")
        run = self.imported(group, '{"code": "J1", "name": "Jo"}\n', "in.jsonl")
        self.assertEqual(self.counts(run), {"created": 1})
        partner = self.env["res.partner"].search([("ref", "=", "J1")])
        self.assertEqual(partner.name, "Jo")
        self.assertIn("From JSON", partner.comment)
        out = self.load(layout, name="JSON out", direction="export")
        with self.running() as env:
            result = out.with_env(env).export_files()
        (made,) = result["files"]
        self.assertEqual(json.loads(base64.b64decode(made["content"]))["name"], "Jo")
        # its template is of its kind, and is imported as it is
        name, template = group.line_ids.descriptor_id._template()
        self.assertEqual(name, "lines.jsonl")
        self.assertEqual(self.counts(self.imported(group, template, name)), {"created": 2})
        broken = self.check(group, "{", "in.jsonl")
        self.assertEqual((broken.state, broken.error_message), ("failed", "Line 1 is no JSON."))

    def test_documentation_shows_this_service(self):
        """003-19: the example in the documentation is the one that runs here."""
        page = (ROOT / "docs" / "files-by-hand.md").read_text()
        code = (ROOT / EXAMPLE).read_text()
        example = page[page.index("import json\n") :].partition("```")[0]
        self.assertEqual(example.strip(), code[code.index("import json\n") :].strip())

    def test_api(self):
        """003-01: import and export are called from code and over RPC."""
        group = self.load(CONTACTS)
        content = base64.b64encode(b"code;name\nA;Anna\nB;\n").decode()
        files = [{"name": "contacts.csv", "content": content}]
        with self.running() as env:
            result = group.with_env(env).import_files(files, run=True)
        self.assertEqual((result["state"], result["refused"]), ("checked", 1))
        self.assertEqual([row["number"] for row in result["rows"]], [3])
        content = base64.b64encode(b"code;name\nA;Anna\nB;Bert\n").decode()
        with self.running() as env:
            files = [{"name": "contacts.csv", "content": content}]
            result = group.with_env(env).import_files(files, run=True)
        self.assertEqual((result["state"], result["created"]), ("done", 2))
