// How long a model thinks, from the text of its reply as it comes.
#pragma once

#include <QElapsedTimer>
#include <QString>
#include <QStringView>

namespace sightline {

// Thoughts are what streamed_markdown.h takes for such: "<think>...</think>" at the beginning, or all that
// comes before a line with "</think>", because some models are asked to begin within them. Values; any
// thread.
class ThinkingClock {
  public:
    // A reply that goes on from `text`, for whose thoughts `seconds` were measured already.
    explicit ThinkingClock(const QString& text = {}, double seconds = 0);

    void append(QStringView text);  // has just come
    // So far; while the thoughts are not closed, until now. 0 for a reply without thoughts.
    double seconds() const;

  private:
    void look(QStringView text);
    bool isOpened() const;

    QString text_;  // until the thoughts are closed
    double before_ = 0;
    double taken_ = 0;
    bool closed_ = false;
    QElapsedTimer clock_;
};

}  // namespace sightline
