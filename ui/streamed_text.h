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

  public:
    using QObject::QObject;

    QQuickTextDocument* document() const { return document_; }
    void setDocument(QQuickTextDocument* document);
    QString text() const { return text_; }
    void setText(const QString& text);
    double lineHeight() const { return line_height_; }
    void setLineHeight(double height);
    double naturalWidth() const;

  Q_SIGNALS:
    void documentChanged();
    void textChanged();
    void lineHeightChanged();
    void naturalWidthChanged();

  private:
    void replaceAll();

    QPointer<QQuickTextDocument> document_;
    QString text_;
    double line_height_ = 1;
};

}  // namespace sightline
