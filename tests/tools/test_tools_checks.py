# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The checks of bin/lint that are our own, each with a bad sample."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools.docs.readme_pages import readme
from tools.environment.paths import ROOT
from tools.lint.addon_files import addons, tracked_files
from tools.lint.check_addons import problems
from tools.lint.check_python import LICENSE, LONGEST_FILE
from tools.lint.check_xml import HEADER

MANIFEST = {
    "name": "Integrator",
    "summary": "Short",
    "version": "19.0.1.0.0",
    "category": "Sales",
    "author": "Somebody",
    "website": "https://example.com",
    "license": "LGPL-3",
    "depends": ["base"],
    "data": ["views/a.xml"],
}
SITE = "Ama" + "zon"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a repository with one good addon, without git."""
    write(tmp_path, "integrator/__manifest__.py", f"{LICENSE}\n{MANIFEST!r}\n")
    write(tmp_path, "integrator/README.rst", "Integrator\n")
    write(tmp_path, "integrator/i18n/integrator.pot", "")
    write(tmp_path, "integrator/views/a.xml", f"{HEADER.decode()}<odoo/>\n")
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    """Write a file and the folders above it."""
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


def change(root: Path, **values: object) -> None:
    """Change keys of the manifest."""
    write(root, "integrator/__manifest__.py", f"{LICENSE}\n{ {**MANIFEST, **values}!r}\n")


def has_problem(root: Path, text: str) -> bool:
    """Return whether there is one problem, with this text in it."""
    found = problems(root)
    return len(found) == 1 and text in found[0]


def test_a_good_addon_has_no_problem(root: Path) -> None:
    assert problems(root) == []


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("summary", "", "has no summary"),
        ("author", None, "has no author"),
        ("license", "AGPL-3", "the license is not LGPL-3"),
        ("version", "1.0", "the version is not of the form"),
        ("version", "18.0.1.0.0", "the version is not of the form"),
        ("data", ["views/a.xml", "views/b.xml"], "names views/b.xml, which is not there"),
        ("data", ["views/a.xml", "views/a.xml"], "names views/a.xml twice"),
        ("data", [], "does not name views/a.xml"),
    ],
)
def test_a_bad_manifest_is_reported(root: Path, key: str, value: object, text: str) -> None:
    change(root, **{key: value})
    assert has_problem(root, text)


def test_a_manifest_that_is_code_is_reported(root: Path) -> None:
    write(root, "integrator/__manifest__.py", f"{LICENSE}\nprint('hello')\n")
    assert has_problem(root, "no dictionary")


@pytest.mark.parametrize("name", ["README.rst", "i18n/integrator.pot"])
def test_required_files_beside_a_manifest(root: Path, name: str) -> None:
    (root / "integrator" / name).unlink()
    assert has_problem(root, Path(name).name)


def test_a_readme_is_what_its_fragments_say(root: Path) -> None:
    write(root, "integrator/readme/DESCRIPTION.rst", "What it does.\n")
    write(root, "integrator/README.rst", readme(root / "integrator"))
    assert problems(root) == []
    assert "What it does." in (root / "integrator/README.rst").read_text()
    write(root, "integrator/readme/USAGE.rst", "How to.\n")
    assert has_problem(root, "integrator/README.rst: is not what its fragments say")
    (root / "integrator/readme/USAGE.rst").rename(root / "integrator/readme/HOWTO.rst")
    assert has_problem(root, "HOWTO.rst: is no fragment of a README")


def test_every_addon_has_fragments() -> None:
    assert all((addon / "readme" / "DESCRIPTION.rst").exists() for addon in addons(ROOT))


@pytest.mark.parametrize(
    ("name", "is_wrong"),
    [("12.bugfix.md", False), ("+words.feature.md", False), ("12.md", True), ("a.fix.md", True)],
)
def test_fragments_have_names_that_the_changelog_understands(
    root: Path, name: str, *, is_wrong: bool
) -> None:
    write(root, "integrator/readme/DESCRIPTION.rst", "What it does.\n")
    write(root, f"integrator/readme/newsfragments/{name}", "It is better.\n")
    write(root, "integrator/README.rst", readme(root / "integrator"))
    assert any("is no name of a fragment" in line for line in problems(root)) is is_wrong


def test_the_changelog_takes_the_fragments_of_every_addon() -> None:
    """Towncrier's changelog of a release has each fragment."""
    answer = subprocess.run(
        [sys.executable, "-m", "towncrier", "build", "--draft", "--version", "19.0.9.9.9"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    fragments = [file for addon in addons(ROOT) for file in addon.glob("readme/newsfragments/*.md")]
    assert fragments
    for file in fragments:
        assert file.read_text(encoding="utf-8").split("\n")[0] in answer.stdout, file


@pytest.mark.parametrize(
    "header",
    ["", "<?xml version='1.0' encoding='utf-8'?>\n", '<?xml version="1.0" encoding="utf-8"?>\n'],
)
def test_another_xml_header_is_reported(root: Path, header: str) -> None:
    write(root, "integrator/views/a.xml", f"{header}<odoo/>\n")
    assert has_problem(root, "does not begin with")


@pytest.mark.parametrize(
    ("button", "is_wrong"),
    [
        ('<button name="a" icon="fa-check"/>', True),
        ('<button name="a"><i class="fa fa-check"/></button>', True),
        ('<button name="a" icon="fa-check" title="Approve"/>', False),
        ('<button name="a"><field name="count" widget="statinfo"/></button>', False),
        ('<button name="a">Approve</button>', False),
    ],
)
def test_a_button_that_only_has_an_icon_is_reported(
    root: Path, button: str, is_wrong: bool
) -> None:
    write(root, "integrator/views/a.xml", f"{HEADER.decode()}<odoo>{button}</odoo>\n")
    assert any("neither words nor a title" in line for line in problems(root)) is is_wrong


def test_broken_xml_is_reported(root: Path) -> None:
    write(root, "integrator/views/a.xml", f"{HEADER.decode()}<odoo>\n")
    assert has_problem(root, "is no XML")


def test_templates_of_the_web_client_have_headers_as_they_like(root: Path) -> None:
    write(root, "integrator/static/src/a.xml", "<templates/>\n")
    assert problems(root) == []


@pytest.mark.parametrize("text", [SITE, SITE.lower(), f"x_{SITE.upper()}_y"])
def test_the_neutral_addon_names_no_site(root: Path, text: str) -> None:
    """000: the neutral addon is neutral."""
    write(root, "integrator/README.rst", f"Integrator\n{text}\n")
    assert has_problem(root, "integrator/README.rst:2: names a site")


def test_the_neutral_addon_names_no_site_in_a_file_name(root: Path) -> None:
    write(root, f"integrator/static/{SITE.lower()}.css", "")
    assert has_problem(root, "names a site")


def test_other_folders_may_name_a_site(root: Path) -> None:
    write(root, "docs/a.md", SITE)
    assert problems(root) == []


@pytest.mark.parametrize(
    "text",
    [
        "see /ro" + "ot/x",
        "in '/wo" + "rk/main'",
        "/ho" + "me/ann/x",
        "https://py" + "pi.org/simple",
    ],
)
def test_places_of_one_machine_and_registries_are_reported(root: Path, text: str) -> None:
    write(root, "docs/a.md", f"fine\n{text}\n")
    assert has_problem(root, "docs/a.md:2: names")


@pytest.mark.parametrize(
    "text", ["~/.cache/x", "https://example.com/root/x", "a/work/b", "/home/…"]
)
def test_other_places_are_fine(root: Path, text: str) -> None:
    write(root, "docs/a.md", text)
    assert problems(root) == []


def test_python_without_the_licence_is_reported(root: Path) -> None:
    write(root, "tools/a.py", "import os\n")
    assert has_problem(root, "licence line")


def test_an_empty_python_file_needs_no_licence(root: Path) -> None:
    write(root, "tools/__init__.py", "")
    assert problems(root) == []


def test_python_that_does_not_parse_is_reported(root: Path) -> None:
    write(root, "tools/a.py", f"{LICENSE}\ndef (\n")
    assert has_problem(root, "tools/a.py:2:")


def test_a_long_file_is_reported(root: Path) -> None:
    write(root, "tools/a.py", f"{LICENSE}\n" + "X = 1\n" * LONGEST_FILE)
    assert has_problem(root, f"tools/a.py: has more than {LONGEST_FILE} lines")
    write(root, "tools/a.py", f"{LICENSE}\n" + "X = 1\n" * (LONGEST_FILE - 1))
    assert problems(root) == []


def test_a_long_method_needs_a_reason(root: Path) -> None:
    body = "    x = 1\n" * 50
    write(root, "tools/a.py", f"{LICENSE}\ndef f():\n{body}")
    assert has_problem(root, "f has more than 50 lines")
    write(root, "tools/a.py", f"{LICENSE}\ndef f():\n    # long: one table\n{body}")
    assert problems(root) == []


@pytest.mark.parametrize(
    ("call", "is_wrong"),
    [
        ('_logger.error("%r of %r", operation, order.name)', False),
        ('_logger.info("%d rows", count)', False),
        ('_logger.error("%s is held", order.name)', True),
        ('_logger.warning(f"{order.name} is held")', True),
        ("_logger.exception(reason)", True),
    ],
)
def test_a_name_in_the_log_is_quoted(root: Path, call: str, is_wrong: bool) -> None:
    write(root, "integrator/models/a.py", f"{LICENSE}\n{call}\n")
    assert has_problem(root, "write %r into the log") is is_wrong


def test_an_odoo_test_that_is_not_imported_is_reported(root: Path) -> None:
    write(root, "integrator/tests/__init__.py", f"{LICENSE}\nfrom . import test_a\n")
    write(root, "integrator/tests/test_a.py", f"{LICENSE}\n")
    assert problems(root) == []
    write(root, "integrator/tests/test_b.py", f"{LICENSE}\n")
    assert has_problem(root, "test_b.py: is not imported")


def test_an_odoo_test_without_a_package_is_reported(root: Path) -> None:
    write(root, "integrator/tests/test_a.py", f"{LICENSE}\n")
    assert has_problem(root, "test_a.py: is not imported")


def test_files_beside_the_tests_of_an_addon_need_no_import(root: Path) -> None:
    for name in ("integrator/tests/case.py", "tests/test_a.py", "integrator/test_b.py"):
        write(root, name, f"{LICENSE}\n")
    assert problems(root) == []


def test_without_git_every_plain_file_is_looked_at(root: Path) -> None:
    write(root, ".hidden/a", "")
    write(root, "tools/__pycache__/a.pyc", "")
    assert Path("integrator/README.rst") in tracked_files(root)
    assert len(tracked_files(root)) == 4


@pytest.mark.parametrize(
    ("name", "line", "is_reported"),
    [
        ("integrator/a.py", "# asked for twice (000-12)", True),
        ("docs/a.md", "See requirement 000-12.", True),
        ("integrator/tests/a.py", "# asked for twice (000-12)", False),
        ("integrator/tests/a.py", "# as sellers say (pa" + "in 12)", True),
        ("spapi_simulator/a.py", "# FACT" + "S §4", True),
        ("spapi_simulator/a.py", "# a gift, as iss" + "ue 12 says", True),
        ("spapi_simulator/a.py", "# amzn/selling-partner-api-models issue 2061", False),
        ("docs/requirements.md", "| 000-12 |", False),
        ("integrator/a.py", "order = '302-12-000-12-1'", False),
    ],
)
def test_a_reason_is_written_in_words(root: Path, name: str, line: str, is_reported: bool) -> None:
    write(root, name, f"{LICENSE}\n{line}\n")
    assert has_problem(root, "state the reason in words") is is_reported


def view(root: Path, arch: str) -> None:
    """Write the arch of a view."""
    write(root, "integrator/views/a.xml", f"{HEADER.decode()}<odoo>{arch}</odoo>\n")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ('sent_at = fields.Datetime(help="When.")', "sent_at is shown and has no label"),
        ('sent_at = fields.Datetime(string="Sent On")', "“Sent On” is not in sentence case"),
        ('sent_at = fields.Datetime(string="Sent to Amazon")'.replace("Amazon", SITE), ""),
        ('sent_at = fields.Datetime(string="Sent on")', ""),
        ('sent_at = fields.Datetime(related="task_id.sent_at")', ""),
    ],
)
def test_labels_are_in_sentence_case(root: Path, field: str, text: str) -> None:
    """Odoo makes “Sent At” of a name."""
    view(root, '<list><field name="sent_at"/></list>')
    write(root, "other/__manifest__.py", f"{LICENSE}\n{ {**MANIFEST, 'data': []}!r}\n")
    write(root, "other/README.rst", "Other\n")
    write(root, "other/i18n/other.pot", "")
    write(root, "other/models.py", f"{LICENSE}\nclass Thing:\n    {field}\n")
    assert has_problem(root, text) if text else problems(root) == []


@pytest.mark.parametrize(
    ("arch", "is_wrong"),
    [
        ('<button name="a" string="Send Now"/>', True),
        ('<button name="a" string="Send now"/>', False),
        ('<menuitem name="Sent Things"/>', True),
    ],
)
def test_labels_of_views_are_in_sentence_case(root: Path, arch: str, *, is_wrong: bool) -> None:
    view(root, arch)
    assert has_problem(root, "not in sentence case") if is_wrong else problems(root) == []


def test_a_text_names_buttons_that_exist(root: Path) -> None:
    write(root, "integrator/a.py", f'{LICENSE}\nTEXT = "Mend it, then press “Send…”."\n')
    assert has_problem(root, "asks to press “Send…”, which no button is called")
    view(root, '<button name="a" string="Send"/>')
    assert problems(root) == []


@pytest.mark.parametrize(
    ("arch", "is_wrong"),
    [
        ('<list decoration-danger="late"><field name="name"/></list>', True),
        ('<list decoration-danger="late"><field name="late" optional="hide"/></list>', True),
        ('<list decoration-danger="late"><field name="late"/></list>', False),
        ('<list><field name="a" decoration-warning="b"/></list>', True),
        ('<list><field name="a" decoration-warning="a == \'b\'"/></list>', False),
        ('<list><field name="a" decoration-muted="b"/></list>', False),
    ],
)
def test_nothing_is_said_by_a_colour_alone(root: Path, arch: str, *, is_wrong: bool) -> None:
    view(root, arch)
    assert has_problem(root, "is said by no word beside it") if is_wrong else problems(root) == []


@pytest.mark.parametrize(
    ("method", "is_wrong"),
    [
        ("_find(self): return self.sudo().search([])[:1]", True),
        ("_find_sudo(self): return self.sudo().search([])", False),
        ("_find(self): return self._all_sudo().site_id", True),
        ("_find(self): return self.known or self.sudo().create({})", True),
        ("_find(self):\n        rows = self.sudo()\n        return rows", True),
        ("_find(self): return self.sudo().search([]).with_env(self.env)", False),
        ("_find(self): return self.sudo().search_count([])", False),
        ("_find(self): return self.sudo(False)", False),
        ("_find(self): return self - self.sudo()", False),
        ("action_open(self): return self.sudo()", False),
    ],
)
def test_records_of_the_system_are_named(root: Path, method: str, *, is_wrong: bool) -> None:
    write(root, "integrator/a.py", f"{LICENSE}\nclass A:\n    def {method}\n")
    text = "_find returns sudo() records, end it in _sudo"
    assert has_problem(root, text) if is_wrong else problems(root) == []
