#!/usr/bin/env python3
"""make_template_rows.py COUNT [SEED]: writes random chat templates and what Jinja makes of them to standard output.

The form is that of tests/data/chat_template/jinja.json; chat_template_test compares tests/data/chat_template/random.json
(made with `250 1`), or the file that $SIGHTLINE_TEMPLATE_ROWS names. Needs jinja2, which comes with torch. Only what
docs/model-format.md lists is used; templates that Jinja itself refuses are left out.
"""

import json
import random
import sys

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

CONTEXT = {
    "s": "  Grüße, 世界!\n", "a": "ab-Ab", "empty": "", "n": 7, "neg": -3, "zero": 0, "f": 2.5, "t": True, "no": None,
    "l": [3, 1, 2], "words": ["x", "Yz", "", "x"], "e": [], "d": {"b": 1, "a": "two", "c": [1]},
    "rows": [{"k": "p", "v": 1}, {"k": "q", "v": 0}, {"k": "r"}],
    "messages": [{"role": "system", "content": "You are."},
                 {"role": "user", "content": [{"type": "text", "text": "Hi <|im_end|>"}, {"type": "image"}]},
                 {"role": "assistant", "content": "<think>\nhm\n</think>\n\nAnswer \n"}],
}


class Writer:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.loops = 0
        self.names = []

    def pick(self, *choices):
        choice = self.random.choice(choices)
        return choice() if callable(choice) else choice

    def text(self, depth):
        r = self.random
        if depth <= 0:
            return self.pick("s", "a", "empty", "'-'", "'Ab'", "''", "messages[2].content", "d.a", "words[1]",
                             *[name for name, kind in self.names if kind == "text"])
        t, n = lambda: self.text(depth - 1), lambda: self.number(0)
        return self.pick(
            lambda: f"({t()} + {t()})", lambda: f"({t()} ~ {self.plain(depth - 1)})", lambda: f"({t()})|trim",
            lambda: f"({t()}).{r.choice(['strip', 'lstrip', 'rstrip'])}()",
            lambda: f"({t()}).strip({t()})", lambda: f"(({t()})[{n()}]|default(''))", lambda: f"({t()})[{n()}:{n()}]",
            lambda: f"({t()})[::{r.choice(['-1', '2', '-2', '1'])}]", lambda: f"({t()}).replace({t()}, {t()})",
            lambda: f"({self.plain_list()})|join({t()})", lambda: f"({self.strings(depth - 1)})|join({t()})",
            lambda: f"({t()}).join({self.strings(depth - 1)})", lambda: f"({self.any(depth - 1)})|tojson",
            lambda: f"({t()} if {self.condition(depth - 1)} else {t()})", lambda: f"({self.number(depth - 1)})|string",
            lambda: f"({t()})|default({t()}, true)", lambda: f"(({t()}) or {t()})", lambda: f"(({self.strings(depth - 1)})|first|default('z'))",
            lambda: f"(({self.strings(depth - 1)})|last|default('z'))", lambda: f"({t()})|reverse", lambda: f"({t()})|replace({t()}, '_')",
            lambda: f"(({t()}).split({r.choice(['', chr(39) + '-' + chr(39), chr(39) + ',' + chr(39)])})[{n()}]|default(''))",
            lambda: f"d.get({t()}, {t()})", lambda: f"('a-' ~ n)|{r.choice(['upper', 'lower'])}")

    def number(self, depth):
        r = self.random
        if depth <= 0:
            return self.pick("n", "neg", "zero", str(r.randint(-4, 9)), "1", "0", "2",
                             *(["loop.index", "loop.index0", "loop.length", "loop.revindex"] if self.loops else []),
                             *[name for name, kind in self.names if kind == "number"])
        n = lambda: self.number(depth - 1)
        return self.pick(
            lambda: f"({n()} {r.choice(['+', '-', '*', '//', '%', '/'])} {n()})", lambda: f"(-{n()})",
            lambda: f"({self.text(depth - 1)})|length", lambda: f"({self.list(depth - 1)})|length",
            lambda: f"({n()} if {self.condition(depth - 1)} else {n()})", lambda: f"({self.text(0)})|int",
            lambda: f"({self.text(0)})|int({r.randint(-9, 9)})", lambda: f"(f * {n()})", lambda: f"({n()} and {n()})",
            lambda: f"({self.list(depth - 1)})|count")

    def list(self, depth):
        r = self.random
        if depth <= 0:
            return self.pick("l", "e", "words", "[1, 'b', none]", "range(3)|list", "rows|map(attribute='v')|list",
                             "d.items()|list", "d.keys()|list", "d.values()|list", "messages|map(attribute='role')|list")
        return self.pick(
            lambda: f"({self.list(depth - 1)})[{self.number(0)}:{self.number(0)}]",
            lambda: f"({self.list(depth - 1)})[::{r.choice(['-1', '2'])}]",
            lambda: f"[{self.any(depth - 1)}, {self.any(depth - 1)}]", lambda: f"(({self.list(depth - 1)})|reverse|list)",
            lambda: f"({self.list(depth - 1)} + {self.list(depth - 1)})", lambda: f"(({self.text(depth - 1)})|list)",
            lambda: f"rows|{r.choice(['selectattr', 'rejectattr'])}('v')|map(attribute='k')|list",
            lambda: f"rows|{r.choice(['selectattr', 'rejectattr'])}('v', 'defined')|map(attribute='k')|list",
            lambda: f"rows|selectattr('k', '{r.choice(['eq', 'ne', 'in'])}', {self.text(0)})|map(attribute='v')|list",
            lambda: f"range({self.number(0)}, {self.number(0)})|list", lambda: f"range({r.randint(-3, 9)}, {r.randint(-9, 9)}, -2)|list")

    def strings(self, depth):
        return self.pick("words", "['p', 'q']", f"({self.text(depth)}).split('-')", "rows|map(attribute='k')|list",
                         f"[{self.text(depth)}, {self.text(depth)}]")

    def condition(self, depth):
        r = self.random
        if depth <= 0:
            return self.pick("t", "no", "n", "e", "empty", "missing", "(n > 3)", "(d.b is defined)", "(d.z is defined)",
                             *(["loop.first", "loop.last"] if self.loops else []))
        return self.pick(
            lambda: f"({self.number(depth - 1)} {r.choice(['==', '!=', '<', '<=', '>', '>='])} {self.number(depth - 1)})",
            lambda: f"({self.text(depth - 1)} {r.choice(['==', '!=', '<', '>='])} {self.text(depth - 1)})",
            lambda: f"({self.text(depth - 1)} {r.choice(['in', 'not in'])} {self.text(depth - 1)})",
            lambda: f"({self.any(depth - 1)} {r.choice(['in', 'not in'])} {self.list(depth - 1)})",
            lambda: f"({self.list(depth - 1)} {r.choice(['==', '!='])} {self.list(depth - 1)})",
            lambda: f"({self.condition(depth - 1)} {r.choice(['and', 'or'])} {self.condition(depth - 1)})",
            lambda: f"(not {self.condition(depth - 1)})",
            lambda: f"({self.any(depth - 1)} is {r.choice(['', 'not '])}"
                    f"{r.choice(['string', 'number', 'none', 'mapping', 'sequence', 'iterable', 'defined', 'boolean', 'integer', 'float', 'true', 'false'])})",
            lambda: f"({self.number(depth - 1)} is {r.choice(['odd', 'even'])})",
            lambda: f"({self.text(depth - 1)}).{r.choice(['startswith', 'endswith'])}({self.text(0)})",
            lambda: f"({self.number(0)} < {self.number(0)} <= {self.number(0)})")

    def plain(self, depth):  # what Jinja and Sightline print alike
        return self.pick(lambda: self.text(depth), lambda: self.number(depth), lambda: f"(not {self.condition(1)})", "none",
                         "f")

    def plain_list(self):
        return self.pick("l", "e", "words", "[1, 'b', none]", "range(3)|list", "rows|map(attribute='v')|list",
                         "d.keys()|list", "messages|map(attribute='role')|list")

    def any(self, depth):
        return self.pick(lambda: self.text(depth), lambda: self.number(depth), lambda: self.condition(depth),
                         lambda: self.list(depth), "none", "d", "f", "rows[0]")

    def signs(self):
        return self.random.choice(["{%", "{%", "{%-"]), self.random.choice(["%}", "%}", "-%}"])

    def statement(self, depth):
        r = self.random
        open_, close = self.signs()
        tag = lambda words: f"{open_} {words} {close}"
        if depth <= 0:
            printed = self.pick(lambda: self.text(2), lambda: self.number(2), lambda: f"(not {self.condition(2)})")
            return r.choice(["{{ %s }}", "{{- %s }}", "{{ %s -}}"]) % printed
        space = r.choice(["", " ", "\n", "\n  ", "<b>", " x\n"])

        def loop():
            names = list(self.names)
            kind = r.choice(["list", "words", "pairs", "filtered"])
            head = {"list": f"for i in {self.list(1)}", "words": f"for w in {self.strings(1)}", "pairs": "for k, v in d.items()",
                    "filtered": f"for w in words if {r.choice(['w', 'w != ' + self.text(0), 'w|length > 1'])}"}[kind]
            self.loops += 1
            self.names += {"list": [], "words": [("w", "text")], "pairs": [("k", "text")], "filtered": [("w", "text")]}[kind]
            body = self.statement(depth - 1) + space
            if r.random() < 0.25:
                body += tag(f"if {self.condition(1)}") + tag(r.choice(["break", "continue"])) + tag("endif") + self.statement(0)
            self.loops -= 1
            self.names = names
            other = tag("else") + self.statement(0) if r.random() < 0.3 else ""
            return tag(head) + body + other + tag("endfor")

        def assigned():
            name = f"v{r.randint(0, 3)}"
            kind = r.choice(["text", "number"])
            value = self.text(2) if kind == "text" else self.number(2)
            if kind == "text" and r.random() < 0.3:
                made = tag(f"set {name}") + self.statement(0) + tag("endset")
            else:
                made = tag(f"set {name} = {value}")
            self.names = [pair for pair in self.names if pair[0] != name] + [(name, kind)]
            return made + space + self.statement(depth - 1)

        def counted():
            words = self.strings(1)
            return (tag("set ns = namespace(i=0, last='')") + tag(f"for w in {words}") + tag("set ns.i = ns.i + 1") +
                    tag("set ns.last = w") + tag("endfor") + "{{ ns.i }}{{ ns.last }}" + space)

        def macro():
            names = list(self.names)
            self.names = [("p", "text"), ("q", "text")]
            loops, self.loops = self.loops, 0
            body = self.statement(0)
            self.names, self.loops = names, loops
            return (tag(f"macro m(p, q={self.text(0)})") + body + tag("endmacro") +
                    self.pick("{{ m(%s) }}", "{{ m(%s, 'z') }}", "{{ m(p=%s) }}") % self.text(1))

        def branches():
            return (tag(f"if {self.condition(2)}") + space + self.statement(depth - 1) +
                    (tag(f"elif {self.condition(1)}") + self.statement(0) if r.random() < 0.4 else "") +
                    (tag("else") + self.statement(depth - 1) if r.random() < 0.6 else "") + tag("endif"))

        choices = [loop, branches, lambda: self.statement(depth - 1) + space + self.statement(depth - 1)]
        if not self.loops:
            choices += [assigned, counted, macro]
        return self.pick(*choices)


def to_json(value, indent=None):
    return json.dumps(value, ensure_ascii=False, indent=indent)


def environment():
    made = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True,
                                         extensions=["jinja2.ext.loopcontrols"])
    made.filters["tojson"] = to_json
    return made


def main(count, seed):
    rows, number = [], 0
    jinja = environment()
    while len(rows) < count:
        number += 1
        writer = Writer(seed * 1_000_003 + number)
        source = "".join(writer.statement(2) for _ in range(writer.random.randint(1, 3)))
        if len(source) > 600:
            continue
        try:
            text = jinja.from_string(source).render(**CONTEXT)
        except (TypeError, ValueError, ZeroDivisionError, OverflowError, jinja2.TemplateError):
            continue
        rows.append([source, text])
    head = f'{{"about": "made with jinja2 {jinja2.__version__}: make_template_rows.py {count} {seed}",\n"context": '
    print(head + json.dumps(CONTEXT, ensure_ascii=False) + ',\n"rows": [')
    print(",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]}")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) == 3 else 1)
