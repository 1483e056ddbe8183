#include "app/cli/ocr_job.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <thread>
#include <utility>

#include "app/cli/ocr_output.h"
#include "app/cli/ocr_progress.h"
#include "app/cli/page_record.h"
#include "app/common/installation.h"
#include "app/documents/page_stream.h"
#include "app/documents/searchable_pdf.h"
#include "app/documents/text_layer.h"
#include "inference/library.h"

namespace sightline {

namespace {

double secondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

StreamOptions streamOptions(const OcrOptions& options, const QByteArray& password) {
    StreamOptions stream;
    stream.jobs = options.jobs > 0 ? options.jobs : std::thread::hardware_concurrency() >= 4 ? 2 : 1;
    stream.decoder.page_seconds = options.page_seconds;
    stream.password = password;
    stream.request.text_layer = options.layer != LayerUse::skip;
    stream.request.pixels = options.layer == LayerUse::use ? Pixels::unless_text_layer : Pixels::always;
    return stream;
}

std::string percent(double share) {
    const long tenths = std::lround(share * 1000);
    return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " %";
}

class OcrJob {
  public:
    OcrJob(const OcrOptions& options, OcrPlan plan, QByteArray password, const Interrupt& interrupt)
        : options_(options),
          plan_(std::move(plan)),
          interrupt_(interrupt),
          progress_(static_cast<int>(plan_.documents.size())),
          stream_options_(streamOptions(options, password)) {}

    ExitCode run() {
        for (const QString& remark : plan_.remarks)
            progress_.tell(remark.toStdString());
        for (const QString& problem : plan_.problems)
            failDocument(problem.toStdString());
        counts_.finished_before = plan_.finished_before;
        const ExitCode code = readAll();
        if (code == exit_output_closed) return code;
        progress_.tellSummary(counts_);
        if (code != exit_ok) return code;
        return counts_.failed_documents + counts_.failed_pages > 0 ? exit_failure : exit_ok;
    }

  private:
    ExitCode readAll() {
        if (plan_.documents.empty()) return exit_ok;
        try {
            if (plan_.one_output) openOnlyOutput();
            std::vector<QString> paths;
            for (const PlannedDocument& document : plan_.documents)
                paths.push_back(document.input.path);
            stream_options_.wanted = [this](int document, int pages) { return missing(document, pages); };
            PageStream stream(std::move(paths), stream_options_);
            while (std::optional<StreamEvent> event = stream.next(interrupt_.token()))
                take(*event);
            if (plan_.one_output) finish();
        } catch (const OutputClosed&) {
            return exit_output_closed;
        } catch (const OutputError& error) {
            progress_.tell(error.what());
            return exit_failure;
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::cancelled) throw;
            progress_.tell(options_.output.empty() ? "stopped" : "stopped; --resume goes on from here");
            return exit_stopped;
        }
        return exit_ok;
    }

    void openOnlyOutput() {
        const QString& target = plan_.documents.front().target;
        if (target.isEmpty()) {
            output_ = standardOutput();
            return;
        }
        if (options_.resume) {
            try {
                done_before_ = OcrJournal::read(OcrJournal::pathFor(target), journalHeader(options_));
            } catch (const Error& error) {
                throw OutputError(target.toStdString() + ": " + error.what());
            }
        }
        output_ = fileOutput(target, options_, stream_options_.decoder);
    }

    // On a thread of the stream: touches nothing that changes while it runs.
    std::vector<int> missing(int document, int pages) const {
        const PlannedDocument& planned = plan_.documents[static_cast<std::size_t>(document)];
        std::vector<int> wanted = options_.pages.of(pages);
        if (!options_.resume) return wanted;
        const JournalIndex own =
            plan_.one_output ? JournalIndex()
                             : OcrJournal::read(OcrJournal::pathFor(planned.target), journalHeader(options_));
        const JournalIndex& done = plan_.one_output ? done_before_ : own;
        std::erase_if(wanted, [&](int page) {
            return done.contains({planned.input.name, planned.identity, page});
        });
        return wanted;
    }

    void take(StreamEvent& event) {
        const PlannedDocument& planned = plan_.documents[static_cast<std::size_t>(event.document)];
        switch (event.kind) {
            case StreamEvent::Kind::opened:
                begin(planned, event);
                break;
            case StreamEvent::Kind::failed:
                failOpening(planned, event.error);
                return;
            case StreamEvent::Kind::page:
                if (output_) readPage(event);
                break;
        }
        progress_.show(counts_, planned.input.name.toStdString());
        const bool last =
            event.kind == StreamEvent::Kind::page ? event.page == last_wanted_ : event.wanted.empty();
        if (last && !plan_.one_output) {
            finish();
            output_.reset();
        }
    }

    OutputDocument outputDocument(const PlannedDocument& planned) const {
        return {{planned.input.name, planned.identity}, planned.input.path, {}, {}, {}};
    }

    void failDocument(const std::string& sentence) {
        ++counts_.failed_documents;
        progress_.tell(sentence);
    }

    void failOpening(const PlannedDocument& planned, const std::string& error) {
        failDocument(planned.input.name.toStdString() + ": " + error);
        if (!plan_.one_output) return;
        output_->begin(outputDocument(planned));
        output_->add(0, true, writtenFailure(planned.input.name, error, options_.format));
    }

    void begin(const PlannedDocument& planned, const StreamEvent& event) {
        document_ = outputDocument(planned);
        document_.facts = event.facts;
        document_.password = event.password;
        document_.pages = options_.pages.of(event.facts.pages);
        last_wanted_ = event.wanted.empty() ? 0 : event.wanted.back();
        told_illegible_ = false;
        for (const QString& note : event.facts.notes)
            progress_.tell(planned.input.name.toStdString() + ": " + note.toStdString());
        if (document_.pages.empty()) {
            failOpening(planned, "it has " + std::to_string(event.facts.pages) +
                                     (event.facts.pages == 1 ? " page" : " pages") +
                                     ", and none of those that are wanted");
            return;
        }
        if (!plan_.one_output && !openOutput(planned)) return;
        ++counts_.documents;
        progress_.opened(static_cast<int>(event.wanted.size()));
        output_->begin(document_);
        first_document_ = counts_.documents == 1;
        for (const int page : document_.pages) {
            if (std::binary_search(event.wanted.begin(), event.wanted.end(), page)) continue;
            ++(output_->failedBefore(document_.file, page) ? counts_.failed_pages : counts_.read_before);
        }
    }

    bool openOutput(const PlannedDocument& planned) {
        try {
            if (!QDir().mkpath(QFileInfo(planned.target).path()))
                throw OutputError(planned.target.toStdString() + ": its folder cannot be made");
            // Better to know now than after a thousand pages that this document may not be changed.
            if (options_.format == OcrFormat::pdf && document_.facts.format == QStringLiteral("PDF"))
                SearchablePdf::fromDocument(planned.input.path, QString::fromUtf8(document_.password));
            output_ = fileOutput(planned.target, options_, stream_options_.decoder);
            return true;
        } catch (const OutputError& error) {
            failDocument(error.what());
        } catch (const Error& error) {
            failDocument(planned.input.name.toStdString() + ": " + error.what());
        }
        return false;
    }

    void finish() {
        if (!output_) return;
        try {
            for (const QString& warning : output_->finish())
                progress_.tell(document_.file.name.toStdString() + ": " + warning.toStdString());
        } catch (const OutputError& error) {
            if (plan_.one_output) throw;
            failDocument(error.what());
        }
    }

    void readPage(StreamEvent& event) {
        PageRecord record;
        record.file = document_.file.name;
        record.page = event.page;
        record.pages = document_.facts.pages;
        record.first = event.page == document_.pages.front();
        record.named = plan_.one_output && plan_.documents.size() > 1;
        record.first_document = first_document_;
        record.error = event.error;
        if (event.decoded) {
            try {
                fill(record, *event.decoded);
            } catch (const Error& error) {
                if (error.kind() == ErrorKind::cancelled || error.kind() == ErrorKind::invalid_model) throw;
                record.error = error.what();
            } catch (const std::bad_alloc&) {
                record.error = "there is not enough memory to read it";
            }
        }
        const bool failed = !record.error.empty();
        if (failed) {
            ++counts_.failed_pages;
            progress_.tell(where(event.page) + record.error);
        } else {
            ++(record.from_layer ? counts_.by_layer : counts_.by_reader);
        }
        output_->add(event.page, failed, written(record, options_.format));
    }

    void fill(PageRecord& record, const DecodedPage& decoded) {
        const auto start = std::chrono::steady_clock::now();
        const bool has_layer = decoded.text_layer && !decoded.text_layer->empty();
        const bool legible = has_layer && decoded.text_layer->legible();
        if (has_layer && !legible && !std::exchange(told_illegible_, true)) {
            progress_.tell(where(record.page) +
                           "the characters of its own text mean nothing, so the page is read as a picture");
        }
        if (legible && options_.layer == LayerUse::use) {
            record.content = toPage(*decoded.text_layer, decoded.width, decoded.height);
            record.from_layer = true;
        } else {
            record.content = reader().read(*decoded.picture, {}, interrupt_.token());
        }
        if (has_layer && options_.layer == LayerUse::compare) {
            record.layer_text = toPlainText(toPage(*decoded.text_layer, decoded.width, decoded.height));
            record.difference = wordDifference(toPlainText(record.content), record.layer_text);
            progress_.tell(where(record.page) + "reader and text layer differ in " +
                           percent(*record.difference) + " of the words");
        }
        record.seconds = secondsSince(start);
    }

    std::string where(int page) const {
        const std::string name = document_.file.name.toStdString();
        return document_.facts.pages == 1 ? name + ": " : name + ", page " + std::to_string(page) + ": ";
    }

    // Loaded when the first page needs it: many PDFs have text of their own.
    Reader& reader() {
        if (!reader_) {
            const QString folder = textReaderFolder();
            if (folder.isEmpty())
                throw Error(ErrorKind::invalid_model, "The text reader is not part of this installation");
            try {
                reader_ =
                    loadInference().openReader(QFile::encodeName(folder).toStdString(), options_.reader);
            } catch (const Error& error) {
                throw Error(ErrorKind::invalid_model, error.what());
            }
        }
        return *reader_;
    }

    const OcrOptions& options_;
    const OcrPlan plan_;
    const Interrupt& interrupt_;
    OcrProgress progress_;
    OcrCounts counts_;
    StreamOptions stream_options_;
    JournalIndex done_before_;
    std::unique_ptr<Reader> reader_;
    std::unique_ptr<OcrOutput> output_;  // of the document that is read; none if it cannot be written
    OutputDocument document_;
    int last_wanted_ = 0;
    bool first_document_ = false;
    bool told_illegible_ = false;
};

}  // namespace

ExitCode runOcr(const OcrOptions& options, OcrPlan plan, const QByteArray& password,
                const Interrupt& interrupt) {
    return OcrJob(options, std::move(plan), password, interrupt).run();
}

}  // namespace sightline
