// A picture as the bytes of a PNG file. By libpng itself, because Qt's writer can only be stopped by an error
// of its file, of which libpng tells on stderr then.
#pragma once

#include <QByteArray>
#include <optional>
#include <stop_token>

#include "inference/engine.h"

namespace sightline {

// Loses nothing. Nothing if it was stopped, which is asked at every row of pixels. Throws sightline::Error
// (out_of_memory). Any thread.
std::optional<QByteArray> pngFile(const Picture& picture, const std::stop_token& stop);

}  // namespace sightline
