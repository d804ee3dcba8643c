# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from odoo import models
from odoo.models import BaseModel


class IntegratorAdapterListings(models.AbstractModel):
    """What a site has to be told of listings, and what it shows of them."""

    _name = "integrator.adapter.listings"
    _description = "Adapter: listings"

    # === BUSINESS METHODS === #

    def _listings(self, site: BaseModel, products: BaseModel) -> BaseModel:
        """The listings of products on every marketplace of a site. A site that offers all its
        products everywhere makes those that are missing; nothing is sent by that.

        :param products: `product.product` records that the site offers
        :return: `integrator.listing` records
        """
        return products.integrator_listing_ids.filtered(lambda listing: listing.site_id == site)

    def _section_names(self, site: BaseModel) -> tuple[str, ...]:
        """The sections of a listing that the site has, by its present settings.

        :return: tuple of names out of `const.SECTIONS`, in the order in which they are told
        """
        return ()

    def _section_values(
        self, listings: BaseModel, names: Iterable[str]
    ) -> dict[BaseModel, dict[str, Any]]:
        """What Odoo says of listings, section by section. One call for many listings:
        prices, stock and images are computed together. Sending, preview and drift all use it.

        :param listings: `integrator.listing` of one site
        :param names: names of sections
        :return: dict listing -> dict name -> JSON-able value; None: there is nothing to say
        """
        return {listing: dict.fromkeys(names) for listing in listings}

    def _section_value(self, listing: BaseModel, name: str) -> Any:
        """As `_section_values`, for one section of one listing."""
        return self._section_values(listing, (name,))[listing][name]

    def _section_message(self, listing: BaseModel, name: str, value: Any) -> Any:
        """What is sent for a section, in the site's own form. It reads what the section was last
        told and writes nothing: a preview gets the same, byte by byte.

        :param value: of `_section_values`
        :return: JSON-able message
        """
        raise NotImplementedError

    def _section_figure(self, name: str, value: Any) -> Decimal | None:
        """The one number by which guard rails measure a section: the price for everybody, or the
        pieces on offer.

        :param str name: `price` or `inventory`
        :param value: of `_section_values`, or as it was kept; may be None
        :return: `Decimal`, or None where there is no such number
        """

    def _section_figures(self, name: str, value: Any) -> dict[str, Decimal]:
        """Every number by which guard rails measure a section: no price may leave unseen.

        :param str name: `price` or `inventory`
        :param value: of `_section_values`, or as it was kept; may be None
        :return: dict label -> `Decimal`: `price`, `sale`, `business`, `business from 10` …, or
            `quantity`; what is not offered is left out
        """
        figure = self._section_figure(name, value)
        labels = {"price": "price", "inventory": "quantity"}
        return {} if figure is None else {labels.get(name, name): figure}

    def _prepare_preview(self, listings: BaseModel) -> str:
        """Fetch what a preview of listings needs to tell beforehand what the site refuses.

        :return: what could not be looked at, for people; empty: nothing
        """
        return ""

    def _try_messages(
        self, site: BaseModel, messages: list[tuple[BaseModel, str, Any]]
    ) -> list[dict[str, str]] | None:
        """Ask the site what it would say to messages, without any effect.

        :param list messages: tuples (listing, name of the section, message)
        :return: list of dicts attribute -> reason, in the order of the messages: empty when the
            site would take it. Shorter than `messages` when the site cannot be asked more now;
            None: the site cannot be asked at all
        """

    def _listings_source(self, site: BaseModel) -> str:
        """The source by which all listings of a site are imported.

        :return: `listings`, or `listing_report` where the site makes a report of very many
        """
        return "listings"

    def _section_shown(self, listing: BaseModel, name: str, value: Any, shown: Any) -> Any:
        """What the site shows of what a section says.

        :param value: of `_section_values`, or as it was kept; not None
        :param shown: what a neutral listing holds as `shown`
        :return: equal to `value` where the site shows all of it, else in the same form what it
            shows instead
        """
        return value

    def _shown_values(self, section: BaseModel) -> dict[str, Any]:
        """What a listing has to say so that a section says what the site shows.

        :param section: `integrator.listing.section` with its `shown_value`, of `_section_shown`
        :return: dict of values of `integrator.listing`; empty where it cannot say that
        """
        if section.name != "price":
            return {}
        told, shown = (
            self._section_figure(section.name, value or {})
            for value in (section.verified_value, section.shown_value)
        )
        if shown is None or shown == told:
            # it is another part of the price that differs
            return {}
        return {"price_source": "fixed", "price_fixed": float(shown)}

    def _listing_url(self, listing):
        """Where buyers see a listing; empty where that is not known.

        :param listing: `integrator.listing` with a `remote_id`
        """
        return ""

    def _note_shown(self, listing: BaseModel, shown: Any) -> None:
        """Note on the listing what else the site shows, such as its numbers and who ships it.

        :param shown: what a neutral listing holds as `shown`
        """

    def _currency(self, site: BaseModel, marketplace_code: str) -> BaseModel:
        """The currency in which a marketplace sells.

        :return: `res.currency`
        """
        return site.company_id.currency_id

    def _offer_tax(self, site: BaseModel, marketplace_code: str) -> str:
        """Whether buyers on a marketplace see prices with tax; it can be set otherwise there.

        :return: `included`, `excluded`, or `same`: prices leave as the pricelist has them
        """
        return "same"
