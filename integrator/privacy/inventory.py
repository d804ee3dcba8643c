# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from odoo import models
from odoo.fields import Domain

from .personal import LINE_WORDS, ORDER_WORDS, pattern_of, texts_in

#: Keys of a neutral buyer or address that hold a name.
NAMES = ("name", "company")

#: Fields beside the name that a posted invoice has to keep by tax law.
ADDRESS_FIELDS = ("street", "street2", "zip", "city", "state_id", "vat", "company_registry")

#: Further personal fields of a contact.
CONTACT_FIELDS = (
    "email",
    "phone",
    "comment",
    "website",
    "function",
    "company_name",
    "ref",
    "barcode",
    "partner_latitude",
    "partner_longitude",
    "image_1920",
    "integrator_buyer_key",
)

#: Fields of a message with its author, its recipients and its content.
WRITTEN_FIELDS = (
    "body",
    "subject",
    "email_from",
    "reply_to",
    "incoming_email_to",
    "incoming_email_cc",
    "outgoing_email_to",
)


#: Fields of the log with changed values.
TRACKED_FIELDS = ("old_value_char", "new_value_char", "old_value_text", "new_value_text")


@dataclass(frozen=True)
class Subject:
    """People whose data one piece of work is about; each field is a recordset, and may be empty."""

    orders: Any
    sale_orders: Any
    partners: Any
    documents: Any
    #: Finds the persons' values in texts.
    pattern: Any = None
    #: Whether the remote orders are still here, and with them what the buyers wrote.
    known: bool = True


@dataclass(frozen=True)
class Place:
    """One place where something personal is kept."""

    #: Stable name, for the report and the tests.
    key: str
    #: Model, and its columns that are personal; none: the whole rows are.
    model: str
    fields: tuple
    #: Function of a `Subject`: its records of the model.
    find: Callable
    #: Way to end it, see `integrator.masking._maskers`.
    how: str
    #: Name, and reason for keeping it, for people.
    what: str
    why: str
    #: End of keeping: a key of `integrator.privacy.inventory._ends`.
    until: str = "order"
    #: Whether a posted invoice keeps it, because tax law asks for it.
    by_law: bool = False
    #: Whether it holds the persons' own values, which are looked for in texts.
    own: bool = False


class IntegratorPrivacyInventory(models.AbstractModel):
    """Inventory of personal data of buyers, with the reason and the end of each: masking, the
    report, the copy for support and the tests go by this one list.

    Addons that keep something personal somewhere else add their places by `_places`.
    """

    _name = "integrator.privacy.inventory"
    _description = "Inventory of personal data"

    def _places(self):
        """Hook: every place where personal data of buyers is kept.

        :return: list of `Place`; what others are computed of stands before them
        """
        return [
            *self._order_places(),
            *self._sale_places(),
            *self._chatter_places(),
            *self._log_places(),
            *self._partner_places(),
            *self._document_places(),
        ]

    def _ends(self):
        """Return the end of the time for which personal data is kept.

        :return: dict value of `until` -> for people
        """
        return {
            "order": self.env._(
                "“Keep personal data” of the channel after the delivery; “Keep open orders” after "
                "the order when it is not delivered."
            ),
            "customer": self.env._("When all orders of the customer have ended."),
            "document": self.env._(
                "“Keep personal data” of the channel after it came, read or not."
            ),
        }

    # === PERSONS === #

    def _subject(self, orders=None, sale_orders=None, partners=None, documents=None):
        """The records of the persons concerned.

        :param orders: `integrator.order`
        :param sale_orders: `sale.order`
        :param partners: `res.partner`
        :param documents: `integrator.document`
        """
        everything = self.with_context(active_test=False).env
        given = (orders, sale_orders, partners, documents)
        names = ("integrator.order", "sale.order", "res.partner", "integrator.document")
        return Subject(
            *(
                everything[name].browse(records.ids if records else ())
                for name, records in zip(names, given, strict=True)
            )
        )

    def _with_pattern(self, subject):
        """The subject with what finds its persons in texts."""
        whole = replace(subject, partners=subject.partners | self._customers(subject.sale_orders))
        values, names = [], []
        for place in self._places():
            for record in place.find(whole) if place.own else ():
                for field in place.fields:
                    value = record[field]
                    values += texts_in(self._plain(value))
                    names += self._names(value)
        return replace(subject, pattern=pattern_of(values, names))

    def _plain(self, value):
        return value.name if isinstance(value, models.BaseModel) else value

    def _names(self, value):
        """The names within a neutral buyer or address. That of a contact is none whose words could
        be looked for: it may be that of all whom a site does not name."""
        rows = value.items() if isinstance(value, dict) else ()
        found = [one for key, one in rows if key in NAMES and isinstance(one, str)]
        return found + [name for _key, one in rows for name in self._names(one)]

    def _customers(self, sale_orders):
        """Everybody whom sale orders name, with the addresses that they had before."""
        customers = sale_orders.partner_id | sale_orders.partner_invoice_id
        customers |= sale_orders.partner_shipping_id
        return (customers | customers.child_ids).filtered("integrator_buyer_key")

    # === ORDERS === #

    def _order_places(self):
        order, line = "integrator.order", "integrator.order.line"
        place = partial(Place, why=self.env._("To ship the order, and to distinguish buyers."))
        return [
            place("order_buyer", order, ("buyer", "address"), self._orders, "keys",
                  self.env._("Buyer and address of remote orders"), own=True),
            place("order_words", order, ORDER_WORDS, self._orders, "empty",
                  self.env._("Why buyers cancel, in their words"), own=True),
            place("order_reason", order, ("error_message",), self._orders, "words",
                  self.env._("Reasons of held orders")),
            place("gift_message", line, LINE_WORDS, lambda who: who.orders.line_ids, "empty",
                  self.env._("Gift messages"), own=True),
        ]  # fmt: skip

    def _orders(self, who):
        return who.orders

    # === SALES === #

    def _sale_places(self):
        order, picking, move = "sale.order", "stock.picking", "account.move"
        place = partial(Place, why=self.env._("To ship and to invoice the order."))
        return [
            place("order_number", order, ("client_order_ref",), self._sold_there, "reference",
                  self.env._("Purchase order numbers")),
            place("sale_signature", order, ("signed_by", "signature"), self._sales, "empty",
                  self.env._("Signatures on sale orders")),
            place("sale_note", order, ("note",), self._sales, "words",
                  self.env._("Terms and notes of sale orders")),
            place("sale_comment", order, ("integrator_comment",), self._sales, "words",
                  self.env._("Comments on sale orders for the channel that ships them")),
            place("sale_line", "sale.order.line", ("name",), lambda who: who.sale_orders.order_line,
                  "words", self.env._("Texts of order lines")),
            place("delivery_signature", picking, ("signature",), self._pickings, "empty",
                  self.env._("Signatures of who took the parcel")),
            place("delivery_hold", "integrator.delivery.hold", ("note",),
                  lambda who: self._pickings(who).integrator_hold_ids, "own_words",
                  self.env._("Reasons of deliveries on hold, which quote the buyer")),
            place("delivery_note", picking, ("note",), self._pickings, "words",
                  self.env._("Notes on deliveries")),
            place("move_text", "stock.move", ("description_picking_manual",),
                  lambda who: self._pickings(who).move_ids, "words",
                  self.env._("Texts of delivered products")),
            place("draft_invoice", move, ("ref", "narration", "payment_reference"), self._unposted,
                  "words", self.env._("References and notes of invoices that are not posted")),
            place("draft_line", "account.move.line", ("name",),
                  lambda who: self._unposted(who).line_ids, "words",
                  self.env._("Texts of invoice lines that are not posted")),
            place("return_reason", "integrator.return.line", ("reason", "resolution"),
                  lambda who: self._returns(who).line_ids, "words",
                  self.env._("Why buyers send something back")),
        ]  # fmt: skip

    def _sales(self, who):
        return who.sale_orders

    def _sold_there(self, who):
        return who.sale_orders.filtered("integrator_order_ref")

    def _pickings(self, who):
        return who.sale_orders.picking_ids

    def _moves(self, who):
        return who.sale_orders.invoice_ids

    def _unposted(self, who):
        return self._moves(who).filtered(lambda move: move.state != "posted")

    def _returns(self, who):
        returns = self.with_context(active_test=False).env["integrator.return"]
        if not (who.orders or who.sale_orders):
            return returns
        about = ["|", ("order_id", "in", who.orders.ids)]
        return returns.search([*about, ("sale_order_id", "in", who.sale_orders.ids)])

    # === CHATTER === #

    def _chatter_places(self):
        message, value, activity = "mail.message", "mail.tracking.value", "mail.activity"
        place = partial(Place, why=self.env._("To know what was written and done about the order."))
        return [
            place("mail", "mail.mail", (), self._mails, "remove",
                  self.env._("Mails that could not be sent")),
            place("notified", "mail.notification", (), self._addressed, "remove",
                  self.env._("Addresses that mails went to")),
            place("attachment", "ir.attachment", (), self._attachments, "remove",
                  self.env._("Slips, labels and other files of orders and deliveries")),
            place("tracked_contact", value, (), self._tracked_contacts, "remove",
                  self.env._("Earlier names and addresses in the log")),
            place("tracked", value, TRACKED_FIELDS, self._tracked, "words",
                  self.env._("Earlier values in the log")),
            place("written", message, WRITTEN_FIELDS,
                  lambda who: self._messages(who).filtered(self._is_written), "empty",
                  self.env._("Mails and notes of people about the order")),
            place("noted", message, ("subject", "body"),
                  lambda who: self._messages(who).filtered(lambda one: not self._is_written(one)),
                  "own_words", self.env._("What Odoo noted about the order")),
            place("activity", activity, ("note", "feedback"), self._activities, "own_words",
                  self.env._("To-dos about the order, done ones too")),
            place("activity_name", activity, ("res_name", "summary"), self._activities, "words",
                  self.env._("Titles of to-dos")),
        ]  # fmt: skip

    def _chatters(self, who):
        """Every record of a subject with a chatter."""
        return (
            who.sale_orders,
            self._pickings(who),
            self._moves(who),
            self._returns(who),
            who.partners,
        )

    def _of_records(self, model, record_sets, domain=()):
        """Rows of a model that say by model and id what they are about."""
        rows = self.with_context(active_test=False).env[model]
        name = "res_model" if "res_model" in rows._fields else "model"
        found = rows
        for records in filter(None, record_sets):
            about = [(name, "=", records._name), ("res_id", "in", records.ids)]
            found |= rows.search([*about, *domain])
        return found

    def _messages(self, who):
        """Messages but for those that the audit trail of the books protects."""
        found = self._of_records("mail.message", self._chatters(who))
        return found.filtered(lambda one: not one.account_audit_log_restricted)

    @staticmethod
    def _is_written(message):
        return message.message_type != "notification"

    def _of_messages(self, who, model):
        """Rows that hang on the messages of a subject."""
        messages = self._messages(who)
        return self.env[model].search([("mail_message_id", "in", messages.ids)])

    def _mails(self, who):
        return self._of_messages(who, "mail.mail")

    def _tracked(self, who):
        return self._of_messages(who, "mail.tracking.value")

    def _addressed(self, who):
        """Notifications to a mail address, and the reasons of their failures."""
        return self._of_messages(who, "mail.notification").filtered(
            lambda one: one.mail_email_address or one.failure_reason
        )

    def _tracked_contacts(self, who):
        """Logged values of contacts, and logged changes from one contact to another."""
        return self._tracked(who).filtered(
            lambda value: value.mail_message_id.model == "res.partner"
            or value.field_id.relation == "res.partner"
        )

    def _attachments(self, who):
        """Files, but for those of invoices that were posted once."""
        drafts = self._moves(who).filtered(lambda move: not move.posted_before)
        _sales, pickings, _moves, returns, partners = self._chatters(who)
        records = (who.orders, who.sale_orders, pickings, drafts, returns, partners)
        return self._of_records("ir.attachment", records, [("res_field", "=", False)])

    def _activities(self, who):
        return self._of_records("mail.activity", self._chatters(who))

    # === LOGS === #

    def _log_places(self):
        task, message = "integrator.task", ("subject", "body")
        operation, asked = "integrator.operation", ("parameters", "position", "error_message")
        place = partial(Place, why=self.env._("To see what went wrong, and why."))
        return [
            place("task_reason", task, ("error_message", "decision"), self._tasks, "words",
                  self.env._("Reasons and decisions of tasks")),
            place("task_result", task, ("result_data",), self._tasks, "words",
                  self.env._("What channels answered about an order")),
            place("refund_answer", "integrator.refund.line", ("message",), self._refunds, "words",
                  self.env._("What channels answered about refunds")),
            place("event_reason", "integrator.consumption", ("error_message",),
                  lambda who: self._events(who).consumption_ids, "words",
                  self.env._("Reasons of events")),
            place("event", "order.integration", ("operation_data", "reason"), self._events, "words",
                  self.env._("Events of orders")),
            place("operation", operation, asked, self._operations, "words",
                  self.env._("What operations were asked for, and why they failed")),
            place("operation_step", "integrator.operation.step", ("text", "data", "answer_name"),
                  lambda who: self._operations(who).step_ids, "words",
                  self.env._("What operations met and asked")),
            place("export_request", "integrator.remote.order", ("request",), self._exported,
                  "words", self.env._("What orders were exported with")),
            place("log_alert", "integrator.alert", ("message",),
                  lambda who: self._log_rows(who, "integrator.alert", "message"), "words",
                  self.env._("Reasons of alerts")),
            place("log_run", "integrator.run", ("error_message",),
                  lambda who: self._log_rows(who, "integrator.run", "error_message"), "words",
                  self.env._("Reasons of runs")),
            place("log_fetch", "integrator.fetch.request", ("error_message",),
                  lambda who: self._log_rows(who, "integrator.fetch.request", "error_message"),
                  "words",
                  self.env._("Reasons of requests")),
            place("site_message", "mail.message", message,
                  lambda who: self._of_records("mail.message", (who.orders.site_id,)), "words",
                  self.env._("Errors that the members of the integration group were informed of")),
            place("error_mail", "mail.mail", ("body_html", "body"), self._error_mails, "words",
                  self.env._("Error mails that could not be sent")),
        ]  # fmt: skip

    def _refunds(self, who):
        about = [("task_id", "in", self._tasks(who).ids)]
        return self.env["integrator.refund.line"].search(about)

    def _operations(self, who):
        about = [("order_id", "in", who.sale_orders.ids)]
        return self.env["integrator.operation"].search(about)

    def _exported(self, who):
        about = [("sale_order_id", "in", who.sale_orders.ids)]
        return self.env["integrator.remote.order"].search(about)

    def _tasks(self, who):
        found = self.env["integrator.task"].search([("order_id", "in", who.orders.ids)])
        return found | self._in_timelines(who, found._name)

    def _events(self, who):
        return self._in_timelines(who, "order.integration")

    def _in_timelines(self, who, model):
        """Rows of a model that stand in the timelines of a subject's records."""
        records = (who.sale_orders, self._pickings(who), self._moves(who))
        domains = (some._integrator_timeline_domains()[model] for some in filter(None, records))
        return self.env[model].search(Domain.OR(domains))

    def _log_rows(self, who, model, field):
        """Rows of the sites' logs that name one of the persons."""
        rows, sites = self.env[model], who.orders.site_id
        if not (sites and who.pattern):
            return rows
        about = [("site_id", "in", sites.ids), (field, "!=", False)]
        texts = [text for (text,) in rows._read_group(about, [field])]
        texts = [text for text in texts if who.pattern.search(text)]
        return rows.search([*about, (field, "in", texts)])

    def _error_mails(self, who):
        """Mails about nothing, or about a site: those to the members of the sites."""
        if not who.orders:
            return self.env["mail.mail"]
        return self.env["mail.mail"].search([("model", "in", (False, "integrator.site"))])

    # === CUSTOMERS === #

    def _partner_places(self):
        partner, customers = "res.partner", lambda who: who.partners
        why = self.env._("To ship the order, to invoice it and to write to the buyer.")
        place = partial(Place, why=why, until="customer")
        letters = {
            "sms.sms": self.env._("Short messages to customers"),
            "snailmail.letter": self.env._("Letters to customers"),
        }
        return [
            place("contact", partner, self._known_fields(CONTACT_FIELDS), customers, "empty",
                  self.env._("Contact data of customers"), own=True),
            place("address", partner, self._known_fields(ADDRESS_FIELDS), customers, "empty",
                  self.env._("Addresses and tax numbers of customers"), by_law=True, own=True),
            place("name", partner, ("name",), customers, "name",
                  self.env._("Names of customers"), by_law=True, own=True),
            place("author", "mail.message", ("email_from", "reply_to"), self._authored, "empty",
                  self.env._("Mail addresses of customers who wrote")),
            *(place(f"letter_{model.partition('.')[0]}", model, (),
                    partial(self._sent_to, model=model), "remove", what)
              for model, what in letters.items() if model in self.env),
        ]  # fmt: skip

    def _authored(self, who):
        return self.env["mail.message"].search([("author_id", "in", who.partners.ids)])

    def _sent_to(self, who, model):
        """Rows of a model of an addon that may not be installed."""
        return self.env[model].search([("partner_id", "in", who.partners.ids)])

    def _known_fields(self, names):
        """Return the fields of contacts that the installed addons have."""
        return tuple(name for name in names if name in self.env["res.partner"]._fields)

    # === DOCUMENTS === #

    def _document_places(self):
        why = self.env._("To read them again when something was read wrongly.")
        return [
            Place("document", "integrator.document", ("content",), lambda who: who.documents,
                  "empty", self.env._("Raw documents"), why, until="document"),
        ]  # fmt: skip
