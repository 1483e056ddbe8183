// Documents written by hand, so that every byte of them is known: PDFs with any content, and TIFFs with
// pages.
#pragma once

#include <QByteArray>
#include <QImage>
#include <QList>
#include <QtEndian>

namespace sightline::test {

struct PdfPage {
    QByteArray content;
    QByteArray entries;  // of the page's dictionary: "/Rotate 90 /CropBox [0 0 100 100]"
};

// "BT /F1 12 Tf 72 700 Td (text) Tj ET": Helvetica, which every reader has.
inline QByteArray textAt(int x, int y, const QByteArray& text, int size = 12) {
    return "BT /F1 " + QByteArray::number(size) + " Tf " + QByteArray::number(x) + ' ' +
           QByteArray::number(y) + " Td (" + text + ") Tj ET\n";
}

// `objects` are further ones, numbered from `first_object`; the pages see them by `resources`.
class PdfBuilder {
  public:
    static constexpr int first_object = 4;

    QByteArray media_box = "[0 0 612 792]";
    QByteArray resources;       // beside the font: "/XObject << /X 4 0 R >>"
    QList<QByteArray> objects;  // whole ones: "<< ... >>" or a stream
    QByteArray font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";

    static QByteArray stream(const QByteArray& content, const QByteArray& entries = {}) {
        return "<< /Length " + QByteArray::number(content.size()) + ' ' + entries + " >>\nstream\n" +
               content + "\nendstream";
    }

    QByteArray build(const QList<PdfPage>& pages) const {
        QList<QByteArray> all{"<< /Type /Catalog /Pages 2 0 R >>", {}, font};
        all += objects;
        QByteArray kids;
        for (const PdfPage& page : pages) {
            all << stream(page.content);
            const auto content = QByteArray::number(all.size());
            all << "<< /Type /Page /Parent 2 0 R /Contents " + content + " 0 R " + page.entries + " >>";
            kids += QByteArray::number(all.size()) + " 0 R ";
        }
        all[1] = "<< /Type /Pages /Count " + QByteArray::number(pages.size()) + " /Kids [" + kids +
                 "] /MediaBox " + media_box + " /Resources << /Font << /F1 3 0 R >> " + resources + " >> >>";
        QByteArray file = "%PDF-1.7\n";
        QByteArray table = "0000000000 65535 f \n";
        for (qsizetype i = 0; i < all.size(); ++i) {
            table += QByteArray::number(file.size()).rightJustified(10, '0') + " 00000 n \n";
            file += QByteArray::number(i + 1) + " 0 obj\n" + all[i] + "\nendobj\n";
        }
        const QByteArray start = QByteArray::number(file.size());
        const QByteArray size = QByteArray::number(all.size() + 1);
        return file + "xref\n0 " + size + '\n' + table + "trailer\n<< /Size " + size +
               " /Root 1 0 R >>\nstartxref\n" + start + "\n%%EOF\n";
    }
};

// A PDF whose page 3 of 5 never ends: forms within forms, each drawn ten times by the next. It costs time
// before it costs memory, or the other way round; either way the process that decodes it has to be stopped.
inline QByteArray endlessPdf() {
    PdfBuilder pdf;
    constexpr int depth = 12;
    QByteArray names;
    for (int i = 0; i < depth; ++i) {
        const QByteArray next = QByteArray::number(PdfBuilder::first_object + i + 1);
        QByteArray content = "0 0 m 9 9 l S\n";
        if (i + 1 < depth) content = QByteArray("/N Do\n").repeated(10);
        pdf.objects << PdfBuilder::stream(
            content, "/Type /XObject /Subtype /Form /BBox [0 0 99 99] /Resources << /XObject << " +
                         (i + 1 < depth ? "/N " + next + " 0 R" : QByteArray()) + " >> >>");
    }
    pdf.resources = "/XObject << /N 4 0 R >>";
    QList<PdfPage> pages;
    for (int i = 1; i <= 5; ++i)
        pages << PdfPage{textAt(72, 700, "This is page " + QByteArray::number(i), 24), {}};
    pages[2].content += "/N Do\n";
    return pdf.build(pages);
}

// Gray, uncompressed, one strip a page, little-endian.
inline QByteArray tiffOf(const QList<QImage>& pages) {
    QByteArray file("II\x2a\0\0\0\0\0", 8);
    const auto put = [&file](qsizetype at, quint32 value) { qToLittleEndian(value, file.data() + at); };
    qsizetype link = 4;
    for (const QImage& image : pages) {
        const QImage gray = image.convertToFormat(QImage::Format_Grayscale8);
        const auto pixels = static_cast<quint32>(file.size());
        for (int row = 0; row < gray.height(); ++row)
            file.append(reinterpret_cast<const char*>(gray.constScanLine(row)), gray.width());
        if (file.size() % 2 != 0) file.append('\0');
        put(link, static_cast<quint32>(file.size()));
        const auto width = static_cast<quint32>(gray.width());
        const auto height = static_cast<quint32>(gray.height());
        const QList<QList<quint32>> fields{{256, width}, {257, height}, {258, 8},
                                           {259, 1},     {262, 1},      {273, pixels},
                                           {277, 1},     {278, height}, {279, width * height}};
        QByteArray directory(2 + 12 * fields.size() + 4, '\0');
        qToLittleEndian(static_cast<quint16>(fields.size()), directory.data());
        for (qsizetype i = 0; i < fields.size(); ++i) {
            char* entry = directory.data() + 2 + 12 * i;
            qToLittleEndian(static_cast<quint16>(fields[i][0]), entry);
            qToLittleEndian(quint16{4}, entry + 2);
            qToLittleEndian(quint32{1}, entry + 4);
            qToLittleEndian(fields[i][1], entry + 8);
        }
        link = file.size() + directory.size() - 4;
        file += directory;
    }
    return file;
}

}  // namespace sightline::test
