// Where no notifications are shown (yet).
#include "app/common/notifier.h"

namespace sightline {

namespace {

class NoNotifier : public Notifier {
  public:
    void show(const Notification&) override {}
    void withdraw(const QString&) override {}
};

}  // namespace

std::unique_ptr<Notifier> makeNotifier() {
    return std::make_unique<NoNotifier>();
}

}  // namespace sightline
