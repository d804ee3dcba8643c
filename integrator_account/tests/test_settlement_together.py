# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.test_integrator.models.integrator_adapter_dummy import DummyAdapter
from odoo.addons.test_integrator.remote import DummyRemote

from .settlement_case import ACCOUNTS, SettlementCase


@tagged("post_install", "-at_install")
class TestSettlementTogether(SettlementCase):
    """People and workers use one settlement at the same moment, each with a connection of its own:
    nothing is doubled, and nobody sees a database error (001-27, 001-28). Their shared records have
    to be committed, so they are removed by hand afterwards."""

    def setUp(self):
        super().setUp()
        self.enterContext(mute_logger("odoo.sql_db", "odoo.service.model"))
        with self.worker() as env:
            site = env["integrator.site"].create(
                {"name": "Shared", "site_type": "dummy", "automatic": True}
            )
            self.ids = {"integrator.site": site.ids}
            self.addCleanup(self.remove)
            self._set_up_shared(env, site)
        self.remote = DummyAdapter.remotes[site.id] = DummyRemote()
        self.content = self.settlement_file(*self.order_rows("R-1"))

    def _set_up_shared(self, env, site):
        journal = env["account.journal"].create(
            {"name": "Shared", "code": "SHAR", "type": "general"}
        )
        partner = env["res.partner"].create({"name": "Shared"})
        accounts = env["account.account"].create(
            [
                {"code": f"SH{code}", "name": name, "account_type": kind, "reconcile": reconcile}
                for code, name, kind, reconcile in ACCOUNTS.values()
            ]
        )
        site.write({"settlement_journal_id": journal.id, "settlement_partner_id": partner.id})
        self.groups = list(ACCOUNTS)
        self.ids |= {one._name: one.ids for one in (journal, partner, accounts)}

    def remove(self):
        with self.worker() as env:
            site = self.shared(env)
            settlements = env["integrator.settlement"].search([("site_id", "=", site.id)])
            moves = settlements.move_ids
            moves.filtered(lambda move: move.state == "posted").button_draft()
            moves.with_context(force_delete=True).unlink()
            settlements.unlink()
            site.settlement_rule_ids.unlink()
            site.settlement_group_ids.unlink()
            site.unlink()
            for model, ids in self.ids.items():
                env[model].browse(ids).exists().unlink()

    # === DOING === #

    def shared(self, env):
        return env["integrator.site"].browse(self.ids["integrator.site"])

    def settlement(self, env):
        return env["integrator.settlement"].search([("site_id", "=", self.shared(env).id)])

    def upload(self, env, content=None):
        values = {"name": "file.txt", "raw": content or self.content}
        attachment = env["ir.attachment"].create(values)
        values = {"site_id": self.shared(env).id, "attachment_ids": [Command.set(attachment.ids)]}
        return env["integrator.settlement.upload"].create(values).action_upload()

    def look(self):
        """A worker looks for settlements, as the scheduler does."""
        vars(self.remote)["settlement_files"] = {"document": self.content}
        with self.worker() as env:
            env["integrator.stage.settle"]._run(self.shared(env))

    def request(self, work, first=None):
        """Run a person's request: repeated when it conflicts with another transaction.

        :param work: function of an environment
        :param first: function that does something, and commits it, after the request has begun
        :return: what `work` returns
        """
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.assertTrue(self.shared(env).name, "the snapshot begins here")
            if first:
                first()

            def once():
                # who waited here for another connection of this thread would wait for ever
                cr.execute("SET LOCAL lock_timeout = '5s'")
                return work(env)

            return retrying(once, env)

    def uploaded(self):
        """A settlement whose rows have their accounts, committed."""
        self.request(self.upload)
        with self.worker() as env:
            for key, account_id in zip(self.groups, self.ids["account.account"], strict=True):
                self.shared(env)._settlement_group(key).account_id = account_id
            settlement = self.settlement(env)
            settlement._check_again()
            self.assertEqual(settlement.state, "ready", settlement.hold_reason)

    def assert_once(self, state):
        """There is one settlement with its two rows, and at most one entry."""
        with self.worker() as env:
            settlement = self.settlement(env)
            self.assertEqual(settlement.mapped("state"), [state])
            self.assertEqual(settlement.line_ids.mapped("amount"), [20.0, -3.0])
            self.assertEqual(len(settlement.move_ids), 1 if state == "posted" else 0)
            self.assertFalse(settlement.has_other_file)

    # === COMING IN === #

    def test_two_people_upload_the_same_file(self):
        """001-27: the second one gets the settlement of the first. It is the first of the channel:
        groups and rules are made once, too."""
        found = []

        def first():
            found.append(self.request(self.upload)["domain"])

        action = self.request(self.upload, first)
        self.assertEqual(action["domain"], found[0])
        self.assertEqual(len(action["domain"][0][2]), 1)
        self.assert_once("held")
        with self.worker() as env:
            domain = [("site_id", "=", self.shared(env).id)]
            self.assertEqual(env["integrator.document"].search_count(domain), 1)
        # the same settlement in two files
        one = self.settlement_file(*self.order_rows("R-2"), remote_id="1002")
        uploads = [partial(self.upload, content=content) for content in (one, one + b" ")]
        self.request(uploads[0], partial(self.request, uploads[1]))
        with self.worker() as env:
            other = self.settlement(env).filtered(lambda row: row.remote_id == "1002")
            self.assertEqual((len(other), other.has_other_file), (1, True))

    def test_a_person_uploads_what_a_worker_takes(self):
        """001-27: the same settlement by another way is no second one, and no error."""
        action = self.request(self.upload, self.look)
        self.assertEqual(len(action["domain"][0][2]), 1)
        self.assert_once("held")

    def test_a_worker_takes_what_a_person_has_uploaded_meanwhile(self):
        """001-27: the document waits for the next run, without an alert."""
        self.remote.while_fetching = lambda: self.request(self.upload)
        self.look()
        self.look()
        self.assert_once("held")
        with self.worker() as env:
            site = self.shared(env)
            domain = [("site_id", "=", site.id)]
            self.assertFalse(env["integrator.alert"].search(domain))
            stages = env["integrator.document"].search(domain).mapped("stage")
            self.assertEqual(stages, ["done", "done"])

    def test_records_that_two_workers_create_first_are_created_once(self):
        """001-27: groups and rules, documents that are found, and deferred money."""
        names = ("order_ref", "reason", "posted_at", "release_at")
        deferred = {"remote_id": "T1", "amount": "1", "currency": "USD"} | dict.fromkeys(names)

        def propose(env):
            self.shared(env)._ensure_settlement_rules()

        def find(env):
            found = [("D1", "2026-09-17 00:00:00")]
            env["integrator.document"]._expect_settlements(self.shared(env), found)

        def defer(env):
            env["integrator.settlement.deferred"]._replace(self.shared(env), [deferred])

        for work in (propose, find, defer):
            self.request(work, partial(self.request, work))
        with self.worker() as env:
            site = self.shared(env)
            keys = site.settlement_group_ids.mapped("key")
            self.assertEqual(len(keys), len(set(keys)))
            for model in ("integrator.document", "integrator.settlement.deferred"):
                self.assertEqual(env[model].search_count([("site_id", "=", site.id)]), 1)

    # === POSTING === #

    def test_two_people_post_one_after_the_other(self):
        """001-28: the second one began before the first was done."""
        self.uploaded()

        def work(env):
            return self.settlement(env).action_post()

        self.assertTrue(self.request(work, lambda: self.request(work)))
        self.assert_once("posted")

    def test_two_people_post_at_once(self):
        """001-28: while one is at it, the other reads so, and the entry is one."""
        self.uploaded()
        with self.worker() as one:
            self.settlement(one).action_post()
            one.flush_all()
            for action in ("action_post", "action_check", "action_reverse", "action_repost"):
                with self.assertRaisesRegex(UserError, "working on settlement 1001"):
                    self.request(lambda env, name=action: getattr(self.settlement(env), name)())
            # a worker, or an answer, leaves it to who is at it
            self.request(lambda env: self.settlement(env)._post_ready())
        self.assert_once("posted")

    def test_two_people_reverse(self):
        """001-28: there is one reversal, and nothing is posted twice after it."""
        self.uploaded()
        self.request(lambda env: self.settlement(env).action_post())

        def work(env):
            return self.settlement(env).action_reverse()

        self.request(work, lambda: self.request(work))
        with self.worker() as env:
            settlement = self.settlement(env)
            self.assertEqual((settlement.state, len(settlement.move_ids)), ("ready", 2))
            self.assertFalse(sum(settlement.move_ids.line_ids.mapped("balance")))

    def test_one_reverses_while_another_posts_again(self):
        """001-28: whoever comes second begins anew: two entries, and their two reversals."""
        self.uploaded()
        self.request(lambda env: self.settlement(env).action_post())

        def again():
            self.request(lambda env: self.settlement(env).action_repost())

        self.request(lambda env: self.settlement(env).action_reverse(), again)
        with self.worker() as env:
            settlement = self.settlement(env)
            self.assertEqual((settlement.state, len(settlement.move_ids)), ("ready", 4))
            transit = settlement.move_ids.line_ids.filtered(
                lambda line: line.integrator_settlement_key == "payout"
            )
            self.assertEqual(sorted(transit.mapped("amount_currency")), [17.0, 17.0])

    # === ANSWERING === #

    def answered(self, key):
        """Somebody answers, whose request began before somebody else has answered “storage”.

        :param key: of the group of his answer
        """
        model = "integrator.settlement.answer"
        with self.worker() as env:
            values = {"settlement_id": self.settlement(env).id}
            first, second = wizards = env[model].create([values, values])
            for wizard, group in zip(wizards, ("storage", key), strict=True):
                wizard.line_ids.group_id = self.shared(env)._settlement_group(group)
            ids = first.id, second.id

        def answer(number):
            return lambda env: env[model].browse(ids[number]).action_answer()

        self.request(answer(1), lambda: self.request(answer(0)))

    def test_two_people_answer_the_same(self):
        """001-27: it is one rule; another answer than the first one is refused."""
        odd = self.row("Service/Novelty/Never seen", "-2.00")
        self.content = self.settlement_file(odd)
        self.request(self.upload)
        self.answered("storage")
        with self.worker() as env:
            domain = [("site_id", "=", self.shared(env).id), ("amount_type", "=", "Novelty")]
            rule = env["integrator.settlement.rule"].search(domain)
            self.assertEqual(rule.mapped("group_id.key"), ["storage"])
            rule.unlink()
            self.settlement(env)._check_again()
        with self.assertRaisesRegex(UserError, "answered meanwhile: Storage and removal"):
            self.answered("advertising")
