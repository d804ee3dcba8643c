# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain

#: Section -> fields of the product or its listing whose change concerns it. Any other field may be
#: an attribute of the product; the comparison of values decides.
SECTION_FIELDS = {
    "inventory": {
        "free_qty",
        "is_storable",
        "stock_policy",
        "location_ids",
        "stock_buffer",
        "stock_cap",
        "stock_quantity",
        "handling_days",
    },
    "price": {
        "list_price",
        "lst_price",
        "price_extra",
        "standard_price",
        "categ_id",
        "taxes_id",
        "pricelist",
        "price_source",
        "pricelist_id",
        "price_fixed",
        "price_minimum",
        "price_maximum",
    },
    "image": {"image_1920", "image_variant_1920"},
    "relationship": {
        "attribute_line_ids",
        "product_template_attribute_value_ids",
        "optional_product_ids",
        "integrator_parent_sku",
    },
    "shipping": {"shipping_group"},
}

#: Fields that say nothing of the product itself.
NO_CONTENT = set().union(
    *(SECTION_FIELDS[name] for name in ("inventory", "price", "image", "shipping"))
) - {"categ_id"}

#: Sections that the common parent of variants has, too.
PARENT_SECTIONS = ("product", "image")


class IntegratorPlannerProducts(models.AbstractModel):
    """Turns events on products into tasks: one per listing and section whose value has changed.
    A part of every adapter; it plans nothing for a site without sections."""

    _name = "integrator.planner.products"
    _description = "Planner: products"

    def _plan(self, site, events):
        """Hook: plan the updates of a site for events. By default: the changed sections of its
        listings, and for orders what its capabilities contain.

        :param events: `product.integration` or `order.integration`, all of one model
        :return: dict event -> list of `neutral.Update`; an event without any is done with
        """
        planners = {
            "product.integration": self._plan_products,
            "order.integration": self._plan_orders,
        }
        return planners[events._name](site, events)

    def _plan_products(self, site, events):
        """Everything is looked up for all events together; what has not changed makes no task.

        :param events: `product.integration`
        :return: dict event -> list of `neutral.Update`
        """
        if not self._section_names(site):
            return {}
        events = events.sorted("id")
        offered = site._offered_products(Domain("id", "in", events.mapped("record_id")))
        listings = self._listings(site, offered).grouped("product_id")
        offered = {product.id: product for product in offered}
        wanted = {
            event: self._find_changed_sections(site, event, offered, listings) for event in events
        }
        changed = self._changed(site, wanted)
        closing = {event: self._closing(site, event, offered) for event in events}
        return {
            event: [
                self._prepare_update(listing, kind)
                for listing, names in wanted[event].items()
                for kind in names
                if kind in changed[listing]
            ]
            + [listing._prepare_update("delist") for listing in closing[event]]
            for event in events
        }

    # === SECTIONS OF EVENTS === #

    def _find_changed_sections(self, site, event, offered, listings):
        """Return the changed sections of each listing that an event concerns.

        :param dict offered: id -> product
        :param dict listings: product -> its listings
        :return: dict listing -> names of sections
        """
        product = offered.get(event.record_id)
        if not product:
            return {}
        names = self._section_names(site)
        own = listings.get(product, self.env["integrator.listing"])
        common = [name for name in names if name in PARENT_SECTIONS]
        # parents before children
        return {parent: self._concerned(event, parent, common) for parent in own.parent_id} | {
            listing: self._concerned(event, listing, names) for listing in own
        }

    def _concerned(self, event, listing, names):
        """Sections by what changed; a listing that was never accepted gets everything."""
        changed = set(event.operation_data)
        if event.record_operation == "create" or listing.state != "live" or "active" in changed:
            return names
        content = {"product"} if changed - NO_CONTENT else set()
        others = {name for name, fields in self._section_fields().items() if changed & fields}
        return [name for name in names if name in content | others]

    def _closing(self, site, event, offered):
        """Listings of a product that is gone, archived or no longer offered."""
        listings = self.env["integrator.listing"]
        gone = event.record_operation == "unlink" or event.record_id not in offered
        if event.record_operation == "create" or not gone:
            return listings
        known = [row["listing_id"] for row in event.operation_data.get("listings", ())]
        closing = listings.search(
            [
                ("site_id", "=", site.id),
                ("state", "!=", "closed"),
                "|",
                ("id", "in", known),
                ("product_id", "=", event.record_id),
            ]
        )
        return closing | closing.parent_id.filtered(
            lambda parent: not (parent._open_children() - closing)
        )

    def _section_fields(self):
        """Hook: the fields of a product or its listing whose change concerns a section. A change of
        any other field concerns the section *product*.

        :return: dict name of the section -> set of field names
        """
        return SECTION_FIELDS

    # === CHANGES === #

    def _changed(self, site, wanted):
        """The sections whose value differs from what was sent, so that a second full
        synchronisation of an unchanged catalogue makes no call.

        :param dict wanted: event -> dict listing -> names of sections
        :return: dict listing -> names of the sections that have something new to say
        """
        names = {}
        for sections in wanted.values():
            for listing, some in sections.items():
                names.setdefault(listing, set()).update(some)
        listings = self.env["integrator.listing"].union(*names)
        known = listings._known_sections()
        unknown = self.env["integrator.listing.section"]
        changed = {}
        # those that want the same are looked at together
        for wanted_names, alike in listings.grouped(lambda one: frozenset(names[one])).items():
            asked = [name for name in self._section_names(site) if name in wanted_names]
            for listing, values in self._section_values(alike, asked).items():
                sections = known.get(listing.id, {})
                changed[listing] = {
                    name
                    for name, value in values.items()
                    if sections.get(name, unknown)._has_changes(value)
                }
        return changed

    # === LISTINGS === #

    def _complete_listings(self, site, products, codes):
        """The products' listings on marketplaces of a site, made when missing.

        :param codes: the site's own ids of the marketplaces
        """
        listings = self.env["integrator.listing"]
        own = [("site_id", "=", site.id), ("product_id", "in", products.ids)]
        known = listings.search([*own, ("is_former", "=", False)])
        there = {(listing.product_id, listing.marketplace_code) for listing in known}
        missing = [
            {
                "site_id": site.id,
                "product_id": product.id,
                "marketplace_code": code,
                "sku": product.default_code,
            }
            for product in products
            for code in codes
            if (product, code) not in there
        ]
        return known | self._adopt(site, missing)

    def _adopt(self, site, missing):
        """Make listings; those that already know a SKU are taken over, when they have no product
        or their product has another reference by now: two products never share one."""
        listings = self.env["integrator.listing"]
        skus = [values["sku"] for values in missing]
        found = listings.search([("site_id", "=", site.id), ("sku", "in", skus)])
        known = {(listing.marketplace_code, listing.sku): listing for listing in found}
        adopted, new = listings, {}
        for values in missing:
            place = values["marketplace_code"], values["sku"]
            listing = known.get(place)
            if listing and (listing.is_former or not listing.product_id):
                listing.write({"product_id": values["product_id"], "is_former": False})
                adopted |= listing
            elif not listing:
                new.setdefault(place, values)
        return adopted | listings.create(list(new.values()))

    def _prepare_update(self, listing, kind):
        """All sections but the product wait until the product is accepted."""
        return listing._prepare_update(kind, after="" if kind == "product" else "product")
