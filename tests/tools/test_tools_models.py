# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The rules of where models live, each with a bad sample."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.lint.addon_files import tracked_files
from tools.lint.check_models import model_problems

SITE = "models/site/integrator_site.py"
TASK = "models/outbox/integrator_task.py"


@pytest.fixture
def addon(tmp_path: Path) -> Path:
    """Return the folder of a good addon."""
    write(tmp_path / "addon", "__manifest__.py", "{}")
    write(tmp_path / "addon", SITE, model("integrator.site"))
    write(tmp_path / "addon", TASK, model("integrator.task"))
    write(tmp_path / "addon", "models/__init__.py", "from . import site\nfrom . import outbox\n")
    return tmp_path / "addon"


def write(addon: Path, name: str, text: str) -> None:
    """Write a file and the folders above it."""
    (addon / name).parent.mkdir(parents=True, exist_ok=True)
    (addon / name).write_text(text)


def model(name: str, inherit: str = "", body: str = "") -> str:
    """Return the source of a model; without a name it extends one."""
    lines = [f'    _name = "{name}"'] * bool(name) + [f'    _inherit = "{inherit}"'] * bool(inherit)
    return "\n".join(["class A(models.Model):", *lines, body, ""])


def found_problems(addon: Path) -> list[str]:
    """Return the problems of the addon."""
    return list(model_problems(addon.parent, tracked_files(addon.parent)))


def test_a_good_addon_has_no_problem(addon: Path) -> None:
    assert found_problems(addon) == []


def test_a_model_in_two_files_of_a_subject_is_reported(addon: Path) -> None:
    write(addon, "models/outbox/task_more.py", model("", "integrator.task"))
    write(
        addon,
        "models/outbox/__init__.py",
        "from . import integrator_task\nfrom . import task_more\n",
    )
    assert [line for line in found_problems(addon) if "integrator.task is spread over" in line]


def test_a_later_subject_extends_a_model_in_a_file_of_the_same_name(addon: Path) -> None:
    write(addon, "models/outbox/integrator_site.py", model("", "integrator.site"))
    assert found_problems(addon) == []
    write(addon, "models/outbox/site_more.py", model("", "integrator.site"))
    assert [line for line in found_problems(addon) if "integrator.site is spread over" in line]


def test_a_subject_that_names_a_later_one_is_reported(addon: Path) -> None:
    write(addon, SITE, model("integrator.site", body='    a = fields.Many2one("integrator.task")'))
    assert found_problems(addon) == [
        f"addon/{SITE}: names integrator.task, a model of a later subject",
    ]
    write(addon, SITE, model("integrator.site"))
    write(addon, TASK, model("integrator.task", body='    a = fields.Many2one("integrator.site")'))
    assert found_problems(addon) == []


def test_models_of_odoo_are_everybodys(addon: Path) -> None:
    order = '    _name = "sale.order"\n    _inherit = ["sale.order", "mail.thread"]'
    write(addon, "models/outbox/sale_order.py", f"class A(models.Model):\n{order}\n")
    write(addon, SITE, model("integrator.site", body='    a = fields.Many2one("sale.order")'))
    assert found_problems(addon) == []


@pytest.mark.parametrize(
    ("imports", "is_wrong"),
    [
        ("from . import a_mixin\nfrom . import a\n", False),
        ("from . import a, a_mixin\n", True),
        ("from . import a\nfrom . import a_mixin\n", True),
        ("", True),
    ],
)
def test_a_parent_does_not_depend_on_the_alphabet(
    addon: Path, imports: str, is_wrong: bool
) -> None:
    write(addon, "models/site/a_mixin.py", model("integrator.a.mixin"))
    write(addon, "models/site/a.py", model("integrator.a", "integrator.a.mixin"))
    write(addon, "models/site/__init__.py", imports)
    assert any("has to be imported before it" in line for line in found_problems(addon)) is is_wrong


def test_names_that_are_not_sorted_are_reported(addon: Path) -> None:
    write(addon, "wizards/__init__.py", "from . import b, a\n")
    assert found_problems(addon) == ["addon/wizards/__init__.py: b, a is not sorted"]


@pytest.mark.parametrize(
    ("body", "is_wrong"),
    [
        ("    def _hold(self): pass", True),
        ("    def _integrator_hold(self): pass", False),
        ("    def action_integrator_hold(self): pass", False),
        ("    def write(self, vals): return super().write(vals)", False),
        ("    def _do(self): return super(A, self.some())._do()", False),
        ("    remote_ref = fields.Char()", True),
        ("    integrator_ref = fields.Char()", False),
        ("    state = fields.Selection(selection_add=[])", False),
    ],
)
@pytest.mark.parametrize("by_mixin", [False, True])
def test_additions_to_models_of_odoo_carry_our_prefix(
    addon: Path, body: str, *, is_wrong: bool, by_mixin: bool
) -> None:
    names = ("integrator.mixin", "") if by_mixin else ("", "sale.order")
    write(addon, "models/site/sale_order.py", model(*names, body=body))
    if by_mixin:
        text = '    _name = "sale.order"\n    _inherit = ["sale.order", "integrator.mixin"]'
        write(addon, "models/outbox/sale_order.py", f"class A(models.Model):\n{text}\n")
    found = [line for line in found_problems(addon) if "is added to a model of Odoo" in line]
    assert bool(found) is is_wrong
