#include "app/transfer/conversation_pages.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QImageWriter>
#include <QLocale>
#include <QPageLayout>
#include <QPageSize>
#include <QPdfWriter>
#include <QTextDocument>
#include <QUrl>
#include <functional>
#include <vector>

#include "app/replies/streamed_markdown.h"
#include "app/transfer/block_html.h"
#include "app/values/message_record.h"

namespace sightline {

namespace {

constexpr int longest_side = 1600;
constexpr int widest_in_pdf = 460;  // of the 96 that make an inch

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(ConversationPages)
};

std::vector<const ChatMessage*> shownMessages(const ConversationTree& tree) {
    std::vector<const ChatMessage*> shown;
    for (const QString& id : pathTo(tree, tree.head.leaf))
        shown.push_back(findMessage(tree, id));
    return shown;
}

StreamedMarkdown parsed(const QString& text, MarkdownBlocks* blocks) {
    StreamedMarkdown reply;
    const auto take = [blocks](const StreamedMarkdown::Change& change) {
        blocks->resize(change.first);
        blocks->append(change.blocks);
    };
    if (const auto change = reply.append(text)) take(*change);
    take(reply.finish());
    return reply;
}

QString titleOf(const ConversationFile& file) {
    return file.tree.head.title.isEmpty() ? Texts::tr("Conversation") : file.tree.head.title;
}

QString dateText(const QDateTime& time) {
    return QLocale().toString(time.toLocalTime(), QLocale::ShortFormat);
}

QString speaker(const ChatMessage& message) {
    if (message.role == Role::user) return Texts::tr("You");
    if (message.role == Role::system) return Texts::tr("System prompt");
    return message.facts && !message.facts->model_name.isEmpty() ? message.facts->model_name
                                                                 : Texts::tr("Answer");
}

QString pictureText(const Attachment& picture) {
    // In one call: a name may hold "%2".
    const QLocale locale;
    return Texts::tr("Picture: %1 (%2 × %3)")
        .arg(picture.name, locale.toString(picture.size.width()), locale.toString(picture.size.height()));
}

// What a page has of a picture: the value of src, and its width; empty = it is only named.
struct ShownImage {
    QString source;
    int width = 0;
};
using ImageOf = std::function<ShownImage(const Attachment&)>;

QString turnHtml(const ChatMessage& message, const ImageOf& image) {
    const bool user = message.role == Role::user;
    QString html =
        QStringLiteral("<div class=\"%1\"><p class=\"who\"><b>%2</b> <span class=\"when\">%3</span></p>\n")
            .arg(user ? QStringLiteral("question") : QStringLiteral("answer"), htmlText(speaker(message)),
                 htmlText(dateText(message.created)));
    for (const ChatPart& part : message.parts) {
        if (!part.attachment) continue;
        const ShownImage shown = image(*part.attachment);
        if (!shown.source.isEmpty())
            html += QStringLiteral("<p><img src=\"%1\" width=\"%2\" alt=\"%3\"></p>\n")
                        .arg(shown.source)
                        .arg(shown.width)
                        .arg(htmlText(part.attachment->name));
        html += QStringLiteral("<p class=\"when\">%1</p>\n").arg(htmlText(pictureText(*part.attachment)));
    }
    const QString text = message.text();
    if (user) {
        html += QStringLiteral("<p>%1</p>\n").arg(htmlText(text.trimmed()));
    } else {
        MarkdownBlocks blocks;
        parsed(text, &blocks);
        html += htmlOf(blocks);
    }
    if (message.facts && !message.facts->error.isEmpty())
        html += QStringLiteral("<p class=\"when\">%1</p>\n").arg(htmlText(message.facts->error));
    return html + QStringLiteral("</div>\n");
}

QString bodyHtml(const ConversationFile& file, const ImageOf& image) {
    QString html = QStringLiteral("<h1>%1</h1>\n").arg(htmlText(titleOf(file)));
    for (const ChatMessage* message : shownMessages(file.tree))
        html += turnHtml(*message, image);
    return html;
}

const char* const page_style = R"(
:root { color-scheme: light dark; --paper: #fff; --ink: #1a1f24; --soft: #626c76; --bubble: #eceff2; --sunken: #f5f6f7; --line: #e1e5e9; }
@media (prefers-color-scheme: dark) { :root { --paper: #16191d; --ink: #e8ebee; --soft: #929ca6; --bubble: #262b31; --sunken: #1e2227; --line: #2b3138; } }
body { margin: 32px auto; max-width: 760px; padding: 0 24px; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 22px; } h2 { font-size: 19px; } h3, h4, h5, h6 { font-size: 16px; }
.question { background: var(--bubble); border-radius: 12px; padding: 2px 16px; margin: 24px 0 16px; }
.when, .address { color: var(--soft); font-size: 13px; } .who { margin-bottom: 4px; }
img { max-width: 100%; height: auto; border-radius: 4px; }
pre { background: var(--sunken); border: 1px solid var(--line); border-radius: 6px; padding: 10px 12px; overflow-x: auto; overflow-wrap: normal; font: 13px/1.4 ui-monospace, monospace; }
code { background: var(--sunken); padding: 1px 4px; border-radius: 4px; font-family: ui-monospace, monospace; font-size: 0.92em; }
table { border-collapse: collapse; } td, th { border: 1px solid var(--line); padding: 5px 10px; } th { background: var(--sunken); }
blockquote { margin: 12px 0; padding-left: 14px; border-left: 3px solid var(--line); color: var(--soft); }
hr { border: 0; border-top: 1px solid var(--line); }
)";

const char* const print_style = R"(
body { color: #1a1f24; font-size: 10pt; }
h1 { font-size: 17pt; } h2 { font-size: 14pt; } h3, h4, h5, h6 { font-size: 12pt; }
.question { background-color: #eceff2; }
.when, .address { color: #626c76; font-size: 8pt; }
.who { margin-top: 14px; }
pre { background-color: #f5f6f7; font-family: monospace; font-size: 8.5pt; white-space: pre-wrap; }
code { background-color: #f5f6f7; font-family: monospace; }
blockquote { color: #4b555f; }
th { background-color: #f5f6f7; }
)";

// Photographs become JPEG, what has few colours stays exact.
QByteArray compressed(const QImage& image, const QString& mime) {
    const bool photograph = mime == QLatin1String("image/jpeg") || mime == QLatin1String("image/heic");
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QImageWriter writer(&buffer, photograph ? "jpeg" : "png");
    if (photograph) writer.setQuality(88);
    return writer.write(image) ? bytes : QByteArray();
}

// Nothing is loaded for it but the pictures that it was given.
class PrintedPage : public QTextDocument {
  public:
    QVariant loadResource(int, const QUrl&) override { return {}; }
};

}  // namespace

std::map<QString, QImage> shownPictures(const ConversationFile& file, const DecoderOptions& options) {
    std::map<QString, QImage> pictures;
    DocumentDecoder decoder(options);
    PageRequest request;
    request.longest_side = longest_side;
    for (const ChatMessage* message : shownMessages(file.tree)) {
        for (const QString& name : filesOf(message->parts)) {
            const auto found = file.pictures.find(name);
            if (found == file.pictures.end() || pictures.count(name) != 0) continue;
            try {
                decoder.openBytes(found->second.bytes);
                const DecodedPage page = decoder.page(0, request);
                if (!page.picture) continue;
                const Picture& picture = *page.picture;
                pictures.emplace(name, QImage(picture.rgb.data(), picture.width, picture.height,
                                              3 * picture.width, QImage::Format_RGB888)
                                           .copy());
            } catch (const Error&) {
                continue;
            }
        }
    }
    return pictures;
}

QString conversationMarkdown(const ConversationFile& file) {
    QStringList parts{QStringLiteral("# ") + titleOf(file)};
    for (const ChatMessage* message : shownMessages(file.tree)) {
        parts << QStringLiteral("**%1** · %2").arg(speaker(*message), dateText(message->created));
        for (const ChatPart& part : message->parts) {
            if (part.attachment) parts << QStringLiteral("*%1*").arg(pictureText(*part.attachment));
        }
        if (message->role == Role::user) {
            if (!message->text().trimmed().isEmpty()) parts << message->text().trimmed();
        } else {
            MarkdownBlocks blocks;
            const QString own = parsed(message->text(), &blocks).markdown().trimmed();
            if (!own.isEmpty()) parts << own;
        }
    }
    return parts.join(QStringLiteral("\n\n")) + QLatin1Char('\n');
}

QByteArray conversationHtml(const ConversationFile& file, const std::map<QString, QImage>& pictures) {
    std::map<QString, QString> sources;  // the same picture may be shown twice
    const QString body = bodyHtml(file, [&](const Attachment& attachment) -> ShownImage {
        const auto image = pictures.find(attachment.file);
        if (image == pictures.end()) return {};
        QString& source = sources[attachment.file];
        if (source.isEmpty()) {
            const QByteArray bytes = compressed(image->second, attachment.mime);
            if (bytes.isEmpty()) return {};
            source = QStringLiteral("data:image/%1;base64,%2")
                         .arg(bytes.startsWith("\x89PNG") ? QStringLiteral("png") : QStringLiteral("jpeg"),
                              QString::fromLatin1(bytes.toBase64()));
        }
        return {source, image->second.width()};
    });
    return QStringLiteral(
               "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
               "style-src 'unsafe-inline'\">\n"
               "<meta name=\"viewport\" "
               "content=\"width=device-width\">\n<title>%1</title>\n<style>%2</style>\n"
               "</head>\n<body>\n")
               .arg(htmlText(titleOf(file)), QLatin1String(page_style))
               .toUtf8() +
           body.toUtf8() + "</body>\n</html>\n";
}

void writeConversationPdf(QIODevice& device, const ConversationFile& file,
                          const std::map<QString, QImage>& pictures) {
    PrintedPage page;
    const QString body = bodyHtml(file, [&](const Attachment& attachment) -> ShownImage {
        const auto image = pictures.find(attachment.file);
        if (image == pictures.end()) return {};
        const QString name = QStringLiteral("picture:") + attachment.file;
        page.addResource(QTextDocument::ImageResource, QUrl(name), image->second);
        return {name, std::min(widest_in_pdf, image->second.width())};
    });
    page.setDefaultStyleSheet(QLatin1String(print_style));
    page.setHtml(QStringLiteral("<html><body>") + body + QStringLiteral("</body></html>"));
    QPdfWriter writer(&device);
    writer.setPageSize(QPageSize(QPageSize::A4));
    writer.setTitle(titleOf(file));
    writer.setCreator(QStringLiteral("Sightline"));
    page.print(&writer);
}

}  // namespace sightline
