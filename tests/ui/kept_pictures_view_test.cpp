// Pictures of a conversation from the history, in the real window.
#include <QBuffer>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "tests/app/history/history_fixture.h"
#include "window_fixture.h"

using namespace sightline;
using namespace sightline::test;

class KeptPicturesViewTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString conversation_;
    QStringList files_;

    // In the order of the message.
    static QList<QQuickItem*> cards(WindowFixture& w) {
        QList<QQuickItem*> found;
        collect(w.view().contentItem(), found);
        return found;
    }
    static void collect(QQuickItem* item, QList<QQuickItem*>& found) {
        if (!item->isVisible()) return;
        if (item->objectName() == "turnPicture") found << item;
        for (QQuickItem* child : item->childItems())  // what a view has made is no child of it as an object
            collect(child, found);
    }

  private Q_SLOTS:
    void initTestCase() {
        HistoryStore store(folder_.path());
        ConversationTree tree = talk("Three pictures", {"What is this?", "Three rectangles."});
        const QSize size(1600, 900);
        for (const QColor& color :
             {QColor(0x2F, 0x6F, 0x8F), QColor(0x8F, 0x6F, 0x2F), QColor(0x2F, 0x8F, 0x4F)}) {
            QImage image(size, QImage::Format_RGB888);
            image.fill(color);
            QByteArray bytes;
            QBuffer buffer(&bytes);
            buffer.open(QIODevice::WriteOnly);
            image.save(&buffer, "png");
            files_ << store.addAttachment(bytes, "image/png", size);
            tree.messages.front().parts.push_back({{}, kept(files_.back(), color.name() + ".png", size)});
        }
        store.save(tree.head, tree.messages);
        conversation_ = tree.head.id;
        QVERIFY(QFile::remove(store.attachments().path(files_[1])));
    }

    void lostPictureSaysSoInItsPlace() {
        WarningsCaught warnings;
        WindowFixture w(false, WindowFixture::withSample(), std::filesystem::path(), folder_.path());
        w.view().resize(1200, 800);
        QTRY_VERIFY(w.shelf().ready());
        w.shelf().open(conversation_);
        QTRY_COMPARE(cards(w).size(), 3);
        const QList<QQuickItem*> all = cards(w);
        const auto image = [](QQuickItem* card) { return card->findChild<QQuickItem*>("cardImage"); };
        const auto lost = [](QQuickItem* card) {
            return card->findChild<QQuickItem*>("pictureLost")->isVisible();
        };
        // Their places are there before they are.
        const qreal width = all[0]->width();
        QTRY_COMPARE(image(all[0])->property("status").toInt(), 1);  // Image.Ready
        QTRY_COMPARE(image(all[2])->property("status").toInt(), 1);
        QCOMPARE(all[0]->width(), width);
        QTRY_VERIFY(lost(all[1]));
        QVERIFY(!lost(all[0]) && !lost(all[2]));
        QVERIFY(!all[1]->findChild<QQuickItem*>("pictureOpen")->isEnabled());
        QVERIFY(all[0]->findChild<QQuickItem*>("pictureOpen")->isEnabled());
        const QStringList caught = warnings.take();
        QVERIFY2(caught.isEmpty(), qPrintable(caught.join('\n')));
        if (const QString shot = qEnvironmentVariable("SIGHTLINE_SHOT"); !shot.isEmpty())
            QVERIFY(w.view().grabWindow().save(shot));
    }
};

QTEST_MAIN(KeptPicturesViewTest)
#include "kept_pictures_view_test.moc"
