"""Make the media of the demonstration's courses: pictures, worksheets, a table and a video.

    python tools/demo_media.py [NAME ...]

Without names everything is made; a NAME is a file's name, such as `beats.mp4`. The files are
committed, so this is run only after a change here. It needs Playwright, Chromium (EDUCA_CHROMIUM
names one that Playwright did not install itself) and ffmpeg; the same versions of these make the
same bytes.
"""

import base64
import csv
import io
import math
import os
import re
import struct
import subprocess
import sys
import tempfile
import wave
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, sync_playwright

SOURCE = Path(__file__).resolve().parent.parent / "src" / "educa"
COURSES = SOURCE / "interchange" / "demonstration" / "courses"
FONTS = SOURCE / "static" / "educa" / "fonts"

PAPER, INK, QUIET, LINE = "#ffffff", "#1c1b18", "#5b574e", "#d5cfc1"
GREEN, RUST, BLUE, PLUM = "#17694a", "#b0481a", "#2558a5", "#7d3a86"
WASH = "#eef5f0"

Point = tuple[float, float]


# Drawing: a few words for SVG


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: int = 24,
    color: str = INK,
    anchor: str = "start",
    weight: int = 400,
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{color}" text-anchor="{anchor}"'
        f' font-weight="{weight}">{words}</text>'
    )


def stroke(
    points: list[Point],
    *,
    color: str = INK,
    width: float = 2.0,
    dashes: str = "none",
    mark: str = "",
) -> str:
    """A line through the points; `mark` puts arrow heads on: "end", "both"."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    ends = 'marker-end="url(#arrow)" ' if mark else ""
    ends += 'marker-start="url(#arrow)" ' if mark == "both" else ""
    return (
        f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="{width}"'
        f' stroke-dasharray="{dashes}" stroke-linejoin="round" stroke-linecap="round" {ends}/>'
    )


def box(
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    fill: str = PAPER,
    edge: str = LINE,
    radius: float = 10,
) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius}"'
        f' fill="{fill}" stroke="{edge}" stroke-width="1.5"/>'
    )


def dot(x: float, y: float, radius: float = 6, color: str = INK) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{color}"/>'


def curve(
    shape: Callable[[float], float], x: float, y: float, width: float, height: float
) -> list[Point]:
    """`shape` from 0 to 1, drawn from `x` over `width`; 1 is `height` above the middle line `y`."""
    steps = 480
    return [(x + width * i / steps, y - height * shape(i / steps)) for i in range(steps + 1)]


def picture(width: int, height: int, *parts: str) -> str:
    arrow = (
        '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8"'
        f' markerHeight="8" orient="auto-start-reverse"><path d="M0 1 10 5 0 9z" fill="{INK}"/>'
        "</marker></defs>"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}"><rect width="{width}" height="{height}" fill="{PAPER}"/>'
        f"{arrow}{''.join(parts)}</svg>"
    )


# Teach with Educa


def course_tree() -> str:
    """A course with three modules, and what each holds."""
    modules = [
        (
            "1",
            "What a wave is",
            [("Text", "Only the shape travels"), ("Image", "Period, wavelength")],
        ),
        ("2", "When waves meet", [("Text", "Adding waves"), ("Video", "Two tones together")]),
        ("3", "Try it", [("Text", "Make a sound"), ("File", "Worksheet")]),
    ]
    colors = {"Text": GREEN, "Image": BLUE, "Video": PLUM, "File": RUST}
    parts = [
        text(60, 50, "Course", size=22, color=QUIET, weight=600),
        text(390, 50, "Modules, in order", size=22, color=QUIET, weight=600),
        text(750, 50, "Contents, in order", size=22, color=QUIET, weight=600),
        box(60, 270, 220, 90, fill=WASH, edge=GREEN),
        text(170, 323, "Waves", size=27, anchor="middle", weight=600),
    ]
    for index, (number, title, contents) in enumerate(modules):
        middle = 145 + index * 170
        parts += [
            stroke([(280, 315), (335, 315), (335, middle), (390, middle)], color=QUIET),
            box(390, middle - 36, 290, 72),
            text(412, middle + 8, number, size=24, color=QUIET),
            text(442, middle + 8, title, size=24, weight=600),
        ]
        for place, (kind, name) in enumerate(contents):
            row = middle - 37 + place * 74
            parts += [
                stroke([(680, middle), (715, middle), (715, row), (750, row)], color=QUIET),
                box(750, row - 29, 400, 58),
                box(764, row - 17, 76, 34, fill=colors[kind], edge=colors[kind], radius=17),
                text(802, row + 7, kind, size=19, color=PAPER, anchor="middle", weight=600),
                text(856, row + 8, name, size=21),
            ]
    return picture(1200, 610, *parts)


def clutter() -> str:
    """The same four series twice: everything shouted, then one thing said."""
    series = [
        ("Text A", [62, 60, 63, 61, 64, 62], "#e6550d"),
        ("Text B", [55, 58, 54, 57, 55, 58], "#31a354"),
        ("Text C", [48, 50, 49, 51, 50, 52], "#3182bd"),
        ("Video", [70, 61, 50, 41, 33, 24], "#756bb1"),
    ]
    parts = [
        text(60, 56, "Before", size=26, weight=600),
        text(660, 56, "After", size=26, weight=600),
        text(60, 92, "What should you look at?", size=22, color=QUIET),
        text(660, 92, "One message, said in words too", size=22, color=QUIET),
    ]
    for left, tidy in ((110, False), (680, True)):
        parts += _clutter_axes(left, tidy=tidy)
        for row, (name, values, color) in enumerate(series):
            chosen = name == "Video"
            line = [(left + 72 * i, 500 - 4.6 * value) for i, value in enumerate(values)]
            shade = (RUST if chosen else "#a39e93") if tidy else color
            parts.append(stroke(line, color=shade, width=5 if tidy and chosen else 3))
            if not tidy:
                parts += [dot(x, y, 6, color) for x, y in line]
                parts += [
                    stroke([(508, 170 + 30 * row), (536, 170 + 30 * row)], color=color, width=4)
                ]
                parts += [text(544, 177 + 30 * row, name, size=17)]
        if tidy:
            parts += [
                text(1054, 398, "Video", size=22, color=RUST, weight=600),
                text(1054, 226, "The three", size=20, color=QUIET),
                text(1054, 252, "texts", size=20, color=QUIET),
            ]
    return picture(1200, 590, *parts)


def _clutter_axes(left: float, *, tidy: bool) -> list[str]:
    parts = [stroke([(left, 500), (left + 370, 500)], color=INK if not tidy else LINE)]
    for value in range(0, 81, 40 if tidy else 10):
        y = 500 - 4.6 * value
        parts.append(text(left - 10, y + 7, f"{value} %", size=18, color=QUIET, anchor="end"))
        if not tidy:
            parts.append(stroke([(left, y), (left + 370, y)], color="#b9b2a3", width=1.5))
    for week in range(6):
        parts.append(
            text(left + 72 * week, 532, f"{week + 1}", size=18, color=QUIET, anchor="middle")
        )
        if not tidy:
            parts.append(
                stroke([(left + 72 * week, 132), (left + 72 * week, 500)], color="#b9b2a3")
            )
    parts.append(text(left + 180, 564, "week", size=18, color=QUIET, anchor="middle"))
    return parts


# Waves and sound


def two_views() -> str:
    """One place watched over time; one moment seen along the string."""

    def swing(at: float) -> float:
        return math.sin(2 * math.pi * 2.5 * at)

    parts = []
    for top, heading, axis, letter, name, color in (
        (0, "One place on the string, watched over time", "time", "T", "period", GREEN),
        (330, "The whole string, seen at one moment", "place", "λ", "wavelength", BLUE),
    ):
        middle = top + 195
        parts += [
            text(60, top + 56, heading, size=26, weight=600),
            stroke([(60, middle), (1130, middle)], color=QUIET, mark="end"),
            text(1130, middle + 34, axis, size=22, color=QUIET, anchor="end"),
            stroke(curve(swing, 60, middle, 1000, 80), color=color, width=5),
            stroke([(160, middle - 80), (160, middle - 100)], color=QUIET),
            stroke([(560, middle - 80), (560, middle - 100)], color=QUIET),
            stroke([(164, middle - 94), (556, middle - 94)], mark="both"),
            box(268, middle - 114, 184, 38, edge=PAPER, radius=0),
            text(360, middle - 87, f"{name} {letter}", anchor="middle", weight=600),
            stroke([(960, middle - 2), (960, middle - 78)], mark="both"),
            text(984, middle - 88, "amplitude", size=22, color=QUIET),
        ]
    return picture(1200, 660, *parts)


def adding() -> str:
    """Two waves in step double; out of step they cancel."""
    parts = [
        text(350, 54, "In step", size=27, anchor="middle", weight=600),
        text(880, 54, "Half a period apart", size=27, anchor="middle", weight=600),
    ]
    rows = [("first", 140, GREEN), ("second", 270, BLUE), ("sum", 450, RUST)]
    for left, shift in ((140, 0.0), (670, math.pi)):

        def first(at: float) -> float:
            return math.sin(6 * math.pi * at)

        def second(at: float, shift: float = shift) -> float:
            return math.sin(6 * math.pi * at + shift)

        def total(at: float, shift: float = shift) -> float:
            return math.sin(6 * math.pi * at) + math.sin(6 * math.pi * at + shift)

        for (_, middle, color), shape in zip(rows, (first, second, total), strict=True):
            parts += [
                stroke([(left, middle), (left + 420, middle)], color=LINE),
                stroke(curve(shape, left, middle, 420, 44), color=color, width=5),
            ]
        parts.append(stroke([(left, 344), (left + 420, 344)], color=INK, width=2))
    parts += [
        text(110, middle + 8, name, size=23, color=color, anchor="end", weight=600)
        for name, middle, color in rows
    ]
    return picture(1200, 580, *parts)


def modes() -> str:
    """The first four ways in which a string can swing, with their nodes."""
    parts = [
        text(60, 52, "Mode", size=21, color=QUIET, weight=600),
        text(1140, 52, "Frequency", size=21, color=QUIET, anchor="end", weight=600),
    ]
    for mode in range(1, 5):
        middle = 138 + (mode - 1) * 146

        def swing(at: float, mode: int = mode) -> float:
            return math.sin(mode * math.pi * at)

        def mirrored(at: float, mode: int = mode) -> float:
            return -math.sin(mode * math.pi * at)

        frequency = "f" if mode == 1 else f"{mode} f"
        parts += [
            text(84, middle + 12, str(mode), size=36, anchor="middle", weight=600),
            stroke([(160, middle), (1000, middle)], color=LINE, width=2),
            stroke(curve(mirrored, 160, middle, 840, 52), color="#7fb09a", width=3, dashes="2 9"),
            stroke(curve(swing, 160, middle, 840, 52), color=GREEN, width=5),
            *(dot(160 + 840 * node / mode, middle, 8, INK) for node in range(mode + 1)),
            text(1140, middle + 10, frequency, size=28, anchor="end"),
        ]
    parts += [
        dot(160, 690, 8, INK),
        text(182, 698, "node: a point that stays still", size=21, color=QUIET),
    ]
    return picture(1200, 724, *parts)


HARDLY_HEARD = 3  # cents


def cents() -> str:
    """How far each step of equal temperament lies from the pure ratio, in cents."""
    intervals = [
        ("minor third", 3, 6, 5),
        ("major third", 4, 5, 4),
        ("fourth", 5, 4, 3),
        ("fifth", 7, 3, 2),
        ("minor sixth", 8, 8, 5),
        ("major sixth", 9, 5, 3),
        ("octave", 12, 2, 1),
    ]
    zero, scale = 760, 20.0
    parts = [
        text(60, 56, "Equal temperament against pure ratios", size=27, weight=600),
        text(zero - 30, 104, "narrower than pure", size=21, color=RUST, anchor="end"),
        text(zero + 30, 104, "wider than pure", size=21, color=BLUE),
        stroke([(zero, 124), (zero, 590)], color=INK, width=2),
    ]
    for row, (name, steps, upper, lower) in enumerate(intervals):
        y = 156 + row * 62
        off = steps * 100 - 1200 * math.log2(upper / lower)
        color = INK if abs(off) < HARDLY_HEARD else RUST if off < 0 else BLUE
        x = zero + off * scale
        label = f"{off:+.1f}".replace("-", "−").replace("+0.0", "0")
        left = off < 0
        parts += [
            text(60, y + 8, name, size=24),
            text(312, y + 8, f"{upper} : {lower}", size=24, color=QUIET, anchor="end"),
            stroke([(zero, y), (x, y)], color=color, width=4),
            dot(x, y, 9, color),
            text(
                x + (-20 if left else 20),
                y + 8,
                label,
                color=color,
                anchor="end" if left else "start",
            ),
        ]
    parts.append(
        text(
            zero,
            630,
            "cents; one hundred cents are one key of the piano",
            size=21,
            color=QUIET,
            anchor="middle",
        )
    )
    return picture(1200, 660, *parts)


def waves_cover() -> Image.Image:
    """Rings from two sources, where they meet and where they cancel."""
    width, height = 1200, 600
    low, high = (58, 118, 94), (229, 240, 231)
    pixels = bytearray()
    for y in range(height):
        for x in range(width):
            near, far = math.hypot(x - 380, y - 430), math.hypot(x - 800, y - 430)
            level = (math.cos(near / 9) + math.cos(far / 9)) / 4 + 0.5
            pixels += bytes(round(a + (b - a) * level) for a, b in zip(low, high, strict=True))
    return Image.frombytes("RGB", (width, height), bytes(pixels))


# Data, honestly

PLACES = [
    ("Quito", -0.2, PLUM),
    ("Cairo", 30.0, RUST),
    ("Paris", 48.9, GREEN),
    ("Reykjavik", 64.1, BLUE),
]


def daylight(latitude: float, day: int) -> float:
    """Hours between sunrise and sunset on that day of the year (1-365), for the middle of the sun.

    Refraction and the width of the sun's disc, which together add some minutes, are left out.
    """
    tilt = math.radians(-23.44) * math.cos(2 * math.pi * (day + 10) / 365)
    sunset = -math.tan(math.radians(latitude)) * math.tan(tilt)
    return 24 / math.pi * math.acos(max(-1.0, min(1.0, sunset)))


def daylight_table() -> bytes:
    """A year of daylight at four places, with flaws put in on purpose: the course finds each."""
    rows = []
    for day in range(1, 366):
        when = (date(2026, 1, 1) + timedelta(days=day - 1)).isoformat()
        rows += [
            [when, name, str(latitude), f"{daylight(latitude, day):.2f}"]
            for name, latitude, _ in PLACES
        ]
    place = {(row[0], row[1]): row for row in rows}
    for key in (("2026-02-11", "Cairo"), ("2026-06-21", "Reykjavik"), ("2026-09-30", "Paris")):
        place[key][3] = ""
    for key in (("2026-05-04", "Paris"), ("2026-08-17", "Quito")):
        place[key][3] = place[key][3].replace(".", ",")
    minutes = place["2026-11-09", "Cairo"]
    minutes[3] = str(round(float(minutes[3]) * 60))
    twice = rows.index(place["2026-04-15", "Reykjavik"])
    rows.insert(twice, rows[twice])
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerows([["date", "place", "latitude", "hours"], *rows])
    return table.getvalue().encode()


def daylight_chart() -> str:
    left, right, bottom = 110, 1010, 560
    width = right - left

    def height(hours: float) -> float:
        return bottom - hours * 19.5

    parts = [text(60, 54, "Hours from sunrise to sunset, through one year", size=27, weight=600)]
    for hours in range(0, 25, 6):
        parts += [
            stroke([(left, height(hours)), (right, height(hours))], color=LINE),
            text(left - 16, height(hours) + 8, f"{hours} h", size=21, color=QUIET, anchor="end"),
        ]
    for month, name in enumerate(["Jan", "Apr", "Jul", "Oct"]):
        first = date(2026, 1 + 3 * month, 1).timetuple().tm_yday
        x = left + width * (first - 1) / 364
        parts += [stroke([(x, bottom), (x, bottom + 10)], color=QUIET)]
        parts += [
            text(
                x,
                bottom + 38,
                name,
                size=21,
                color=QUIET,
                anchor="start" if month == 0 else "middle",
            )
        ]
    for name, latitude, color in PLACES:
        line = [
            (left + width * (day - 1) / 364, height(daylight(latitude, day)))
            for day in range(1, 366)
        ]
        parts += [stroke(line, color=color, width=5)]
        parts += [text(right + 16, line[-1][1] + 8, name, size=23, color=color, weight=600)]
    return picture(1200, 630, *parts)


def two_axes() -> str:
    """March's mean daylight at the four places, on a cut axis and on a whole one."""
    days = range(60, 91)
    means = [(name, sum(daylight(at, day) for day in days) / len(days)) for name, at, _ in PLACES]
    parts = [
        text(60, 56, "The axis begins at 11.2 h", size=26, weight=600),
        text(660, 56, "The axis begins at 0 h", size=26, weight=600),
    ]
    for left, start, top, ticks in (
        (130, 11.2, 12.05, (11.2, 11.4, 11.6, 11.8, 12)),
        (730, 0.0, 14.0, (0, 4, 8, 12)),
    ):

        def height(hours: float, start: float = start, top: float = top) -> float:
            return 480 - 380 * (hours - start) / (top - start)

        for tick in ticks:
            parts += [
                stroke([(left, height(tick)), (left + 410, height(tick))], color=LINE),
                text(
                    left - 14, height(tick) + 7, f"{tick:g} h", size=20, color=QUIET, anchor="end"
                ),
            ]
        for place, (name, mean) in enumerate(means):
            x = left + 16 + place * 100
            parts += [
                box(x, height(mean), 70, 480 - height(mean), fill=BLUE, edge=BLUE, radius=0),
                text(x + 35, 512, name, size=19, anchor="middle"),
                text(
                    x + 35, height(mean) + 26, f"{mean:.2f}", size=19, anchor="middle", color=PAPER
                ),
            ]
    return picture(1200, 560, *parts)


# Sheets for printing

SHEET = f"""
@page {{ size: A4; margin: 17mm 18mm }}
body {{ font: 400 10.5pt/1.45 Inter, "DejaVu Sans", sans-serif; color: {INK}; margin: 0 }}
h1 {{ font: 600 21pt/1.15 "Source Serif 4", serif; margin: 0 0 2mm }}
h2 {{ font: 600 12.5pt/1.3 Inter, sans-serif; margin: 6mm 0 2mm; color: {GREEN} }}
p {{ margin: 0 0 2mm }} .quiet {{ color: {QUIET} }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ border: .3mm solid #8d877a; padding: 2mm 2.5mm; text-align: left; vertical-align: top }}
th {{ background: {WASH}; font-weight: 600 }}
ol {{ padding-left: 6mm; margin: 0 }} li {{ margin-bottom: 1.5mm }}
.line {{ height: 8mm; border-bottom: .25mm solid #8d877a }} li .line:last-child {{ margin-bottom: 4mm }}
.tall td {{ height: 11mm }} .page {{ break-before: page }} i {{ font-family: "Source Serif 4", serif }}
"""

PLANNING_SHEET = """
<h1>Plan a course on one page</h1>
<p class="quiet">Fill this in with a pencil before you write the first text.</p>
<h2>1. After the course, a student can &hellip;</h2>
<p class="quiet">Three things at most, each with a verb that somebody could watch: compute, build, explain, compare.</p>
<div class="line"></div><div class="line"></div><div class="line"></div>
<h2>2. Before the course, a student must already &hellip;</h2>
<div class="line"></div><div class="line"></div>
<h2>3. The modules, in order</h2>
<table class="tall">
<tr><th scope="col" style="width:7%">No.</th><th scope="col" style="width:27%">Title</th>
<th scope="col">Afterwards they can &hellip;</th><th scope="col" style="width:27%">Contents: text, image, video, file</th></tr>
<tr><td>1</td><td></td><td></td><td></td></tr><tr><td>2</td><td></td><td></td><td></td></tr>
<tr><td>3</td><td></td><td></td><td></td></tr><tr><td>4</td><td></td><td></td><td></td></tr>
</table>
<h2>4. How will a student know that it worked?</h2>
<p class="quiet">A task with an answer, a thing to build, a question to discuss in the course's chat.</p>
<div class="line"></div><div class="line"></div>
<h2>5. What will you leave out?</h2>
<div class="line"></div><div class="line"></div>
"""

WORKSHEET = """
<h1>Waves and sound: worksheet</h1>
<p class="quiet">Take the speed of sound in air as 343 m/s. Answers are on the next page: try first.</p>
<h2>What a wave is</h2>
<ol>
<li>A cork bobs up and down 12 times in 8 seconds. What are its period and its frequency?<div class="line"></div><div class="line"></div></li>
<li>Crests on a pond are 0.40 m apart and pass you at 1.2 m/s. How many pass in one second?<div class="line"></div><div class="line"></div></li>
<li>You see lightning, and hear the thunder 6.0 s later. How far away was it?<div class="line"></div><div class="line"></div></li>
</ol>
<h2>When waves meet</h2>
<ol start="4">
<li>Two tuning forks of 440 Hz and 443 Hz sound together. How many beats do you hear in one second?<div class="line"></div><div class="line"></div></li>
<li>A guitar string beats twice a second against a fork of 110 Hz. You tighten it slightly, and the beats
become slower. Was the string too low or too high? By how much?<div class="line"></div><div class="line"></div></li>
<li>A string of 0.65 m carries waves at 286 m/s. What are the frequencies of its first three modes?<div class="line"></div><div class="line"></div></li>
</ol>
<h2>What you hear</h2>
<ol start="7">
<li>One singer gives 60 dB at your seat. How many decibels do ten equally loud singers give?<div class="line"></div><div class="line"></div></li>
<li>A pure fifth stands on 220 Hz. What is the frequency of its upper note? And on a piano?<div class="line"></div><div class="line"></div></li>
</ol>
<div class="page"></div>
<h1>Answers</h1>
<ol>
<li>Period 8 s / 12 = 0.67 s. Frequency 12 / 8 s = 1.5 Hz.</li>
<li><i>f</i> = <i>v</i> / <i>&lambda;</i> = 1.2 m/s / 0.40 m = 3.0 Hz: three crests in a second.</li>
<li>343 m/s &times; 6.0 s = 2058 m, so about 2.1 km. (The light's own travel time, 7 millionths of a second, does not matter.)</li>
<li>443 &minus; 440 = 3 beats.</li>
<li>Too low: tightening raises the string, and the distance from the fork shrank. It was at 108 Hz, 2 Hz too low.</li>
<li><i>f</i><sub>1</sub> = <i>v</i> / 2<i>L</i> = 286 / 1.30 = 220 Hz; then 440 Hz and 660 Hz.</li>
<li>Ten times the power is 10 dB more: 70 dB.</li>
<li>Pure: 220 &times; 3/2 = 330 Hz. On a piano: 220 &times; 2<sup>7/12</sup> = 329.6 Hz, lower by 0.4 Hz.</li>
</ol>
<h2>If something did not come out</h2>
<table>
<tr><th scope="col">Question</th><th scope="col">Read again</th></tr>
<tr><td>1 to 3</td><td>Only the shape travels</td></tr>
<tr><td>4 and 5</td><td>Beats</td></tr>
<tr><td>6</td><td>Standing waves</td></tr>
<tr><td>7</td><td>How loud: the decibel</td></tr>
<tr><td>8</td><td>Intervals are ratios</td></tr>
</table>
"""


# The video: two tones whose frequencies differ by one, and their sum

RATE, FRAMES_A_SECOND = 44_100, 25
SECOND_TONE, BOTH_TONES, SECONDS = 3, 6, 12  # when they begin, and the end
FIRST, SECOND = (
    220,
    221,
)  # Hz as heard; drawn as 10 and 11 swings a second, so that they can be seen


def beats(target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sound = Path(folder) / "beats.wav"
        _write_sound(sound)
        encoder = [
            *(
                "ffmpeg",
                "-loglevel",
                "error",
                "-y",
                "-f",
                "rawvideo",
                "-pix_fmt",
                "rgb24",
                "-s",
                "640x360",
            ),
            *("-r", str(FRAMES_A_SECOND), "-i", "-", "-i", str(sound), "-map_metadata", "-1"),
            *(
                "-c:v",
                "libx264",
                "-profile:v",
                "baseline",
                "-pix_fmt",
                "yuv420p",
                "-crf",
                "25",
                "-g",
                "50",
            ),
            *(
                "-preset",
                "slower",
                "-threads",
                "1",
                "-c:a",
                "aac",
                "-b:a",
                "64k",
                "-fflags",
                "+bitexact",
            ),
            *(
                "-flags:v",
                "+bitexact",
                "-flags:a",
                "+bitexact",
                "-movflags",
                "+faststart",
                str(target),
            ),
        ]
        with subprocess.Popen(encoder, stdin=subprocess.PIPE) as process:
            assert process.stdin
            for frame in _frames():
                process.stdin.write(frame)
        if process.returncode:
            raise SystemExit(f"ffmpeg ended with status {process.returncode}")


def _write_sound(path: Path) -> None:
    """Three seconds of each tone, then six of both; 20 ms of fading avoid clicks."""
    samples = bytearray()
    for number in range(RATE * SECONDS):
        at = number / RATE
        one, two = math.cos(2 * math.pi * FIRST * at), math.cos(2 * math.pi * SECOND * at)
        if at < SECOND_TONE:
            part, start, end = one, 0, SECOND_TONE
        elif at < BOTH_TONES:
            part, start, end = two, SECOND_TONE, BOTH_TONES
        else:
            part, start, end = one + two, BOTH_TONES, SECONDS
        fade = min(1.0, (at - start) / 0.02, (end - at) / 0.02)
        samples += struct.pack("<h", round(8_000 * part * fade))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(samples))


def _frames() -> Iterator[bytes]:
    for number in range(FRAMES_A_SECOND * SECONDS):
        yield (
            _frame(number / FRAMES_A_SECOND).resize((640, 360), Image.Resampling.LANCZOS).tobytes()
        )


def _frame(at: float) -> Image.Image:
    """The picture at that second, twice as large as it will be."""
    image = Image.new("RGB", (1280, 720), PAPER)
    draw = ImageDraw.Draw(image)

    def first(x: float) -> float:
        return math.cos(20 * math.pi * x)

    def second(x: float) -> float:
        return math.cos(22 * math.pi * x)

    def total(x: float) -> float:
        return first(x) + second(x)

    rows = [
        (0, "220 Hz", GREEN, 110, 50, first),
        (SECOND_TONE, "221 Hz", BLUE, 270, 50, second),
        (BOTH_TONES, "Both", RUST, 500, 62, total),
    ]
    for start, name, color, middle, height, shape in rows:
        draw.line([(190, middle), (1240, middle)], fill=LINE, width=3)
        if at < start:
            continue
        shown = min(1.0, (at - start) / 1.2)
        line = [
            point
            for point in curve(shape, 190, middle, 1050, height)
            if point[0] <= 190 + 1050 * shown
        ]
        draw.line(line, fill=color, width=6, joint="curve")
        draw.text((170, middle), name, fill=color, anchor="rm", font=_face(40))
    if at >= BOTH_TONES:
        draw.line([(40, 352), (150, 352)], fill=INK, width=3)
        for sign in (1, -1):
            edge = curve(lambda x, s=sign: s * 2 * abs(math.cos(math.pi * x)), 190, 500, 1050, 62)
            for begin in range(0, len(edge) - 6, 12):
                draw.line(edge[begin : begin + 7], fill=INK, width=3)
        x = 190 + 1050 * (at % 1.0)
        draw.line([(x, 352), (x, 648)], fill=INK, width=4)
    draw.text(
        (190, 690),
        "One second, drawn slowly: 10 and 11 swings",
        fill=QUIET,
        anchor="lm",
        font=_face(32),
    )
    return image


def _face(size: int) -> ImageFont.FreeTypeFont:
    face = ImageFont.truetype(str(FONTS / "inter-latin.woff2"), size)
    face.set_variation_by_axes([600])
    return face


# Making the files


def page(body: str, style: str = "", title: str = "") -> str:
    faces = "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: 400 700; src: url("data:font/woff2;base64,'
        f'{base64.b64encode((FONTS / file).read_bytes()).decode()}") }}\n'
        for family, file in (
            ("Inter", "inter-latin.woff2"),
            ("Source Serif 4", "source-serif-latin.woff2"),
        )
    )
    svg = 'body { margin: 0; font-family: Inter, "DejaVu Sans", sans-serif } svg { display: block }'
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{faces}{style or svg}</style><body>{body}</body></html>"
    )


def save_drawing(browser: Browser, target: Path, svg: str) -> None:
    tab = browser.new_page(viewport={"width": 1200, "height": 800}, device_scale_factor=4 / 3)
    tab.set_content(page(svg))
    tab.evaluate("document.fonts.ready")
    drawn = Image.open(io.BytesIO(tab.locator("svg").screenshot())).convert("RGB")
    tab.close()
    # Few colors and no dithering: half the bytes, and no difference that an eye finds.
    drawn.quantize(96, dither=Image.Dither.NONE).save(target, optimize=True)


def save_sheet(browser: Browser, target: Path, body: str) -> None:
    title = re.sub(r"<.*?>", "", body.strip().splitlines()[0])
    tab = browser.new_page()
    tab.set_content(page(body, SHEET, title))
    tab.evaluate("document.fonts.ready")
    printed = tab.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
    tab.close()
    target.write_bytes(re.sub(rb"\(D:\d{14}", b"(D:20260101000000", printed))


DRAWINGS: dict[str, Callable[[], str]] = {
    "teach-with-educa/media/course-tree.png": course_tree,
    "teach-with-educa/media/clutter.png": clutter,
    "waves-and-sound/media/two-views.png": two_views,
    "waves-and-sound/media/adding.png": adding,
    "waves-and-sound/media/modes.png": modes,
    "waves-and-sound/media/cents.png": cents,
    "data-honestly/media/daylight.png": daylight_chart,
    "data-honestly/media/two-axes.png": two_axes,
}
SHEETS = {
    "teach-with-educa/media/planning-sheet.pdf": PLANNING_SHEET,
    "waves-and-sound/media/waves-worksheet.pdf": WORKSHEET,
}
OTHERS: dict[str, Callable[[Path], object]] = {
    "data-honestly/media/daylight.csv": lambda target: target.write_bytes(daylight_table()),
    "waves-and-sound/media/cover.webp": lambda target: waves_cover().save(
        target, quality=72, method=6
    ),
    "waves-and-sound/media/beats.mp4": beats,
}


def main(names: list[str]) -> None:
    def wanted(path: str) -> bool:
        return not names or path.rsplit("/", 1)[-1] in names

    for path, make in OTHERS.items():
        if wanted(path):
            make(COURSES / path)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("EDUCA_CHROMIUM"))
        for path, draw in DRAWINGS.items():
            if wanted(path):
                save_drawing(browser, COURSES / path, draw())
        for path, body in SHEETS.items():
            if wanted(path):
                save_sheet(browser, COURSES / path, body)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
