// A growing text in a document: nothing is interpreted, nothing is laid out twice, the reader's selection
// stays.
#include "ui/streamed_text.h"

#include <QGuiApplication>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QQuickItem>
#include <QSignalSpy>
#include <QTest>
#include <QTextBlock>
#include <QTextDocument>
#include <memory>

using namespace sightline;

class StreamedTextTest : public QObject {
    Q_OBJECT

  private:
    struct Shown {
        QQmlEngine engine;
        std::unique_ptr<QQuickItem> edit;
        QQuickTextDocument* document = nullptr;
        StreamedText streamed;

        QString text() const { return edit->property("text").toString(); }
    };

    std::unique_ptr<Shown> show() {
        auto shown = std::make_unique<Shown>();
        QQmlComponent component(&shown->engine);
        component.setData(
            "import QtQuick\nTextEdit { width: 300; readOnly: true; textFormat: TextEdit.PlainText }", {});
        shown->edit.reset(qobject_cast<QQuickItem*>(component.create()));
        shown->document = shown->edit->property("textDocument").value<QQuickTextDocument*>();
        shown->streamed.setDocument(shown->document);
        return shown;
    }

  private Q_SLOTS:
    void growsAndIsReplaced() {
        const auto shown = show();
        shown->streamed.setText(QStringLiteral("The total"));
        shown->streamed.setText(QStringLiteral("The total is 12.\nDue"));
        QCOMPARE(shown->text(), QStringLiteral("The total is 12.\nDue"));
        shown->streamed.setText(QStringLiteral("Another"));
        QCOMPARE(shown->text(), QStringLiteral("Another"));
        shown->streamed.setText({});
        QCOMPARE(shown->text(), QString());
    }

    void appendsWithoutTouchingWhatIsThere() {
        const auto shown = show();
        shown->streamed.setText(QStringLiteral("first line\nsecond"));
        QSignalSpy changes(shown->document->textDocument(), &QTextDocument::contentsChange);
        shown->streamed.setText(QStringLiteral("first line\nsecond line"));
        QCOMPARE(changes.count(), 1);
        QCOMPARE(changes.at(0).at(1).toInt(), 0);  // characters removed
        QCOMPARE(changes.at(0).at(2).toInt(), 5);  // characters added
    }

    void keepsTheSelection() {
        const auto shown = show();
        shown->streamed.setText(QStringLiteral("one two"));
        QMetaObject::invokeMethod(shown->edit.get(), "select", Q_ARG(int, 0), Q_ARG(int, 3));
        shown->streamed.setText(QStringLiteral("one two three"));
        QCOMPARE(shown->edit->property("selectedText").toString(), QStringLiteral("one"));
    }

    void interpretsNothing() {
        const auto shown = show();
        const QString hostile =
            QStringLiteral("<b>x</b> ![](http://127.0.0.1/a.png) <img src='file:///etc/passwd'>");
        shown->streamed.setText(hostile);
        QCOMPARE(shown->document->textDocument()->toPlainText(), hostile);
    }

    void everyLineHasTheHeight() {
        const auto shown = show();
        shown->streamed.setLineHeight(1.45);
        shown->streamed.setText(QStringLiteral("a\nb"));
        shown->streamed.setText(QStringLiteral("a\nb\nc"));
        const QTextDocument& document = *shown->document->textDocument();
        QCOMPARE(document.blockCount(), 3);
        for (QTextBlock block = document.begin(); block.isValid(); block = block.next())
            QCOMPARE(block.blockFormat().lineHeight(), 145.0);
    }

    void knowsItsNaturalWidth() {
        const auto shown = show();
        shown->streamed.setText(QStringLiteral("short\nquite a bit longer"));
        const double two = shown->streamed.naturalWidth();
        shown->streamed.setText(QStringLiteral("short"));
        QVERIFY(shown->streamed.naturalWidth() < two);
    }
};

QTEST_MAIN(StreamedTextTest)
#include "streamed_text_test.moc"
