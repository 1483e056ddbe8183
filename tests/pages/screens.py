"""What stands on a screen: dialogs, menus, code in an editor, terminals."""

import re

import drawing
from drawing import Face, Sheet, load
from words import Words

LIGHT = dict(paper="#f0f0f0", ink="#1a1a1a", field="#ffffff", edge="#a0a0a0", accent="#3874d8", bar="#e0e0e0")
DARK = dict(paper="#2b2b2b", ink="#dddddd", field="#1f1f1f", edge="#5a5a5a", accent="#4a88e0", bar="#3a3a3a")
FLAT = dict(paper="#ffffff", ink="#24292e", field="#fafbfc", edge="#d0d7de", accent="#0a7d4f", bar="#f6f8fa")
SETTINGS = ["Show hidden files", "Check for updates at start", "Use the system proxy", "Keep a backup copy", "Wrap long lines",
            "Remember open documents", "Play a sound when done", "Confirm before closing", "Highlight the current line"]
FIELDS = [("Host name", "build-07.example.org"), ("Port", "8443"), ("User", "lindqvist"), ("Folder", "/srv/archive/2024"),
          ("Interval", "15 minutes"), ("Encoding", "UTF-8"), ("Paper size", "A4 (210 x 297 mm)"), ("Colour depth", "24 bit"),
          ("Language", "English (UK)"), ("Resolution", "1920 x 1080"), ("Cache limit", "512 MB"), ("Tab width", "4")]
TABS = ["General", "Appearance", "Network", "Advanced", "Printing", "Accounts", "Shortcuts"]
BUTTONS = ["OK", "Cancel", "Apply", "Help", "Restore Defaults", "Save As...", "Browse...", "Discard"]
MENUS = {
    "File": [("New Window", "Ctrl+Shift+N"), ("Open...", "Ctrl+O"), ("Open Recent", ""), ("Save", "Ctrl+S"), ("Save As...", "Ctrl+Shift+S"),
             ("Export as PDF...", ""), ("Page Setup...", ""), ("Print...", "Ctrl+P"), ("Close Tab", "Ctrl+W"), ("Quit", "Ctrl+Q")],
    "Edit": [("Undo", "Ctrl+Z"), ("Redo", "Ctrl+Y"), ("Cut", "Ctrl+X"), ("Copy", "Ctrl+C"), ("Paste", "Ctrl+V"), ("Delete", "Del"),
             ("Select All", "Ctrl+A"), ("Find and Replace...", "Ctrl+H"), ("Preferences", "Ctrl+,")],
    "View": [("Zoom In", "Ctrl++"), ("Zoom Out", "Ctrl+-"), ("Actual Size", "Ctrl+0"), ("Side Panel", "F9"), ("Full Screen", "F11"),
             ("Show Line Numbers", ""), ("Reload", "F5"), ("Page Source", "Ctrl+U")],
}


def look(words):
    return words.choice([LIGHT, DARK, FLAT])


def dialog(words: Words, number):
    """A title, tabs, labelled fields, check boxes, buttons."""
    colours = look(words)
    face = Face(drawing.SANS[words.choice(sorted(drawing.SANS))], words.choice([11, 12, 13, 15, 18]))
    unit = face.size
    width = unit * words.choice([34, 40, 46])
    sheet = Sheet(width, colours["paper"], colours["ink"], words.choice(drawing.SMOOTHING))
    left, right, y = unit * 1.5, width - unit * 1.5, unit * 2
    sheet.box(0, 0, width, unit * 3, fill=colours["bar"])
    sheet.say(width / 2, y, words.choice(["Preferences", "Connection Settings", "Document Properties", "Options - Editor"]), face.with_(bold=True), "m")
    y += unit * 3
    if number % 2 == 0:
        names, x = words.sample(TABS, 4), left
        for n, name in enumerate(names):
            w = face.width(name) + unit * 1.6
            sheet.box(x, y - unit * 1.4, x + w, y + unit * 0.8, fill=colours["field"] if n == 1 else colours["bar"], outline=colours["edge"])
            sheet.put(x + unit * 0.8, y, name, face)
            if n == 2:
                sheet.element(f"Where is the {name} tab?", x, y - unit * 1.4, x + w, y + unit * 0.8)
            x += w
        sheet.lines.append("  ".join(names))
        y += unit * 3
    for n, (label, value) in enumerate(words.sample(FIELDS, words.randint(3, 5))):
        start, end = left + unit * 10, right - unit * (6 if number % 3 else 0)
        if n == 1:
            sheet.element(f"Where is the {label.lower()} field?", start, y - unit * 1.4, end, y + unit * 0.7)
        sheet.box(start, y - unit * 1.4, end, y + unit * 0.7, fill=colours["field"], outline=colours["edge"], radius=3)
        cells = [(start - unit, label + ":", "r") if number % 2 else (left, label + ":", "l"), (start + unit * 0.6, value, "l")]
        sheet.row(y, cells, face)
        y += unit * 2.7
    y += unit * 0.4
    for text in words.sample(SETTINGS, 3):
        side = unit * 1.1
        ticked = words.random() < 0.5
        sheet.box(left, y - side * 0.85, left + side, y + side * 0.15, fill=colours["accent"] if ticked else colours["field"],
                  outline=colours["edge"], radius=2)
        if ticked:
            sheet.rule(left + side * 0.2, y - side * 0.35, left + side * 0.42, y - side * 0.1, "#ffffff", 2)
            sheet.rule(left + side * 0.42, y - side * 0.1, left + side * 0.8, y - side * 0.65, "#ffffff", 2)
        sheet.say(left + side * 1.6, y, text, face)
        y += unit * 2
    sheet.element(f"Where is the “{text}” check box?", left, y - unit * 2 - side * 0.85, left + side * 1.6 + face.width(text), y - unit * 2 + side * 0.15)
    y += unit
    if number % 3 == 1:
        y = sheet.prose(left, y, right - left, words.sentence(), face.with_(unit - 1)) + unit
    names, x, placed = words.sample(BUTTONS, 3), right, []
    for n, name in enumerate(reversed(names)):
        w = max(unit * 6, face.width(name) + unit * 2)
        first = n == 0 and number % 2
        sheet.box(x - w, y - unit * 1.5, x, y + unit * 0.8, fill=colours["accent"] if first else colours["bar"], outline=colours["edge"], radius=4)
        sheet.put(x - w / 2, y, name, face, "m", "#ffffff" if first else None)
        if n < 2:
            sheet.element(f"Where is the {name.removesuffix('...')} button?", x - w, y - unit * 1.5, x, y + unit * 0.8)
        placed.insert(0, name)
        x -= w + unit * 0.7
    sheet.lines.append("  ".join(placed))
    return sheet.finish(round(unit))


def menu(words: Words, number):
    """A menu bar with one menu open below it; an entry is selected, another one cannot be chosen."""
    colours = look(words)
    face = Face(drawing.SANS[words.choice(sorted(drawing.SANS))], words.choice([11, 12, 13, 14, 16, 20]))
    unit = face.size
    width = unit * 32
    sheet = Sheet(width, colours["paper"], colours["ink"], words.choice(drawing.SMOOTHING))
    names = list(MENUS) + ["Tools", "Help"]
    chosen = names[number % 3]
    x, y = unit, unit * 1.8
    sheet.box(0, 0, width, unit * 2.8, fill=colours["bar"])
    for name in names:
        w = face.width(name)
        if name == chosen:
            sheet.box(x - unit * 0.6, unit * 0.2, x + w + unit * 0.6, unit * 2.6, fill=colours["accent"])
            panel = x - unit * 0.6
        sheet.put(x, y, name, face, fill="#ffffff" if name == chosen else None)
        x += w + unit * 1.6
    sheet.lines.append("  ".join(names))
    entries = list(MENUS[chosen])
    selected, grey = words.randrange(len(entries)), words.randrange(len(entries))
    wide = max(face.width(a) + face.width(b) for a, b in entries) + unit * 6.5
    top = unit * 2.8
    sheet.box(panel, top, panel + wide, top + unit * (2.2 * len(entries) + 1.8), fill=colours["field"], outline=colours["edge"])
    y = top + unit * 1.9
    for n, (name, keys) in enumerate(entries):
        fill = colours["ink"]
        if n == selected:
            sheet.box(panel + 2, y - unit * 1.5, panel + wide - 2, y + unit * 0.7, fill=colours["accent"])
            fill = "#ffffff"
        elif n == grey:
            fill = "#8a8a8a"
        sheet.put(panel + unit * 2.4, y, name, face, fill=fill)
        sheet.put(panel + wide - unit, y, keys, face, "r", fill)
        if n in (1, selected):
            sheet.element(f"Where is “{name}” in the open menu?", panel + 2, y - unit * 1.5, panel + wide - 2, y + unit * 0.7)
        sheet.lines.append(f"{name}  {keys}".strip())
        y += unit * 2.2
        if n == 3:
            sheet.rule(panel + unit * 0.5, y - unit * 1.5, panel + wide - unit * 0.5, y - unit * 1.5, colours["edge"])
            y += unit * 0.5
    return sheet.finish(round(unit))


CODE = {
    "python": """def load_{a}(path, limit={n}):
    \"\"\"Reads the {a} of one {b}.\"\"\"
    with open(path, encoding="utf-8") as stream:
        rows = [line.split("\\t") for line in stream if line.strip()]
    if len(rows) > limit:
        raise ValueError(f"{{path}}: {{len(rows)}} rows, at most {{limit}}")
    return {{key: float(value) / {m} for key, value, *_ in rows}}


class {B}Index:
    def __init__(self, {a}=None):
        self.{a} = {a} or []
        self._count = -1  # not known yet

    def __len__(self):
        return max(0, self._count)""",
    "c++": """#include <cstdint>
#include "{b}/{a}.h"

namespace {b} {{

template <typename T>
std::optional<T> find{A}(const std::vector<T>& list, int key) {{
    for (std::size_t i = 0; i < list.size(); ++i) {{
        if (list[i].key != key && !(key & 0x{n})) continue;
        return list[i] * {m}.5f;
    }}
    return std::nullopt;  // nothing there
}}

}}  // namespace {b}""",
    "shell": """#!/bin/sh
set -eu
{b}=${{1:-/var/lib/{a}}}
for file in "${b}"/*.log; do
    [ -s "$file" ] || continue
    count=$(grep -c 'error: {a}' "$file" || true)
    if [ "$count" -gt {n} ]; then
        printf '%s\\t%d\\n' "$file" "$count" >> /tmp/{a}.$$
    fi
done
sort -k2,2nr /tmp/{a}.$$ | head -n {m}
rm -f /tmp/{a}.$$""",
    "json": """{{
  "name": "{a}-{b}",
  "version": "2.{m}.1",
  "private": true,
  "limits": {{ "memory": {n}, "threads": 4, "ratio": 0.75 }},
  "paths": ["src/{a}", "lib/{b}/*.json"],
  "scripts": {{
    "build": "make -j4 {b}",
    "check": "./run --all --seed={n} && echo done"
  }},
  "empty": null
}}""",
    "sql": """CREATE TABLE {a} (
    id INTEGER PRIMARY KEY,
    {b}_id INTEGER NOT NULL REFERENCES {b}(id),
    label VARCHAR(80) DEFAULT 'none',
    price NUMERIC(10, 2) CHECK (price >= 0)
);

SELECT {b}.name, COUNT(*) AS total, SUM(price) * 1.{m} AS gross
FROM {a} JOIN {b} ON {a}.{b}_id = {b}.id
WHERE label <> 'none' AND price > {n}
GROUP BY {b}.name
HAVING COUNT(*) > 3
ORDER BY gross DESC;""",
    "yaml": """service:
  name: {a}
  image: registry.example.org/{b}:{m}.2
  ports: ["{n}:80", "8443:443"]
  environment:
    - MODE=production
    - CACHE_DIR=/var/cache/{a}
  restart: on-failure
  limits: {{cpus: 0.5, memory: 256M}}
# one copy a zone
replicas: 3""",
}
NAMES = ["order", "sensor", "invoice", "shelf", "ticket", "route", "sample", "ledger", "recipe", "signal"]
SYNTAX = {
    True: {"keyword": "#c678dd", "string": "#98c379", "comment": "#7f848e", "number": "#d19a66"},
    False: {"keyword": "#0000c0", "string": "#a31515", "comment": "#007000", "number": "#7a3e9d"},
}
TOKENS = re.compile(r"(?P<comment>//.*|(?<!\S)#(?!include|!).*)|(?P<string>\"[^\"]*\"|'[^']*')|(?P<number>\b\d[\w.]*)|"
                    r"(?P<keyword>\b(?:def|with|as|if|raise|return|for|in|class|or|namespace|template|const|continue|typename|set|do|done|"
                    r"then|fi|SELECT|FROM|WHERE|CREATE|TABLE|JOIN|ON|GROUP|ORDER|BY|HAVING|AND|AS|NOT|NULL|true|null)\b)|(?P<rest>.)")


def code_text(words, language):
    a, b = words.sample(NAMES, 2)
    return CODE[language].format(a=a, b=b, A=a.title(), B=b.title(), n=words.randint(20, 9000), m=words.randint(2, 9))


def code(words: Words, number):
    language = sorted(CODE)[number % len(CODE)]
    face = Face(drawing.MONO[words.choice(sorted(drawing.MONO))], words.choice([10, 11, 12, 13, 14, 16, 20]))
    dark = words.random() < 0.5
    paper, ink = words.choice(drawing.DARK[:3] if dark else drawing.PAPERS[:3])
    text = code_text(words, language).split("\n")
    pitch = face.at(1).getlength("0")
    numbered = number % 2 == 1
    left = face.size * 1.5 + (pitch * 4 if numbered else 0)
    sheet = Sheet(round(left + pitch * (max(map(len, text)) + 3)), paper, ink, words.choice(drawing.SMOOTHING))
    y = face.size * 2
    for n, line in enumerate(text, 1):
        if numbered and line:
            sheet.put(left - pitch * 2, y, str(n), face, "r", "#888888")
        at = left
        for token in TOKENS.finditer(line):
            sheet.put(at, y, token.group(), face, fill=SYNTAX[dark].get(token.lastgroup, ink))
            at += pitch * len(token.group())
        sheet.lines.append(f"{n:3} {line}" if numbered and line else line)
        y += face.step(words.choice([1.3]) if number % 2 else 1.45)
    return sheet.finish(face.size, subkind=language)


def terminal(words: Words, number):
    """Cells of one width; a status line and the selected row in inverse video."""
    family = drawing.MONO[words.choice(sorted(drawing.MONO))]
    size = words.choice([10, 11, 12, 13, 15, 18])
    paper, ink = words.choice([("#000000", "#cccccc"), ("#ffffff", "#000000"), ("#300a24", "#eeeeec"), ("#002b36", "#93a1a1"),
                               ("#101010", "#33ff33")])
    columns = 80 if size < 15 else 64
    screen = [session, process_list, editor][number % 3](words, columns)
    font = load(family[0], size, 0)
    pitch, step = round(font.getlength("0")), round(size * words.choice([1.2, 1.3, 1.45]))
    sheet = Sheet(pitch * columns, paper, ink, words.choice(["grey", "grey", "crisp"]))
    face = Face(family, size)
    for n, (line, inverse) in enumerate(screen):
        top = n * step
        if inverse:
            sheet.box(0, top, pitch * columns, top + step, fill=ink)
        coloured = None if inverse or words.random() < 0.8 else words.choice(["#3aa655", "#5c9ded", "#d7a021"])
        for k, sign in enumerate(line):
            if sign != " ":
                sheet.put(k * pitch, top + round(step * 0.5 + size * 0.36), sign, face, fill=paper if inverse else coloured)
        sheet.lines.append(line.rstrip())
    sheet.bottom = len(screen) * step
    return sheet.finish(0, subkind=["session", "list", "editor"][number % 3])


def session(words, columns):
    user, host = words.choice(["hugo", "irene", "build"]), words.choice(["archive", "quay", "atlas"])
    prompt = f"{user}@{host}:~/{words.choice(NAMES)}$ "
    out = [(prompt + "ls -l --time-style=iso", False), (f"total {words.randint(20, 900)}", False)]
    for _ in range(words.randint(4, 7)):
        rights = words.choice(["-rw-r--r--", "-rwxr-xr-x", "drwxr-x---"])
        out.append((f"{rights} 1 {user:8} staff {words.randint(10, 999999):8} {words.randint(1, 12):02}-{words.randint(1, 28):02} "
                    f"{words.randint(0, 23):02}:{words.randint(0, 59):02} {words.choice(NAMES)}_{words.randint(1, 99):02}.{words.choice(['txt', 'log', 'tar.gz', 'json'])}", False))
    out += [(prompt + f"grep -n 'limit = {words.randint(10, 99)}' *.conf | wc -l", False), (str(words.randint(0, 40)), False),
            (prompt + f"tar -czf {words.choice(NAMES)}.tar.gz --exclude='*.tmp' src/ && echo ok", False), ("ok", False), (prompt, False)]
    return [(line[:columns], inverse) for line, inverse in out]


def process_list(words, columns):
    out = [(f"top - {words.randint(0, 23):02}:{words.randint(0, 59):02}:07 up {words.randint(2, 90)} days, load average: 0.42, 0.37, 1.05", False),
           (f"Tasks: {words.randint(80, 300)} total, 1 running, {words.randint(60, 79)} sleeping", False), ("", False),
           ("  PID USER      PRI   VIRT    RES  CPU%  MEM%  COMMAND".ljust(columns), True)]
    selected = words.randint(1, 6)
    for n in range(8):
        line = (f"{words.randint(100, 99999):5} {words.choice(['root', 'hugo', 'irene', 'www']):8} {words.choice([20, 20, 39]):4} {words.randint(8, 900):5}M "
                f"{words.randint(2, 700):5}M {words.uniform(0, 99):5.1f} {words.uniform(0, 20):5.1f}  {words.choice(NAMES)}d --port {words.randint(1024, 9999)}")
        out.append((line[:columns].ljust(columns), n == selected))
    out += [("", False), ("F1 Help  F2 Setup  F3 Search  F9 Kill  F10 Quit".ljust(columns), True)]
    return out


def editor(words, columns):
    name = f"{words.choice(NAMES)}.conf"
    out = [(f"  edit 7.2    {name}".ljust(columns - 12) + "Modified    ", True), ("", False)]
    for _ in range(3):
        out.append((f"# {words.sentence()}"[:columns - 1], False))
        for _ in range(2):
            out.append((f"{words.choice(NAMES)}_{words.choice(['size', 'path', 'limit', 'mode'])} = {words.choice([str(words.randint(1, 4096)), '/usr/local/share', 'yes', 'off'])}", False))
        out.append(("", False))
    out += [(f"[ Read {words.randint(12, 400)} lines ]".center(columns), False),
            ("^G Help    ^O Write Out   ^W Search    ^K Cut      ^T Execute", False),
            ("^X Exit    ^R Read File   ^\\ Replace   ^U Paste    ^J Justify", False)]
    return out
