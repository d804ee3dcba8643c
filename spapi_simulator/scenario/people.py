# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Made-up buyers and addresses."""

from __future__ import annotations

from ..marketplaces import Marketplace

NAMES = (
    "Erika Mustermann",
    "Max Mustermann",
    "Jürgen Größmann",
    "Zoë O'Connor",
    "María de los Ángeles Núñez",
    "Łukasz Żółć",
    "Anne-Sophie Lefèvre",
    "Giovanni D'Angelo",
)
# country -> (street, city, state or region, postal code)
PLACES: dict[str, tuple[str, str, str, str]] = {
    "DE": ("Musterstraße 12", "München", "Bayern", "80331"),
    "FR": ("12 rue de l'Exemple", "Lyon", "", "69001"),
    "IT": ("Via dell'Esempio 3", "Torino", "TO", "10121"),
    "ES": ("Calle del Ejemplo 7", "Málaga", "Málaga", "29001"),
    "GB": ("1 Example Road", "Bristol", "", "BS1 4ST"),
    "US": ("100 Example Avenue Apt 4", "Springfield", "IL", "62701"),
}
_ELSEWHERE = ("1 Example Street", "Exampletown", "", "10000")


def buyer(number: int, shop: Marketplace) -> dict[str, str]:
    """Return the buyer of the order with this number; the address is Amazon's relay kind."""
    name = NAMES[number % len(NAMES)]
    return {"buyerName": name, "buyerEmail": f"buyer{number:05d}@marketplace.{shop.domain[4:]}"}


def address(number: int, shop: Marketplace) -> dict[str, str]:
    """Return the delivery address of the order with this number."""
    street, city, region, postal_code = PLACES.get(shop.country, _ELSEWHERE)
    data = {
        "name": NAMES[number % len(NAMES)],
        "addressLine1": street,
        "addressLine2": "c/o Beispiel" if number % 5 == 4 else "",
        "city": city,
        "stateOrRegion": region,
        "postalCode": postal_code,
        "countryCode": shop.country,
        "phone": "+49 30 000000",
        "addressType": "RESIDENTIAL",
    }
    return {key: value for key, value in data.items() if value}
