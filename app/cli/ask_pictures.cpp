#include "app/cli/ask_pictures.h"

#include <QFile>
#include <optional>
#include <utility>

#include "app/common/installation.h"
#include "app/documents/picture_decoder.h"
#include "app/models/reply_text.h"
#include "app/settings/settings.h"
#include "app/values/assist_text.h"
#include "app/values/picture_detail.h"
#include "inference/library.h"
#include "inference/reader.h"

namespace sightline {

namespace {

std::shared_ptr<const Picture> openPicture(const std::string& name, const Interrupt& interrupt) {
    const std::string shown = name == "-" ? "standard input" : name;
    try {
        const QByteArray file = name == "-"
                                    ? QByteArray::fromStdString(readStandardInput(
                                          static_cast<std::size_t>(largest_picture_file), interrupt))
                                    : readPictureFile(QFile::decodeName(QByteArray::fromStdString(name)));
        return std::make_shared<const Picture>(toPicture(decodeImage(file)));
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::cancelled) throw;
        const ErrorKind kind =
            error.kind() == ErrorKind::unsupported ? ErrorKind::invalid_input : error.kind();
        throw Error(kind, "The picture " + shown + " cannot be used: " + error.what());
    }
}

// Only looked at: asking a question makes no settings.
PictureSpeed measuredSpeed(const Engine& engine) {
    if (!QFile::exists(Settings::defaultFile())) return {};
    const Settings settings;
    return settings.pictureSpeed(
        QString::fromStdString(engine.facts().name),
        deviceText(QString::fromStdString(engine.deviceName()), engine.options().precision));
}

class AskedReader {
  public:
    bool isInstalled() const { return !textReaderFolder().isEmpty(); }
    Page read(const Picture& picture, const Interrupt& interrupt) {
        if (!reader_) {
            if (!isInstalled())
                throw Error(ErrorKind::invalid_model, "The text reader is not part of this installation");
            reader_ = loadInference().openReader(QFile::encodeName(textReaderFolder()).toStdString(), {});
        }
        return reader_->read(picture, {}, interrupt.token());
    }

  private:
    std::unique_ptr<Reader> reader_;
};

}  // namespace

std::vector<std::shared_ptr<const Picture>> openAskedPictures(const CommandLine& line,
                                                              const Interrupt& interrupt) {
    std::vector<std::shared_ptr<const Picture>> pictures;
    for (const std::string& image : line.images)
        pictures.push_back(openPicture(image, interrupt));
    return pictures;
}

std::vector<Part> pictureParts(const CommandLine& line, const Engine& engine,
                               const std::vector<std::shared_ptr<const Picture>>& pictures,
                               const Interrupt& interrupt) {
    std::vector<Part> parts;
    const PictureSpeed speed = measuredSpeed(engine);
    AskedReader reader;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        const Picture& picture = *pictures[i];
        DetailQuestion question{
            line.detail, picture.width, picture.height, speed, {}, engine.options().context_length / 2};
        DetailAnswer answer;
        if (line.max_pixels) {
            answer.budget = {0, *line.max_pixels};
        } else {
            answer = chooseDetail(question, engine.facts());
        }
        try {
            engine.pictureCost(picture.width, picture.height, answer.budget);
        } catch (const Error& error) {
            throw Error(error.kind(), "The picture " + line.images[i] + " cannot be used: " + error.what());
        }
        QString text;
        if (answer.wants_text && (reader.isInstalled() || answer.with_text)) {
            const Page page = reader.read(picture, interrupt);
            question.text = pictureText(page);
            answer = chooseDetail(question, engine.facts());
            if (answer.with_text) text = assistText(page);
        }
        parts.emplace_back(std::in_place_type<ImagePart>, pictures[i], answer.budget);
        if (!text.isEmpty()) parts.emplace_back(std::in_place_type<TextPart>, text.toStdString() + '\n');
    }
    return parts;
}

}  // namespace sightline
