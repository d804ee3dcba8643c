# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.integrator.access import check_operator
from odoo.addons.integrator.exceptions import IntegratorError

from ..api.product_types.definition import fetch_definition
from ..api.product_types.described import describe_attributes

#: Definitions that are fetched at one go; the listings of the others wait for the next one.
MOST_AT_ONCE = 10

#: The attribute that tells how listings belong together.
RELATION = "child_parent_sku_relationship"


class AmazonProductType(models.Model):
    """Fetching definitions. One that cannot be had keeps what was there before."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.amazon.product.type"

    def _prepare_for(self, listings):
        """Have the definitions that listings need.

        :return: tuple (dict listing -> `IntegratorError` that keeps its definition away,
            listings that have to wait for the next time)
        """
        types = self._wanted_of(listings)
        stale = self.union(*types.values()).filtered(lambda one: not one._is_fresh())
        errors = {one: error for one in stale[:MOST_AT_ONCE] if (error := one._fetch())}
        later = stale[MOST_AT_ONCE:].filtered(lambda one: not one.definition)
        failed = {
            listing: errors[one]
            for listing, one in types.items()
            if one in errors and not one.definition
        }
        return failed, listings.filtered(lambda listing: types[listing] in later)

    def _fetch(self):
        """Ask Amazon for one definition.

        :return: None, or the `IntegratorError` that keeps it away
        """
        self.ensure_one()
        site = self.site_id
        try:
            with site._adapter()._gateway(site, priority="content") as gateway:
                definition = fetch_definition(
                    gateway,
                    self.code,
                    self.marketplace_code,
                    site.amazon_merchant_id,
                    self._locale(),
                    self.is_parent,
                )
                described = definition and describe_attributes(definition.schema)
        except IntegratorError as error:
            self.reason = error.message
            return error
        if definition:
            self._take(definition, described)
        else:
            self._note_unknown()
        return None

    def _locale(self):
        place = self.env["integrator.amazon.marketplace"].search(
            [("code", "=", self.marketplace_code)], limit=1
        )
        return place.language or "DEFAULT"

    def _note_unknown(self):
        """Amazon does not know the type, or not any more; what was known of it is of no use."""
        self.write(
            {
                "state": "unknown",
                "fetched_at": fields.Datetime.now(),
                "reason": self.env._("Amazon knows no product type of this name here."),
                "definition": False,
            }
        )

    def _take(self, definition, described):
        """Keep a definition.

        :param definition: `api.product_types.definition.Definition`
        :param described: list of `api.product_types.described.Described`
        """
        changed = self._schema() != definition.schema
        self.write({"state": "known", "fetched_at": fields.Datetime.now(), "reason": False})
        if not changed:
            return
        self.write(
            {
                "name": definition.name,
                "version": definition.version,
                "definition": base64.b64encode(definition.schema),
            }
        )
        relation = next((one for one in described if one.name == RELATION), None)
        takes = bool(relation and "accessory" in relation.relations)
        if takes != self.takes_accessories:
            self.takes_accessories = takes
            self._note_accessories()
        self.env["integrator.amazon.attribute"]._replace(self, described, definition.groups)

    def _note_accessories(self):
        """Whether accessories can be told was not known when their listings were planned."""
        listings = self.env["integrator.listing"].search(
            [
                ("site_id", "=", self.site_id.id),
                ("marketplace_code", "=", self.marketplace_code),
                ("amazon_product_type", "=", self.code),
                ("is_parent", "=", False),
            ]
        )
        products = listings.browse().union(*listings._accessory_of()).product_id
        self.env["product.integration"].sudo()._record_change(products, "optional_product_ids")

    def action_fetch(self):
        """Button: ask Amazon for the definition now.

        :raise UserError: with the reason, when it cannot be had
        """
        check_operator(self)
        for one in self.sudo():
            if error := one._fetch():
                raise UserError(error.message)
        return self.env["integrator.site"]._notify(
            self.env._("Amazon was asked. What it says of the type is shown here now.")
        )
