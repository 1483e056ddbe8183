#include "ui/text_clipboard.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>

namespace sightline {

void toClipboard(const QString& text, const QString& markdown) {
    if (text.isEmpty() && markdown.isEmpty()) return;
    auto* data = new QMimeData;  // the clipboard's
    data->setText(text);
    data->setData(QStringLiteral("text/markdown"), markdown.toUtf8());
    QGuiApplication::clipboard()->setMimeData(data);
}

}  // namespace sightline
