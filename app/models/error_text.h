// Failures in the user's words.
#pragma once

#include <QString>
#include <exception>

#include "app/models/model_worker.h"

namespace sightline {

// What failed, for the sentence.
enum class Doing { loading_model, answering, looking_at_picture, reading_text };

// One sentence with a full stop, translated by kind, with the engine's own sentence as its detail. Plain
// text. Any thread.
Problem describe(ErrorKind kind, const std::string& detail, Doing doing);

// The exception that is being handled, whatever it is: call from inside catch (...).
Problem describeCurrentException(Doing doing);

}  // namespace sightline
