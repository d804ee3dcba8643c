# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rights behind buttons, and limits for field paths and domains that people type.

Each check uses the rights of the user, also on records that are sudo already. What comes after a
check and needs the rights of the system is written out there, as `*_sudo`.
"""

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.models import BaseModel

from .utils import parse_domain


def check_operator(records):
    """Let members of the integration group pass.

    Operators read everything and change little by hand: what they may do are the actions, and
    each begins here.

    :param records: records on which an action was called
    :raise AccessError: for everybody else, and for records of another company
    """
    own = records.sudo(False)
    if not (own.env.su or own.env.user.has_group("integrator.group_integrator_user")):
        raise AccessError(
            records.env._(
                "Only members of the group “Integration: User” can do this. "
                "Ask your administrator to add you."
            )
        )
    own.check_access("read")


def check_administrator(records):
    """Let those pass who may touch secrets: administrators of the system.

    :param records: records on which an action was called
    :raise AccessError: for everybody else, and for records of another company
    """
    own = records.sudo(False)
    if not (own.env.su or own.env.user.has_group("base.group_system")):
        raise AccessError(
            records.env._("Only administrators of the system enter secrets. Ask yours to do this.")
        )
    own.check_access("read")


def check_path(model, path, shown=True):
    """Check that a path leads only to what the present user may read, so that it can be followed
    with superuser rights later.

    Beyond the first model only those are passed of which he may read every row, such as
    categories, units and attributes.

    :param model: empty records of the model where the path begins
    :param str path: names of fields with dots between them
    :param bool shown: whether records at its end are named
    :return: list of the fields that it passes
    :raise AccessError: where it leads to something that he may not read
    :raise ValueError: where it is not a path of fields
    """
    model = model.sudo(False)
    passed = []
    names = (path or "").split(".")
    for position, name in enumerate(names):
        field = model._fields.get(name) if model is not None else None
        if field is None:
            raise ValueError(name)
        model._check_field_access(field, "read")
        passed.append(field)
        model = model.env[field.comodel_name] if field.relational else None
        if model is not None and (shown or position < len(names) - 1):
            _check_whole(model)
    return passed


def read_domain(model, text):
    """Read a domain that a person typed, see `check_path`.

    :param model: empty records of the model that is searched
    :param str text: a literal; nothing in it is evaluated
    :return: `odoo.fields.Domain`
    :raise AccessError: where it asks for something that the present user may not read
    :raise ValueError: where it is not a domain of the model
    """
    domain = parse_domain(text)
    domain.validate(model.sudo(False))
    _check_conditions(model, domain)
    return domain


def _check_conditions(model, domain):
    for condition in domain.iter_conditions():
        path = _relations(model, condition.field_expr)
        field = check_path(model, path, shown=False)[-1]
        if field.relational and not (field.type == "many2one" and _compares_ids(condition)):
            _check_whole(model.sudo(False).env[field.comodel_name])
        if condition.operator.removeprefix("not ").startswith("any"):
            _check_conditions(model.env[field.comodel_name], Domain(condition.value))


def _relations(model, path):
    """The part of a path that leads from record to record, with the first field that does not:
    what follows is a part of its value, for example the year of a date."""
    names = []
    for name in path.split("."):
        names.append(name)
        field = model._fields.get(name)
        if field is None or not field.relational:
            break
        model = model.env[field.comodel_name]
    return ".".join(names)


def _compares_ids(condition):
    """Return whether a condition on a relation asks only for the ids that stand in the row
    itself."""
    value = condition.value
    values = value if isinstance(value, list | tuple | set) else [value]
    return condition.operator in ("=", "!=", "in", "not in") and all(
        isinstance(one, int) for one in values
    )


def _check_whole(model):
    """Check that the present user may read every row of a model.

    :raise AccessError: for models he may not read, or only some rows of
    """
    model.check_access("read")
    hidden = not model.env["ir.rule"]._compute_domain(model._name, "read").is_true()
    # such as messages and attachments, which are as visible as what they belong to
    decides_itself = type(model)._check_access is not BaseModel._check_access
    if not model.env.su and (hidden or decides_itself):
        raise AccessError(
            model.env._(
                "You may not read every row of “%(model)s”, so nothing can be looked up there by "
                "itself. Take a field of the product, or of what all may read, such as its "
                "category.",
                model=model.env["ir.model"]._get(model._name).name,
            )
        )
