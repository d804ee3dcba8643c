# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which values are personal. What a company says of itself stays: tax law asks for it."""

#: Keys of a neutral buyer or address that tell who a person is or where they live.
PERSONAL = frozenset(
    {"name", "email", "phone", "street", "street2", "street3", "zip", "district", "invoice_address"}
)

#: Columns of a partner that are emptied; the name is replaced.
PARTNER_COLUMNS = ("email", "phone", "street", "street2", "zip", "comment", "integrator_buyer_key")


def masked(values):
    """A neutral buyer or address without what is personal.

    :param dict|None values: as the site gave it
    """
    return {key: "" if key in PERSONAL else value for key, value in (values or {}).items()}
