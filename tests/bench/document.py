"""Tables of figures, and a document that has them between markers: <!-- bench:NAME --> ... <!-- /bench:NAME -->."""

NOT_MEASURED = "not measured"


def table(head, rows):
    """Markdown. A cell that is None was not measured."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        if len(row) != len(head):
            raise ValueError(f"a row of {len(row)} cells under {len(head)}")
        lines.append("| " + " | ".join(NOT_MEASURED if cell is None else str(cell) for cell in row) + " |")
    return "\n".join(lines)


def figure(value):
    """Three digits are more than a busy machine repeats."""
    if value is None:
        return NOT_MEASURED
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def put(document, name, text):
    """The document with `text` between the markers of this name. Throws ValueError where there are none, or several."""
    begin, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    if document.count(begin) != 1 or document.count(end) != 1 or document.index(begin) > document.index(end):
        raise ValueError(f"the document has no place for '{name}': {begin} ... {end}")
    head, rest = document.split(begin)
    return head + begin + "\n" + text.strip() + "\n" + end + rest.split(end)[1]
