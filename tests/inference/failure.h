// What a call threw, for tables of bad input: failureOf([&] { ... }).
#pragma once

#include <QString>
#include <optional>
#include <string>

#include "inference/error.h"

namespace sightline::test {

struct Failure {
    ErrorKind kind = ErrorKind::internal;
    std::string sentence;
    bool says(const std::string& words) const { return sentence.find(words) != std::string::npos; }
};

// Nothing if the call returned. Any exception other than sightline::Error goes on to the test, which fails.
template <typename Call>
std::optional<Failure> failureOf(const Call& call) {
    try {
        call();
    } catch (const Error& error) {
        return Failure{error.kind(), error.what()};
    }
    return std::nullopt;
}

inline const char* nameOf(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::invalid_input:
            return "invalid_input";
        case ErrorKind::invalid_model:
            return "invalid_model";
        case ErrorKind::unsupported:
            return "unsupported";
        case ErrorKind::out_of_memory:
            return "out_of_memory";
        case ErrorKind::context_full:
            return "context_full";
        case ErrorKind::file_changed:
            return "file_changed";
        case ErrorKind::cancelled:
            return "cancelled";
        case ErrorKind::internal:
            return "internal";
    }
    return "?";
}

// One clear sentence: something is said, on one line, and it isn't a page.
inline bool isOneSentence(const std::string& sentence) {
    return sentence.size() >= 10 && sentence.size() <= 600 && sentence.find('\n') == std::string::npos &&
           sentence.back() != '.';
}

}  // namespace sightline::test

// `failure` must hold an error of this kind whose sentence has all the words given.
#define COMPARE_FAILURE(failure, wanted_kind, ...)                                                      \
    do {                                                                                                \
        const auto& caught = (failure);                                                                 \
        QVERIFY2(caught.has_value(), "nothing was thrown");                                             \
        QVERIFY2(caught->kind == (wanted_kind),                                                         \
                 qPrintable(QString::fromStdString(std::string(sightline::test::nameOf(caught->kind)) + \
                                                   ": " + caught->sentence)));                          \
        QVERIFY2(sightline::test::isOneSentence(caught->sentence), caught->sentence.c_str());           \
        for (const std::string& words : std::initializer_list<std::string>{__VA_ARGS__}) {              \
            QVERIFY2(caught->says(words), (caught->sentence + "\n   does not say: " + words).c_str());  \
        }                                                                                               \
    } while (false)
