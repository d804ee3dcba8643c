# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Pictures of the demo's products: a plain shape on a coloured ground, drawn when they are needed.

Part of `demo_scenario.py`; it runs inside Odoo as the rest does.
"""

from __future__ import annotations

import base64
import colorsys
import io
from collections.abc import Callable

from PIL import Image, ImageDraw

SIZE = 256
#: Drawn larger and then made smaller, so that edges are smooth.
SCALE = 2
WHITE = (255, 255, 255)
METAL = (226, 230, 235)
WOOD = (198, 149, 98)
DARK = (58, 66, 77)
COLOURS = {
    "Black": (40, 42, 46),
    "Blue": (52, 101, 186),
    "Green": (62, 141, 94),
    "Red": (200, 62, 58),
}

Colour = tuple[int, int, int]


def _pan(draw: ImageDraw.ImageDraw, _colour: Colour) -> None:
    draw.rounded_rectangle((300, 228, 480, 262), 17, DARK)
    draw.ellipse((50, 110, 320, 380), DARK)
    draw.ellipse((82, 142, 288, 348), (84, 94, 107))


def _bowl(draw: ImageDraw.ImageDraw, _colour: Colour) -> None:
    draw.pieslice((70, 60, 442, 432), 0, 180, METAL)
    draw.ellipse((70, 216, 442, 276), (188, 196, 205))
    draw.rounded_rectangle((196, 424, 316, 450), 12, (188, 196, 205))


def _spoon(draw: ImageDraw.ImageDraw, _colour: Colour) -> None:
    draw.rounded_rectangle((240, 220, 272, 470), 16, WOOD)
    draw.ellipse((186, 50, 326, 250), WOOD)
    draw.ellipse((212, 82, 300, 214), (224, 182, 135))


def _board(draw: ImageDraw.ImageDraw, _colour: Colour) -> None:
    draw.rounded_rectangle((100, 90, 412, 430), 40, WOOD)
    for place in (170, 250, 330):
        draw.line((130, place, 382, place - 18), (178, 129, 80), 6)
    draw.ellipse((340, 110, 380, 150), (240, 240, 240))


def _knife(draw: ImageDraw.ImageDraw, _colour: Colour) -> None:
    draw.polygon([(60, 300), (330, 200), (330, 300)], METAL)
    draw.rounded_rectangle((324, 222, 470, 282), 24, DARK)
    for place in (360, 400, 440):
        draw.ellipse((place - 8, 244, place + 8, 260), METAL)


def _jug(draw: ImageDraw.ImageDraw, _colour: Colour) -> None:
    draw.arc((300, 180, 440, 350), 250, 110, METAL, 26)
    draw.polygon([(150, 120), (350, 120), (380, 420), (120, 420)], METAL)
    draw.polygon([(150, 120), (96, 96), (172, 190)], METAL)
    draw.ellipse((150, 100, 350, 140), (188, 196, 205))


def _mug(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    draw.arc((290, 190, 430, 350), 270, 90, colour, 30)
    draw.rounded_rectangle((120, 140, 360, 410), 36, colour)
    draw.ellipse((120, 112, 360, 172), tuple(min(255, part + 40) for part in colour))


#: Products of the demo -> their drawing.
SHAPES: dict[str, Callable[[ImageDraw.ImageDraw, Colour], None]] = {
    "Frying pan": _pan,
    "Mixing bowl": _bowl,
    "Cooking spoon": _spoon,
    "Chopping board": _board,
    "Kitchen knife": _knife,
    "Milk jug": _jug,
}


def picture(name: str, number: int, colour: str = "") -> bytes:
    """Return a picture of a product, as PNG in base64, as Odoo's image fields take it.

    :param name: what it is, beginning with a key of `SHAPES`; anything else is a mug.
    :param number: another one has another ground.
    :param colour: key of `COLOURS`, of a mug.
    """
    hue = number * 0.381966 % 1  # the golden section: neighbours differ
    ground = tuple(round(part * 255) for part in colorsys.hsv_to_rgb(hue, 0.28, 0.95))
    image = Image.new("RGB", (SIZE * SCALE, SIZE * SCALE), WHITE)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((16, 16, 496, 496), 72, ground)
    shape = next((shape for kind, shape in SHAPES.items() if name.startswith(kind)), _mug)
    shape(draw, COLOURS.get(colour, WHITE))
    small = image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    target = io.BytesIO()
    small.save(target, "PNG", optimize=True)
    return base64.b64encode(target.getvalue())
