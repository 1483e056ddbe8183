#include "app/cli/page_record.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <cmath>

namespace sightline {

namespace {

// A string or a number as JSON; Qt writes whole documents only.
QByteArray json(const QJsonValue& value) {
    const QByteArray array = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return array.mid(1, array.size() - 2);
}

QByteArray json(const std::string& text) {
    return json(QJsonValue(QString::fromStdString(text)));
}

double rounded(double value, double steps) {
    return std::round(value * steps) / steps;
}

QByteArray jsonLine(const PageRecord& record) {
    QByteArray line = "{\"file\":" + json(QJsonValue(record.file)) + ",\"page\":" + json(record.page) +
                      ",\"pages\":" + json(record.pages);
    if (!record.error.empty()) return line + ",\"error\":" + json(record.error) + "}\n";
    line += ",\"width\":" + json(record.content.width) + ",\"height\":" + json(record.content.height) +
            ",\"text\":" + json(toPlainText(record.content)) +
            ",\"seconds\":" + json(rounded(record.seconds, 1000)) +
            ",\"source\":" + (record.from_layer ? "\"text layer\"" : "\"reader\"");
    if (record.difference) {
        line += ",\"difference\":" + json(rounded(*record.difference, 10000)) +
                ",\"text_layer\":" + json(record.layer_text);
    }
    return line + ",\"content\":" + QByteArray::fromStdString(toJson(record.content)) + "}\n";
}

QByteArray plainText(const PageRecord& record) {
    QByteArray text;
    if (record.first && record.named) {
        text = (record.first_document ? "==> " : "\n==> ") + record.file.toUtf8() + " <==\n";
    } else if (!record.first) {
        text = "\f";
    }
    return text + QByteArray::fromStdString(toPlainText(record.content));
}

QByteArray markdown(const PageRecord& record) {
    QByteArray text;
    if (record.first && record.named) {
        // A comment ends at its first two dashes.
        const QString name = QString(record.file).replace(QStringLiteral("--"), QStringLiteral("- -"));
        text = (record.first_document ? "<!-- " : "\n<!-- ") + name.toUtf8() + " -->\n\n";
    } else if (!record.first) {
        text = "\n<!-- page " + QByteArray::number(record.page) + " -->\n\n";
    }
    return text + QByteArray::fromStdString(toMarkdown(record.content));
}

Quad quadFrom(const QJsonArray& corners) {
    Quad quad{};
    for (std::size_t i = 0; i < quad.size(); ++i) {
        const QJsonArray corner = corners[static_cast<qsizetype>(i)].toArray();
        quad[i] = {corner[0].toDouble(), corner[1].toDouble()};
    }
    return quad;
}

}  // namespace

QByteArray written(const PageRecord& record, OcrFormat format) {
    switch (format) {
        case OcrFormat::text:
            return plainText(record);
        case OcrFormat::markdown:
            return markdown(record);
        case OcrFormat::json_lines:
            return jsonLine(record);
        case OcrFormat::pdf:
            if (record.from_layer || !record.error.empty() || record.content.empty()) return {};
            return QByteArray::fromStdString(toJson(record.content));
    }
    return {};
}

QByteArray writtenFailure(const QString& file, const std::string& error, OcrFormat format) {
    if (format != OcrFormat::json_lines) return {};
    return "{\"file\":" + json(QJsonValue(file)) + ",\"error\":" + json(error) + "}\n";
}

std::optional<Page> wordsFromJson(const QByteArray& bytes) {
    const QJsonDocument document = QJsonDocument::fromJson(bytes);
    if (!document.isObject()) return {};
    const QJsonObject fields = document.object();
    Page page;
    page.width = fields[QStringLiteral("width")].toInt();
    page.height = fields[QStringLiteral("height")].toInt();
    if (page.width < 1 || page.height < 1) return {};
    const QJsonArray blocks = fields[QStringLiteral("blocks")].toArray();
    for (const QJsonValue& block : blocks) {
        Block& to = page.blocks.emplace_back();
        const QJsonArray lines = block.toObject()[QStringLiteral("lines")].toArray();
        for (const QJsonValue& line : lines) {
            const QJsonObject line_fields = line.toObject();
            Line& to_line = to.lines.emplace_back();
            to_line.text = line_fields[QStringLiteral("text")].toString().toStdString();
            to_line.quad = quadFrom(line_fields[QStringLiteral("quad")].toArray());
            const QJsonArray words = line_fields[QStringLiteral("words")].toArray();
            for (const QJsonValue& word : words) {
                const QJsonObject word_fields = word.toObject();
                to_line.words.push_back({word_fields[QStringLiteral("text")].toString().toStdString(),
                                         quadFrom(word_fields[QStringLiteral("quad")].toArray()),
                                         word_fields[QStringLiteral("confidence")].toDouble()});
            }
        }
    }
    return page;
}

}  // namespace sightline
