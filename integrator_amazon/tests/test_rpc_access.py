# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import json
from datetime import datetime

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.integrator.neutral import Page

SECRETS = ("hidden-secret", "hidden-token", "hidden-queue")

#: As what a browser is given what it must not run.
SHOWN = ("text/plain", "application/octet-stream")

#: Addresses of ours that anybody may call, because they have a proof of their own.
ROUTES = ("/integrator/", "/amazon/")


@tagged("post_install", "-at_install")
class TestRpcAccess(HttpCase):
    """Secrets, attachments and addresses of ours, over HTTP, as each kind of user (001-35, 001-81,
    002-01); models and buttons are in `test_rights.py`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = cls.env["integrator.site"].create(
            {
                "name": "Rpc",
                "site_type": "amazon",
                "amazon_merchant_id": "A2SIMULATOR01",
                "amazon_lwa_client_id": "client",
                "amazon_lwa_client_secret": SECRETS[0],
                "amazon_refresh_token": SECRETS[1],
            }
        )
        page = Page(content=b"{}", charset="utf-8", received_at=datetime(2026, 11, 20, 10))
        cls.document = cls.env["integrator.document"]._keep(cls.site, "doc-1", page, kind="changes")
        groups = "integrator.group_integrator_"
        new_test_user(cls.env, "nobody_special", "base.group_user", password="nobody_special")
        new_test_user(cls.env, "operator_rpc", f"{groups}user", password="operator_rpc")
        new_test_user(cls.env, "manager_rpc", f"{groups}manager", password="manager_rpc")
        company = cls.env["res.company"].create({"name": "Elsewhere"})
        new_test_user(
            cls.env,
            "stranger_rpc",
            f"{groups}manager",
            password="stranger_rpc",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def call(self, model, method, *args, **kwargs):
        """One call as the client makes it.

        :return: tuple (result, name of the exception)
        """
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
            headers={"Content-Type": "application/json"},
        )
        for secret in SECRETS:
            self.assertNotIn(secret, answer.text, f"{model}.{method}")
        content = answer.json()
        error = content.get("error")
        return content.get("result"), error and error["data"]["name"].rpartition(".")[2]

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_managers_read_no_secret(self):
        """001-81: not of the site, not by export."""
        self.authenticate("manager_rpc", "manager_rpc")
        row, error = self.call("integrator.site", "read", [self.site.id])
        self.assertIsNone(error)
        self.assertNotIn("amazon_refresh_token", row[0])
        fields = ["amazon_refresh_token"]
        self.assertTrue(self.call("integrator.site", "read", [self.site.id], fields)[1])
        self.assertTrue(self.call("integrator.site", "export_data", [self.site.id], fields)[1])
        self.assertEqual(self.call("integrator.secret", "search_read", [])[1], "AccessError")

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_another_company_sees_no_site_and_no_document(self):
        """002-04: not even its number."""
        self.authenticate("stranger_rpc", "stranger_rpc")
        self.assertEqual(self.call("integrator.site", "search_count", [])[0], 0)
        for name, row in (("integrator.site", self.site), ("integrator.document", self.document)):
            self.assertEqual(self.call(name, "read", [row.id])[1], "AccessError")

    @mute_logger("odoo.http")
    def test_kept_documents_are_for_members_only(self):
        """001-35: their content lies in attachments."""
        address = f"/web/content/integrator.document/{self.document.id}/content"
        for login in ("nobody_special", "stranger_rpc"):
            self.authenticate(login, login)
            self.assertNotEqual(self.url_open(address).status_code, 200, login)
        self.authenticate("operator_rpc", "operator_rpc")
        self.assertEqual(self.url_open(address).status_code, 200)

    @mute_logger("odoo.http")
    def test_documents_of_a_site_are_shown_as_text(self):
        """001-35: never as a page or a drawing, whatever it says it is, or the address asks for."""
        self.authenticate("operator_rpc", "operator_rpc")
        for content in (b"<html><script>alert(1)</script></html>", b"<svg><script/></svg>"):
            self.document.sudo().content = base64.b64encode(content)
            attachment = self.env["ir.attachment"].search(
                [
                    ("res_model", "=", self.document._name),
                    ("res_id", "=", self.document.id),
                    ("res_field", "=", "content"),
                ]
            )
            for address in (
                f"/web/content/integrator.document/{self.document.id}/content",
                f"/web/content/{attachment.id}",
                f"/web/image/integrator.document/{self.document.id}/content",
            ):
                for query in ("", "?mimetype=text/html", "?mimetype=image/svg%2Bxml"):
                    answer = self.url_open(address + query)
                    shown = answer.headers["Content-Type"].partition(";")[0]
                    if answer.content == content:
                        self.assertIn(shown, SHOWN, address + query)
                        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
                    self.assertIn(shown, (*SHOWN, "image/png"), address + query)
        self.assertEqual(self.url_open(address.replace("image", "content")).content, content)

    def routes(self):
        """Addresses of ours, with the ways in which they may be asked for."""
        rules = self.env["ir.http"].routing_map().iter_rules()
        return {
            rule.rule: rule.endpoint.routing
            for rule in rules
            if rule.endpoint.func.__module__.startswith("odoo.addons.integrator")
        }

    @mute_logger("odoo.http")
    def test_open_addresses_give_nothing_without_their_proof(self):
        """002-24 … 002-28: only consent and pictures, and made-up proofs get nothing."""
        routes = self.routes()
        self.assertTrue(routes)
        self.authenticate(None, None)
        for rule, routing in routes.items():
            with self.subTest(rule=rule):
                address = rule.replace("<string:token>", "made-up").replace("<token>", "made-up")
                self.assertTrue(routing["auth"] == "user" or rule.startswith(ROUTES), rule)
                answer = self.url_open(address.partition("<")[0] + "made-up", allow_redirects=False)
                self.assertNotEqual(answer.status_code, 200, rule)
