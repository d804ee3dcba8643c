# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rights on settlements."""

from odoo.exceptions import AccessError

#: The group that may post, reverse, answer and upload.
ACCOUNTANTS = "account.group_account_invoice"

#: The group that sets up the accounts of rows.
MANAGERS = "account.group_account_manager"


def check_accountant(records, group=ACCOUNTANTS):
    """Let people of the accounting groups pass.

    :param records: records on which an action was called
    :raise AccessError: for everybody else, and for records of another company
    """
    own = records.sudo(False)
    if not (own.env.su or own.env.user.has_group(group)):
        raise AccessError(
            records.env._(
                "Only people with accounting rights can do this. Ask your administrator to add "
                "you to the group “Invoicing”, or “Administrator” of it for the set-up."
            )
        )
    own.check_access("read")
