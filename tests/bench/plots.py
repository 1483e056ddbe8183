"""A small line chart as SVG: one line a name, points at equal distances from left to right."""

from html import escape

COLOURS = ["#0a6c7e", "#3f9aa9", "#8cc5cf", "#c2571a", "#e39a5f", "#7a5ba6"]
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 300, 52, 170, 34, 40


def nice_step(most, parts=5):
    """1, 2 or 5 times a power of ten, so that `parts` steps reach `most`."""
    step = 1e-6
    while True:
        for factor in (1, 2, 5):
            if step * factor * parts >= most:
                return step * factor
        step *= 10


def line_chart(title, labels, series):
    """labels: under the points; series: {name: [number or None, ...]}. None leaves a gap: it was not measured."""
    known = [value for values in series.values() for value in values if value is not None]
    if not known:
        raise ValueError(f"nothing to draw: {title}")
    step = nice_step(max(known))
    top = step * 5
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    x = lambda i: LEFT + (right - LEFT) * (i + 0.5) / len(labels)
    y = lambda value: bottom - (bottom - TOP) * value / top
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
             f'<text x="{LEFT}" y="20" font-size="14" fill="#1a1f24">{escape(title)}</text>']
    for i in range(6):
        height = y(i * step)
        parts.append(f'<path d="M{LEFT} {height:.1f}H{right}" stroke="#dfe4e8"/>'
                     f'<text x="{LEFT - 6}" y="{height + 4:.1f}" text-anchor="end" fill="#55606a">{i * step:g}</text>')
    for i, label in enumerate(labels):
        parts.append(f'<text x="{x(i):.1f}" y="{bottom + 18}" text-anchor="middle" fill="#55606a">{escape(str(label))}</text>')
    for number, (name, values) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = [(x(i), y(value)) for i, value in enumerate(values) if value is not None]
        parts.append(f'<path d="M{"L".join(f"{px:.1f} {py:.1f}" for px, py in points)}" fill="none" stroke="{colour}" stroke-width="2"/>'
                     if points else "")
        parts += [f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3.5" fill="{colour}"/>' for px, py in points]
        row = TOP + 10 + 20 * number
        missing = "" if points else " (not measured)"
        parts.append(f'<path d="M{right + 16} {row}h18" stroke="{colour}" stroke-width="3"/>'
                     f'<text x="{right + 40}" y="{row + 4}" fill="#1a1f24">{escape(name + missing)}</text>')
    return "\n".join(filter(None, [*parts, "</svg>"])) + "\n"
