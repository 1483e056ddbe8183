#include "app/cli/ocr_inputs.h"

#include <dirent.h>
#include <sys/stat.h>

#include <QByteArray>
#include <QFile>
#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <set>
#include <utility>

namespace sightline {

namespace {

using FolderId = std::pair<dev_t, ino_t>;

bool hasKnownEnding(const QByteArray& name) {
    static constexpr std::array endings{".png", ".jpg", ".jpeg", ".webp", ".tif",  ".tiff", ".bmp",
                                        ".gif", ".ppm", ".pgm",  ".pbm",  ".heic", ".heif", ".pdf"};
    const QByteArray lower = name.toLower();
    return std::any_of(endings.begin(), endings.end(),
                       [&](const char* ending) { return lower.endsWith(ending); });
}

class Walk {
  public:
    Walk(OcrInputs& inputs, const QString& left_out) : inputs_(inputs) {
        struct stat facts {};
        if (!left_out.isEmpty() && ::stat(QFile::encodeName(left_out).constData(), &facts) == 0)
            seen_.emplace(facts.st_dev, facts.st_ino);
        has_left_out_ = !seen_.empty();
        left_out_ = has_left_out_ ? *seen_.begin() : FolderId{};
    }

    void folder(const QByteArray& path, const QByteArray& below) {
        struct stat facts {};
        if (::stat(path.constData(), &facts) != 0) return problem(path, "cannot be read");
        const FolderId id{facts.st_dev, facts.st_ino};
        if (has_left_out_ && id == left_out_) return;
        if (!seen_.insert(id).second) {
            inputs_.remarks << QFile::decodeName(path) +
                                   QStringLiteral(
                                       " leads to a folder that is read already, so it is left out");
            return;
        }
        std::vector<QByteArray> names;
        {
            const std::unique_ptr<DIR, int (*)(DIR*)> handle(::opendir(path.constData()), ::closedir);
            if (!handle) return problem(path, "cannot be read");
            errno = 0;
            while (const dirent* entry = ::readdir(handle.get())) {
                if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
            }
            if (errno != 0) problem(path, "cannot be read to its end");
        }
        std::sort(names.begin(), names.end());
        for (const QByteArray& name : names)
            entry(path + '/' + name, below.isEmpty() ? name : below + '/' + name);
    }

  private:
    void entry(const QByteArray& path, const QByteArray& below) {
        struct stat facts {};
        if (::stat(path.constData(), &facts) != 0) {
            // A link to nowhere, or to itself. Files that vanished meanwhile are nobody's loss but are told.
            if (hasKnownEnding(path) || errno == ELOOP) problem(path, "cannot be read");
            return;
        }
        if (S_ISDIR(facts.st_mode)) return folder(path, below);
        if (!hasKnownEnding(path) || !S_ISREG(facts.st_mode)) {
            ++inputs_.other_files;
            return;
        }
        inputs_.documents.push_back(
            {QFile::decodeName(path), QFile::decodeName(path), QFile::decodeName(below)});
    }

    void problem(const QByteArray& path, const char* what) {
        inputs_.problems << QFile::decodeName(path) + QStringLiteral(" ") + QString::fromLatin1(what) +
                                QStringLiteral(" (") + qt_error_string(errno) + QStringLiteral(")");
    }

    OcrInputs& inputs_;
    std::set<FolderId> seen_;
    bool has_left_out_ = false;
    FolderId left_out_{};
};

}  // namespace

OcrInputs findInputs(const std::vector<std::string>& words, const QString& left_out) {
    OcrInputs inputs;
    Walk walk(inputs, left_out);
    for (const std::string& word : words) {
        QByteArray path = QByteArray::fromStdString(word);
        struct stat facts {};
        if (word != "-" && ::stat(path.constData(), &facts) == 0 && S_ISDIR(facts.st_mode)) {
            while (path.size() > 1 && path.endsWith('/'))
                path.chop(1);
            walk.folder(path, {});
            continue;
        }
        const QString name = QFile::decodeName(path);
        inputs.documents.push_back({name, name, name.section(QLatin1Char('/'), -1)});
    }
    return inputs;
}

}  // namespace sightline
