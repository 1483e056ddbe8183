// Takes the pictures of docs/pictures: the real window, the real demo model, a picture that is really dropped
// on it. Not a test; docs/make_pictures.sh runs it.
//
//   window_pictures SCENE FILE WIDTH HEIGHT [dark] [zh]
//   SCENE: empty, answer, streaming, parameters, about, chip, page, dialog, detail, document, boxes, viewer,
//   grid
#include <QFile>
#include <QGuiApplication>
#include <QMimeData>
#include <QPalette>
#include <QTemporaryDir>
#include <QTest>
#include <cstdio>

#include "app/message_list_model.h"
#include "app/picture_reading.h"
#include "drawn_pictures.h"
#include "tests/app/document_builder.h"
#include "window_fixture.h"

using namespace sightline;

namespace {

void darken() {
    QPalette palette;
    palette.setColor(QPalette::Window, QColor(0x20, 0x23, 0x26));
    QGuiApplication::setPalette(palette);
}

bool dropSample(WindowFixture& w, const QString& name) {
    QMimeData data;
    data.setUrls({WindowFixture::sampleFile(name)});
    const int before = w.chat().attachments()->rowCount();
    w.drop(data);
    return QTest::qWaitFor([&] { return !w.attachment(before, "tokensText").toString().isEmpty(); }, 30000);
}

// Drops the picture and has its text read.
bool read(WindowFixture& w, const QImage& image, const QString& name) {
    w.chat().addImage(image, name);
    if (!QTest::qWaitFor([&] { return !w.attachment(0, "tokensText").toString().isEmpty(); }, 30000))
        return false;
    w.click(QStringLiteral("readAction"));
    auto* reading = qobject_cast<PictureReading*>(w.chat().reading());
    return QTest::qWaitFor(
        [&] {
            // The text takes the focus as the last thing, with nothing selected.
            const QQuickItem* text = w.item(QStringLiteral("readText"));
            return reading->state() == QLatin1String("read") && !reading->source().isEmpty() &&
                   text != nullptr && text->hasActiveFocus();
        },
        60000);
}

void dragOver(WindowFixture& w, const QString& first, const QString& last) {
    const auto middle = [&w](const QString& name) {
        const QQuickItem* item = w.item(name);
        return item->mapToScene(QPointF(item->width() / 2, item->height() / 2)).toPoint();
    };
    QTest::mousePress(&w.view(), Qt::LeftButton, Qt::NoModifier, middle(first));
    QTest::mouseMove(&w.view(), middle(last));
    QTest::mouseRelease(&w.view(), Qt::LeftButton, Qt::NoModifier, middle(last));
}

bool ask(WindowFixture& w, const QString& picture, const QString& question) {
    if (!dropSample(w, picture)) return false;
    w.chat().setDraft(question);
    w.key(Qt::Key_Return);
    return w.chat().busy();
}

// The window is given the time to lay itself out and to decode what it shows.
bool settle(WindowFixture& w) {
    QImage before;
    return QTest::qWaitFor(
        [&] {
            const QImage now = w.view().grabWindow();
            const bool same = now == before;
            before = now;
            return same && !now.isNull();
        },
        10000);
}

bool play(WindowFixture& w, const QString& scene) {
    const QString question = QStringLiteral("Read the text in this image.");
    if (!w.waitUntilReady()) return false;
    if (scene == QLatin1String("empty")) return true;
    if (scene == QLatin1String("chip")) {
        return dropSample(w, QStringLiteral("question.png")) && dropSample(w, QStringLiteral("line.png"));
    }
    if (scene == QLatin1String("page")) {
        if (!read(w, twoColumnPage(), QStringLiteral("a-hundred-years-of-water.png"))) return false;
        dragOver(w, QStringLiteral("readLine4"), QStringLiteral("readLine7"));
        return true;
    }
    if (scene == QLatin1String("dialog")) {
        if (!read(w, darkDialog(), QStringLiteral("connect-dialog.png"))) return false;
        dragOver(w, QStringLiteral("readLine1"), QStringLiteral("readLine1"));
        return true;
    }
    if (scene == QLatin1String("detail") || scene == QLatin1String("document")) {
        if (scene == QLatin1String("document")) {
            QList<test::PdfPage> pages;
            for (int page = 1; page <= 24; ++page)
                pages << test::PdfPage{
                    test::textAt(72, 700, "Annual report, page " + QByteArray::number(page), 28), {}};
            QTemporaryDir folder;
            QFile file(folder.filePath(QStringLiteral("annual-report.pdf")));
            if (!file.open(QIODevice::WriteOnly) || file.write(test::PdfBuilder().build(pages)) <= 0)
                return false;
            file.close();
            w.chat().addFiles({QUrl::fromLocalFile(file.fileName())});
            if (!QTest::qWaitFor([&w] { return !w.attachment(8, "tokensText").toString().isEmpty(); }, 60000))
                return false;
            w.click(QStringLiteral("chipPages"));
            return QTest::qWaitFor([&w] { return w.item(QStringLiteral("pagesField")) != nullptr; }, 10000);
        }
        w.chat().addImage(darkDialog(), QStringLiteral("connect-dialog.png"));
        w.chat().addImage(twoColumnPage(), QStringLiteral("a-hundred-years-of-water.png"));
        const auto priced = [&w] { return !w.attachment(1, "secondsText").toString().isEmpty(); };
        if (!QTest::qWaitFor(priced, 60000)) return false;
        w.chat().chooseDetail(1, QStringLiteral("assist"));
        const auto was_read = [&w] {
            return w.attachment(1, "detailText").toString().contains(QLatin1String("words"));
        };
        if (!QTest::qWaitFor(was_read, 60000)) return false;
        w.click(QStringLiteral("chipDetail"));
        return QTest::qWaitFor([&w] { return w.item(QStringLiteral("detail-low")) != nullptr; }, 10000);
    }
    if (scene == QLatin1String("boxes") || scene == QLatin1String("viewer") ||
        scene == QLatin1String("grid")) {
        w.chat().addImage(darkDialog(), QStringLiteral("connect-dialog.png"));
        if (!QTest::qWaitFor([&w] { return !w.attachment(0, "tokensText").toString().isEmpty(); }, 30000))
            return false;
        w.chat().setDraft(QStringLiteral("Where are the fields and the button to connect?"));
        w.key(Qt::Key_Return);
        if (!QTest::qWaitFor([&w] { return w.chat().messages()->rowCount() == 2; }, 30000) ||
            !w.waitForReply())
            return false;
        // What a full model would have said: the demo model names no places.
        auto* messages = qobject_cast<MessageListModel*>(w.chat().messages());
        ShownMessage reply = messages->rows().back();
        reply.text = QStringLiteral(
            "```json\n[\n  {\"bbox_2d\": [40, 305, 960, 410], \"label\": \"Address\"},\n  {\"bbox_2d\": "
            "[40, 435, 960, 545], \"label\": \"Port\"},\n  {\"point_2d\": [905, 810], \"label\": "
            "\"Connect\"}\n]\n```");
        messages->update(1, reply);
        if (scene == QLatin1String("boxes")) return true;
        w.click(QStringLiteral("pictureOpen"));
        if (!QTest::qWaitFor([&w] { return w.item(QStringLiteral("readImage")) != nullptr; }, 30000))
            return false;
        if (scene == QLatin1String("grid")) {
            if (!QTest::qWaitFor([&w] { return w.item(QStringLiteral("showGrid")) != nullptr; }, 30000))
                return false;
            w.key(Qt::Key_G);
        }
        return true;
    }
    if (scene == QLatin1String("about")) {
        w.click(QStringLiteral("about"));
        return w.waitUntilOpen(QStringLiteral("aboutDialog"));
    }
    if (scene == QLatin1String("streaming")) {
        return ask(w, QStringLiteral("question.png"), question) &&
               QTest::qWaitFor([&w] { return w.message(1, "text").toString().size() > 20; }, 30000);
    }
    if (!ask(w, QStringLiteral("message.png"), question) || !w.waitForReply()) return false;
    if (scene == QLatin1String("parameters")) {
        w.key(Qt::Key_F9);
        w.chat().setTemperature(0.4);
        return dropSample(w, QStringLiteral("line.png"));
    }
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    prepareWindowing();
    QCoreApplication::setApplicationVersion(QStringLiteral(SIGHTLINE_VERSION));
    QGuiApplication application(argc, argv);
    const QStringList words = QCoreApplication::arguments();
    if (words.size() < 5) {
        std::fprintf(stderr, "usage: window_pictures SCENE FILE WIDTH HEIGHT [dark] [zh]\n");
        return 2;
    }
    if (words.contains(QStringLiteral("dark"))) darken();
    dressApplication(application,
                     words.contains(QStringLiteral("zh")) ? QStringLiteral("zh_CN") : QStringLiteral("en"));
    WindowFixture w;
    w.view().resize(words[3].toInt(), words[4].toInt());
    // A reply that streams never settles: it is taken as it is.
    if (!play(w, words[1]) || (words[1] != QLatin1String("streaming") && !settle(w))) {
        std::fprintf(stderr, "window_pictures: %s did not come to its end\n", qPrintable(words[1]));
        return 1;
    }
    return w.view().grabWindow().save(words[2]) ? 0 : 1;
}
