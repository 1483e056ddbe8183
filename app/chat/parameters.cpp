#include "app/chat/parameters.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include "app/pictures/picture_prices.h"
#include "app/settings/settings.h"

namespace sightline {

namespace {

constexpr int shortest_context = 512;
constexpr int usual_context = 32768;  // as the engine's own default
constexpr double equal_enough = 1e-6;

// Names of QML's properties, and of the same number in JSON.
constexpr std::array<std::pair<const char*, const char*>, 7> number_names{
    {{"temperature", "temperature"},
     {"topP", "top_p"},
     {"topK", "top_k"},
     {"minP", "min_p"},
     {"presencePenalty", "presence_penalty"},
     {"repetitionPenalty", "repetition_penalty"},
     {"maxTokens", "max_tokens"}}};

bool same(const char* a, const char* b) {
    return std::strcmp(a, b) == 0;
}

QString shown(const QString& word) {
    QString text = word;
    return text.replace(QLatin1Char('\\'), QLatin1String("\\\\"))
        .replace(QLatin1Char('\n'), QLatin1String("\\n"))
        .replace(QLatin1Char('\t'), QLatin1String("\\t"));
}

QString meant(const QString& text) {
    QString word;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar next = i + 1 < text.size() ? text[i + 1] : QChar();
        if (text[i] != QLatin1Char('\\') ||
            (next != QLatin1Char('n') && next != QLatin1Char('t') && next != QLatin1Char('\\'))) {
            word += text[i];
            continue;
        }
        word += next == QLatin1Char('n')   ? QLatin1Char('\n')
                : next == QLatin1Char('t') ? QLatin1Char('\t')
                                           : next;
        ++i;
    }
    return word;
}

}  // namespace

Parameters::Parameters(Settings& settings, const QString& preset_file, QObject* parent)
    : QObject(parent), settings_(settings), presets_(preset_file), value_(settings.parameters()) {}

void Parameters::setValue(const ConversationParameters& value) {
    value_ = value;
    before_.reset();
    settings_.setParameters(value_);
    Q_EMIT changed();
}

void Parameters::setModel(const std::optional<ParameterModel>& model) {
    model_ = model;
    Q_EMIT changed();
}

void Parameters::edit(const ConversationParameters& changed_value, bool restorable) {
    if (changed_value == value_) return;
    if (restorable) {
        before_ = value_;
    } else {
        before_.reset();
    }
    value_ = changed_value;
    settings_.setParameters(value_);
    Q_EMIT changed();
    Q_EMIT valueChanged();
}

GenerationOptions Parameters::options(std::uint64_t random) const {
    GenerationOptions options = ownOptions();
    forEachNumber(value_, [&options](const char*, const auto& value, auto, auto, auto member) {
        if (value) options.*member = *value;
    });
    if (model_ && model_->context_length > 0)
        options.max_tokens = std::min(options.max_tokens, model_->context_length);
    for (const QString& word : value_.stop_words)
        options.stop.push_back(word.toStdString());
    options.seed = value_.seed.value_or(random);
    return options;
}

// ---- Numbers
// --------------------------------------------------------------------------------------------------------

double Parameters::ownNumber(const char* key) const {
    double found = 0;
    const GenerationOptions own = ownOptions();
    forEachNumber(value_, [&](const char* name, const auto&, auto, auto, auto member) {
        if (same(name, key)) found = own.*member;
    });
    return found;
}

double Parameters::number(const char* key) const {
    double found = ownNumber(key);
    forEachNumber(value_, [&](const char* name, const auto& value, auto, auto, auto) {
        if (same(name, key) && value) found = *value;
    });
    return found;
}

void Parameters::setNumber(const char* key, double wanted) {
    if (!std::isfinite(wanted)) return;
    ConversationParameters next = value_;
    forEachNumber(next, [&](const char* name, auto& value, auto low, auto high, auto) {
        if (!same(name, key)) return;
        using Number = typename std::decay_t<decltype(value)>::value_type;
        const double highest = same(key, "max_tokens") ? mostTokens() : static_cast<double>(high);
        const double clamped = std::clamp(wanted, static_cast<double>(low), highest);
        if (std::abs(clamped - ownNumber(key)) < equal_enough) {
            value.reset();
        } else {
            value = static_cast<Number>(clamped);
        }
    });
    edit(next);
}

int Parameters::mostTokens() const {
    return model_ && model_->context_length > 0 ? model_->context_length : 1'000'000;
}

// ---- The others
// --------------------------------------------------------------------------------------------------------

QString Parameters::seed() const {
    return value_.seed ? QString::number(*value_.seed) : QString();
}

void Parameters::setSeed(const QString& digits) {
    ConversationParameters next = value_;
    bool valid = false;
    const quint64 seed = digits.trimmed().toULongLong(&valid);
    if (digits.trimmed().isEmpty()) {
        next.seed.reset();
    } else if (valid && seed <= largest_seed) {
        next.seed = seed;
    } else {
        return;
    }
    edit(next);
}

QStringList Parameters::stopWords() const {
    QStringList words;
    for (const QString& word : value_.stop_words)
        words << shown(word);
    return words;
}

bool Parameters::addStopWord(const QString& text) {
    ConversationParameters next = value_;
    next.stop_words = cleanStopWords(value_.stop_words + QStringList(meant(text)));
    const bool added = next.stop_words.size() > value_.stop_words.size();
    edit(next);
    return added;
}

void Parameters::removeStopWord(int index) {
    if (index < 0 || index >= value_.stop_words.size()) return;
    ConversationParameters next = value_;
    next.stop_words.removeAt(index);
    edit(next);
}

void Parameters::setSystemPrompt(const QString& text) {
    ConversationParameters next = value_;
    next.system_prompt = text.left(longest_system_prompt);
    edit(next);
}

void Parameters::setDetail(const QString& id) {
    const auto found = detailFrom(id);
    if (!found) return;
    ConversationParameters next = value_;
    next.detail = *found == Detail::automatic ? std::nullopt : found;
    edit(next);
}

QVariantList Parameters::details() const {
    const auto hint = [](Detail detail) -> QString {
        switch (detail) {
            case Detail::low:
                return tr("A quarter of a megapixel: fast, for a first look.");
            case Detail::automatic:
                return tr(
                    "As many pixels as this computer looks at in 5 seconds; reading assist where text would "
                    "be lost.");
            case Detail::high:
                return tr("As many pixels as the model was made for.");
            case Detail::exact:
                return tr("Every pixel of the original. May take long and fill the context.");
            case Detail::assist:
                return tr("A small picture together with the text that was read in it.");
        }
        return {};
    };
    QVariantList list;
    for (const Detail detail : all_details) {
        list << QVariantMap{{QStringLiteral("id"), detailId(detail)},
                            {QStringLiteral("name"), detailName(detail)},
                            {QStringLiteral("hint"), hint(detail)}};
    }
    return list;
}

// ---- The context
// --------------------------------------------------------------------------------------------------------

int Parameters::defaultContext() const {
    return model_ ? std::min(model_->longest_context_length, usual_context) : 0;
}

int Parameters::contextLength() const {
    if (!model_) return 0;
    return std::min(settings_.contextLength(model_->folder).value_or(defaultContext()),
                    model_->longest_context_length);
}

void Parameters::setContextLength(int tokens) {
    if (!model_ || model_->longest_context_length <= 0) return;
    const int longest = model_->longest_context_length;
    const int clamped = std::clamp(tokens, std::min(shortest_context, longest), longest);
    if (clamped == contextLength()) return;
    settings_.setContextLength(model_->folder,
                               clamped == defaultContext() ? std::nullopt : std::optional(clamped));
    Q_EMIT changed();
}

bool Parameters::contextWaits() const {
    return model_ && model_->context_length > 0 && contextLength() != model_->context_length;
}

// ---- The precision
// --------------------------------------------------------------------------------------------------------

QString Parameters::precision() const {
    return QString::fromLatin1(nameOf(model_ ? settings_.precision(model_->folder) : Precision::automatic));
}

void Parameters::setPrecision(const QString& id) {
    if (!model_ || id == precision()) return;
    const auto chosen = precisionFromName(id.toStdString());
    if (!chosen) return;
    settings_.setPrecision(model_->folder, *chosen);
    Q_EMIT changed();
}

QVariantList Parameters::precisions() const {
    const auto entry = [](Precision precision, const QString& name, const QString& hint) {
        return QVariantMap{{QStringLiteral("id"), QString::fromLatin1(nameOf(precision))},
                           {QStringLiteral("name"), name},
                           {QStringLiteral("hint"), hint}};
    };
    return {
        entry(Precision::automatic, tr("Auto"), tr("What suits the model and this computer's memory.")),
        entry(Precision::bfloat16, QStringLiteral("bf16"),
              tr("The weights as they are: exact, but slow and large.")),
        entry(Precision::int8, QStringLiteral("int8"),
              tr("Half the memory, and faster; answers hardly differ.")),
        entry(Precision::int4, QStringLiteral("int4"), tr("The smallest and fastest; answers can differ."))};
}

bool Parameters::precisionWaits() const {
    return model_ && settings_.precision(model_->folder) != model_->precision;
}

// ---- Back to the model's own values
// --------------------------------------------------------------------------------------------------------

QStringList Parameters::changedNames() const {
    QStringList names;
    for (const auto& [name, key] : number_names) {
        if (std::abs(number(key) - ownNumber(key)) >= equal_enough) names << QString::fromLatin1(name);
    }
    if (value_.seed) names << QStringLiteral("seed");
    if (!value_.stop_words.isEmpty()) names << QStringLiteral("stopWords");
    if (!value_.system_prompt.isEmpty()) names << QStringLiteral("systemPrompt");
    if (pictureDetail() != Detail::automatic) names << QStringLiteral("detail");
    if (model_ && contextLength() != defaultContext()) names << QStringLiteral("contextLength");
    if (model_ && settings_.precision(model_->folder) != Precision::automatic)
        names << QStringLiteral("precision");
    return names;
}

QVariantMap Parameters::own() const {
    QVariantMap values;
    for (const auto& [name, key] : number_names)
        values.insert(QString::fromLatin1(name), ownNumber(key));
    values.insert(QStringLiteral("contextLength"), defaultContext());
    return values;
}

void Parameters::reset(const QString& name) {
    ConversationParameters next = value_;
    for (const auto& [property, key] : number_names) {
        if (name != QLatin1String(property)) continue;
        forEachNumber(next, [wanted = key](const char* each, auto& value, auto, auto, auto) {
            if (same(each, wanted)) value.reset();
        });
    }
    if (name == QLatin1String("seed")) next.seed.reset();
    if (name == QLatin1String("stopWords")) next.stop_words.clear();
    if (name == QLatin1String("systemPrompt")) next.system_prompt.clear();
    if (name == QLatin1String("detail")) next.detail.reset();
    edit(next);
    if (name == QLatin1String("contextLength")) setContextLength(defaultContext());
    if (name == QLatin1String("precision")) setPrecision(QString::fromLatin1(nameOf(Precision::automatic)));
}

void Parameters::resetAll() {
    edit({}, true);
}

void Parameters::restore() {
    if (before_) edit(ConversationParameters(*before_));
}

// ---- Presets
// --------------------------------------------------------------------------------------------------------

bool Parameters::presetEdited() const {
    const auto chosen = presets_.find(value_.preset);
    return chosen && !chosen->sameValues(value_);
}

QString Parameters::savePreset(const QString& name) {
    const QString problem = presets_.save(name, value_);
    if (!problem.isEmpty()) return problem;
    ConversationParameters next = value_;
    next.preset = PresetStore::tidyName(name);
    edit(next);
    Q_EMIT changed();
    return {};
}

QString Parameters::renamePreset(const QString& from, const QString& to) {
    const QString problem = presets_.rename(from, to);
    if (!problem.isEmpty()) return problem;
    ConversationParameters next = value_;
    if (value_.preset == from) next.preset = PresetStore::tidyName(to);
    edit(next);
    Q_EMIT changed();
    return {};
}

QString Parameters::deletePreset(const QString& name) {
    const QString problem = presets_.remove(name);
    if (!problem.isEmpty()) return problem;
    ConversationParameters next = value_;
    if (value_.preset == name) next.preset.clear();
    edit(next);
    Q_EMIT changed();
    return {};
}

void Parameters::choosePreset(const QString& name) {
    auto chosen = presets_.find(name);
    if (!chosen) return;
    chosen->preset = PresetStore::tidyName(name);
    edit(*chosen, true);
}

}  // namespace sightline
