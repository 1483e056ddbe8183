"""Writes inference/text/unicode_tables.inc: what the tokenizer needs to know about Unicode, as ranges.

    python3 inference/text/make_unicode_tables.py > inference/text/unicode_tables.inc

The tables are those of the reference (tokenizers 0.23), which mixes two versions: letters, numbers and spaces are of
Unicode 16.0, NFC is of Unicode 9.0. Needs a Unicode 16.0 database: Python 3.14, or the package unicodedata2 16.0.0.
"""
try:
    import unicodedata2 as unicodedata
except ImportError:
    import unicodedata

# Every character with a combining class or a canonical decomposition that Unicode got after 9.0. The reference
# leaves these as they are.
NEWER_THAN_NFC = """
07FD 0897-089F 08CA-08D3 09FE 0C3C 0D3B-0D3C 0EBA 1715 1ABF-1ACE 1DF6-1DFA A82C 105C9 105E4 10D24-10D27 10D69-10D6D
10EAB-10EAC 10EFD-10EFF 10F46-10F50 10F82-10F85 11070 1133B 11383 11385 1138E 11391 113C5 113C7-113C8 113CE-113D0
1145E 11839-1183A 11938 1193D-1193E 11943 119E0 11A34 11A47 11A99 11D42 11D44-11D45 11D97 11F41-11F42 16121-16128
1612F 16D68-16D6A 16FF0-16FF1 1E08F 1E130-1E136 1E2AE 1E2EC-1E2EF 1E4EC-1E4EF 1E5EE-1E5EF
"""
SPACES = {*range(0x09, 0x0E), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000}
CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]


def newer_than_nfc():
    result = set()
    for part in NEWER_THAN_NFC.split():
        first, _, last = part.partition("-")
        result.update(range(int(first, 16), int(last or first, 16) + 1))
    return result


def ranges(value_of):
    """[first, last, value] for runs of equal values other than 0."""
    result = []
    for c in CODE_POINTS:
        value = value_of(c)
        if not value:
            continue
        if result and result[-1][1] == c - 1 and result[-1][2] == value:
            result[-1][1] = c
        else:
            result.append([c, c, value])
    return result


def char_class(c):
    if c in SPACES:
        return 3
    return {"L": 1, "N": 2}.get(unicodedata.category(chr(c))[0], 0)


def decomposition(c):
    text = unicodedata.decomposition(chr(c))
    return [] if text.startswith("<") else [int(part, 16) for part in text.split()]


def print_rows(name, type_name, rows):
    print(f"\nconstexpr {type_name} {name}[] = {{")
    line = "   "
    for row in rows:
        item = " {" + ", ".join(f"0x{v:X}" if v > 9 else str(v) for v in row) + "},"
        if len(line) + len(item) > 110:
            print(line)
            line = "   "
        line += item
    print(line + "\n};")


def main():
    assert unicodedata.unidata_version == "16.0.0", "Unicode 16.0.0 is wanted, not " + unicodedata.unidata_version
    newer = newer_than_nfc()
    old = [c for c in CODE_POINTS if c not in newer and not 0xAC00 <= c < 0xD7A4]
    print("// Made by make_unicode_tables.py; clang-format and people keep their hands off.")
    print("// clang-format off")
    print("// Letters, numbers and spaces of Unicode 16.0: first, last, CharClass.")
    print_rows("class_ranges", "ClassRange", ranges(char_class))
    print("\n// Canonical combining classes of Unicode 9.0: first, last, class.")
    print_rows("combining_ranges", "ClassRange",
               ranges(lambda c: 0 if c in newer else unicodedata.combining(chr(c))))
    print("\n// Canonical decompositions of Unicode 9.0 but Hangul: character, first, second (0: none), composes back.")
    rows = []
    for c in old:
        parts = decomposition(c)
        if parts:
            first, second = (parts + [0])[:2]
            rows.append([c, first, second, int(unicodedata.normalize("NFC", chr(c)) == chr(c))])
    print_rows("decompositions", "Decomposition", rows)


main()
