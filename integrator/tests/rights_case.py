# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from typing import NamedTuple

from odoo.exceptions import AccessError
from odoo.models import MAGIC_COLUMNS
from odoo.service.model import call_kw
from odoo.tests import HttpCase, new_test_user
from odoo.tools import mute_logger

from odoo.addons.test_integrator.models.integrator_adapter_dummy import DummyAdapter

from ..exceptions import RejectedError
from ..operation_types import Choice
from .sale_case import SaleCase


class AccessCase(SaleCase):
    """A row of each model, and a user of each kind."""

    #: Addon whose models are looked at.
    addon = "integrator"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_b = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.plain = new_test_user(cls.env, "plain", "base.group_user")
        cls.portal = new_test_user(cls.env, "portal_user", "base.group_portal")
        cls.operator = new_test_user(cls.env, "operator", "integrator.group_integrator_user")
        cls.manager = new_test_user(cls.env, "manager", "integrator.group_integrator_manager")
        cls.stranger = new_test_user(
            cls.env,
            "stranger",
            "integrator.group_integrator_user",
            company_id=cls.company_b.id,
            company_ids=[(6, 0, cls.company_b.ids)],
        )

    @classmethod
    def fill_once(cls):
        """The rows of `fill`, before the tests of a class: by a case that runs none of them."""
        case = cls("fill")
        case.remote = DummyAdapter.remotes[cls.site.id]
        rows = case.fill()
        cls.env.flush_all()
        return rows

    def fill(self):
        """At least one row in each model."""
        self.product.company_id = self.site.company_id
        self.remote.refusals["product"] = RejectedError("No brand.", code="brand")
        listing = {"site_id": self.site.id, "product_id": self.product.id, "sku": "SKU-1"}
        listing["state"] = "live"
        self.env["integrator.listing"].create(listing)._section("price")
        self.fill_connection()
        self.import_orders(self.remote.order("R-1"))
        self.product.name = "Better"
        self.run_stages()
        self.env["integrator.run"]._start(self.site, "send")
        day = {"site_id": self.site.id, "day": "2026-11-01", "remote_ids": ["R-1"]}
        self.env["integrator.order.check"].create(day)
        self.env["integrator.tax.rule"].create(
            {"site_id": self.site.id, "collection": "seller", "rate": 19}
        )
        carrier = self.env["delivery.carrier"].search([], limit=1)
        self.env["integrator.delivery.map"].create(
            {"site_id": self.site.id, "service_level": "STANDARD", "carrier_id": carrier.id}
        )
        values = {"site_id": self.site.id, "sku": "X", "origin": "both"}
        match = self.env["integrator.sku.match"].create(values)
        match.candidate_ids = [(0, 0, {"product_id": self.product.id})]
        back = {"remote_return_id": "RMA-1", "remote_order_id": "R-1"}
        line = (0, 0, {"sku": "SKU-1", "quantity": 1})
        self.env["integrator.return"].create({"site_id": self.site.id, **back, "line_ids": [line]})
        image = {"template_id": self.product.product_tmpl_id.id, "url": "https://x"}
        self.env["integrator.product.image"].create(image)
        held = {"site_id": self.site.id, "rule": "price", "old_value": "1", "new_value": "3"}
        self.env["integrator.approval"].create(held)
        self.fill_looks()
        self.fill_updates()
        self.env["integrator.privacy.report"]._add(self.site, {})
        self.env["integrator.access.log"]._note("read", self.site.with_user(self.operator))
        return {name: self.env[name].search([]) for name in self.models()}

    def fill_looks(self):
        """Listings as a site shows them, and a comparison of them with Odoo."""
        self.env["integrator.reconcile"].create(
            {"site_id": self.site.id, "scope": "all", "cause": "person"}
        )
        self.env["integrator.drift.policy"].create(
            {"site_id": self.site.id, "name": "price", "policy": "odoo"}
        )
        self.env["integrator.todo"].search([], limit=1).action_assign(self.operator.id)
        listing = self.env["integrator.listing"].search([], limit=1)
        self.env["integrator.listing.issue"].create(
            {"listing_id": listing.id, "severity": "error", "code": "1", "message": "No"}
        )

    def fill_updates(self):
        """Updates of deliveries and credit notes, and what they are made from."""
        picking = self.env["stock.picking"].search([], limit=1)
        order = self.env["integrator.order"].search([], limit=1)
        self.env["integrator.parcel"]._of(picking, order)
        over = {"picking_id": picking.id, "reason": "address", "state": "released"}
        self.env["integrator.delivery.hold"].create(over)
        reason = {"name": "Returned", "site_type": self.site.site_type, "code": "RETURN"}
        self.env["integrator.refund.reason"].create(reason)
        order_line = self.env["integrator.order.line"].search([], limit=1)
        task = self.env["integrator.task"].search([], limit=1)
        self.env["integrator.refund.line"]._replace(task, {(order_line, "item"): (1, 0)})
        self.fill_operations()

    def fill_operations(self):
        """An order that a site ships, and a question about it."""
        order = self.env["sale.order"].search([("integrator_order_ref", "!=", False)], limit=1)
        values = {"site_id": self.site.id, "order_id": order.id, "kind": "export"}
        operation = self.env["integrator.operation"].create({**values, "state": "waiting"})
        choices = [Choice("accept", "Take it"), Choice("again", "Check again")]
        step = operation._add_question("fee", "It costs more.", choices)
        step._answer(step.choice_ids[1], remember=True)
        operation._add_question("arrival", "It comes later.", choices)
        self.env["integrator.remote.status"].create({"site_id": self.site.id, "name": "Odd"})
        remote = {"site_id": self.site.id, "sale_order_id": order.id, "origin": "export"}
        line = {"sale_line_id": order.order_line[:1].id, "sku": "SKU-1", "quantity": 1}
        self.env["integrator.remote.order"].create(
            {
                **remote,
                "remote_ref": "S-1",
                "line_ids": [(0, 0, line)],
                "parcel_ids": [(0, 0, {"number": "1", "tracking": "1Z"})],
            }
        )

    def fill_connection(self):
        """The connection, its secrets and its failures."""
        self.env["integrator.secret"]._store(self.site, "key", "hidden")
        rests = {"site_id": self.site.id, "operation": "fetch"}
        self.env["integrator.circuit"].create(rests)._failed("cause", "Why.", lasting=True)
        other = {"name": "Other", "module": "other", "company_id": self.site.company_id.id}
        self.env["integrator.owner.rule"].create(other)
        entry = {"site_id": self.site.id, "res_model": self.site._name, "res_id": self.site.id}
        self.env["integrator.digest.entry"].create({**entry, "code": "cause"})

    def fill_decisions(self, rows, user):
        """A question before a decision, and one that can be undone.

        :param rows: of `fill`
        """
        values = {"res_model": "integrator.approval", "decision": "reject"}
        values["res_ids"] = rows["integrator.approval"].ids
        # only a decision makes it
        undo_sudo = self.env["integrator.undo"].with_user(user).sudo()
        return {
            "integrator.question": self.env["integrator.question"].with_user(user).create(values),
            "integrator.undo": undo_sudo.create({"changes": []}).sudo(False),
        }

    def fill_set_up(self, rows):
        """Records that only managers and administrators open.

        :param rows: of `fill`
        """
        site = {"site_id": self.site.id}
        wizards = {
            "integrator.keep.data": {"order_ids": rows["integrator.order"].ids, "reason": "Claim"},
            "integrator.drop.listings": {**site, "product_domain": "[]"},
            "integrator.switch.on": site,
        }
        rotate = {"credential_id": self.env["integrator.credential"].search([], limit=1).id}
        return {
            name: self.env[name].with_user(self.manager).create(values)
            for name, values in wizards.items()
        } | {"integrator.rotate": self.env["integrator.rotate"].create(rotate)}

    def fill_wizards(self, rows, user):
        """A row in each transient model, opened by a user; where he may not, by who may.

        :param rows: of `fill`
        """
        wizards = {
            "integrator.sync": {"kind": "send_products", "site_ids": [(6, 0, self.site.ids)]},
            "integrator.fetch": {"site_id": self.site.id, "remote_order_ids": "R-1"},
            "integrator.replay": {"document_ids": rows["integrator.document"].ids},
            "integrator.preview": {"listing_ids": rows["integrator.listing"].ids},
            "integrator.pin": {"listing_id": rows["integrator.listing"][:1].id, "price": 1},
            "integrator.site.wins": {"section_ids": rows["integrator.listing.section"].ids},
            "integrator.operate": {
                "kind": "export",
                "order_id": rows["integrator.remote.order"].sale_order_id.id,
                "site_id": self.site.id,
            },
            "integrator.scan": {"code": "1Z"},
            "integrator.decide": {"task_ids": rows["integrator.task"].ids},
            "integrator.address": {
                "picking_id": self.env["stock.picking"].search([], limit=1).id,
                "name": "Ada",
            },
            "integrator.setup": {"site_id": self.site.id, "line_ids": [(0, 0, {"key": "account"})]},
            "integrator.timeline": {"line_ids": [(0, 0, {"what": "Sent"})]},
        }
        made = {name: self.env[name].with_user(user).create(one) for name, one in wizards.items()}
        made |= self.fill_set_up(rows)
        made |= self.fill_decisions(rows, user)
        # its differences are computed first
        self.env.flush_all()
        replay = self.env["integrator.replay.line"].with_user(user)
        preview = self.env["integrator.operate.preview"].with_user(user)
        lines = {
            "integrator.setup.step": made["integrator.setup"].line_ids,
            "integrator.timeline.line": made["integrator.timeline"].line_ids,
            "integrator.preview.line": made["integrator.preview"].line_ids,
            "integrator.operate.preview": preview.create(
                {"wizard_id": made["integrator.operate"].id}
            ),
            "integrator.replay.line": replay.create({"replay_id": made["integrator.replay"].id}),
        }
        made |= {name: some[:1] for name, some in lines.items()}
        return made | self.fill_questions(rows, user)

    def fill_questions(self, rows, user):
        """A row in each dialog that explains, or asks before something begins."""
        switch_on = self.env["integrator.switch.on"].with_user(self.manager)
        explanation = self.env["integrator.explanation"].with_user(user)
        question = self.env["integrator.question"].with_user(user)
        # only a decision makes it
        undo_sudo = self.env["integrator.undo"].with_user(user).sudo()
        alert, approvals = rows["integrator.alert"][:1], rows["integrator.approval"]
        asked = {"res_model": approvals._name, "res_ids": approvals.ids, "decision": "reject"}
        return {
            "integrator.switch.on": switch_on.create({"site_id": self.site.id}),
            "integrator.explanation": explanation.create(
                {"res_model": alert._name, "res_id": alert.id}
            ),
            "integrator.question": question.create(asked),
            "integrator.undo": undo_sudo.create({"changes": []}).sudo(False),
        }

    def models(self, transient=False):
        """Names of the addon's own models that have a table."""
        return [
            name
            for name, model in self.env.registry.items()
            if model._original_module == self.addon
            and not model._abstract
            and bool(model._transient) == transient
        ]

    def public_methods(self):
        """Names of the public methods that the addon brings, by model."""
        found = {}
        for name, model in self.env.registry.items():
            if model._abstract:
                continue
            ours, theirs = set(), set()
            for cls in type(self.env[name]).__mro__:
                own = cls.__module__.startswith(f"odoo.addons.{self.addon}.")
                names = ours if own else theirs
                names |= {method for method, value in vars(cls).items() if callable(value)}
            public = sorted(method for method in ours - theirs if not method.startswith("_"))
            if public:
                found[name] = public
        return found

    def call(self, records, user, method, *args):
        """Call a method as a client does, in the user's companies."""
        records = records.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
        records.invalidate_model()
        args = args if method == "create" else (records.ids, *args)
        return call_kw(records.browse(), method, list(args), {})


#: Groups of users that may do more and more.
LADDER = ("operator", "manager", "system")

#: Names of exceptions that refuse a call without a record.
REFUSALS = ("AccessError", "UserError", "ValueError")

#: Beginnings of methods that open what the user may or may not read; of nothing, an empty form.
OPENING = ("action_open_", "action_view_")

#: Type of a field -> another value than the present one.
OTHER = {
    "boolean": lambda now: not now,
    "char": lambda now: f"{now or ''}x",
    "float": lambda now: (now or 0) + 1,
    "integer": lambda now: (now or 0) + 1,
    "text": lambda now: f"{now or ''}x",
}


class Rights(NamedTuple):
    """The rights on the rows of a model, beside reading them as operators.

    :param writes: the least of `LADDER` that may write
    :param fields: names of the fields that may be written
    :param makes: the least of `LADDER` that may create; none: nobody
    :param drops: the least of `LADDER` that may delete
    :param secret: names of further fields, that administrators of the system alone may write
    """

    writes: str | None = None
    fields: frozenset = frozenset()
    makes: str | None = None
    drops: str | None = None
    secret: frozenset = frozenset()


#: Rows that only the suite itself changes.
READ_ONLY = Rights()


class RightsCase(AccessCase, HttpCase):
    """Compares what each kind of user may do with the models of one addon with a table."""

    #: Model -> `Rights`; what is left out is read only.
    rights = {}
    #: Models that operators do not read -> the least of `LADDER` that does; None: nobody.
    hidden = {}
    #: Models whose rows belong to no company.
    shared = frozenset()
    #: Public methods that only open what the user may or may not read, by model.
    openers = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        system = "integrator.group_integrator_manager,base.group_system"
        cls.system = new_test_user(cls.env, "system_user", system)
        cls.colleague = new_test_user(cls.env, "colleague", "integrator.group_integrator_manager")
        cls.foreign_manager = new_test_user(
            cls.env,
            "foreign_manager",
            "integrator.group_integrator_manager",
            company_id=cls.company_b.id,
            company_ids=[(6, 0, cls.company_b.ids)],
        )
        # everything of Odoo's own, and nothing of the integration
        clerk = "sales_team.group_sale_manager,stock.group_stock_manager"
        cls.clerk = new_test_user(cls.env, "odoo_clerk", f"{clerk},account.group_account_manager")
        cls.site_b = cls._make_site("Theirs", company_id=cls.company_b.id, warehouse_id=False)

        cls.rows_of_all = cls.fill_once()

    def setUp(self):
        super().setUp()
        self.rows = dict(self.rows_of_all)
        #: Row -> what is tried to be written to its fields.
        self.tries = {}

    def fill(self):
        rows = super().fill()
        for name in rows:
            rows[name] = rows[name].filtered(self._is_ours)
        return rows

    def _is_ours(self, row):
        return "company_id" not in row or row.company_id != self.company_b

    # === TRYING === #

    def reads(self, name, user):
        """Return whether a user may read a row of ours."""
        return self.tried(self.seen(name, user).read, ["display_name"])

    def seen(self, name, user, rows=None):
        rows = self.rows[name][:1] if rows is None else rows
        own = {"allowed_company_ids": user.company_ids.ids}
        return self.env[name].with_user(user).with_context(**own).browse(rows.ids)

    def tried(self, method, *args):
        """Return whether a call is let through; nothing of it stays.

        What it meets behind the door, such as a missing value, is no matter of rights.
        """
        try:
            with self.env.cr.savepoint() as savepoint:
                method(*args)
                self.env.flush_all()
                savepoint.close(rollback=True)
        except AccessError:
            return False
        except Exception as error:  # noqa: BLE001 - whatever the row itself objects to
            self.objections.append(error)
            return True
        finally:
            self.env.invalidate_all()
        return True

    def writable(self, name, user, rows=None):
        """Names of our fields that a user may write; for those that nobody may, another value is
        tried than the present one."""
        record = self.seen(name, user, rows)
        row = self.env[name].browse(record.ids)
        if not record.has_access("write") and not self._has_own_write(record):
            return set()
        if row not in self.tries:
            self.tries[row] = self.values(row)
        return {
            field
            for field, value in self.tries[row].items()
            if self.tried(record.write, {field: value})
        }

    @staticmethod
    def _has_own_write(record):
        """Return whether we override `write`: Odoo's asks for the right before it looks at any
        field."""
        classes = type(record).__mro__
        ours = [cls for cls in classes if cls.__module__.startswith("odoo.addons.integrator")]
        return any("write" in vars(cls) for cls in ours)

    def values(self, row):
        """A value to write to each of our fields."""
        rights = self.rights.get(row._name, READ_ONLY)
        expected = rights.fields | rights.secret
        fields = filter(self._is_field_of_ours, row._fields.values())
        return {field.name: self.value(row, field, field.name in expected) for field in fields}

    def _is_field_of_ours(self, field):
        return field._module == self.addon and field.name not in (*MAGIC_COLUMNS, "display_name")

    def value(self, row, field, same):
        """The value of a field as `write` takes it: its own, or another one where there is one."""
        now = field.convert_to_write(row[field.name], row)
        if same:
            return now
        if field.type == "many2one":
            others = self.env[field.comodel_name].with_context(active_test=False)
            return others.search([("id", "!=", now)], limit=1).id or now
        if field.type == "selection":
            values = field.get_values(self.env)
            return next((one for one in values if one != now), f"{now}x")
        return OTHER[field.type](now) if field.type in OTHER else now

    def may(self, least, user):
        """Return whether a user stands on a rung of the ladder, or above."""
        rungs = {self.operator: 0, self.manager: 1, self.system: 2}
        return least is not None and rungs.get(user, -1) >= LADDER.index(least)

    # === THE WALK === #

    def walk_own_company(self):
        """Read, write of each field, create and delete, by each kind of user of our company."""
        public = self.env.ref("base.public_user")
        for user in (public, self.portal, self.plain, self.operator, self.manager, self.system):
            for name in self.models():
                with self.subTest(user=user.login, model=name):
                    self.check_model(name, user)

    @mute_logger("odoo.sql_db", "odoo.models", "odoo.orm.models")
    def check_model(self, name, user):
        rights = self.rights.get(name, READ_ONLY)
        least = self.hidden.get(name, "operator")
        self.objections = []
        self.assertEqual(self.reads(name, user), self.may(least, user), "reads")
        allowed = set(rights.fields) if self.may(rights.writes, user) else set()
        allowed |= rights.secret if user == self.system else set()
        self.assertEqual(sorted(self.writable(name, user)), sorted(allowed), "writes")
        # the present values can be written again, whatever else an overridden `write` does
        self.assertEqual([str(error) for error in self.objections], [])
        record = self.seen(name, user)
        made = self.tried(record.browse().create, [{}])
        self.assertEqual(made, self.may(rights.makes, user), "creates")
        self.assertEqual(self.tried(record.unlink), self.may(rights.drops, user), "deletes")

    @mute_logger("odoo.sql_db", "odoo.models", "odoo.orm.models")
    def walk_other_company(self):
        """An administrator of another company sees no row of ours, and makes none."""
        self.objections = []
        user = self.foreign_manager
        for name in set(self.models()) - self.shared - set(self.hidden):
            rows = self.rows[name].filtered(
                lambda row: "company_id" not in row or row.company_id == self.site.company_id
            )[:1]
            with self.subTest(model=name):
                self.assertTrue(rows)
                record = self.seen(name, user, rows)
                self.assertNotIn(rows, self.seen(name, user).search([]).sudo())
                self.assertFalse(self.reads(name, user), "reads")
                self.assertEqual(self.writable(name, user, rows), set())
                self.assertFalse(self.tried(record.unlink), "deletes")
                self.assertFalse(self.tried(self._make_again, record, rows), self.objections)

    def _make_again(self, record, row):
        """Make the same row once more, as the user of the record."""
        own = row._name == "integrator.site"
        fields = [field for field in row._fields.values() if field.store and not field.readonly]
        values = {
            field.name: self.value(row, field, not (own and field.name == "name"))
            for field in fields
            if field.type not in ("one2many", "many2many")
        }
        if not own and row._auto:
            row.unlink()
        record.browse().create([values])

    @mute_logger("odoo.sql_db", "odoo.models", "odoo.orm.models")
    def walk_wizards(self, rows):
        """A wizard can be read by the person who opened it only.

        :param rows: dict name -> a row of each transient model, made by an operator
        """
        self.objections = []
        self.assertEqual(set(rows), set(self.models(transient=True)))
        for name, row in rows.items():
            with self.subTest(model=name):
                self.rows[name] = row.sudo()
                self.assertTrue(row.create_uid)
                self.assertTrue(self.reads(name, row.create_uid))
                for user in (self.plain, self.portal, self.colleague, self.foreign_manager):
                    self.assertFalse(self.reads(name, user), user.login)
                    self.assertEqual(self.writable(name, user), set(), user.login)
                    self.assertFalse(self.tried(self.seen(name, user).unlink), user.login)
                for user in (self.plain, self.portal):
                    self.assertFalse(self.tried(self.seen(name, user).create, [{}]), user.login)

    # === BUTTONS, OVER HTTP === #

    def called(self, model, ids, method):
        """The result of a call of a method over HTTP.

        :return: the name of the exception; else the answer
        """
        params = {"model": model, "method": method, "args": [ids], "kwargs": {}}
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
            headers={"Content-Type": "application/json"},
        ).json()
        if "error" not in answer:
            return answer.get("result")
        return answer["error"]["data"]["name"].rpartition(".")[2]

    @mute_logger("odoo.http", "odoo.sql_db")
    def walk_methods(self, rows):
        """Every public method, as each kind of user who may not call it.

        :param rows: dict name of a model -> a row of it, of our company
        """
        self.authenticate(None, None)
        answer = self.called("integrator.site", self.site.ids, "action_stop_all")
        self.assertEqual(answer, "SessionExpiredException")
        methods = self.public_methods()
        self.assertFalse(set(methods) - set(rows))
        for user in (self.portal, self.clerk, self.foreign_manager):
            self.authenticate(user.login, user.login)
            for name, names in methods.items():
                for method in names:
                    if method in self.openers.get(name, ()):
                        continue
                    with self.subTest(user=user.login, method=f"{name}.{method}"):
                        answer = self.called(name, rows[name][:1].ids, method)
                        self.assertEqual(answer, "AccessError")
                        if user != self.foreign_manager and not method.startswith(OPENING):
                            # of no record at all: for want of a right, or of a record
                            self.assertIn(self.called(name, [], method), REFUSALS)
