# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo.tests import tagged

from odoo.addons.test_integrator.remote import neutral_form

from ..exceptions import RejectedError
from .common import DummyAdapter
from .privacy_case import PrivacyCase

#: Values of a buyer, by the names of the order.
SAID = "Zenobia Quillfeather-R-1 & Żółć"

#: A picture of one dot.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestPrivacyDump(PrivacyCase):
    """Two months after delivery, a dump of the whole database contains no buyer's name, whatever
    happened to the orders."""

    def test_sixty_days_after_delivery_nobody_is_left(self):
        self.play()
        self.assertGreater(len(self.traces()), 20)
        self.mask(days=31)
        self.play_later()
        self.mask(days=47)
        self.mask(days=60)
        self.assertEqual(self.traces(), set())
        self.assertEqual(self.untouched_places(), set())

    def untouched_places(self):
        """Places of the inventory that this play has put nothing into."""
        places = self.env["integrator.privacy.inventory"]._places()
        reports = self.env["integrator.privacy.report"].search([])
        touched = {key for report in reports for key in report.counts or {}}
        return {place.key for place in places} - touched

    # === PLAY === #

    def play(self):
        """Orders of every fate, with all that people and sites say about them."""
        self.play_delivered()
        self.play_business()
        self.play_open()
        self.play_cancelled()
        self.play_returned()
        self.play_gone_sites()
        self.remote.pages[:] = [b'[{"buyer": "Zenobia Quillfeather", "unread']
        self.run_stages("fetch", "acknowledge", "extract")
        self.remote.faults.append(("fetch", RejectedError(f"{SAID} is unknown.", code="no")))
        self.run_stages()
        error = RejectedError(f"{SAID} is unknown.", code="no")
        self.env["integrator.run"]._start(self.site, "send")._end(0, [error])

    def play_delivered(self):
        """Delivered, with a slip, mails, notes, to-dos, corrections by hand and a task that the
        site refused in words."""
        value = self.order_of("R-1")
        value["lines"][0]["gift_message"] = "Dear Zenobia"
        order = self.bring(value)
        sale_order = order.sale_order_id
        picking = sale_order.picking_ids
        self.write_about(sale_order)
        self.write_about(picking)
        self.correct_by_hand(sale_order)
        error = RejectedError(f"{SAID}, Plumestreet R-1: no such place.", code="no")
        self.remote.refusals["shipment"] = error
        picking.carrier_tracking_ref = "TRACK-1"
        self.deliver(picking)
        self.run_stages()
        self.remote.refusals.clear()
        self.say_everywhere(order, sale_order, picking)
        sale_order.action_lock()
        self.mail_in_vain(sale_order)

    def correct_by_hand(self, sale_order):
        """Values that the log keeps: of the contact, and of who the contact was."""
        partner = sale_order.partner_id
        self.talk(partner, email="second@quillfeather.example")
        other = partner.copy({"name": SAID})
        other.integrator_buyer_key = "other"
        for one in (other, partner):
            self.talk(sale_order, partner_id=one.id)

    def talk(self, record, **values):
        """A change by hand in a transaction of its own, which the log notes."""
        self.env.cr.flush()
        record.with_context(tracking_disable=False, mail_notrack=False).write(values)
        self.env.cr.flush()

    def say_everywhere(self, order, sale_order, picking):
        """Free texts that people and sites fill."""
        picture = base64.b64encode(PICTURE)
        sale_order.write({"note": SAID, "signed_by": SAID, "signature": picture})
        sale_order.order_line[:1].name = f"Engraved: {SAID}"
        picking.write({"note": SAID, "signature": picture})
        picking.move_ids.description_picking_manual = SAID
        order.error_message = SAID
        tasks = self.env["integrator.task"].search([("order_id", "=", order.id)])
        shipment = self.tasks(kind="shipment")[:1]
        (tasks | shipment).write({"result_data": {"said": SAID}, "order_id": order.id})
        refund = {"task_id": shipment.id, "order_line_id": order.line_ids.id, "kind": "item"}
        refund |= {"remote_order_id": order.remote_order_id, "remote_line_id": "1"}
        refund["company_id"] = self.site.company_id.id
        self.env["integrator.refund.line"].create({**refund, "message": SAID})
        self.say_in_operations(sale_order)
        event = self.events("order", record_id=sale_order.id)[:1]
        event.operation_data = {"reason": SAID}
        event.consumption_ids[:1].error_message = SAID
        invoice = sale_order._create_invoices()
        self.talk(invoice, ref=SAID, narration=SAID)

    def say_in_operations(self, sale_order):
        """Texts that people typed when an order was exported to a site, and its results."""
        sale_order.integrator_comment = SAID
        operation = self.env["integrator.operation"].create(
            {
                "kind": "synchronise",
                "site_id": self.site.id,
                "order_id": sale_order.id,
                "parameters": {"comment": SAID},
                "state": "failed",
                "error_message": SAID,
            }
        )
        step = {"operation_id": operation.id, "kind": "question", "text": SAID}
        self.env["integrator.operation.step"].create({**step, "data": {"address": SAID}})
        remote = {"site_id": self.site.id, "sale_order_id": sale_order.id, "origin": "export"}
        self.env["integrator.remote.order"].create(
            {**remote, "remote_ref": "X-1", "request": {"comment": SAID}}
        )

    def mail_in_vain(self, sale_order):
        """Mails, short messages and letters that never left, and those to our own people."""
        partner = sale_order.partner_id
        mails = self.env["mail.mail"].sudo()
        common = {"body_html": f"<p>{SAID}</p>", "state": "exception"}
        buyer = {"email_to": partner.email, "model": "sale.order", "res_id": sale_order.id}
        mails.create({**common, **buyer, "subject": SAID})
        mails.create({**common, "subject": "Errors", "email_to": "us@example.com"})
        self.site.message_post(body=SAID)
        message = sale_order.message_post(body="Sent", author_id=partner.id, email_from=SAID)
        self.env["mail.notification"].create(
            {
                "mail_message_id": message.id,
                "notification_type": "email",
                "mail_email_address": partner.email,
            }
        )
        self.env["sms.sms"].create({"partner_id": partner.id, "number": "+493077", "body": SAID})
        self.env["snailmail.letter"].create(
            {
                "partner_id": partner.id,
                "model": "sale.order",
                "res_id": sale_order.id,
                "company_id": self.env.company.id,
                "street": "Plumestreet 1",
            }
        )

    def write_about(self, record):
        """Texts and attachments of people."""
        record.message_post(body="Zenobia called", message_type="comment")
        record.message_post(
            body="My parcel, please",
            message_type="email",
            email_from="Zenobia <R-1@quillfeather.example>",
            attachments=[("letter.txt", b"Yours, Zenobia Quillfeather")],
        )
        self.env["ir.attachment"].create(
            {
                "name": "slip of Quillfeather.txt",
                "res_model": record._name,
                "res_id": record.id,
                "datas": base64.b64encode(b"Zenobia Quillfeather, Plumestreet 1"),
            }
        )
        record.activity_schedule(
            "mail.mail_activity_data_todo", note="Ask Zenobia Quillfeather-R-1"
        )
        done = record.activity_schedule("mail.mail_activity_data_todo", summary="Call Zenobia")
        done.action_feedback(feedback="Zenobia is fine")

    def play_business(self):
        """A company of one person, with a purchase order number, a tax number and an address that
        was corrected by the site before it was sent."""
        company = {"company": "Quillfeather Books", "purchase_order": "QUILLFEATHER-7"}
        company["vat"] = "QUILLFEATHER-VAT"
        company["invoice_address"] = {
            **self.remote.order("R-2")["address"],
            **self.person("office")["address"],
        }
        self.bring(self.order_of("R-2", buyer=company))
        self.remote.pages.clear()
        self.bring(self.order_of("R-2", key="moved", buyer=company), deliver=True)

    def play_open(self):
        """Not delivered, held, not paid, on hold because the buyer asks to cancel."""
        self.bring(self.order_of("R-3"))
        self.bring(self.order_of("R-4", sku="UNKNOWN"))
        self.bring(self.order_of("R-5", status="pending"))
        request = {"cancel_requested": True, "cancel_reason": "Zenobia Quillfeather has two"}
        self.bring(self.order_of("R-6", **request))

    def play_cancelled(self):
        """Cancelled by the site, before and after the import."""
        self.bring(self.order_of("R-7", status="cancelled"))
        self.bring(self.order_of("R-8"))
        self.bring(self.order_of("R-8", status="cancelled", cancel_reason="Zenobia's wish"))

    def play_returned(self):
        """Delivered, sent back, received."""
        self.remote.pages.clear()
        order = self.bring(self.order_of("R-9"), deliver=True)
        document = self.env["integrator.document"].search([], limit=1)
        back = self.remote.goods_back("RMA-1", "R-9", quantity=2, requested_at=None)
        back["lines"][0]["reason"] = "Zenobia Quillfeather-R-9 does not like it"
        returns = self.env["integrator.return"]._handle_document(document, [neutral_form(back)])
        returns.message_post(body="Zenobia's parcel", message_type="comment")
        returns.action_receive()
        order.sale_order_id._create_invoices()

    def play_gone_sites(self):
        """Sites that are archived, or deleted, while their orders are under way."""
        for number, name in ((20, "Archived"), (21, "Deleted")):
            site = self._make_site(name)
            order = self.bring(self.order_of(f"R-{number}"), site=site, deliver=True)
            order.sale_order_id.message_post(body="Zenobia called", message_type="comment")
            self.put_hold(order.sale_order_id, "Zenobia asks")
            DummyAdapter.remotes[site.id].pages.clear()
            if name == "Archived":
                site.active = False
            else:
                self.remove_site(site)

    def play_later(self):
        """Documents after the masking: the same again, changes, another reading."""
        self.remote.pages.clear()
        with self.later(days=40):
            self.bring(self.order_of("R-1"), self.order_of("R-9", status="shipped"))
            documents = self.env["integrator.document"].search([("masked_at", "=", False)])
            self.env["integrator.replay"].create({"document_ids": documents.ids})
            fresh = self.env["integrator.order"].search([("remote_order_id", "=", "R-1")])
            sale_order = fresh.sale_order_id
            sale_order.message_post(body="Zenobia called again", message_type="comment")
