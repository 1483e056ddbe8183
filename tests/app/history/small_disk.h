// A small disk of its own, where the system lets us make one (as root; in a container often not).
#pragma once

#include <sys/mount.h>

#include <QFile>
#include <QTemporaryDir>

namespace sightline::test {

class SmallDisk {
  public:
    explicit SmallDisk(const QByteArray& size = "1m")
        : options_("size=" + size),
          there_(::mount("none", path().constData(), "tmpfs", 0, options_.constData()) == 0) {}
    ~SmallDisk() {
        if (there_) ::umount2(path().constData(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    explicit operator bool() const { return there_; }
    QString folder() const { return folder_.path(); }
    bool setReadOnly(bool on) {
        return ::mount("none", path().constData(), "tmpfs", MS_REMOUNT | (on ? MS_RDONLY : 0),
                       options_.constData()) == 0;
    }

    // A file that leaves no room beside it; false if it cannot be made.
    bool fill(const QString& file) const {
        QFile filler(file);
        if (!filler.open(QIODevice::WriteOnly | QIODevice::Unbuffered)) return false;
        for (qsizetype piece = 64 * 1024; piece > 0; piece /= 2) {
            while (filler.write(QByteArray(piece, 'f')) == piece) {
            }
        }
        return true;
    }

  private:
    QByteArray path() const { return QFile::encodeName(folder_.path()); }
    QTemporaryDir folder_;
    QByteArray options_;
    bool there_;
};

}  // namespace sightline::test
