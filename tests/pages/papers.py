"""Printed pages: contents, letters, receipts, forms, slides, newspapers, tables, pages in two languages."""

import drawing
from drawing import Drawn, Face, Sheet
from words import Words

SIZES = [12, 13, 14, 16, 18, 21, 24]


def face_for(words, families, sizes=SIZES):
    return Face(families[words.choice(sorted(families))], words.choice(sizes))


def paper_for(words, dark=0.0):
    return words.choice(drawing.DARK if words.random() < dark else drawing.PAPERS)


def sheet_for(words, width, dark=0.0, smoothing=drawing.SMOOTHING):
    paper, ink = paper_for(words, dark)
    return Sheet(width, paper, ink, words.choice(smoothing))


def contents(words: Words, number):
    """Titles, dot leaders, page numbers; chapters and sections."""
    face = face_for(words, drawing.PROPORTIONAL)
    width = face.size * words.choice([34, 40, 46])
    sheet = sheet_for(words, width)
    left, right = face.size * 3, width - face.size * 3
    title = face.with_(round(face.size * 1.6), True)
    y = face.size * 4
    sheet.say(left, y, words.choice(["Contents", "Table of Contents", "Index of Chapters"]), title)
    y += face.step(2.4)
    page = words.randint(1, 9)
    for chapter, topic in enumerate(words.topics(words.randint(5, 8)), 1):
        bold = face.with_(bold=number % 2 == 0)
        y = entry(sheet, y, left, right, f"{chapter}  {topic}" if number % 3 else topic, str(page), bold, number)
        for section, name in enumerate(words.topics(words.randint(0, 3)), 1):
            page += words.randint(1, 6)
            inner = left + face.size * 2
            y = entry(sheet, y, inner, right, f"{chapter}.{section}  {name}" if number % 3 else name, str(page), face.with_(bold=False),
                      number)
        page += words.randint(2, 14)
        y += face.size // 3
    return sheet.finish()


def entry(sheet, y, left, right, title, page, face, number):
    leader = [".", " .", "."][number % 3]
    x = left + sheet.put(left, y, title, face) + face.size * 0.5
    start = right - face.width("000") - face.size * 0.2
    step = face.width(leader)
    dots = max(0, int((start - x) / step))
    sheet.put(start - dots * step, y, leader * dots, face)
    sheet.put(right, y, page, face, "r")
    sheet.lines.append(f"{title} {(leader * dots).strip()} {page}")
    return y + face.step(1.45)


def letter(words: Words, number):
    """A sender, a receiver, sometimes side by side, a reference line, paragraphs, a name."""
    face = face_for(words, drawing.PROPORTIONAL)
    width = face.size * words.choice([44, 50, 56])
    sheet = sheet_for(words, width)
    left, right, y = face.size * 4, width - face.size * 4, face.size * 5
    sender = [words.firm(), *words.address(), words.phone()]
    receiver = [words.person(), *words.address()] + (["United Kingdom"] if number % 2 else [])
    also = []
    if number % 3 == 2:  # one above the other
        for text in sender:
            sheet.say(right, y, text, face, "r")
            y += face.step()
        y += face.step()
        for text in receiver:
            sheet.say(left, y, text, face)
            y += face.step()
    else:
        column = left + face.size * words.choice([20, 24])
        shift = 0 if number % 3 == 0 else face.size * 0.45  # the right one not level with the left one
        rows = []
        for n in range(max(len(sender), len(receiver))):
            pair = [(left, receiver, 0), (column, sender, shift)]
            for x, block, down in pair:
                if n < len(block):
                    sheet.put(x, y + down + n * face.step(), block[n], face)
                    rows.append(block[n])
        sheet.lines += rows
        also.append((rows, receiver + sender))
        y += max(len(sender), len(receiver)) * face.step() + shift
    y += face.step(2)
    sheet.row(y, [(left, f"Our reference: {words.reference()}", "l"), (right, words.date(), "r")], face)
    y += face.step(2)
    sheet.say(left, y, f"{words.choice(['Invoice', 'Order', 'Your letter'])} of {words.date()}", face.with_(bold=True))
    y += face.step(2)
    sheet.say(left, y, f"Dear {words.choice(['Ms', 'Mr', 'Dr'])} {receiver[0].split()[1]},", face)
    y += face.step(1.8)
    for _ in range(words.randint(2, 3)):
        y = sheet.prose(left, y, right - left, words.paragraph(words.randint(2, 4)), face, number % 2 == 0) + face.step(0.5)
    sheet.say(left, y, "Yours sincerely,", face)
    sheet.say(left, y + face.step(3), words.person(), face)
    drawn = sheet.finish()
    for rows, blocks in also:
        drawn.also.append(drawn.text.replace("\n".join(rows), "\n".join(blocks), 1))
    return drawn


def receipt(words: Words, number):
    face = face_for(words, {**drawing.MONO, **drawing.SANS}, [11, 12, 14, 16, 20])
    width = face.size * 22
    sheet = Sheet(width, words.choice(["#ffffff", "#f7f5ef", "#f0f0f0"]), words.choice(["#000000", "#333355", "#444444"]),
                  words.choice(drawing.SMOOTHING))
    left, right, y = face.size, width - face.size, face.size * 3
    sheet.say(width / 2, y, words.firm(), face.with_(round(face.size * 1.3), True), "m")
    y += face.step(1.6)
    for text in words.address():
        sheet.say(width / 2, y, text, face, "m")
        y += face.step()
    y += face.step(0.6)
    sheet.row(y, [(left, words.date(), "l"), (right, f"{words.randint(7, 21):02d}:{words.randint(0, 59):02d}", "r")], face)
    y += face.step()
    sheet.row(y, [(left, f"Till {words.randint(1, 9)}", "l"), (right, f"No. {words.randint(1000, 99999)}", "r")], face)
    y = dashes(sheet, left, right, y + face.step(0.7), number) + face.step()
    sign = words.choice(["", "", "$", "£", "€"])
    total = 0
    for item in words.items(words.randint(4, 8)):
        count, price = words.choice([1, 1, 1, 2, 3]), round(words.uniform(0.4, 35), 2)
        total += count * price
        if count > 1 and number % 2:
            sheet.say(left, y, item, face)
            y += face.step()
            sheet.row(y, [(left + face.size * 1.5, f"{count} x {sign}{price:.2f}", "l"), (right, f"{sign}{count * price:.2f}", "r")], face)
        else:
            sheet.row(y, [(left, f"{count} {item}" if number % 3 == 0 else item, "l"), (right, f"{sign}{count * price:.2f}", "r")], face)
        y += face.step()
    y = dashes(sheet, left, right, y - face.step(0.3), number) + face.step()
    rate = words.choice([7, 10, 19, 20])
    sheet.row(y, [(left, "Subtotal", "l"), (right, f"{sign}{total / (1 + rate / 100):.2f}", "r")], face)
    y += face.step()
    sheet.row(y, [(left, f"VAT {rate}%", "l"), (right, f"{sign}{total - total / (1 + rate / 100):.2f}", "r")], face)
    y += face.step(1.5)
    sheet.row(y, [(left, "TOTAL", "l"), (right, f"{sign}{total:.2f}", "r")], face.with_(round(face.size * 1.25), True))
    y += face.step(1.6)
    sheet.row(y, [(left, words.choice(["Card payment", "Cash", "Contactless"]), "l"), (right, f"{sign}{total:.2f}", "r")], face)
    y += face.step(2)
    sheet.say(width / 2, y, words.choice(["Thank you for your visit!", "Please keep this receipt", "See you again soon"]), face, "m")
    return sheet.finish()


def dashes(sheet, left, right, y, number):
    if number % 3 == 1:
        sheet.rule(left, y, right, y)
    else:
        at = left
        while at < right:
            sheet.rule(at, y, min(right, at + 5), y)
            at += 8
    return y


def form(words: Words, number):
    """Labels and what was filled in: beside each other, or the label above its field, in one or two columns."""
    face = face_for(words, drawing.SANS, [12, 13, 14, 16, 18])
    width = face.size * 48
    sheet = sheet_for(words, width)
    filled = Face(drawing.MONO[words.choice(sorted(drawing.MONO))], face.size) if number % 2 else face
    pen = words.choice(["#1a3a8a", "#000000", "#202020"])
    left, right, y = face.size * 3, width - face.size * 3, face.size * 4
    sheet.say(left, y, words.choice(["Application for Membership", "Registration Form", "Claim for Expenses", "Change of Address"]),
              face.with_(round(face.size * 1.7), True))
    y += face.step(1.6)
    sheet.say(left, y, "Please complete all fields in block letters.", face.with_(face.size - 1))
    y += face.step(2)
    fields = [("First name", words.person().split()[0]), ("Surname", words.person().split()[1]), ("Street", words.address()[0]),
              ("Town and postcode", words.address()[1]), ("Telephone", words.phone()), ("Date of birth", words.date()),
              ("E-mail", words.email()), ("Membership no.", words.reference()), ("Amount", words.money()), ("Occupation", "Carpenter")]
    if number % 3 == 0:  # beside each other
        for label, value in fields:
            sheet.box(left + face.size * 12, y - face.size * 1.3, right, y + face.size * 0.6, outline="#888888")
            sheet.put(left, y, label + ":", face)
            sheet.put(left + face.size * 12.5, y, value, filled, fill=pen)
            sheet.lines.append(f"{label}:  {value}")
            y += face.step(1.8)
    else:  # above its field, two in a row
        middle = (left + right) / 2 + face.size
        for pair in zip(fields[::2], fields[1::2]):
            sheet.row(y, [(x, label, "l") for x, (label, _) in zip((left, middle), pair)], face.with_(face.size - 1))
            y += face.step(1.5)
            for x, end in ((left, middle - face.size * 2), (middle, right)):
                if number % 3 == 1:
                    sheet.rule(x, y + face.size * 0.4, end, y + face.size * 0.4, "#777777")
                else:
                    sheet.box(x, y - face.size * 1.2, end, y + face.size * 0.6, fill="#ffffff", outline="#999999", radius=3)
            sheet.row(y, [(x + face.size * 0.5, value, "l") for x, (_, value) in zip((left, middle), pair)], filled, pen)
            y += face.step(1.9)
    y += face.step(0.4)
    for text in words.sample(["I have read the terms of membership.", "Please send me the newsletter.", "I pay by direct debit.",
                              "I agree to receive invoices by e-mail."], 3):
        side = face.size
        sheet.box(left, y - side * 0.85, left + side, y + side * 0.15, outline=sheet.ink)
        if words.random() < 0.5:
            sheet.rule(left + 3, y - side * 0.4, left + side * 0.4, y - 1, pen, 2)
            sheet.rule(left + side * 0.4, y - 1, left + side - 2, y - side * 0.75, pen, 2)
        sheet.say(left + side * 1.8, y, text, face)
        y += face.step(1.5)
    y += face.step(2)
    sheet.rule(left, y - face.size, left + face.size * 14, y - face.size, "#555555")
    sheet.rule(right - face.size * 18, y - face.size, right, y - face.size, "#555555")
    sheet.row(y + face.size * 0.2, [(left, "Place and date", "l"), (right - face.size * 18, "Signature", "l")], face.with_(face.size - 1))
    return sheet.finish()


def note(words: Words, number):
    """A heading and a line or two: the cheapest page, in many shapes."""
    face = face_for(words, drawing.PROPORTIONAL, [16, 18, 20, 22])
    sheet = sheet_for(words, face.size * words.choice([14, 18, 22]), dark=0.3)
    left = face.size
    sheet.say(left, face.size * 2, words.person(), face.with_(bold=True))
    text = f"{words.date()}, {words.phone()}"
    sheet.prose(left, face.size * 4, sheet.width - left * 2, text, face)
    return sheet.finish()


def slide(words: Words, number):
    width = words.choice([720, 960, 1280])
    size = width // words.choice([34, 40])
    face = Face(drawing.SANS[words.choice(sorted(drawing.SANS))], size)
    sheet = sheet_for(words, width, dark=0.5)
    left, y = size * 3, size * 4
    if number % 2:
        accent = words.choice(["#2a6f97", "#7b2d26", "#2f5d3a"])
        sheet.box(0, 0, width, size * 5.4, fill=accent)
        sheet.say(left, y, words.topics(1)[0], face.with_(size * 2, True), fill="#ffffff")
    else:
        sheet.say(left, y, words.topics(1)[0], face.with_(size * 2, True))
    y += face.step(3.4)
    bullet = words.choice(["•", "–", "▪"])
    for _ in range(words.randint(3, 5)):
        text = words.headline()
        for n, line in enumerate(drawing.wrap(text, face, width - left * 2 - size * 2)):
            if n == 0:
                sheet.put(left, y, bullet, face)
            sheet.say(left + size * 1.5, y, line, face)
            if n == 0:
                sheet.lines[-1] = f"{bullet} {line}"
            y += face.step()
        if words.random() < 0.4:
            small = face.with_(round(size * 0.8))
            sheet.say(left + size * 3, y, f"{words.choice(['about', 'less than', 'nearly'])} {words.money()} in {words.randint(2015, 2026)}", small)
            y += small.step()
        y += face.step(0.5)
    y = max(y + size, width * 9 / 16 - size * 1.5)
    sheet.row(y, [(left, words.firm(), "l"), (width - left, f"{words.randint(2, 40)} / {words.randint(41, 60)}", "r")], face.with_(round(size * 0.7)))
    return sheet.finish(size)


def newspaper(columns):
    def draw(words: Words, number):
        face = Face(drawing.SERIF[words.choice(sorted(drawing.SERIF))] if number % 3 else drawing.SANS["Liberation Sans"],
                    words.choice([12, 13, 14, 16]))
        gap = face.size * words.choice([1.5, 2, 2.5])
        column = face.size * words.choice([15, 18] if columns > 2 else [20, 24])
        margin = face.size * 3
        width = round(margin * 2 + columns * column + (columns - 1) * gap)
        sheet = sheet_for(words, width)
        y = face.size * 5
        right = width - margin
        sheet.say(width / 2, y, words.choice(["The Ashcombe Courier", "Harbour Gazette", "Kingsford Weekly Post"]),
                  face.with_(face.size * 3, True), "m")
        y += face.step(1.8)
        sheet.row(y, [(margin, words.date(), "l"), (right, f"No. {words.randint(100, 9999)}", "r")], face)
        sheet.rule(margin, y + face.size * 0.7, right, y + face.size * 0.7)
        y += face.step(3)
        for _ in range(1 + number % 2):
            headline = face.with_(round(face.size * 1.8), True)
            y = sheet.prose(margin, y, width - margin * 2, words.headline(), headline) + face.step(0.4)
            y = article(sheet, words, face, margin, y, columns, column, gap, number) + face.step(2)
        return sheet.finish()
    return draw


def article(sheet, words, face, x, top, columns, column, gap, number):
    bottom = top
    for n in range(columns):
        y = top
        for paragraph in range(words.randint(2, 3)):
            if paragraph and number % 3 == 2:
                sheet.say(x, y, words.topics(1)[0], face.with_(bold=True))
                y += face.step()
            y = sheet.prose(x, y, column, words.paragraph(words.randint(2, 4)), face, number % 2 == 0, 1.3, number % 2 == 0,
                            indent=0 if number % 3 else face.size)
            y += face.step(0.6) if number % 3 else 0
        bottom = max(bottom, y)
        if n + 1 < columns and number % 4 == 1:
            sheet.rule(x + column + gap / 2, top - face.size, x + column + gap / 2, y - face.size, "#888888")
        x += column + gap
    return bottom


def table(words: Words, number):
    """Cells with and without lines, headers in colour, numbers on the right, descriptions of two lines."""
    face = face_for(words, drawing.PROPORTIONAL, [11, 12, 13, 14, 16, 18])
    sheet = sheet_for(words, face.size * 52, dark=0.2)
    left, right, y = face.size * 2, face.size * 50, face.size * 3.5
    sheet.say(left, y, f"Table {words.randint(1, 30)}: {words.topics(1)[0]}", face.with_(bold=True))
    y += face.step(2)
    edges = [left + face.size * k for k in (0, 6, 24, 31, 39, 48)]
    pad, tall = face.size * 0.6, face.step(1.7)
    header = ["Code", "Description", "Quantity", "Unit price", "Amount"]
    lined, coloured = number % 3 == 0, number % 3 == 1

    def cells(y, texts, face, fill=None):
        placed = [(edges[n] + pad, text, "l") if n < 2 else (edges[n + 1] - pad, text, "r") for n, text in enumerate(texts)]
        for x, text, anchor in placed:
            sheet.put(x, y, text, face, anchor, fill)

    top = y - face.size * 1.2
    if coloured:
        sheet.box(edges[0], top, edges[-1], top + tall, fill="#39506b")
    cells(y, header, face.with_(bold=True), "#ffffff" if coloured else None)
    sheet.lines.append("  ".join(header))
    rules, orders = [top, top + tall], []
    y += tall
    for n, item in enumerate(words.items(words.randint(6, 10))):
        count, price = words.randint(1, 60), words.amount(1, 400)
        texts = [f"{words.choice('ABCD')}{words.randint(100, 999)}", item, str(count), f"{price:,.2f}", f"{count * price:,.2f}"]
        second = words.choice(["sold in packs of 12", "delivery in 3 days", "new from April"]) if number % 2 and words.random() < 0.4 else None
        if coloured and n % 2 and sheet.paper == "#ffffff":
            sheet.box(edges[0], y - face.size * 1.2, edges[-1], y - face.size * 1.2 + tall + (face.step() if second else 0), fill="#eef1f5")
        cells(y, texts, face)
        if second:
            y += face.step()
            sheet.put(edges[1] + pad, y, second, face)
            orders.append(("  ".join(texts) + "\n" + second, "  ".join(texts[:2] + [second] + texts[2:])))
            sheet.lines.append(orders[-1][0])
        else:
            sheet.lines.append("  ".join(texts))
        y += tall
        rules.append(y - face.size * 1.2)
    if lined:
        for at in rules:
            sheet.rule(edges[0], at, edges[-1], at, "#808080")
        for at in edges:
            sheet.rule(at, rules[0], at, rules[-1], "#808080")
    elif not coloured:
        sheet.rule(edges[0], rules[1], edges[-1], rules[1])
    drawn = sheet.finish()
    if orders:  # a cell read to its end before the next one
        text = drawn.text
        for rows, order in orders:
            text = text.replace(rows, order, 1)
        drawn.also.append(text)
    return drawn


LANGUAGES = [("zh", "中文", "Chinese", drawing.CHINESE), ("el", "Ελληνικά", "Greek", drawing.PROPORTIONAL),
             ("de", "Deutsch", "German", drawing.PROPORTIONAL), ("fr", "Français", "French", drawing.PROPORTIONAL),
             ("ja", "日本語", "Japanese", drawing.JAPANESE)]


def bilingual(words: Words, number):
    """A text and its counterpart: paragraphs in turn, or one column for each language."""
    language, name, english_name, families = LANGUAGES[number % len(LANGUAGES)]
    face = face_for(words, families, [13, 14, 16, 18, 22])
    beside = number // len(LANGUAGES) % 2 == 1
    column = face.size * 22
    width = face.size * 54 if beside else face.size * words.choice([34, 40])
    sheet = sheet_for(words, width, dark=0.2)
    left, y = face.size * 3, face.size * 4
    sheet.say(left, y, f"{words.topics(1)[0]} (English / {name})", face.with_(round(face.size * 1.4), True))
    y += face.step(2.4)
    texts = {at: [words.paragraph(words.randint(2, 3), at) for _ in range(3)] for at in ("en", language)}
    if beside:
        for n, at in enumerate(("en", language)):
            below = y
            for text in texts[at]:
                below = sheet.prose(left + n * (column + face.size * 3), below, column, text, face) + face.step(0.7)
    else:
        for pair in zip(*texts.values()):
            for text in pair:
                y = sheet.prose(left, y, width - left * 2, text, face) + face.step(0.5)
    return sheet.finish(subkind=language + ("-columns" if beside else ""), language=english_name)


def japanese(words: Words, number):
    face = face_for(words, drawing.JAPANESE, [12, 14, 16, 18, 22, 28])
    width = face.size * words.choice([28, 34, 40])
    sheet = sheet_for(words, width, dark=0.3)
    left, y = face.size * 2.5, face.size * 4
    sheet.say(left, y, words.choice(["お知らせ", "会議の記録", "利用の手引き", "今月の予定"]), face.with_(round(face.size * 1.5), True))
    y += face.step(2.4)
    for _ in range(2):
        y = sheet.prose(left, y, width - left * 2, words.paragraph(words.randint(2, 4), "ja"), face, leading=1.6) + face.step(0.6)
    if number % 2:
        for label, value in (("日時", f"{words.randint(2019, 2026)}年{words.randint(1, 12)}月{words.randint(1, 28)}日"),
                             ("場所", words.choice(["本館二階の会議室", "中央公園の入口", "駅前ホール"])),
                             ("参加費", f"{words.randint(5, 60) * 100:,}円")):
            sheet.say(left, y, f"{label}：{value}", face)
            y += face.step(1.6)
    return sheet.finish()
