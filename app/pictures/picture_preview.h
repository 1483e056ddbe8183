// A large picture made small for the window, so that closing the window need not wait for it.
#pragma once

#include <QImage>
#include <stop_token>

#include "inference/engine.h"

namespace sightline {

// `picture` with its longest side at most `longest`, as Format_RGB32: every pixel is the mean of those that
// it stands for. A smaller picture stays as it is. Any thread; after a stop it returns within some 10 ms,
// with a null image.
QImage previewOf(const Picture& picture, int longest, const std::stop_token& stop = {});

}  // namespace sightline
