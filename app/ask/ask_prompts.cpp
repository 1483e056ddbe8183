#include "app/ask/ask_prompts.h"

#include <QJsonObject>
#include <algorithm>
#include <utility>

#include "app/settings/settings.h"

namespace sightline {

namespace {

const QString own_glyph = QStringLiteral("chat");

}  // namespace

AskPrompts::AskPrompts(Settings& settings, QObject* parent)
    : QAbstractListModel(parent), settings_(settings), prompts_(originals()) {
    const auto kept = settings_.askPrompts();
    if (!kept) return;
    prompts_ = fromJson(*kept);
    original_ = false;
}

std::vector<AskPrompt> AskPrompts::originals() {
    return {{tr("Read text"), {}, QStringLiteral("read"), true},
            {tr("Explain"), tr("Explain what this picture shows."), QStringLiteral("bulb"), false},
            {tr("Translate"), tr("Translate the text in this picture into English."), QStringLiteral("globe"),
             false},
            {tr("Table to Markdown"),
             tr("Write the table in this picture as a Markdown table, and nothing else."),
             QStringLiteral("table"), false},
            {tr("Summarise"), tr("Summarise what this picture says in a few sentences."),
             QStringLiteral("list"), false}};
}

int AskPrompts::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(prompts_.size());
}

QVariant AskPrompts::data(const QModelIndex& index, int role) const {
    if (index.row() < 0 || index.row() >= rowCount()) return {};
    const AskPrompt& prompt = prompts_[static_cast<std::size_t>(index.row())];
    switch (role) {
        case Name:
            return prompt.name;
        case Text:
            return prompt.text;
        case Glyph:
            return prompt.glyph;
        case Reads:
            return prompt.reads;
        default:
            return {};
    }
}

QHash<int, QByteArray> AskPrompts::roleNames() const {
    return {{Name, "name"}, {Text, "text"}, {Glyph, "glyph"}, {Reads, "reads"}};
}

bool AskPrompts::change(int row, const QString& name, const QString& text) {
    if (row < 0 || row >= rowCount()) return false;
    AskPrompt& prompt = prompts_[static_cast<std::size_t>(row)];
    const QString new_name = name.simplified().left(longest_name);
    const QString new_text = prompt.reads ? QString() : text.trimmed().left(longest_text);
    if (new_name.isEmpty() || (!prompt.reads && new_text.isEmpty())) return false;
    if (new_name == prompt.name && new_text == prompt.text) return true;
    prompt.name = new_name;
    prompt.text = new_text;
    Q_EMIT dataChanged(index(row), index(row), {Name, Text});
    keep();
    return true;
}

bool AskPrompts::add(const QString& name, const QString& text) {
    const AskPrompt prompt{name.simplified().left(longest_name), text.trimmed().left(longest_text), own_glyph,
                           false};
    if (isFull() || prompt.name.isEmpty() || prompt.text.isEmpty()) return false;
    beginInsertRows({}, rowCount(), rowCount());
    prompts_.push_back(prompt);
    endInsertRows();
    keep();
    return true;
}

void AskPrompts::remove(int row) {
    if (row < 0 || row >= rowCount()) return;
    beginRemoveRows({}, row, row);
    prompts_.erase(prompts_.begin() + row);
    endRemoveRows();
    keep();
}

void AskPrompts::move(int row, int step) {
    const int target = row + step;
    if ((step != 1 && step != -1) || row < 0 || row >= rowCount() || target < 0 || target >= rowCount())
        return;
    beginMoveRows({}, row, row, {}, step > 0 ? target + 1 : target);
    std::swap(prompts_[static_cast<std::size_t>(row)], prompts_[static_cast<std::size_t>(target)]);
    endMoveRows();
    keep();
}

void AskPrompts::reset() {
    beginResetModel();
    prompts_ = originals();
    endResetModel();
    original_ = true;
    settings_.setAskPrompts(std::nullopt);
    Q_EMIT edited();
}

void AskPrompts::keep() {
    original_ = false;
    settings_.setAskPrompts(toJson(prompts_));
    Q_EMIT edited();
}

std::vector<AskPrompt> AskPrompts::fromJson(const QJsonArray& json) {
    std::vector<AskPrompt> prompts;
    for (const QJsonValue& value : json) {
        const QJsonObject object = value.toObject();
        AskPrompt prompt{object.value(QStringLiteral("name")).toString().simplified().left(longest_name),
                         object.value(QStringLiteral("text")).toString().trimmed().left(longest_text),
                         object.value(QStringLiteral("glyph")).toString(),
                         object.value(QStringLiteral("reads")).toBool()};
        if (prompt.name.isEmpty() || (!prompt.reads && prompt.text.isEmpty())) continue;
        // The name of a file: only what the list itself writes.
        const auto known = originals();
        if (std::none_of(known.begin(), known.end(),
                         [&](const AskPrompt& one) { return one.glyph == prompt.glyph; }))
            prompt.glyph = own_glyph;
        if (static_cast<int>(prompts.size()) < most) prompts.push_back(std::move(prompt));
    }
    return prompts;
}

QJsonArray AskPrompts::toJson(const std::vector<AskPrompt>& prompts) {
    QJsonArray json;
    for (const AskPrompt& prompt : prompts) {
        json.append(QJsonObject{{QStringLiteral("name"), prompt.name},
                                {QStringLiteral("text"), prompt.text},
                                {QStringLiteral("glyph"), prompt.glyph},
                                {QStringLiteral("reads"), prompt.reads}});
    }
    return json;
}

}  // namespace sightline
