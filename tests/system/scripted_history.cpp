// scripted_history FOLDER: plays the script and says after every step, by one write, that it is on the disk.
#include <unistd.h>

#include <QCoreApplication>
#include <cstdio>

#include "tests/system/scripted_history.h"

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    if (argc != 2) return 2;
    try {
        sightline::HistoryStore store(QString::fromLocal8Bit(argv[1]));
        int number = 0;
        for (const sightline::test::Step& step : sightline::test::script()) {
            step.run(store);
            const QByteArray line = "step " + QByteArray::number(++number) + "\n";
            if (::write(STDOUT_FILENO, line.constData(), static_cast<std::size_t>(line.size())) !=
                line.size())
                return 1;
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "scripted_history: %s\n", error.what());
        return 1;
    }
    return 0;
}
