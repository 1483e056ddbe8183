#include "app/common/doorbell.h"

#include <QCoreApplication>
#include <QEvent>
#include <memory>
#include <utility>

namespace sightline {

Doorbell::Doorbell(std::function<void()> answer) : answer_(std::move(answer)) {}

void Doorbell::ring() {
    auto event = std::make_unique<QEvent>(QEvent::User);
    rung_.store(true);
    rings_.fetch_add(1);
    QCoreApplication::postEvent(this, event.release());
}

bool Doorbell::event(QEvent* event) {
    rings_.fetch_add(0);  // the event was made and written to by the other thread
    if (event->type() != QEvent::User) return QObject::event(event);
    if (rung_.exchange(false)) answer_();
    return true;
}

}  // namespace sightline
