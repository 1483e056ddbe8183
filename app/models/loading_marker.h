// A note on disk while a model loads, so that the next start knows if the program did not survive it.
#pragma once

#include <QLockFile>
#include <QString>
#include <memory>

namespace sightline {

// Two files in the cache folder: "loading" holds the model's folder, "loading.lock" tells whether the process
// that wrote it still lives, so that a second window that starts meanwhile draws no wrong conclusion. A
// folder that cannot be written disables the note, never the load. One thread at a time.
class LoadingMarker {
  public:
    explicit LoadingMarker(const QString& cache_folder);

    // The model's folder if an earlier process ended between begin and end, else empty.
    QString interrupted() const;

    void begin(const QString& model_folder);
    void end();  // also forgets an interrupted load of before

  private:
    QString folder_;
    std::unique_ptr<QLockFile> lock_;
};

}  // namespace sightline
