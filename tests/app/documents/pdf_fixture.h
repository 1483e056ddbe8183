// PDFs made by hand for the tests, and the programs that look at the results: qpdf and those of poppler.
#pragma once

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QPointF>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QXmlStreamReader>
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <vector>

#include "inference/pages/page.h"

namespace pdf_fixture {

struct Output {
    int exit_code = -1;
    QByteArray text;    // stdout
    QByteArray errors;  // stderr
};

inline Output run(const QString& program, const QStringList& arguments) {
    QProcess process;
    process.start(program, arguments);
    Output output;
    if (!process.waitForStarted() || !process.waitForFinished(120'000)) {
        output.errors = "cannot be run: " + program.toUtf8() + " (./dev setup installs it)";
        return output;
    }
    output.exit_code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    output.text = process.readAllStandardOutput();
    output.errors = process.readAllStandardError();
    return output;
}

inline QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline bool save(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

// Objects in the order in which they are added, numbered from 1.
class PdfBuilder {
  public:
    int add(const QByteArray& object) {
        objects_.push_back(object);
        return static_cast<int>(objects_.size());
    }
    int addStream(const QByteArray& data, const QByteArray& entries = {}) {
        return add("<< /Length " + QByteArray::number(data.size()) + ' ' + entries + " >>\nstream\n" + data +
                   "\nendstream");
    }
    int next() const { return static_cast<int>(objects_.size()) + 1; }
    void set(int number, const QByteArray& object) {
        objects_[static_cast<std::size_t>(number - 1)] = object;
    }
    QByteArray finish(int root) const {
        QByteArray file = "%PDF-1.5\n";
        QByteArray table;
        for (std::size_t i = 0; i < objects_.size(); ++i) {
            table += QByteArray::number(file.size()).rightJustified(10, '0') + " 00000 n \n";
            file += QByteArray::number(static_cast<int>(i) + 1) + " 0 obj\n" + objects_[i] + "\nendobj\n";
        }
        const QByteArray count = QByteArray::number(static_cast<int>(objects_.size()) + 1);
        const QByteArray start = QByteArray::number(file.size());
        return file + "xref\n0 " + count + "\n0000000000 65535 f \n" + table + "trailer\n<< /Size " + count +
               " /Root " + QByteArray::number(root) + " 0 R >>\nstartxref\n" + start + "\n%%EOF\n";
    }

  private:
    std::vector<QByteArray> objects_;
};

inline QByteArray reference(int number) {
    return QByteArray::number(number) + " 0 R";
}

// A document of these page dictionaries (without /Type and /Parent); `shared` goes to their parent.
inline QByteArray documentOf(PdfBuilder& builder, const std::vector<QByteArray>& pages,
                             const QByteArray& shared = {}, const QByteArray& root_entries = {}) {
    const int parent = builder.next() + static_cast<int>(pages.size());
    QByteArray kids;
    for (const QByteArray& page : pages)
        kids +=
            reference(builder.add("<< /Type /Page /Parent " + reference(parent) + ' ' + page + " >>")) + ' ';
    builder.add("<< /Type /Pages /Count " + QByteArray::number(static_cast<int>(pages.size())) + " /Kids [" +
                kids + "] " + shared + " >>");
    return builder.finish(
        builder.add("<< /Type /Catalog /Pages " + reference(parent) + ' ' + root_entries + " >>"));
}

// A word whose place is known: in pixels of the picture, turned by `degrees` clockwise around its centre.
inline sightline::Word wordAt(const QString& text, double x, double y, double width, double height,
                              double degrees = 0) {
    const double angle = degrees * 3.14159265358979323846 / 180;
    const auto corner = [&](double right, double down) {
        const double dx = right * width / 2;
        const double dy = down * height / 2;
        return sightline::Point{x + dx * std::cos(angle) - dy * std::sin(angle),
                                y + dx * std::sin(angle) + dy * std::cos(angle)};
    };
    sightline::Word word;
    word.text = text.toStdString();
    word.quad = {corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)};
    word.confidence = 1;
    return word;
}

inline sightline::Line lineOf(const std::vector<sightline::Word>& words) {
    sightline::Line line;
    for (const sightline::Word& word : words) {
        line.text += (line.text.empty() ? "" : " ") + word.text;
        line.words.push_back(word);
    }
    if (!words.empty())
        line.quad = {words.front().quad[0], words.back().quad[1], words.back().quad[2],
                     words.front().quad[3]};
    return line;
}

inline sightline::Page pageOf(int width, int height, const std::vector<sightline::Line>& lines) {
    sightline::Page page;
    page.width = width;
    page.height = height;
    sightline::Block block;
    block.lines = lines;
    page.blocks.push_back(block);
    return page;
}

// A page with one word in its middle.
inline sightline::Page pageWith(const QString& word, int width = 600, int height = 800) {
    return pageOf(width, height, {lineOf({wordAt(word, width / 2.0, height / 2.0, 200, 40)})});
}

struct FoundWord {
    QString text;
    double x = 0;  // centre, in points from the upper left of what is shown of the page
    double y = 0;
};

// The words of every page by pdftotext -bbox.
inline std::vector<std::vector<FoundWord>> wordsOf(const QString& pdf) {
    std::vector<std::vector<FoundWord>> pages;
    const Output output = run("pdftotext", {"-bbox", "-cropbox", pdf, "-"});
    QXmlStreamReader xml(output.text);
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement) continue;
        if (xml.name() == QLatin1String("page")) pages.emplace_back();
        if (xml.name() != QLatin1String("word") || pages.empty()) continue;
        const auto number = [&xml](const char* key) {
            return xml.attributes().value(QLatin1String(key)).toDouble();
        };
        FoundWord word;
        word.x = (number("xMin") + number("xMax")) / 2;
        word.y = (number("yMin") + number("yMax")) / 2;
        word.text = xml.readElementText();
        pages.back().push_back(word);
    }
    return pages;
}

// In the order of the content stream.
inline QString textOf(const QString& pdf, const QStringList& options = {}) {
    return QString::fromUtf8(
        run("pdftotext", QStringList{"-raw", "-cropbox"} + options + QStringList{pdf, "-"}).text);
}

// Every page as poppler draws its crop box.
inline std::vector<QImage> picturesOf(const QString& pdf, int dpi, const QString& folder) {
    const QString prefix = QDir(folder).filePath("rendered");
    for (const QString& old : QDir(folder).entryList({"rendered*"}))
        QFile::remove(QDir(folder).filePath(old));
    run("pdftoppm", {"-r", QString::number(dpi), "-cropbox", pdf, prefix});
    std::vector<QImage> pictures;
    for (const QString& file : QDir(folder).entryList({"rendered*.ppm"}, QDir::Files, QDir::Name))
        pictures.emplace_back(QDir(folder).filePath(file));
    return pictures;
}

// Where a colour is in a picture: the centre of its pixels.
inline std::map<QRgb, QPointF> centresOf(const QImage& picture) {
    std::map<QRgb, std::array<double, 3>> sums;
    for (int y = 0; y < picture.height(); ++y) {
        for (int x = 0; x < picture.width(); ++x) {
            auto& sum = sums[picture.pixel(x, y) | 0xff000000];
            sum[0] += x + 0.5;
            sum[1] += y + 0.5;
            sum[2] += 1;
        }
    }
    std::map<QRgb, QPointF> centres;
    for (const auto& [colour, sum] : sums)
        centres[colour] = {sum[0] / sum[2], sum[1] / sum[2]};
    return centres;
}

}  // namespace pdf_fixture
