# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import request

#: Seconds for which a picture may be kept: another picture has another address.
MAX_AGE = 7 * 24 * 3600

#: Types of pictures that cannot hold scripts, as a drawing in SVG can.
PICTURE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/tiff")


class ImageController(http.Controller):
    """Pictures of listed products for the sites that offer them."""

    @http.route(
        "/integrator/image/<int:attachment_id>/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
        save_session=False,
    )
    def picture(self, attachment_id, token):
        """Serve a picture without a log-in, to those who have its address.

        :param int attachment_id: of the picture's bytes
        :param str token: only of these bytes; see `ir.attachment._integrator_token`
        """
        attachment_sudo = request.env["ir.attachment"].sudo().browse(attachment_id).exists()
        if not attachment_sudo or not attachment_sudo._integrator_is_shown(token):
            raise request.not_found()
        stream = request.env["ir.binary"].sudo()._get_stream_from(attachment_sudo, "raw")
        if stream.mimetype not in PICTURE_TYPES:
            raise request.not_found()
        response = stream.get_response(as_attachment=False, max_age=MAX_AGE)
        response.headers["Cache-Control"] = f"public, max-age={MAX_AGE}"
        return response
