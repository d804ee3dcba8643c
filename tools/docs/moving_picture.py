# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A moving picture out of pictures of the browser, with a sentence below each."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH = 900
#: Height of the line with the sentence.
LINE = 46
COLOURS = 96
GROUND, INK = (113, 75, 103), (255, 255, 255)
TEXT_SIZE = 20


@dataclass(frozen=True)
class Frame:
    """One picture.

    :param png: what the browser shows.
    :param sentence: what happens there; it fits on one line.
    :param seconds: how long it stays.
    """

    png: bytes
    sentence: str
    seconds: float = 2.5


def write(frames: Sequence[Frame], path: Path) -> None:
    """Write a GIF that plays for ever.

    :param frames: in their order, all of one size.
    :raise ValueError: without frames.
    """
    if not frames:
        raise ValueError("a moving picture needs a frame")
    drawn = [_draw(frame) for frame in frames]
    # one palette for all, so that what stands still is the same from frame to frame
    palette = _palette(drawn)
    rows = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in drawn]
    rows[0].save(
        path,
        save_all=True,
        append_images=rows[1:],
        duration=[round(frame.seconds * 1000) for frame in frames],
        loop=0,
        optimize=True,
    )


def _draw(frame: Frame) -> Image.Image:
    shown = Image.open(io.BytesIO(frame.png)).convert("RGB")
    height = round(shown.height * WIDTH / shown.width)
    image = Image.new("RGB", (WIDTH, height + LINE), GROUND)
    image.paste(shown.resize((WIDTH, height), Image.Resampling.LANCZOS), (0, 0))
    font = ImageFont.load_default(TEXT_SIZE)
    draw = ImageDraw.Draw(image)
    draw.text((WIDTH // 2, height + LINE // 2), frame.sentence, INK, font, anchor="mm")
    return image


def _palette(images: Sequence[Image.Image]) -> Image.Image:
    whole = Image.new("RGB", (images[0].width, sum(image.height for image in images)))
    top = 0
    for image in images:
        whole.paste(image, (0, top))
        top += image.height
    return whole.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
