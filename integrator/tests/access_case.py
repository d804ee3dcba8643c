# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.service.model import call_kw
from odoo.tests import new_test_user

from ..exceptions import RejectedError
from ..operation_types import Choice
from .sale_case import SaleCase

#: Models of the addon that only its code uses.
INTERNAL = {"integrator.secret"}


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
        self.fill_told()
        self.env["integrator.privacy.report"]._add(self.site, {})
        self.env["integrator.access.log"]._note("read", self.site.with_user(self.operator))
        return {name: self.env[name].search([]) for name in self.models()}

    def fill_looks(self):
        """What a site shows of its listings, and a comparison of them with Odoo."""
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

    def fill_told(self):
        """What a site is told of deliveries and credit notes."""
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
        """What is known of the connection, its secrets and its troubles."""
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
        """What only managers and administrators open.

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
