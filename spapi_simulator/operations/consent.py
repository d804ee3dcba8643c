# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The consent page of Seller Central, reduced to the redirect that follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ..errors import invalid_input
from ..http import Answer, Call
from ..routing import Route

if TYPE_CHECKING:
    from ..world import World


def consent(world: World, call: Call) -> Answer:
    """Send the browser back with state, selling_partner_id and spapi_oauth_code.

    The default seller agrees, or the one whose merchant id is given as `seller`.
    """
    redirect = call.text("redirect_uri")
    seller = world.sellers.get(call.text("seller") or world.seller.merchant_id)
    if not redirect or not call.text("application_id") or seller is None:
        raise invalid_input("application_id and redirect_uri are required")
    code = world.tokens.issue_code(seller.client_id, seller.merchant_id, redirect, world.now())
    answer = {
        "state": call.text("state") or "",
        "selling_partner_id": seller.merchant_id,
        "spapi_oauth_code": code,
    }
    joint = "&" if "?" in redirect else "?"
    return Answer(302, headers={"Location": f"{redirect}{joint}{urlencode(answer)}"})


ROUTES = (Route("consent", "GET", "/apps/authorize/consent", consent, secured=False),)
