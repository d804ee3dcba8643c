# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import re
import shlex
from datetime import timedelta
from pathlib import Path
from string import Template

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..operation_types import FEE, Discrepancy
from .operation_case import OperationCase

#: The page whose every line is run.
PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"

LINE = "<Line><Product>{}</Product><Quantity>{}</Quantity></Line>"


class ApiCase(OperationCase):
    """A customer and an operator who add orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = new_test_user(cls.env, "customer", "base.group_portal")
        cls.other = new_test_user(cls.env, "other_customer", "base.group_portal")
        cls.admin = new_test_user(
            cls.env,
            "integration_admin",
            "integrator.group_integrator_manager,account.group_account_invoice",
        )
        product = cls.env["product.product"].create({"name": "Delivery", "type": "service"})
        cls.carrier = cls.env["delivery.carrier"].create(
            {"name": "By post", "product_id": product.id, "fixed_price": 4.9}
        )
        (cls.product | cls.second | product).taxes_id = False

    def as_user(self, user):
        return self.env["integrator.api"].with_user(user)

    def xml(self, *lines, mode=None, extra=""):
        """An order of pairs (product, quantity), or of whole lines."""
        lines = [line if isinstance(line, str) else LINE.format(*line) for line in lines]
        mode = self.carrier.id if mode is None else mode
        return (
            f"<Order><DeliveryMode>{mode}</DeliveryMode>{extra}"
            f"<Lines>{''.join(lines)}</Lines></Order>"
        )

    def add(self, *lines, user=None, **values):
        answer = self.as_user(user or self.customer).add_order(self.xml(*lines), **values)
        return answer, self.env["sale.order"].browse(answer.get("order_id"))


@tagged("post_install", "-at_install")
class TestApiOrders(ApiCase):
    """Orders that other programs add, as customers and operators."""

    def test_one_call_makes_one_order(self):
        """002-03, 002-05, 002-06, 002-08, 002-18, 002-20: thirty lines, in the customer's name."""
        before = self.env["sale.order"].search_count([])
        answer, order = self.add(*[("SKU-1", number) for number in range(1, 31)])
        self.assertEqual(self.env["sale.order"].search_count([]), before + 1)
        self.assertEqual(order.partner_id, self.customer.partner_id)
        self.assertEqual(len(answer["lines"]), 30)
        self.assertEqual(sum(line["quantity"] for line in answer["lines"]), 465)
        self.assertEqual((order.state, answer["stage"]), ("sale", "in_odoo"))
        # 465 pieces at 10.00 and 4.90 for the delivery
        self.assertEqual((answer["amount_total"], answer["amount_due"]), (4654.9, 4654.9))
        self.assertEqual(answer["customer_id"], self.customer.partner_id.id)

    def test_general_data(self):
        """002-07, 002-09: delivery mode, profile, comment; the comment is searchable."""
        profile = self.env["res.partner"].create(
            {"name": "Ada's office", "parent_id": self.customer.partner_id.id, "type": "delivery"}
        )
        api = self.as_user(self.customer)
        self.assertIn({"id": self.carrier.id, "name": "By post"}, api.delivery_modes())
        self.assertEqual(
            [one["id"] for one in api.customer_profiles()],
            [self.customer.partner_id.id, profile.id],
        )
        extra = (
            f"<CustomerProfile>{profile.id}</CustomerProfile><Reference>A-1</Reference>"
            "<Comment>Ring twice</Comment>"
        )
        answer = api.add_order(self.xml(("SKU-1", 1), extra=extra))
        order = self.env["sale.order"].search([("integrator_comment", "ilike", "ring TWICE")])
        self.assertEqual(order.id, answer["order_id"])
        self.assertEqual(order.partner_shipping_id, profile)
        self.assertEqual((order.carrier_id, order.client_order_ref), (self.carrier, "A-1"))

    def test_mistakes_are_named_by_their_path(self):
        """002-06, 002-07, 002-10: nothing is written."""
        before = self.env["sale.order"].search_count([])
        cases = {
            "<Order": "^/: ",
            "<Other/>": "^/: Order expected",
            self.xml(("SKU-1", 0)): r"/Order/Lines/Line/Quantity: ",
            self.xml(("SKU-1", 1), ("SKU-1", "x")): r"/Order/Lines/Line\[2\]/Quantity: ",
            self.xml(("", 1)): "/Order/Lines/Line/Product: ",
            self.xml(): "/Order/Lines: ",
            self.xml(("SKU-1", 1), mode=999999): "/Order/DeliveryMode: there is no",
            self.xml(("SKU-1", 1), extra="<CustomerProfile>1</CustomerProfile>"): (
                "/Order/CustomerProfile: "
            ),
            '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + self.xml(("SKU-1", 1)): (
                "document type"
            ),
        }
        for xml, path in cases.items():
            with self.subTest(xml=xml), self.assertRaisesRegex(UserError, path):
                self.as_user(self.customer).add_order(xml)
        self.assertEqual(self.env["sale.order"].search_count([]), before)

    def make_variants(self):
        attribute = self.env["product.attribute"].create(
            {"name": "Colour", "value_ids": [(0, 0, {"name": "Red"}), (0, 0, {"name": "Blue"})]}
        )
        values = [(6, 0, attribute.value_ids.ids)]
        line = (0, 0, {"attribute_id": attribute.id, "value_ids": values})
        return self.env["product.template"].create(
            {"name": "Shirt", "attribute_line_ids": [line], "is_storable": True}
        )

    def test_lines_that_cannot_be_ordered_are_left_out_with_their_reason(self):
        """002-10, 002-11, 002-14, 002-15, 002-16, 002-17: the four reasons, each with its field,
        advice and choices."""
        shirt = self.make_variants()
        self.second.sale_ok = False
        parts = "<Line><Product>{}</Product>{}<Quantity>{}</Quantity></Line>"
        answer, order = self.add(
            ("SKU-1", 2),
            ("SKU-2", 1),
            parts.format(shirt.id, "<Configuration>Green</Configuration>", 1),
            parts.format("SKU-1", "<Seller>Nobody</Seller>", 1),
            ("SKU-1", "0.5"),
            parts.format(shirt.id, "<Configuration>Blue</Configuration>", 1),
            parts.format("SKU-1", "<Seller>Dummy</Seller>", 1),
        )
        reasons = [(one["line"], one["reason"], one["field"]) for one in answer["left_out"]]
        self.assertEqual(
            reasons,
            [
                (2, "product_unavailable", "/Order/Lines/Line[2]/Product"),
                (3, "no_configuration", "/Order/Lines/Line[3]/Configuration"),
                (4, "no_seller", "/Order/Lines/Line[4]/Seller"),
                (5, "field", "/Order/Lines/Line[5]/Quantity"),
            ],
        )
        self.assertEqual(
            [one["choices"] for one in answer["left_out"]],
            [
                ("remove", "other_seller"),
                ("other_configuration", "other_seller"),
                ("other_seller",),
                ("correct",),
            ],
        )
        self.assertTrue(all(one["text"] and one["advice"] for one in answer["left_out"]))
        goods = order.order_line.filtered(lambda line: not line.is_delivery)
        self.assertEqual(goods.mapped("product_uom_qty"), [2, 1, 1])
        self.assertIn("Blue", goods[1].product_id.display_name)

    def test_an_order_with_gaps_can_be_refused(self):
        """002-10, 002-11: by a setting; and tested without being made."""
        before = self.env["sale.order"].search_count([])
        answer, _order = self.add(("SKU-1", 1), ("GONE", 1), test_only=True)
        self.assertEqual((answer["accepted"], len(answer["left_out"])), (1, 1))
        self.site.order_gaps = "refuse"
        with self.assertRaisesRegex(UserError, r"Line\[2\]/Product"):
            self.add(("SKU-1", 1), ("GONE", 1))
        self.assertEqual(self.env["sale.order"].search_count([]), before)
        self.site.order_gaps = "remove"
        with self.assertRaisesRegex(UserError, r"Line\[1\]/Product"):
            self.add(("GONE", 1))

    def test_the_same_key_makes_no_second_order(self):
        """002-05, 002-08: also when the answer was lost; another customer's key is his own."""
        first, order = self.add(("SKU-1", 1), key="K-1")
        again, same = self.add(("SKU-1", 5), key="K-1")
        self.assertEqual((order, again["repeated"]), (same, True))
        self.assertEqual(first["key"], "K-1")
        _answer, others = self.add(("SKU-1", 1), key="K-1", user=self.other)
        self.assertNotEqual(others, order)

    def test_cancelled_and_added_again(self):
        """002-12, 002-13: nothing stays reserved, and the key is free."""
        _answer, order = self.add(("SKU-1", 7), key="K-2")
        free = self.product.with_context(location=self.stock.id)
        self.assertEqual(free.free_qty, 93)
        answer = self.as_user(self.customer).cancel_order(order.id)
        free.invalidate_recordset()
        self.assertEqual((answer["stage"], order.state), ("cancelled", "cancel"))
        self.assertEqual(free.free_qty, 100)
        answer, again = self.add(("SKU-1", 3), key="K-2")
        self.assertEqual((answer["repeated"], again.state), (False, "sale"))

    def test_deposit_and_payment(self):
        """002-19, 002-20, 002-21: a payment in Odoo, and the order is paid out of it."""
        _answer, order = self.add(("SKU-1", 1))
        partner = self.customer.partner_id
        with self.assertRaisesRegex(UserError, r"leave 0.00 \w+, and 14.90 are due"):
            self.as_user(self.customer).pay_order(order.id)
        admin = self.as_user(self.admin)
        answer = admin.deposit(partner.id, 20.0, comment="Cash", date="2026-11-02")
        payment = self.env["account.payment"].browse(answer["payment_id"])
        self.assertEqual(
            (payment.partner_id, payment.amount, payment.payment_type), (partner, 20.0, "inbound")
        )
        self.assertEqual((payment.memo, str(payment.date)), ("Cash", "2026-11-02"))
        self.assertIn(payment.state, ("in_process", "paid"))
        self.assertEqual(admin.deposit(partner.id, 1.5, "outbound")["balance"], 18.5)
        answer = self.as_user(self.customer).pay_order(order.id)
        self.assertEqual((answer["is_paid"], answer["amount_due"]), (True, 0))
        balance = self.env["account.payment"]._integrator_balance
        self.assertEqual(balance(partner, order.currency_id), 3.6)
        self.as_user(self.customer).cancel_order(order.id)
        self.assertEqual(balance(partner, order.currency_id), 18.5)

    def test_only_paid_orders_are_exported(self):
        """002-22: where the site is set so."""
        self.site.export_paid_only = True
        _answer, order = self.add(("SKU-1", 1))
        with self.assertRaisesRegex(UserError, "14.90"):
            self.api.export_order(self.site.id, order.id)
        self.as_user(self.admin).deposit(self.customer.partner_id.id, 14.9)
        self.as_user(self.customer).pay_order(order.id)
        self.assertEqual(self.export(order).state, "done")

    def test_details_of_each_line(self):
        """002-02, 002-23, 002-72, 002-73, 002-75, 002-76, 002-77, 002-78, 002-79."""
        _answer, order = self.add(("SKU-1", 2), ("SKU-2", 1))
        self.export(order)
        remote = self.remote_orders(order)
        self.warehouse.ship(remote.remote_ref, tracking="1Z1")
        self.synchronise()
        answer = self.api.order_details(order.id)
        self.assertEqual(answer["stage"], "at_site")
        first = answer["lines"][0]["remote"][0]
        self.assertEqual(first["status"], {"id": "shipped", "name": "Shipped"})
        self.assertEqual(first["original_status"], "Complete")
        self.assertEqual(first["remote_order_id"], remote.remote_ref)
        self.assertEqual(first["tracking"], ["1Z1"])
        self.assertEqual(first["account"]["id"], self.site.id)
        line = order.order_line[1]
        only = self.api.order_details(order.id, line_ids=line.ids)["lines"]
        self.assertEqual([one["line_id"] for one in only], line.ids)
        self.assertNotIn("lines", self.api.order_details(order.id, details="brief"))

    def test_customers_see_their_own_orders_only(self):
        """002-01, 002-03: and do nothing of an operator's."""
        _answer, order = self.add(("SKU-1", 1))
        self.export(order)
        customer, other = self.as_user(self.customer), self.as_user(self.other)
        clerk = new_test_user(self.env, "clerk", "sales_team.group_sale_manager")
        details = customer.order_details(order.id)
        self.assertNotIn("account", details["lines"][0]["remote"][0])
        calls = [
            lambda: other.order_details(order.id),
            lambda: other.cancel_order(order.id),
            lambda: other.pay_order(order.id),
            lambda: other.add_order(self.xml(("SKU-1", 1)), customer_id=order.partner_id.id),
            lambda: other.customer_profiles(order.partner_id.id),
            lambda: customer.search_lines(remote_order_ids=["X"]),
            lambda: customer.export_order(self.site.id, order.id),
            lambda: customer.deposit(order.partner_id.id, 5.0),
            lambda: self.api.deposit(order.partner_id.id, 5.0),
            lambda: self.as_user(self.env.ref("base.public_user")).delivery_modes(),
            lambda: self.as_user(clerk).add_order(self.xml(("SKU-1", 1))),
            lambda: self.as_user(clerk).order_details(order.id),
        ]
        for number, call in enumerate(calls):
            with self.subTest(call=number), self.assertRaises(AccessError):
                call()

    def test_operators_keep_to_their_companies(self):
        """002-01, 002-04."""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "stranger",
            "integrator.group_integrator_user",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        _answer, order = self.add(("SKU-1", 1))
        operation = self.export(order)
        ref = self.remote_orders(order).remote_ref
        api = self.as_user(stranger)
        for call in (
            lambda: api.order_details(order.id),
            lambda: api.export_order(self.site.id, order.id),
            lambda: api.synchronise(self.site.id),
        ):
            with self.assertRaises(AccessError):
                call()
        with self.assertRaises(UserError):
            api.read_operation("export", operation.id)
        self.assertEqual(api.search_operations(), [])
        self.assertEqual(api.search_lines(remote_order_ids=[ref]), [])


@tagged("post_install", "-at_install")
class TestApiPage(ApiCase, HttpCase):
    """The page about the interface, by running it."""

    def key(self, user):
        keys = self.env["res.users.apikeys"].with_user(user).sudo()
        return keys._generate("rpc", "test", fields.Datetime.now() + timedelta(days=1))

    def run_line(self, line, values):
        """Do what a curl line says.

        :return: the answer
        """
        words = shlex.split(line)
        options = dict(zip(words[2::2], words[3::2], strict=True))
        headers = dict(
            words[number + 1].split(": ", 1) for number, word in enumerate(words) if word == "-H"
        )
        fill = lambda text: Template(text).safe_substitute(values)  # noqa: E731
        headers = {name: fill(value) for name, value in headers.items()}
        response = self.url_open(fill(words[1]), data=fill(options["-d"]).encode(), headers=headers)
        self.assertEqual(response.status_code, 200, response.text)
        return response.json()

    def test_every_line_of_the_page_works(self):
        """002-01, 002-05, 002-23, 002-30, 002-32: request and answer of each method, in the order
        of the page."""
        values = {
            "URL": "",
            "CUSTOMER_KEY": self.key(self.customer),
            "OPERATOR_KEY": self.key(self.operator),
            "ADMIN_KEY": self.key(self.admin),
            "CUSTOMER_ID": self.customer.partner_id.id,
            "DELIVERY_MODE": self.carrier.id,
            "SITE_ID": self.site.id,
        }
        self.warehouse.discrepancies = [Discrepancy(FEE, "", "It costs 9.00.")]
        blocks = re.findall(
            r"^### (\w+)\n.*?```bash\n(.*?)```\n\n```json\n(.*?)```", PAGE.read_text(), re.S | re.M
        )
        seen = []
        for name, line, shown in blocks:
            with self.subTest(method=name):
                answer = self.run_line(line.strip(), values)
                self.check_shape(answer, json.loads(shown), name)
                self.after(name, answer, values)
                seen.append(name)
        public = {
            name
            for name in dir(type(self.env["integrator.api"]))
            if not name.startswith("_")
            and "integrator"
            in getattr(getattr(type(self.env["integrator.api"]), name), "__module__", "")
        }
        self.assertEqual(set(seen), public)

    def check_shape(self, answer, shown, name):
        """The page shows the keys that there are."""
        self.assertEqual(type(answer), type(shown))
        if isinstance(shown, list):
            self.assertTrue(answer, name)
            self.check_shape(answer[0], shown[0], name)
        elif shown:
            self.assertEqual(set(answer), set(shown) if isinstance(shown, dict) else set())
            for key, value in shown.items():
                part = value[0] if isinstance(value, list) and value else value
                if isinstance(part, dict) and part and answer[key]:
                    self.check_shape(answer[key], value, f"{name}.{key}")

    def after(self, name, answer, values):
        """The values that a reader of the page looks up, and the runs of the scheduler
        meanwhile."""
        if name == "add_order":
            values["ORDER_ID"] = answer["order_id"]
        if isinstance(answer, dict) and "joined" in answer:
            values["OPERATION_ID"] = answer["id"]
            if name != "bind_orders":
                self.go_on()
        if name == "read_operation":
            values["ACTION"] = answer["actions"][0]["id"]
        if name == "do_action":
            self.go_on()
            order = self.env["sale.order"].browse(values["ORDER_ID"])
            values["REMOTE_ORDER"] = self.remote_orders(order).remote_ref
            self.warehouse.ship(values["REMOTE_ORDER"], 1, tracking="1Z999AA10123456784")
        if name == "cancel_operation":
            # a part of the other one has left
            order = self.xml(("SKU-1", 1), extra="<Reference>1002</Reference>")
            values["ORDER_ID"] = self.as_user(self.customer).add_order(order)["order_id"]

    @mute_logger("odoo.http")
    def test_errors_over_http(self):
        """002-01, 002-46: a key of a customer does nothing of an operator's, and says so."""
        headers = {
            "Authorization": f"bearer {self.key(self.customer)}",
            "Content-Type": "application/json",
        }
        body = json.dumps({"site_id": self.site.id}).encode()
        url = "/json/2/integrator.api/synchronise"
        response = self.url_open(url, data=body, headers=headers)
        self.assertEqual(response.status_code, 403)
        self.assertEqual(response.json()["name"], "odoo.exceptions.AccessError")
        wrong = {**headers, "Authorization": "bearer nothing"}
        self.assertEqual(self.url_open(url, data=body, headers=wrong).status_code, 401)
        body = json.dumps({"order_xml": "<Order/>"}).encode()
        response = self.url_open("/json/2/integrator.api/add_order", data=body, headers=headers)
        self.assertEqual(response.status_code, 422)
        self.assertIn("/Order", response.json()["message"])
