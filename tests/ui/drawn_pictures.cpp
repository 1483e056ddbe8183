#include "drawn_pictures.h"

#include <QFont>
#include <QPainter>
#include <QPainterPath>

namespace sightline {

namespace {

QFont fontOf(int pixels, QFont::Weight weight = QFont::Normal) {
    QFont font(QStringLiteral("Noto Sans"));
    font.setPixelSize(pixels);
    font.setWeight(weight);
    return font;
}

void drawColumn(QPainter& painter, int x, int y, const QStringList& lines) {
    for (const QString& line : lines) {
        painter.drawText(x, y, line);
        y += 32;
    }
}

void drawField(QPainter& painter, int y, const QString& label, const QString& value) {
    painter.setFont(fontOf(17));
    painter.setPen(QColor(0xA8, 0xB0, 0xB8));
    painter.drawText(48, y + 26, label);
    QPainterPath box;
    box.addRoundedRect(QRectF(260.5, y + 0.5, 411, 39), 6, 6);
    painter.fillPath(box, QColor(0x1B, 0x1E, 0x22));
    painter.setPen(QColor(0x4A, 0x50, 0x57));
    painter.drawPath(box);
    painter.setPen(QColor(0xE8, 0xEB, 0xEE));
    painter.drawText(274, y + 26, value);
}

void drawButton(QPainter& painter, const QRectF& place, const QString& text, const QColor& fill,
                const QColor& ink) {
    QPainterPath box;
    box.addRoundedRect(place, 6, 6);
    painter.fillPath(box, fill);
    painter.setPen(ink);
    painter.setFont(fontOf(17, QFont::DemiBold));
    painter.drawText(place, Qt::AlignCenter, text);
}

}  // namespace

QStringList leftColumn() {
    return {QStringLiteral("The river was measured for the"),
            QStringLiteral("first time in the spring of 1871."),
            QStringLiteral("Every morning at seven a clerk"),
            QStringLiteral("walked down to the old bridge,"),
            QStringLiteral("read the gauge and wrote the"),
            QStringLiteral("height into a long grey book."),
            QStringLiteral("Nobody asked him to stop, and"),
            QStringLiteral("so the book grew for fifty years."),
            QStringLiteral("When the bridge was rebuilt, the"),
            QStringLiteral("gauge moved forty metres north.")};
}

QStringList rightColumn() {
    return {
        QStringLiteral("Today a small box under the"),      QStringLiteral("arch sends a number each hour."),
        QStringLiteral("It has no hands and no book, but"), QStringLiteral("it agrees with the clerk within"),
        QStringLiteral("two centimetres wherever both"),    QStringLiteral("can be compared. The highest"),
        QStringLiteral("water stood at 6.42 m in 1926,"),   QStringLiteral("the lowest at 0.38 m in 1949."),
        QStringLiteral("The mean of all years is 2.17 m,"), QStringLiteral("and it hardly ever changes.")};
}

QImage twoColumnPage() {
    QImage page(1000, 720, QImage::Format_RGB32);
    page.fill(QColor(0xFD, 0xFC, 0xF8));
    QPainter painter(&page);
    painter.setRenderHint(QPainter::TextAntialiasing);
    painter.setPen(QColor(0x20, 0x20, 0x20));
    painter.setFont(fontOf(40, QFont::Bold));
    painter.drawText(70, 120, QStringLiteral("A Hundred Years of Water"));
    painter.setFont(fontOf(20));
    painter.setPen(QColor(0x60, 0x60, 0x60));
    painter.drawText(70, 164, QStringLiteral("Notes from the gauge at the old bridge"));
    painter.setPen(QColor(0xC8, 0xC4, 0xBA));
    painter.drawLine(70, 196, 930, 196);
    painter.setPen(QColor(0x20, 0x20, 0x20));
    painter.setFont(fontOf(22));
    drawColumn(painter, 70, 256, leftColumn());
    drawColumn(painter, 540, 256, rightColumn());
    painter.setFont(fontOf(16));
    painter.setPen(QColor(0x60, 0x60, 0x60));
    painter.drawText(QRectF(540, 640, 390, 40), Qt::AlignRight | Qt::AlignVCenter, QStringLiteral("17"));
    return page;
}

QImage darkDialog() {
    QImage dialog(720, 440, QImage::Format_RGB32);
    dialog.fill(QColor(0x25, 0x29, 0x2E));
    QPainter painter(&dialog);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    painter.fillRect(0, 0, 720, 56, QColor(0x1B, 0x1E, 0x22));
    painter.setPen(QColor(0xE8, 0xEB, 0xEE));
    painter.setFont(fontOf(20, QFont::DemiBold));
    painter.drawText(48, 36, QStringLiteral("Connect to a server"));
    painter.setFont(fontOf(17));
    painter.setPen(QColor(0xC4, 0xCB, 0xD2));
    painter.drawText(48, 104, QStringLiteral("The certificate of this server ends in 12 days."));
    drawField(painter, 140, QStringLiteral("Address"), QStringLiteral("files.example.org"));
    drawField(painter, 196, QStringLiteral("Port"), QStringLiteral("8443"));
    drawField(painter, 252, QStringLiteral("User name"), QStringLiteral("m.keller"));
    drawButton(painter, QRectF(440, 352, 104, 44), QStringLiteral("Cancel"), QColor(0x3A, 0x40, 0x47),
               QColor(0xE8, 0xEB, 0xEE));
    drawButton(painter, QRectF(560, 352, 112, 44), QStringLiteral("Connect"), QColor(0x2F, 0x9F, 0xB3),
               QColor(0x06, 0x2A, 0x31));
    return dialog;
}

QImage invoice() {
    QImage page(960, 600, QImage::Format_RGB32);
    page.fill(QColor(0xFD, 0xFC, 0xF8));
    QPainter painter(&page);
    painter.setRenderHint(QPainter::TextAntialiasing);
    const auto cell = [&painter](double x, double y, double width, const QString& text) {
        const bool first = x < 100;
        painter.drawText(QRectF(x, y, width, 40), (first ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter,
                         text);
    };
    painter.setPen(QColor(0x20, 0x20, 0x20));
    painter.setFont(fontOf(30, QFont::DemiBold));
    painter.drawText(60, 80, QStringLiteral("Aldine Press"));
    painter.setFont(fontOf(19));
    painter.drawText(60, 124, QStringLiteral("Bill to: Harbour Museum, Accounts"));
    painter.drawText(QRectF(560, 50, 340, 40), Qt::AlignRight | Qt::AlignVCenter,
                     QStringLiteral("Invoice No. 2024-0412"));
    const QStringList rows[] = {
        {QStringLiteral("Item"), QStringLiteral("Quantity"), QStringLiteral("Unit price"),
         QStringLiteral("Amount")},
        {QStringLiteral("Exhibition catalogue, 96 pages"), QStringLiteral("60"), QStringLiteral("12.40"),
         QStringLiteral("744.00")},
        {QStringLiteral("Poster A2, matte"), QStringLiteral("25"), QStringLiteral("6.80"),
         QStringLiteral("170.00")},
        {QStringLiteral("Postcards, set of eight"), QStringLiteral("40"), QStringLiteral("2.45"),
         QStringLiteral("98.00")},
    };
    double y = 180;
    for (const QStringList& row : rows) {
        if (y < 200) {
            painter.fillRect(QRectF(50, y, 860, 40), QColor(0xEF, 0xEA, 0xE0));
            painter.setFont(fontOf(19, QFont::DemiBold));
        } else {
            painter.setFont(fontOf(19));
        }
        cell(60, y, 400, row[0]);
        cell(460, y, 120, row[1]);
        cell(600, y, 140, row[2]);
        cell(760, y, 140, row[3]);
        y += 48;
        painter.fillRect(QRectF(50, y - 5, 860, 1), QColor(0xD0, 0xC8, 0xBA));
    }
    painter.setFont(fontOf(21, QFont::DemiBold));
    painter.drawText(QRectF(540, 440, 200, 44), Qt::AlignLeft | Qt::AlignVCenter,
                     QStringLiteral("Total EUR"));
    painter.drawText(QRectF(totalOfInvoice()).adjusted(8, 0, -8, 0), Qt::AlignRight | Qt::AlignVCenter,
                     QStringLiteral("1,204.50"));
    painter.setFont(fontOf(19));
    painter.drawText(60, 560, QStringLiteral("Due 12 May 2024"));
    return page;
}

QRect totalOfInvoice() {
    return {760, 440, 148, 44};
}

}  // namespace sightline
