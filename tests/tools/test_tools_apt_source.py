# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The private apt source: the machine's own, pointed at another suite."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.environment.apt_source import line, private_source, stanza
from tools.environment.messages import ToolError

DEB822 = """\
# written by the installer

Types: deb
# a mirror was here
URIs: http://security.example/debian-security
Suites: bookworm-security
Components: main

Types: deb deb-src
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates
Components: main
  contrib
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBFit2ioBEADhWpZ8
 -----END PGP PUBLIC KEY BLOCK-----
"""


def test_the_first_debian_stanza_keeps_its_address_and_its_keys() -> None:
    assert stanza(DEB822, "sid").splitlines() == [
        "Types: deb",
        "URIs: http://mirror.example/debian/",
        "Suites: sid",
        "Components: main",
        "Signed-By:",
        " -----BEGIN PGP PUBLIC KEY BLOCK-----",
        " .",
        " mQINBFit2ioBEADhWpZ8",
        " -----END PGP PUBLIC KEY BLOCK-----",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Types: deb-src\nURIs: http://mirror.example/debian\nSuites: bookworm\nComponents: main\n",
        "Enabled: no\nTypes: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\n",
        "Types: deb\nURIs: http://mirror.example/other\nSuites: stable\nComponents: main\n",
    ],
    ids=["empty", "sources only", "switched off", "another archive"],
)
def test_other_stanzas_are_passed_over(text: str) -> None:
    assert stanza(text, "sid") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "deb http://m.example/debian bookworm main contrib",
            "deb http://m.example/debian sid main\n",
        ),
        (
            "deb [arch=amd64 signed-by=/k.gpg] http://m.example/debian/ bookworm main",
            "deb [arch=amd64 signed-by=/k.gpg] http://m.example/debian/ sid main\n",
        ),
        (
            "# deb http://old.example/debian bookworm main\n"
            "deb-src http://m.example/debian bookworm main\n"
            "deb http://security.example/debian-security bookworm-security main\n"
            "deb http://m.example/debian bookworm main\n",
            "deb http://m.example/debian sid main\n",
        ),
        ("deb http://m.example/ubuntu jammy main", ""),
    ],
    ids=["plain", "with options", "first of several", "not Debian"],
)
def test_a_deb_line_keeps_its_options_and_its_address(text: str, expected: str) -> None:
    assert line(text, "sid") == expected


def test_debians_own_file_goes_before_others_and_before_lines(tmp_path: Path) -> None:
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    template = "Types: deb\nURIs: http://{}.example/debian\nSuites: x\nComponents: main\n"
    (parts / "another.sources").write_text(template.format("another"))
    (parts / "debian.sources").write_text(template.format("mine"))
    (tmp_path / "sources.list").write_text("deb http://line.example/debian x main\n")

    ending, text = private_source("sid", tmp_path)

    assert ending == ".sources"
    assert "http://mine.example/debian" in text


def test_without_sources_files_the_line_is_taken(tmp_path: Path) -> None:
    (tmp_path / "sources.list").write_text("deb http://line.example/debian bookworm main\n")
    assert private_source("sid", tmp_path) == (".list", "deb http://line.example/debian sid main\n")


def test_a_system_without_debian_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="No Debian package source"):
        private_source("sid", tmp_path)
