// Puts a growing plain text into the document of a TextEdit.
//
// Assigning TextEdit.text at every delta would lay out the whole reply again and drop the reader's selection;
// here only what is new is inserted at the end. It also gives the lines the height that TextEdit has no
// property for. GUI thread only.
#pragma once

#include <QtQml/qqmlregistration.h>
#include <QObject>
#include <QPointer>
#include <QQuickTextDocument>
#include <QString>
#include <QVariantList>
#include <QVariantMap>

namespace sightline {

class StreamedText : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QQuickTextDocument* document READ document WRITE setDocument NOTIFY documentChanged)
    Q_PROPERTY(QString text READ text WRITE setText NOTIFY textChanged)
    Q_PROPERTY(
        double lineHeight READ lineHeight WRITE setLineHeight NOTIFY lineHeightChanged)  // 1 = the font's own
    Q_PROPERTY(
        double naturalWidth READ naturalWidth NOTIFY naturalWidthChanged)  // of the widest line, unwrapped
    // Found words, maps {position, length}; `currentHit` is the position of the one that stands out, or -1.
    Q_PROPERTY(QVariantList hits MEMBER hits_ WRITE setHits NOTIFY hitsChanged)
    Q_PROPERTY(int currentHit MEMBER current_hit_ WRITE setCurrentHit NOTIFY hitsChanged)
    // ink, paper, currentInk, currentPaper
    Q_PROPERTY(QVariantMap hitColors MEMBER hit_colors_ WRITE setHitColors NOTIFY hitsChanged)

  public:
    using QObject::QObject;

    QQuickTextDocument* document() const { return document_; }
    void setDocument(QQuickTextDocument* document);
    QString text() const { return text_; }
    void setText(const QString& text);
    double lineHeight() const { return line_height_; }
    void setLineHeight(double height);
    double naturalWidth() const;
    void setHits(const QVariantList& hits);
    void setCurrentHit(int position);
    void setHitColors(const QVariantMap& colors);

  Q_SIGNALS:
    void documentChanged();
    void textChanged();
    void lineHeightChanged();
    void naturalWidthChanged();
    void hitsChanged();

  private:
    void replaceAll();
    void markHits();

    QPointer<QQuickTextDocument> document_;
    QString text_;
    double line_height_ = 1;
    QVariantList hits_;
    int current_hit_ = -1;
    QVariantMap hit_colors_;
};

}  // namespace sightline
