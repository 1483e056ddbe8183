// What the compiler made of the kernels: a sum that lives in memory instead of a register runs at 0.4 of the
// speed, and nothing but the machine code shows it. GCC 12 does that silently, in one instance of a template
// and not in the next.
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTest>

#include "inference/kernels/flash_attention.h"
#include "inference/kernels/flash_int8.h"
#include "inference/kernels/packed_kernels.h"
#include "inference/kernels/panel_kernels.h"

using namespace sightline::kernels;

namespace {

struct Code {
    int products = 0;
    int stack512 = 0;  // loads and stores of whole registers, of AVX-512
    int stack256 = 0;  // and of AVX2: both have functions of these names
};

// Of every function of this program that has products of packed weights or of attention.
QMap<QString, Code> kernelsInThisProgram(const QString& objdump) {
    QProcess process;
    process.start(objdump, {"--disassemble", "--demangle", "--no-show-raw-insn",
                            QCoreApplication::applicationFilePath()});
    if (!process.waitForFinished(120'000)) return {};
    static const QRegularExpression head("^[0-9a-f]+ <(.*)>:$");
    QMap<QString, Code> found;
    QString name;
    for (const QByteArray& line : process.readAllStandardOutput().split('\n')) {
        const QString text = QString::fromUtf8(line);
        if (const auto match = head.match(text); match.hasMatch()) {
            name = match.captured(1);
            continue;
        }
        if (text.contains("vpdpbusd") || text.contains("vpmaddubsw") || text.contains("vdpbf16ps"))
            ++found[name].products;
        const bool on_stack = text.contains("(%rsp") || text.contains("(%rbp");
        if (on_stack && text.contains("%zmm")) ++found[name].stack512;
        if (on_stack && text.contains("%ymm")) ++found[name].stack256;
    }
    for (auto it = found.begin(); it != found.end();)
        it = it->products == 0 ? found.erase(it) : std::next(it);
    return found;
}

}  // namespace

class KernelCodeTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void sumsStayInRegisters() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__x86_64__)
        QSKIP("the code of this build is not what users run");
#endif
        usablePanelKernels();
        QVERIFY(usablePackedKernels().size() > 0 && !canFlash(1) && !canFlashInt8(1));  // links them
        const QString objdump = QStandardPaths::findExecutable("objdump");
        if (objdump.isEmpty()) QSKIP("there is no objdump");
        const QMap<QString, Code> kernels = kernelsInThisProgram(objdump);
        QVERIFY(kernels.size() >= 14);
        for (auto it = kernels.begin(); it != kernels.end(); ++it) {
            const QString found = QString("%1: %2 and %3 registers to or from the stack")
                                      .arg(it.key())
                                      .arg(it->stack512)
                                      .arg(it->stack256);
            QVERIFY2(it->stack512 == 0, qPrintable(found));
            // AVX2 keeps the totals of its four parts in memory: a load and a store each, once a block.
            QVERIFY2(it->stack256 <= 8, qPrintable(found));
        }
    }
};

QTEST_GUILESS_MAIN(KernelCodeTest)
#include "kernel_code_test.moc"
