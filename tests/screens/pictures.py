"""Draws the pictures of newspapers that do not exist: flat landscapes as SVG."""

import math
import pathlib
import random
import sys

WIDTH, HEIGHT = 1200, 800
PALETTES = {
    "dawn": ("#f4d9b8", "#e8a87c", "#7d6b7d", "#4b4a5e", "#2b2d3e"),
    "noon": ("#dfeaf0", "#a9c7d4", "#6f93a3", "#48697a", "#27404e"),
    "moss": ("#eef0dc", "#c5cfa3", "#8a9a6b", "#5d6f4a", "#34432e"),
    "dusk": ("#f0c9b0", "#c9788a", "#7f4f74", "#4d3a63", "#2a2446"),
    "snow": ("#f3f1ec", "#d6d5d2", "#a3a7ab", "#6f767d", "#3d444c"),
    "rust": ("#f3e3cd", "#dba36b", "#a9623c", "#6f3d2c", "#3b241d"),
}


class Picture:
    def __init__(self, palette, seed):
        self.light, self.pale, self.middle, self.deep, self.dark = PALETTES[palette]
        self.random = random.Random(seed)
        self.parts = [
            f'<defs><linearGradient id="s" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{self.pale}"/>'
            f'<stop offset=".7" stop-color="{self.light}"/></linearGradient></defs>',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#s)"/>',
        ]

    def add(self, text):
        self.parts.append(text)

    def sun(self, x, y, r):
        self.add(f'<circle cx="{x}" cy="{y}" r="{r}" fill="#fff" opacity=".55"/>')

    def hills(self, y, swing, color, opacity=1):
        phase, points = self.random.random() * 6, []
        for x in range(0, WIDTH + 1, 20):
            points.append(f"{x},{y + swing * math.sin(x / 170 + phase) + swing * .5 * math.sin(x / 61 + phase * 2):.0f}")
        self.add(f'<path d="M0,{HEIGHT} L{" L".join(points)} L{WIDTH},{HEIGHT}Z" fill="{color}" opacity="{opacity}"/>')

    def water(self, y):
        self.add(f'<rect y="{y}" width="{WIDTH}" height="{HEIGHT - y}" fill="{self.middle}"/>')
        for _ in range(46):
            top = y + (HEIGHT - y) * self.random.random() ** 1.4
            left, length = self.random.random() * WIDTH, 40 + 260 * self.random.random()
            self.add(f'<rect x="{left:.0f}" y="{top:.0f}" width="{length:.0f}" height="{2 + (top - y) / 60:.1f}" '
                     f'fill="{self.light}" opacity="{.12 + .25 * self.random.random():.2f}"/>')

    def house(self, x, y, w, h, color, roof=.6):
        self.add(f'<path d="M{x},{y} v{-h} l{w / 2},{-w * roof / 2:.0f} l{w / 2},{w * roof / 2:.0f} v{h}z" fill="{color}"/>')
        for row in range(int(h // 46)):
            for column in range(max(1, int(w // 42))):
                if self.random.random() < .8:
                    self.add(f'<rect x="{x + 14 + column * 40}" y="{y - h + 16 + row * 44}" width="16" height="22" fill="{self.light}" opacity=".75"/>')

    def town(self, y, color, count=11, height=150):
        x = -20
        while x < WIDTH:
            w = 70 + self.random.random() * 90
            self.house(round(x), y, round(w), round(60 + self.random.random() * height), color)
            x += w + self.random.random() * WIDTH / count / 3

    def tree(self, x, y, r, color):
        self.add(f'<rect x="{x - 3}" y="{y - r}" width="6" height="{r}" fill="{self.dark}"/>'
                 f'<ellipse cx="{x}" cy="{y - r * 1.5:.0f}" rx="{r * .7:.0f}" ry="{r}" fill="{color}"/>')

    def person(self, x, y, s, color):
        self.add(f'<circle cx="{x}" cy="{y - s * 1.75:.0f}" r="{s * .36:.0f}" fill="{color}"/>'
                 f'<path d="M{x - s * .62:.0f},{y} q0,{-s * 1.3:.0f} {s * .62:.0f},{-s * 1.3:.0f} t{s * .62:.0f},{s * 1.3:.0f}z" fill="{color}"/>')

    def text(self):
        return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
                + "".join(self.parts) + "</svg>\n")


def deich(p):
    p.sun(880, 250, 90); p.hills(470, 26, p.pale, .7); p.town(500, p.middle, 16, 60); p.water(500)
    p.add(f'<path d="M0,{HEIGHT} L0,600 C300,560 520,540 760,470 L{WIDTH},400 L{WIDTH},{HEIGHT}Z" fill="{p.deep}"/>')
    p.add(f'<path d="M0,606 C300,566 520,546 760,476 L{WIDTH},406" stroke="{p.light}" stroke-width="7" fill="none" opacity=".7"/>')
    for x, y, s in ((760, 474, 30), (800, 462, 26), (1010, 420, 17)):
        p.person(x, y, s, p.dark)


def bruecke(p):
    p.sun(300, 220, 70); p.hills(430, 40, p.pale, .8); p.town(470, p.middle, 13, 120); p.water(470)
    p.add(f'<rect y="380" width="{WIDTH}" height="26" fill="{p.dark}"/>')
    for x in range(-60, WIDTH, 260):
        p.add(f'<path d="M{x},406 h260 v190 h-34 q0,-150 -96,-150 t-96,150 h-34z" fill="{p.deep}"/>')
    for x in range(40, WIDTH, 118):
        w = 44 + p.random.random() * 26
        p.add(f'<path d="M{x},380 v-16 h12 l10,-14 h{w * .5:.0f} l10,14 h12 v16z" fill="{p.dark if p.random.random() < .6 else p.middle}"/>')


def parlament(p):
    p.sun(980, 180, 60); p.hills(560, 20, p.pale, .8)
    p.add(f'<rect x="180" y="360" width="840" height="250" fill="{p.deep}"/><path d="M420,360 L600,270 L780,360Z" fill="{p.dark}"/>'
          f'<path d="M520,285 a80,80 0 0 1 160,0z" fill="{p.middle}"/><rect x="595" y="150" width="10" height="60" fill="{p.dark}"/>'
          f'<path d="M605,152 h70 v36 h-70z" fill="{p.pale}"/>')
    for x in range(210, 1000, 66):
        p.add(f'<rect x="{x}" y="390" width="26" height="220" fill="{p.light}" opacity=".75"/>')
    p.add(f'<path d="M0,610 H{WIDTH} V{HEIGHT} H0Z" fill="{p.middle}"/><path d="M480,610 h240 l170,190 h-580z" fill="{p.light}" opacity=".5"/>')
    for x, s in ((420, 30), (470, 26), (640, 34), (905, 28)):
        p.person(x, 690, s, p.dark)


def bahnhof(p):
    p.sun(260, 210, 60); p.town(520, p.pale, 12, 130)
    p.add(f'<path d="M120,540 V360 q480,-230 960,0 V540Z" fill="{p.deep}"/>')
    for x in range(160, 1060, 90):
        p.add(f'<path d="M{x},540 v-120 q30,-40 60,0 v120z" fill="{p.light}" opacity=".8"/>')
    p.add(f'<circle cx="600" cy="330" r="38" fill="{p.light}"/><path d="M600,330 v-26 M600,330 l18,10" stroke="{p.dark}" stroke-width="6"/>')
    p.add(f'<rect y="540" width="{WIDTH}" height="260" fill="{p.middle}"/>')
    for x in range(-400, 1600, 120):
        p.add(f'<path d="M600,540 L{x},800" stroke="{p.dark}" stroke-width="5" opacity=".55"/>')


def zug(p):
    p.sun(900, 190, 80); p.hills(380, 60, p.pale, .9); p.hills(470, 40, p.middle); p.hills(560, 24, p.deep)
    p.add(f'<rect y="590" width="{WIDTH}" height="12" fill="{p.dark}"/>')
    for x in range(150, 900, 250):
        p.add(f'<rect x="{x}" y="490" width="240" height="96" rx="16" fill="{p.light}"/><rect x="{x}" y="556" width="240" height="14" fill="{p.pale}"/>')
        for window in range(5):
            p.add(f'<rect x="{x + 18 + window * 44}" y="508" width="30" height="32" rx="4" fill="{p.deep}"/>')
    p.hills(690, 16, p.dark)


def wind(p):
    p.sun(220, 230, 70); p.hills(500, 30, p.pale, .9); p.hills(590, 22, p.middle); p.water(640)
    for x, y, s in ((240, 520, .8), (470, 545, 1), (720, 560, 1.25), (1000, 575, 1.5)):
        turn = p.random.random() * 120
        p.add(f'<g transform="translate({x},{y}) scale({s})"><path d="M-5,60 L-2,-190 h4 L5,60Z" fill="{p.dark}"/>'
              + "".join(f'<path d="M0,-190 q14,-60 0,-130 q-10,60 0,130z" fill="{p.dark}" transform="rotate({turn + angle:.0f} 0 -190)"/>' for angle in (0, 120, 240)) + "</g>")
    for x in range(30, WIDTH, 74):
        p.tree(x, 660 + p.random.randrange(30), 16 + p.random.randrange(14), p.deep)


def portrait(p):
    p.add(f'<rect width="520" height="{HEIGHT}" fill="{p.middle}" opacity=".5"/>')
    for shelf in range(5):
        x = 20
        while x < 500:
            w = 14 + p.random.randrange(24)
            h = 70 + p.random.randrange(44)
            p.add(f'<rect x="{x}" y="{60 + shelf * 150 + 118 - h}" width="{w - 3}" height="{h}" fill="{p.random.choice((p.deep, p.dark, p.pale, p.middle))}"/>')
            x += w
        p.add(f'<rect y="{178 + shelf * 150}" width="520" height="10" fill="{p.dark}"/>')
    p.add(f'<path d="M500,{HEIGHT} q10,-250 240,-270 q230,20 260,270z" fill="{p.dark}"/><rect x="690" y="440" width="100" height="110" fill="{p.pale}"/>'
          f'<ellipse cx="740" cy="350" rx="112" ry="140" fill="{p.light}"/><path d="M620,360 q-10,-190 120,-190 q140,0 122,200 q-30,-120 -110,-130 q-90,0 -132,120z" fill="{p.deep}"/>'
          f'<circle cx="700" cy="360" r="30" fill="none" stroke="{p.dark}" stroke-width="6"/><circle cx="786" cy="360" r="30" fill="none" stroke="{p.dark}" stroke-width="6"/><path d="M730,360 h26 M712,430 q30,18 60,0" stroke="{p.dark}" stroke-width="6" fill="none"/>')


def saal(p):
    p.add(f'<rect width="{WIDTH}" height="300" fill="{p.deep}"/><rect x="480" y="60" width="240" height="190" fill="{p.pale}"/><circle cx="600" cy="155" r="62" fill="{p.middle}"/>')
    for row in range(6):
        radius = 170 + row * 92
        for seat in range(9 + row * 4):
            angle = math.pi * (seat + .5) / (9 + row * 4)
            x, y = 600 + radius * 1.15 * math.cos(angle), 300 + radius * .8 * math.sin(angle)
            p.person(round(x), round(y + 40), 17 + row * 2, p.random.choice((p.dark, p.deep, p.middle, p.middle)))
    p.add(f'<path d="M500,330 h200 l24,70 h-248z" fill="{p.dark}"/>')


def hafen(p):
    p.sun(950, 240, 80); p.hills(450, 18, p.pale, .8); p.water(520)
    for x, s in ((160, 1), (420, 1.2), (720, .9)):
        p.add(f'<g transform="translate({x},520) scale({s})" fill="none" stroke="{p.dark}" stroke-width="12"><path d="M0,0 L30,-230 L60,0 M30,-230 L190,-290 M30,-230 L-70,-200 M150,-275 v120"/></g>')
    p.add(f'<path d="M520,560 h560 l-70,120 h-440z" fill="{p.dark}"/>')
    for x in range(600, 960, 64):
        for level in range(1 + p.random.randrange(3)):
            p.add(f'<rect x="{x}" y="{512 - level * 46}" width="60" height="44" fill="{p.random.choice((p.deep, p.middle, p.pale, p.light))}"/>')
    p.add(f'<rect x="990" y="440" width="56" height="120" fill="{p.light}"/>')


def schule(p):
    p.sun(240, 200, 60); p.hills(520, 30, p.pale, .9); p.hills(600, 16, p.middle)
    p.house(430, 610, 330, 230, p.deep); p.house(770, 610, 170, 140, p.dark)
    p.add(f'<rect x="560" y="250" width="70" height="90" fill="{p.deep}"/><path d="M550,250 l45,-60 l45,60z" fill="{p.dark}"/>')
    for x in (110, 200, 300, 1000, 1090):
        p.tree(x, 640, 56, p.deep)
    p.hills(690, 12, p.deep)
    for x in range(360, 860, 62):
        p.person(x, 720 + p.random.randrange(26), 20, p.random.choice((p.dark, p.light, p.pale)))


def fraktion(p):
    p.add(f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{p.middle}"/><rect x="80" width="300" height="520" fill="{p.light}"/><path d="M230,0 v520 M80,260 h300" stroke="{p.middle}" stroke-width="12"/>')
    for x in range(420, 1200, 150):
        p.person(x, 560, 74, p.deep)
    p.person(640, 720, 150, p.dark)
    p.add(f'<rect y="640" width="{WIDTH}" height="160" fill="{p.dark}"/><path d="M540,640 l34,-90 h130 l34,90z" fill="{p.light}"/>')


def fluss(p):
    p.sun(840, 190, 70); p.hills(360, 40, p.pale, .9); p.hills(440, 30, p.middle); p.hills(500, 20, p.deep)
    p.add(f'<path d="M700,520 C300,560 980,620 560,690 S200,760 260,800 H760 C700,750 1120,700 1010,630 S620,570 760,520Z" fill="{p.light}"/>')
    for x in range(10, WIDTH, 58):
        p.tree(x, 520 + p.random.randrange(16), 18 + p.random.randrange(18), p.dark)


def hof(p):
    p.sun(260, 220, 70); p.hills(480, 40, p.pale, .9); p.hills(570, 24, p.middle)
    p.house(620, 600, 380, 150, p.deep, .7); p.house(440, 600, 170, 120, p.dark)
    p.add(f'<path d="M1010,600 v-210 a34,34 0 0 1 68,0 v210z" fill="{p.pale}"/>')
    p.hills(660, 14, p.deep)
    for x, y in ((150, 660), (260, 700), (380, 670), (520, 735), (860, 720), (960, 690)):
        p.add(f'<g transform="translate({x},{y})"><rect width="92" height="46" rx="14" fill="{p.light}"/><rect x="30" y="4" width="30" height="26" rx="10" fill="{p.dark}"/><rect x="84" y="-14" width="30" height="28" rx="9" fill="{p.dark}"/><path d="M12,44 v30 M32,44 v30 M62,44 v30 M82,44 v30" stroke="{p.light}" stroke-width="9"/></g>')


def strasse(p):
    p.sun(600, 240, 70)
    for x, w, h in ((0, 210, 420), (210, 170, 330), (380, 110, 250), (720, 120, 260), (840, 170, 340), (1010, 190, 430)):
        p.house(x, 640, w, h, p.deep if x % 20 else p.dark, .7)
    p.add(f'<path d="M0,640 H{WIDTH} V{HEIGHT} H0Z" fill="{p.middle}"/><path d="M520,640 h160 l340,160 H180z" fill="{p.pale}"/>')
    p.person(560, 700, 48, p.dark); p.person(760, 655, 26, p.dark)


SCENES = {
    "deich": (deich, "noon"), "bruecke": (bruecke, "dawn"), "parlament": (parlament, "snow"), "bahnhof": (bahnhof, "rust"),
    "zug": (zug, "moss"), "wind": (wind, "noon"), "portrait": (portrait, "rust"), "saal": (saal, "dusk"), "hafen": (hafen, "dawn"),
    "schule": (schule, "moss"), "fraktion": (fraktion, "snow"), "fluss": (fluss, "dawn"), "hof": (hof, "moss"), "strasse": (strasse, "dusk"),
}


def main():
    directory = pathlib.Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    for seed, (name, (draw, palette)) in enumerate(SCENES.items()):
        picture = Picture(palette, seed)
        draw(picture)
        (directory / f"{name}.svg").write_text(picture.text())
    for number, (color, letter) in enumerate((("#23415a", "H"), ("#7a1f2b", "N"), ("#2f5d43", "W"), ("#6b4a12", "R"))):
        (directory / f"icon-{number}.svg").write_text(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" fill="{color}"/>'
            f'<text x="16" y="23" font-family="serif" font-size="21" font-weight="bold" fill="#fff" text-anchor="middle">{letter}</text></svg>\n')


main()
