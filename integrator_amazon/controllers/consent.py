# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import request

from odoo.addons.integrator.exceptions import IntegratorError

#: Path to which the browser comes back; registered with the application at Amazon.
RETURN_PATH = "/integrator_amazon/consent"


class ConsentController(http.Controller):
    """The way back from Amazon's consent page."""

    @http.route(RETURN_PATH, type="http", auth="user", methods=["GET"], sitemap=False)
    def come_back(self, **query):
        """Take the code that the browser brings, and show how it ended.

        :param query: `state`, `spapi_oauth_code`, `selling_partner_id`, or what Amazon says instead
        """
        consents = request.env["integrator.amazon.consent"]
        consent = consents._redeem_sudo(query.get("state"))
        values = {"site": consent.site_id, "message": "", "error": ""}
        try:
            values["message"] = consent._finish(query)
        except IntegratorError as error:
            values["error"] = error.message
        return request.render("integrator_amazon.consent_page", values)
