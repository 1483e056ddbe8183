#include "app/models/error_text.h"

#include <QCoreApplication>
#include <new>

namespace sightline {

namespace {

struct ErrorText {
    Q_DECLARE_TR_FUNCTIONS(sightline::ErrorText)

  public:
    static QString loading(ErrorKind kind) {
        switch (kind) {
            case ErrorKind::unsupported:
                return tr("This computer or this version cannot run the model: %1.");
            case ErrorKind::out_of_memory:
                return tr("There is not enough memory for the model: %1.");
            case ErrorKind::invalid_model:
                return tr("The model folder cannot be used: %1.");
            case ErrorKind::file_changed:
                return tr("The model's files changed while they were read: %1.");
            default:
                return tr("The model could not be loaded: %1.");
        }
    }

    static QString answering(ErrorKind kind) {
        switch (kind) {
            case ErrorKind::context_full:
                return tr("The conversation does not fit into the model's context: %1.");
            case ErrorKind::out_of_memory:
                return tr("There is not enough memory for this question: %1.");
            case ErrorKind::invalid_input:
                return tr("The question cannot be answered as it is: %1.");
            case ErrorKind::unsupported:
                return tr("This model cannot do that: %1.");
            case ErrorKind::invalid_model:
                return tr("The model is damaged and cannot answer: %1.");
            case ErrorKind::file_changed:
                return tr("The model's file changed while it was in use, so the model was put away: %1.");
            default:
                return tr("The reply failed: %1.");
        }
    }

    static QString picture(ErrorKind kind) {
        if (kind == ErrorKind::out_of_memory) return tr("There is not enough memory for this picture: %1.");
        return tr("This picture cannot be used: %1.");
    }

    static QString readingText(ErrorKind kind) {
        switch (kind) {
            case ErrorKind::invalid_model:
                return tr("The text reader's files cannot be used: %1.");
            case ErrorKind::file_changed:
                return tr("The text reader's files changed while they were in use: %1.");
            case ErrorKind::unsupported:
                return tr("This computer cannot run the text reader: %1.");
            case ErrorKind::out_of_memory:
                return tr("There is not enough memory to read this picture: %1.");
            case ErrorKind::invalid_input:
                return tr("This picture cannot be read: %1.");
            default:
                return tr("The text could not be read: %1.");
        }
    }

    static QString shortOfMemory() { return tr("the system gave none"); }
    static QString unknown() { return tr("the cause is unknown"); }
};

}  // namespace

Problem describe(ErrorKind kind, const std::string& detail, Doing doing) {
    QString text = QString::fromStdString(detail).simplified();
    while (text.endsWith(QLatin1Char('.')))
        text.chop(1);
    Problem problem{kind, {}, text};
    if (text.isEmpty()) {
        text = kind == ErrorKind::out_of_memory ? ErrorText::shortOfMemory() : ErrorText::unknown();
    }
    switch (doing) {
        case Doing::loading_model:
            problem.sentence = ErrorText::loading(kind);
            break;
        case Doing::answering:
            problem.sentence = ErrorText::answering(kind);
            break;
        case Doing::looking_at_picture:
            problem.sentence = ErrorText::picture(kind);
            break;
        case Doing::reading_text:
            problem.sentence = ErrorText::readingText(kind);
            break;
    }
    problem.sentence = problem.sentence.arg(text);
    return problem;
}

Problem describeCurrentException(Doing doing) {
    try {
        throw;
    } catch (const Error& error) {
        return describe(error.kind(), error.what(), doing);
    } catch (const std::bad_alloc&) {
        return describe(ErrorKind::out_of_memory, {}, doing);
    } catch (const std::exception& error) {
        return describe(ErrorKind::internal, error.what(), doing);
    } catch (...) {
        return describe(ErrorKind::internal, {}, doing);
    }
}

}  // namespace sightline
