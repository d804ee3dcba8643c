# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Moving pictures, pictures of products, and axe-core's package."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
from pathlib import Path

import pytest
from PIL import Image

from tools.demo.demo_pictures import SHAPES, picture
from tools.docs.moving_picture import LINE, WIDTH, Frame, write
from tools.docs.screenshots import APP_PAGES, ROOT
from tools.environment.axe import SCRIPT, unpack
from tools.environment.messages import ToolError
from tools.proofs.axe_proof import sentences


def _png(colour: tuple[int, int, int]) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (1800, 1000), colour).save(target, "PNG")
    return target.getvalue()


def test_a_moving_picture_shows_each_frame_for_its_time(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    write([Frame(_png((255, 0, 0)), "First.", 1), Frame(_png((0, 0, 255)), "Then.", 3)], path)
    with Image.open(path) as image:
        assert image.size == (WIDTH, 500 + LINE)
        assert image.n_frames == 2
        assert image.info["loop"] == 0
        assert image.info["duration"] == 1000
        red, _green, blue = image.convert("RGB").getpixel((10, 10))
        assert red > 240 > blue
        image.seek(1)
        assert image.info["duration"] == 3000
        red, _green, blue = image.convert("RGB").getpixel((10, 10))
        assert blue > 240 > red


def test_without_frames_there_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="frame"):
        write([], tmp_path / "a.gif")


def test_each_product_has_a_small_picture_of_its_own() -> None:
    names = [*SHAPES, "Coffee mug"]
    found = {picture(name, number) for number, name in enumerate(names)}
    assert len(found) == len(names)
    for content in found:
        with Image.open(io.BytesIO(base64.b64decode(content))) as image:
            assert image.size == (256, 256)
        assert len(content) < 20_000
    assert picture("Coffee mug", 1, "Red") != picture("Coffee mug", 1, "Blue")


def _package(path: Path, name: str) -> str:
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = 3
        archive.addfile(member, io.BytesIO(b"axe"))
    return base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


def test_only_the_package_that_is_meant_is_used(tmp_path: Path) -> None:
    path = tmp_path / "axe.tgz"
    integrity = _package(path, SCRIPT)
    assert unpack(path, integrity) == b"axe"
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(ToolError, match="SHA-512"):
        unpack(path, integrity)


def test_one_cause_on_several_screens_is_one_sentence() -> None:
    node = {"target": ".o_form_view .button", "html": "<button/>"}
    rows = [
        {"screen": "home", "width": 1400, "rule": "button-name", "help": "No", "nodes": [node]},
        {"screen": "site", "width": 390, "rule": "button-name", "help": "No", "nodes": [node]},
    ]
    assert sentences(rows) == [
        "button-name: No. On home (1400), site (390):\n    <button/>",
    ]
    assert sentences([]) == []


def test_each_addon_shows_its_picture_among_the_apps() -> None:
    addons = {file.parent.name for file in ROOT.glob("integrator*/__manifest__.py")}
    assert addons == set(APP_PAGES)
    for addon, (_source, name) in APP_PAGES.items():
        page = (ROOT / addon / "static" / "description" / "index.html").read_text()
        assert f'src="{name}" alt="' in page
