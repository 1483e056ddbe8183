#include "app/models/model_facts_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>
#include <algorithm>

#include "app/models/reply_text.h"

namespace sightline {

namespace {

struct ModelText {
    Q_DECLARE_TR_FUNCTIONS(sightline::ModelText)

  public:
    static QString millions(const QString& number) { return tr("%1 M parameters").arg(number); }
    static QString billions(const QString& number) { return tr("%1 B parameters").arg(number); }
    static QString context(const QString& number) { return tr("context %1").arg(number); }
    static QString onDisk(const QString& size) { return tr("%1 on disk").arg(size); }
    static QString needs(const QString& size) { return tr("needs about %1").arg(size); }
};

}  // namespace

QString parametersText(std::int64_t parameters) {
    const double millions = static_cast<double>(parameters) / 1e6;
    const bool large = millions >= 999.5;
    const double number = large ? millions / 1e3 : millions;
    const QString text = QLocale().toString(number, 'f', number < 100 ? 1 : 0);
    return large ? ModelText::billions(text) : ModelText::millions(text);
}

std::size_t neededMemory(const ModelFacts& facts) {
    constexpr std::size_t mebibyte = std::size_t{1} << 20;
    const auto weights = static_cast<std::size_t>(std::max<std::int64_t>(0, facts.parameters)) * 2;
    return weights + 110 * mebibyte + std::min(1400 * mebibyte, weights / 3);
}

QString modelFactsText(const ModelFacts& facts) {
    QStringList parts{parametersText(facts.parameters)};
    if (facts.context_length > 0) parts << ModelText::context(QLocale().toString(facts.context_length));
    if (!facts.weight_dtype.empty()) parts << QString::fromStdString(facts.weight_dtype).toLower();
    parts << ModelText::onDisk(memoryText(facts.weight_bytes))
          << ModelText::needs(memoryText(neededMemory(facts)));
    return parts.join(QStringLiteral(" · "));
}

}  // namespace sightline
