# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError


def as_operator(records):
    """The same records with the rights of the system, for a member of the integration group.

    Operators read everything and change nothing by hand: what they may do are the actions, and
    each begins here (002-01).

    :param records: records on which an action was called
    :raise AccessError: for everybody else, and for records of another company
    """
    if not (records.env.su or records.env.user.has_group("integrator.group_integrator_user")):
        raise AccessError(
            records.env._(
                "Only members of the group “Integration: User” can do this. "
                "Ask your administrator to add you."
            )
        )
    records.check_access("read")
    return records.sudo()


def as_administrator(records):
    """As `as_operator`, for what only administrators of the system may touch: secrets (001-81).

    :raise AccessError: for everybody else, and for records of another company
    """
    if not (records.env.su or records.env.user.has_group("base.group_system")):
        raise AccessError(
            records.env._("Only administrators of the system enter secrets. Ask yours to do this.")
        )
    records.check_access("read")
    return records.sudo()
