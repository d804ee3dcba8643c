# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount, plaintext2html

from ...access import check_operator
from ...const import DECIDING, OURS
from ...reason import reason_for
from ...utils import labels_of

#: Parts of a listing that are compared by one figure.
COMPARED = ("price", "inventory")
#: States of parts that a person has to look at.
TROUBLED = ("refused", "drifted")


class AttributeWords(NamedTuple):
    """The site's words for an attribute of listings, for people."""

    title: str = ""
    #: Value -> its label.
    choices: dict = MappingProxyType({})
    #: Key of a part of its entries -> its title.
    parts: dict = MappingProxyType({})


class IntegratorListingDeskMixin(models.AbstractModel):
    """A listing on screens: Odoo's value, the site's value, and the next step."""

    _name = "integrator.listing.desk.mixin"
    _description = "Screens of listings"

    image_128 = fields.Image(
        string="Picture",
        compute="_compute_subject",
        compute_sudo=True,
        help="Comes from the product.",
    )
    title = fields.Char(
        compute="_compute_subject", compute_sudo=True, help="Comes from the product."
    )

    price_odoo = fields.Char(
        string="Price in Odoo",
        compute="_compute_figures",
        compute_sudo=True,
        help="The pricelist's price, before exchange rates, taxes and limits.",
    )
    price_next = fields.Char(
        string="Price",
        compute="_compute_figures",
        compute_sudo=True,
        help="What the channel is to show, with exchange rates, taxes and limits.",
    )
    price_site = fields.Char(
        string="Price there",
        compute="_compute_figures",
        compute_sudo=True,
        help="What the channel was last seen to show.",
    )
    price_differs = fields.Boolean(compute="_compute_figures", compute_sudo=True)
    stock_odoo = fields.Char(
        string="Free to sell",
        compute="_compute_figures",
        compute_sudo=True,
        help="Quantity in Odoo that nobody was promised.",
    )
    stock_next = fields.Char(
        string="Quantity",
        compute="_compute_figures",
        compute_sudo=True,
        help="What the channel is to offer, without what is held back.",
    )
    stock_site = fields.Char(
        string="Quantity there",
        compute="_compute_figures",
        compute_sudo=True,
        help="What the channel was last seen to offer.",
    )
    stock_differs = fields.Boolean(compute="_compute_figures", compute_sudo=True)
    outlook = fields.Text(
        string="What follows",
        compute="_compute_figures",
        compute_sudo=True,
        help="What is going to be sent of it, or why nothing is.",
    )

    is_sold_out = fields.Boolean(
        string="Sold out",
        compute="_compute_is_sold_out",
        search="_search_is_sold_out",
        help="The channel was sent a quantity of 0 for what it offered before.",
    )
    part_ids = fields.Many2many(
        "integrator.listing.section",
        string="Parts",
        compute="_compute_part_ids",
        help="How each part of it stands.",
    )
    problem_ids = fields.Many2many(
        "integrator.listing.section",
        string="Problems",
        compute="_compute_problems",
        help="Parts that the channel refused, or shows differently.",
    )
    open_issue_ids = fields.Many2many(
        "integrator.listing.issue",
        string="The channel says",
        compute="_compute_problems",
        help="What the channel finds wrong.",
    )
    problem_text = fields.Text(
        string="Problem", compute="_compute_problems", help="The first of them, in words."
    )
    pinned_text = fields.Text(
        string="Does not follow Odoo",
        compute="_compute_pinned_text",
        compute_sudo=True,
        help="What a person has fixed, or left different.",
    )
    page_url = fields.Char(
        string="Page on the channel",
        compute="_compute_page_url",
        compute_sudo=True,
        help="Where buyers see it.",
    )

    # === COMPUTE METHODS === #

    @api.depends("product_id", "template_id")
    def _compute_subject(self):
        for listing in self:
            subject = listing.product_id or listing.template_id
            listing.image_128 = subject.image_128
            listing.title = subject.with_context(display_default_code=False).display_name

    def _compute_figures(self):
        sold = self.filtered(lambda listing: listing.product_id and listing.site_id)
        prices, stock = sold._prices(), sold._stock()
        for listing in self:
            price, pieces = prices.get(listing), stock.get(listing)
            shown = {name: listing._shown_figure(name) for name in COMPARED}
            listing.price_odoo = price and listing._odoo_price_text(price)
            listing.price_next = price and listing._next_price_text(price)
            listing.price_site = shown["price"]
            listing.stock_odoo = pieces and listing._pieces_text(pieces["free"])
            listing.stock_next = pieces and listing._next_pieces_text(pieces)
            listing.stock_site = shown["inventory"]
            listing.price_differs = listing._differs("price", listing.price_next)
            listing.stock_differs = listing._differs("inventory", listing.stock_next)
            listing.outlook = listing._outlook_text(price)

    @api.depends("section_ids.emptied_at")
    def _compute_is_sold_out(self):
        for listing in self:
            listing.is_sold_out = any(listing.section_ids.mapped("emptied_at"))

    @api.depends("section_ids")
    def _compute_part_ids(self):
        for listing in self:
            listing.part_ids = listing.section_ids

    @api.depends("section_ids.state", "section_ids.reason", "issue_ids.state", "state")
    def _compute_problems(self):
        for listing in self:
            sections = listing.section_ids.filtered(lambda section: section.state in TROUBLED)
            issues = listing.issue_ids.filtered(lambda issue: issue.state == "open")
            if listing.state == "closed":
                sections, issues = sections.browse(), issues.browse()
            listing.problem_ids, listing.open_issue_ids = sections, issues
            listing.problem_text = listing._first_problem(sections, issues)

    @api.depends("overruled_values", "price_source", "stock_policy", "section_ids.ignored_hash")
    def _compute_pinned_text(self):
        for listing in self:
            listing.pinned_text = "\n".join(listing._pinned_lines()) or False

    @api.depends("remote_id", "state")
    def _compute_page_url(self):
        for listing in self:
            known = listing.remote_id and listing.state == "live"
            listing.page_url = known and listing.site_id._adapter()._listing_url(listing)

    # === SEARCH METHODS === #

    def _search_is_sold_out(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("section_ids.emptied_at", "!=", False)]

    @api.model
    def _problem_domain(self):
        """Listings of which the site refused a part, or shows something else."""
        return Domain("section_state", "in", TROUBLED) & Domain("state", "!=", "closed")

    # === ACTION METHODS === #

    def action_unpin(self):
        """Button: follow Odoo again also where a person has fixed a price or a quantity."""
        check_operator(self)
        for listing in self.sudo():
            fixed = {"price_source": "site"} if listing.price_source == "fixed" else {}
            fixed |= {"stock_policy": "free"} if listing.stock_policy == "fixed" else {}
            # what was there before the site won comes back by itself
            fixed = {
                name: value
                for name, value in fixed.items()
                if name not in (listing.overruled_values or {})
            }
            if fixed:
                listing.write(fixed)
                listing.message_post(body=self.env._("It follows Odoo again."))
        self.action_follow_odoo()
        return self.env["integrator.site"]._notify(
            self.env._("Odoo decides again. What changes by that is sent.")
        )

    def action_pin(self):
        """Button: fix a price or a quantity, after reading what follows."""
        check_operator(self)
        self.ensure_one()
        return self.env["integrator.pin"]._open(self)

    def action_open_page(self):
        """Button: the page on which buyers see it."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": self.page_url, "target": "new"}

    # === FIXED VALUES === #

    def _prepare_pin(self):
        """Values of `integrator.pin` with which one begins: what is offered now."""
        self.ensure_one()
        listing_sudo = self.sudo()
        if not listing_sudo.product_id:
            return {}
        amount = listing_sudo._prices()[listing_sudo]["amount"]
        pieces = listing_sudo._stock()[listing_sudo]["quantity"]
        return {"price": float(amount or 0), "quantity": pieces or 0}

    def _fix(self, name, values, note):
        """Fix a figure, as a decision that waits and can be undone.

        :param str name: of the section
        :param dict values: of the listing
        :param str note: what follows, for the log
        :return: the action that says what was done
        """
        self.ensure_one()
        undo, tasks_sudo = self.env["integrator.undo"], self.env["integrator.task"].sudo()
        listing_sudo = self.sudo()
        begun = undo._begin(listing_sudo)
        listing_sudo.with_context(**{DECIDING: OURS}).write(values)
        listing_sudo.message_post(body=plaintext2html(note))
        moment = undo._moment()
        update = replace(listing_sudo._prepare_update(name), update_at=moment)
        known = tasks_sudo.search([("listing_id", "=", self.id)])
        made = tasks_sudo._enqueue(listing_sudo.site_id, update, state="waiting") - known
        self.env["integrator.site"]._trigger_stages("send", at=moment)
        return undo._offer(
            self.env._("Fixed, is sent in half a minute: %s.", self.sku), begun, [made]
        )

    # === WORDS === #

    def _attribute_words(self):
        """Return the channel's words for what is sent of this listing, for people.

        :return: dict attribute -> `AttributeWords`; what is not in it is shown as it is
            sent
        """
        return {}

    # === FIGURES === #

    def _shown_figure(self, name):
        """The value that the site last showed; empty where that is not known."""
        section = self.section_ids.filtered(lambda one: one.name == name)
        value = section._shown_now()
        if not value:
            return False
        figure = self.site_id._adapter()._section_figure(name, value)
        if figure is None:
            return False
        if name == "price":
            return format_amount(self.env, float(figure), self.currency_id)
        return f"{figure:f}"

    def _odoo_price_text(self, price):
        listed, terms = price["listed"], price["terms"]
        if listed is None:
            return False
        return format_amount(self.env, listed.amount, terms.pricelist._integrator_currency())

    def _next_price_text(self, price):
        if price["problem"] or not price["amount"]:
            return False
        return format_amount(self.env, float(price["amount"]), self.currency_id)

    def _pieces_text(self, pieces):
        return self.env._("not counted") if pieces is None else str(pieces)

    def _next_pieces_text(self, pieces):
        if self.channel == "site" or pieces["quantity"] is None:
            return False
        return str(pieces["quantity"])

    def _differs(self, name, text):
        """Return whether the site shows something else than it is to show."""
        section = self.section_ids.filtered(lambda one: one.name == name)
        shown = {"price": self.price_site, "inventory": self.stock_site}[name]
        return bool(text and shown and section) and text != shown

    def _outlook_text(self, price):
        """The next update, or the reason why there is none."""
        if self.is_former:
            return self.env._(
                "Nothing is sent: the product has another internal reference, and is offered under "
                "that."
            )
        if self.state == "closed":
            return self.env._("Nothing is sent: the listing is closed.")
        lines = [price["problem"]] if price and price["problem"] else []
        if self.price_differs:
            lines.append(
                self.env._("Price: %(old)s → %(new)s", old=self.price_site, new=self.price_next)
            )
        if self.stock_differs:
            lines.append(
                self.env._("Quantity: %(old)s → %(new)s", old=self.stock_site, new=self.stock_next)
            )
        if self.channel == "site":
            lines.append(self.env._("No quantity is sent: the channel ships out of its own stock."))
        if self.state == "new":
            lines.append(self.env._("Nothing has been sent of it yet."))
        elif self.section_state == "verified" and not self.price_differs | self.stock_differs:
            lines.insert(0, self.env._("Nothing is to be sent: the channel shows what Odoo says."))
        return "\n".join(lines)

    # === PROBLEMS === #

    def _first_problem(self, sections, issues):
        """A problem in words."""
        for section in sections:
            labels = labels_of(section, "state")
            reason = reason_for(self.env, section.reason) or labels[section.state]
            reason = reason.partition("\n")[0]
            return f"{section._label()}: {reason}"
        return issues[:1].message

    def _pinned_lines(self):
        """The values that do not follow Odoo, a line for each."""
        lines = []
        if self.overruled_values:
            lines.append(self.env._("Taken over from the channel; the log says what."))
        elif self.price_source == "fixed":
            price = format_amount(self.env, self.price_fixed, self.currency_id)
            lines.append(self.env._("The price is fixed at %s.", price))
        if self.stock_policy == "fixed":
            lines.append(self.env._("The quantity is fixed at %s.", self.stock_quantity))
        lines += [
            self.env._("%s may stay different from Odoo.", section._label())
            for section in self.section_ids.filtered("ignored_hash")
        ]
        return lines
