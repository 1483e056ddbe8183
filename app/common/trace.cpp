#include "app/common/trace.h"

namespace sightline {

Q_LOGGING_CATEGORY(trace, "sightline.trace", QtInfoMsg)

}  // namespace sightline
