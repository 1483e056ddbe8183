// scripted_upgrade DATABASE: brings it to the last version of tests/system/second_version.h.
#include <QCoreApplication>
#include <cstdio>

#include "tests/system/second_version.h"

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    if (argc != 2) return 2;
    try {
        sightline::Sql sql(QString::fromLocal8Bit(argv[1]), sightline::Sql::Access::read_write);
        sightline::prepareConnection(sql);
        sightline::upgrade(sql, sightline::test::laterMigrations());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "scripted_upgrade: %s\n", error.what());
        return 1;
    }
    return 0;
}
