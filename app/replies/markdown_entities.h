// "&amp;", "&#65;", "&#x4E2D;" and what they stand for.
#pragma once

#include <QString>

namespace sightline {

// The entity itself if it is not known: it is shown as it was written.
QString decodeEntity(const QString& entity);

}  // namespace sightline
