// What the ids of a PictureStore say. They are made there, and an image provider of ui/ has to tell them
// apart.
#pragma once

#include <QString>

namespace sightline {

// Before the SHA-256 of a picture that the history keeps; any other id is of a picture in memory.
inline QString keptPrefix() {
    return QStringLiteral("kept/");
}

}  // namespace sightline
