# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from psycopg2 import Error as DatabaseError
from psycopg2.errors import SerializationFailure

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..exceptions import IntegratorError
from ..utils import try_lock
from .personal import masked, without

_logger = logging.getLogger(__name__)

#: Records that are masked in one transaction.
CHUNK = 100

#: Places where people write and file something about an order that is masked already.
LATE_PLACES = ("mail", "notified", "attachment", "written")

#: Masking writes no notes about itself, and sees what is archived.
QUIET_CONTEXT = {"active_test": False, "tracking_disable": True, "mail_notrack": True}


#: Errors of one record, by its data, its constraints or the code of another addon.
FAILURES = (UserError, DatabaseError, ArithmeticError, AttributeError, LookupError, ValueError)

#: Under what a failure is shown to people.
ALERT_STAGE, ALERT_CODE = "watch", "masking_failed"


class Step(NamedTuple):
    """One kind of records that is masked: methods of `integrator.masking`."""

    #: The next piece of a site's records, after an id.
    find: Callable
    #: Due ones of a piece.
    choose: Callable
    #: The method that masks them.
    end: Callable


class Masking(models.AbstractModel):
    """Personal data has an end: some days after delivery it is masked wherever the inventory says
    that it is, and a report says what was masked.

    The clock of an order begins with its delivery, or with the order itself while it is not
    delivered; nothing that a site says later sets it back. What is to be masked is found on the
    records of Odoo themselves, so that it is found also when the site is archived or deleted.
    Orders in dispute are left alone until their day, and posted invoices keep what tax law asks
    for.
    """

    _name = "integrator.masking"
    _description = "Masking of personal data"

    def _cron_mask(self):
        """Entry of the scheduled action: every site, archived ones too, and what deleted sites
        left behind."""
        nobodys = self.with_context(**QUIET_CONTEXT).env["integrator.site"]
        sites = [*nobodys.search([("active", "in", (True, False))], order="id"), nobodys]
        for site in sites:
            self.env["integrator.alert"]._close_causes(site, ALERT_STAGE, [ALERT_CODE])
        for step in self._steps():
            for site in sites:
                lang = site._responsible().lang
                if not self.with_context(**QUIET_CONTEXT, lang=lang)._run(site, step):
                    return

    def _erase_now(self, orders):
        """Mask orders at once, whatever their age, and those of their customers who have no other.

        :param orders: `integrator.order` of one site
        """
        self = self.with_context(**QUIET_CONTEXT, lang=orders.site_id._responsible().lang)
        site, orders = orders.site_id, self.env[orders._name].browse(orders.ids)
        sale_orders = orders.sale_order_id
        customers = self.env["integrator.privacy.inventory"]._customers(sale_orders)
        if unsold := orders.filtered(lambda order: not order.sale_order_id):
            self._end_orders(site, unsold)
        if sale_orders:
            self._end_sale_orders(site, sale_orders)
        if alone := self._due_partners(site, customers):
            self._end_partners(site, alone)

    def _steps(self):
        """The kinds of records to mask, in this order: customers wait for their sale orders."""
        kind = type(self)
        return (
            Step(kind._next_orders, kind._due_orders, kind._end_orders),
            Step(kind._next_sale_orders, kind._due_sale_orders, kind._end_sale_orders),
            Step(kind._next_late, kind._due_late, kind._end_late),
            Step(kind._next_partners, kind._due_partners, kind._end_partners),
            Step(kind._next_documents, kind._due_documents, kind._end_documents),
        )

    def _run(self, site, step):
        """One step for one site, in pieces.

        :param Step step: of `_steps`
        :return: whether the scheduler leaves time to go on
        """
        last_id = 0
        left = found = True
        while left and found:
            found = step.find(self, site, last_id)
            ours = try_lock(found)
            due = step.choose(self, site, ours)
            if due:
                self._end(site, step, due)
            last_id = max(found.ids, default=last_id)
            left = self.env["ir.cron"]._commit_progress(len(due), remaining=len(found) // CHUNK)
        return bool(left)

    def _end(self, site, step, records):
        """Mask records at once; when that fails, by halves, so that no record stops others."""
        try:
            with self.env.cr.savepoint():
                step.end(self, site, records)
        except SerializationFailure:
            raise
        except FAILURES as error:
            if len(records) > 1:
                half = len(records) // 2
                self._end(site, step, records[:half])
                self._end(site, step, records[half:])
            else:
                self._complain(site, records, error)

    def _complain(self, site, record, error):
        # the text of an error may quote what is to be masked
        _logger.error("Masking failed on %r: %r", record, type(error).__name__)
        if site:
            text = self.env._(
                "The personal data of %(model)s %(id)s could not be masked. It is tried again "
                "every day; an administrator finds the kind of the problem in the server log.",
                model=self.env["ir.model"]._get(record._name).name,
                id=record.id,
            )
            error = IntegratorError(text, code=ALERT_CODE)
            self.env["integrator.alert"]._raise(site, ALERT_STAGE, error)

    # === DUE RECORDS === #

    def _search(self, model, domain, last_id):
        domain = Domain(domain) & Domain("id", ">", last_id)
        return self.env[model].search(domain, order="id", limit=CHUNK)

    def _begun_domain(self, field, limit):
        """Rows that began before a limit, by the site's time or ours: the earlier one."""
        return Domain(field, "<", limit) | Domain("create_date", "<", limit)

    def _next_orders(self, site, last_id):
        """Remote orders without a sale order; those with one go with it."""
        domain = Domain("site_id", "=", site.id) & Domain("masked_at", "=", False)
        domain &= Domain("sale_order_id", "=", False)
        domain &= self._begun_domain("ordered_at", site._privacy_limit())
        return self._search("integrator.order", domain, last_id)

    def _due_orders(self, site, orders):
        def is_over(order):
            limit = site._privacy_limit(is_open=order.state != "cancelled")
            return self._begun(order, "ordered_at") < limit and not order._is_in_dispute()

        return orders.filtered(is_over)

    def _next_sale_orders(self, site, last_id):
        """Sale orders of the site, and by hand for its customers."""
        buyers = Domain("integrator_buyer_key", "!=", False)
        domain = Domain("integrator_order_ref", "!=", False)
        domain |= Domain("partner_id", "any", buyers) | Domain("partner_shipping_id", "any", buyers)
        domain &= Domain("integrator_site_id", "=", site.id)
        domain &= Domain("integrator_masked_at", "=", False)
        domain &= self._begun_domain("date_order", site._privacy_limit())
        return self._search("sale.order", domain, last_id)

    def _due_sale_orders(self, site, sale_orders):
        return sale_orders.filtered(lambda sale_order: self._is_over(site, sale_order))

    def _is_over(self, site, sale_order):
        """Return whether the goods arrived, or never left, before the limit."""
        orders = sale_order.integrator_order_ids
        if any(order._is_in_dispute() for order in orders):
            return False
        parcels = sale_order.picking_ids.filtered(
            lambda one: one.state != "cancel" and one.location_dest_id.usage == "customer"
        )
        if parcels and set(parcels.mapped("state")) == {"done"}:
            return max(parcels.mapped("date_done")) < site._privacy_limit()
        is_open = sale_order.state != "cancel" and set(orders.mapped("state")) != {"cancelled"}
        return self._begun(sale_order, "date_order") < site._privacy_limit(is_open=is_open)

    def _next_late(self, site, last_id):
        """Sale orders that were masked, and about which somebody wrote or filed something later;
        that has a clock of its own."""
        sales, pickings = self.env["sale.order"], self.env["stock.picking"]
        masked_ones = Domain("integrator_site_id", "=", site.id)
        masked_ones &= Domain("integrator_masked_at", "!=", False)
        found = sales
        for records in (sales, pickings):
            among = masked_ones if records == sales else Domain("sale_id", "any", masked_ones)
            ids = self._written_about(records._name, records._search(among), site._privacy_limit())
            found |= sales.union(*(self._sale_order(one) for one in records.browse(ids)))
        return found.filtered(lambda order: order.id > last_id).sorted("id")[:CHUNK]

    def _written_about(self, model, ids, limit):
        """Of these records, those with messages of people, or files, from before a limit."""
        old = Domain("res_id", "in", ids) & Domain("create_date", "<", limit)
        comments = Domain("model", "=", model) & Domain("message_type", "!=", "notification")
        filed = Domain("res_model", "=", model) & Domain("res_field", "=", False)
        messages = self.env["mail.message"].search(old & comments & Domain("body", "!=", False))
        files = self.env["ir.attachment"].search(old & filed)
        return {*messages.mapped("res_id"), *files.mapped("res_id")}

    def _sale_order(self, record):
        return record.sale_id if record._name == "stock.picking" else record

    def _due_late(self, site, sale_orders):
        return sale_orders

    def _begun(self, record, field):
        return min(filter(None, (record[field], record.create_date)))

    def _next_partners(self, site, last_id):
        """Customers made of remote orders, and those that only invoices still named."""
        named = Domain("invoice_ids", "any", [("state", "=", "posted")])
        domain = Domain("integrator_buyer_key", "!=", False)
        domain |= Domain("integrator_masked", "=", "part") & ~named
        domain |= Domain("integrator_masked", "=", "whole") & self._filled_again(site)
        domain &= Domain("integrator_site_id", "=", site.id)
        return self._search("res.partner", domain, last_id)

    def _filled_again(self, site):
        """Masked customers that somebody gave an address again, for a parcel that left late."""
        filled = Domain.OR([(name, "!=", False)] for name in ("street", "phone", "email"))
        return filled & Domain("write_date", "<", site._privacy_limit())

    def _due_partners(self, site, partners):
        """Return the contacts to whom, or to whose customer, nothing was sold that is not masked
        yet. A contact with a user account is no stranger who bought once."""
        family = partners | partners.parent_id
        names = ("partner_id", "partner_invoice_id", "partner_shipping_id")
        named = Domain.OR([(name, "in", family.ids)] for name in names)
        unmasked = named & Domain("integrator_masked_at", "=", False)
        orders = self.env["sale.order"].search(unmasked)
        needed = orders.partner_id | orders.partner_invoice_id | orders.partner_shipping_id
        return partners.filtered(lambda one: not ((one | one.parent_id) & needed or one.user_ids))

    def _next_documents(self, site, last_id):
        """Documents by their age alone, read or not."""
        domain = Domain("site_id", "=", site.id) & Domain("masked_at", "=", False)
        domain &= self._begun_domain("received_at", site._privacy_limit())
        domain &= Domain("kind", "not in", self.env["integrator.document"]._impersonal_kinds())
        return self._search("integrator.document", domain, last_id)

    def _due_documents(self, site, documents):
        return documents

    # === MASKING === #

    def _end_orders(self, site, orders):
        self._end_sold(site, orders, orders.sale_order_id)

    def _end_sale_orders(self, site, sale_orders):
        known = sale_orders.filtered("integrator_order_ids")
        for some in filter(None, (known, sale_orders - known)):
            self._end_sold(site, some.integrator_order_ids, some)

    def _end_late(self, site, sale_orders):
        subject = self.env["integrator.privacy.inventory"]._subject(sale_orders=sale_orders)
        self._report(site, self._mask(subject, only=LATE_PLACES))

    def _end_sold(self, site, orders, sale_orders):
        """Mask orders and all that was said and done about them."""
        inventory = self.env["integrator.privacy.inventory"]
        subject = inventory._with_pattern(inventory._subject(orders, sale_orders))
        locked = sale_orders.filtered("locked")
        locked.locked = False
        counts = self._mask(replace(subject, known=bool(orders)))
        locked.locked = True
        now = fields.Datetime.now()
        orders.masked_at = sale_orders.integrator_masked_at = now
        sale_orders.with_context(active_test=True)._integrator_hold_erased()
        self._report(site, counts, orders=orders or sale_orders)

    def _end_partners(self, site, partners):
        """Mask customers; those that a posted invoice names keep what it has to name."""
        by_hand = partners.child_ids.filtered(
            lambda one: not (one.integrator_buyer_key or one.user_ids)
        )
        family = partners | by_hand
        kept = family & self._invoiced(family)
        inventory = self.env["integrator.privacy.inventory"]
        subject = inventory._with_pattern(inventory._subject(partners=family))
        counts = self._mask(replace(subject, known=False), kept)
        kept.integrator_masked = "part"
        (family - kept).integrator_masked = "whole"
        self._report(site, counts, partners=family)

    def _invoiced(self, partners):
        """Of these, those that a posted invoice is made out to."""
        named = ["|", ("partner_id", "in", partners.ids)]
        named += [("commercial_partner_id", "in", partners.ids), ("state", "=", "posted")]
        moves = self.env["account.move"].search(named)
        return moves.partner_id | moves.commercial_partner_id

    def _end_documents(self, site, documents):
        documents._forget_content()
        self._report(site, {"document": len(documents)}, documents=documents)

    def _mask(self, subject, kept=(), only=()):
        """Mask a subject wherever the inventory says that it is.

        :param kept: `res.partner` that posted invoices name
        :param only: keys of places; none: all of them
        :return: dict key of the place -> how many records were changed there
        """
        counts, maskers = {}, self._maskers()
        places = self.env["integrator.privacy.inventory"]._places()
        for place in [place for place in places if not only or place.key in only]:
            who = subject
            if place.by_law and kept:
                who = replace(subject, partners=subject.partners - kept)
            records_sudo = place.find(who).sudo()
            changed = records_sudo and maskers[place.how](place, records_sudo, who)
            if changed:
                counts[place.key] = len(changed)
        return counts

    def _report(self, site, counts, **done):
        self.env["integrator.privacy.report"]._add(site, counts, **done)

    # === MASKS === #

    def _maskers(self):
        """The functions that mask, by `how` of a place in the inventory."""
        return {
            "keys": self._mask_keys,
            "empty": self._mask_empty,
            "remove": self._mask_remove,
            "name": self._mask_name,
            "reference": self._mask_reference,
            "words": self._mask_words,
            "own_words": self._mask_own_words,
        }

    def _mask_keys(self, place, records, subject):
        """Neutral buyers and addresses lose the values of their keys."""
        for record in records:
            record.write({name: masked(record[name]) for name in place.fields})
        return records

    def _mask_empty(self, place, records, subject):
        filled = records.filtered(lambda record: any(record[name] for name in place.fields))
        filled.write(dict.fromkeys(place.fields, False))
        return filled

    def _mask_remove(self, place, records, subject):
        found = list(records.ids)
        records.unlink()
        return found

    def _mask_name(self, place, records, subject):
        records.write({name: self.env._("Erased customer") for name in place.fields})
        return records

    def _mask_reference(self, place, records, subject):
        """Remove the reference of the buyer; the name of the order stays."""
        changed = records.filtered(lambda one: one.client_order_ref != one.integrator_order_ref)
        for record in changed:
            record.client_order_ref = record.integrator_order_ref
        return changed

    def _mask_words(self, place, records, subject):
        """Remove from texts what is known of the persons."""
        return self._rewrite(place, records, lambda value: without(value, subject.pattern))

    def _mask_own_words(self, place, records, subject):
        """The same for texts that may quote the buyer; where the quoted values are not known any
        more, the whole text is removed."""
        if subject.known:
            return self._mask_words(place, records, subject)
        erased = self.env._("Erased, because it may name the buyer.")
        return self._rewrite(place, records, lambda value: self._all_texts(value, erased))

    def _all_texts(self, value, text):
        if isinstance(value, dict):
            return dict.fromkeys(value, text)
        return text if value else value

    def _rewrite(self, place, records, clean):
        changed = records.browse()
        for record in records:
            values = {name: clean(record[name]) for name in place.fields if record[name]}
            values = {name: one for name, one in values.items() if one != record[name]}
            if values:
                record.write(values)
                changed |= record
        return changed
