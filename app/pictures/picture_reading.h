// Pictures and the text that the reader found in the one that is shown: what the reading view binds to. Lives
// on the GUI thread.
#pragma once

#include <QObject>
#include <QString>
#include <QVariantList>
#include <memory>
#include <vector>

#include "app/values/conversation.h"

namespace sightline {

class ModelWorker;
class PicturePixels;
class PictureStore;
class PictureTexts;

class PictureReading : public QObject {
    Q_OBJECT
    // "closed" | "viewing" (its text was not asked for) | "reading" | "read" | "empty" (no text in it) |
    // "failed"
    Q_PROPERTY(QString state READ state NOTIFY changed)
    Q_PROPERTY(double progress READ progress NOTIFY progressChanged)  // 0..1
    Q_PROPERTY(QString problem READ problem NOTIFY changed)           // a sentence, if it failed
    Q_PROPERTY(int index READ index NOTIFY changed)                   // of the picture that is shown
    Q_PROPERTY(int count READ count NOTIFY changed)
    Q_PROPERTY(QString name READ name NOTIFY changed)
    Q_PROPERTY(QString source READ source NOTIFY changed)  // image provider URL, empty until it is prepared
    Q_PROPERTY(int pictureWidth READ pictureWidth NOTIFY changed)  // of the original, in pixels
    Q_PROPERTY(int pictureHeight READ pictureHeight NOTIFY changed)
    Q_PROPERTY(QString text READ text NOTIFY changed)
    Q_PROPERTY(QString markdown READ markdown NOTIFY changed)
    Q_PROPERTY(bool aligned READ aligned NOTIFY changed)  // columns of `text` are made by spaces
    // {x, y (the middle), width, height: in pixels of the original; angle: degrees clockwise; doubtful: the
    // reader is not sure}, in the order of the text
    Q_PROPERTY(QVariantList lines READ lines NOTIFY changed)
    Q_PROPERTY(int doubtfulLines READ doubtfulLines NOTIFY changed)
    Q_PROPERTY(QString facts READ facts NOTIFY changed)  // "214 words · 1.2 s · 96 % sure"

  public:
    // What was read before is taken from `texts`, and what is read goes there; null = nowhere.
    PictureReading(ModelWorker& worker, std::shared_ptr<PictureStore> store, PictureTexts* texts = nullptr,
                   QObject* parent = nullptr);
    ~PictureReading() override;

    // Where the pixels come from of pictures that have none; outlives the object.
    void setPixels(PicturePixels* pixels);

    // Shows one of the pictures, and reads it; `show` goes to the others. What was open before is closed.
    // Without `read` only what was read before is there at once.
    void open(std::vector<AttachmentRef> pictures, int index = 0, bool read = true);

    QString state() const;
    double progress() const;
    QString problem() const;
    int index() const;
    int count() const;
    QString name() const;
    QString source() const;
    int pictureWidth() const;
    int pictureHeight() const;
    QString text() const;
    QString markdown() const;
    bool aligned() const;
    QVariantList lines() const;
    int doubtfulLines() const;
    QString facts() const;

    Q_INVOKABLE void close();  // a reading in progress is given up
    Q_INVOKABLE void show(int index);
    Q_INVOKABLE void read();  // this one, and from now on the others that are shown
    Q_INVOKABLE void readAgain();

    // Lines by number, places in pixels of the original, positions in `text`; see read_text.h. -1 = none.
    Q_INVOKABLE int lineAt(double x, double y) const;
    Q_INVOKABLE int nearestLine(double x, double y) const;
    Q_INVOKABLE int lineOfPosition(int position) const;
    Q_INVOKABLE int firstLineIn(int begin, int end) const;
    Q_INVOKABLE int lastLineIn(int begin, int end) const;
    Q_INVOKABLE int nextDoubtful(int line) const;
    Q_INVOKABLE int lineBegin(int line) const;
    Q_INVOKABLE int lineEnd(int line) const;
    Q_INVOKABLE void copyText(const QString& text) const;

  Q_SIGNALS:
    void changed();
    void progressChanged();

  private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sightline
