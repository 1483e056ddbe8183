#include "app/pictures/picture_prices.h"

#include <QCoreApplication>
#include <QStringList>
#include <QVariantMap>
#include <algorithm>
#include <cmath>

#include "app/models/reply_text.h"
#include "app/values/assist_text.h"

namespace sightline {

namespace {

constexpr int question_step = 16;    // tokens: what a person writes in a few seconds
constexpr int template_tokens = 10;  // what stands around a question

bool same(const PixelBudget& a, const PixelBudget& b) {
    return a.min_pixels == b.min_pixels && a.max_pixels == b.max_pixels;
}

QString sidesText(const PictureCost& cost) {
    return QStringLiteral("%1 × %2").arg(cost.model_width).arg(cost.model_height);
}

}  // namespace

const DetailPrice& PicturePrice::of(Detail detail) const {
    const auto place = std::find(all_details.begin(), all_details.end(), detail);
    return details[static_cast<std::size_t>(place - all_details.begin())];
}

PicturePrices::PicturePrices(ModelWorker& worker, PictureTexts& texts, QObject* parent)
    : QObject(parent), worker_(worker), texts_(texts) {
    connect(&texts_, &PictureTexts::known, this, [this](const QString& id) {
        for (const quint64 key : keys()) {
            const auto found = prices_.find(key);
            if (found != prices_.end() && found->second.attachment->id == id) decide(key, found->second);
        }
    });
    connect(&worker_, &ModelWorker::pictureCostKnown, this, [this](quint64 ticket, const PictureCost& cost) {
        const Question question = questions_.take(ticket);
        const auto found = prices_.find(question.key);
        if (found == prices_.end()) return;
        for (std::size_t i = 0; i < all_details.size(); ++i) {
            if (all_details[i] == question.detail) found->second.details[i].cost = cost;
        }
        reprice(found->second);
        Q_EMIT changed(question.key);
    });
    connect(&worker_, &ModelWorker::pictureCostFailed, this, [this](quint64 ticket, const Problem& problem) {
        const Question question = questions_.take(ticket);
        if (facts_ && prices_.count(question.key) != 0) Q_EMIT refused(question.key, problem.sentence);
    });
}

void PicturePrices::setModel(const std::optional<ModelFacts>& facts) {
    facts_ = facts;
    questions_.clear();
    for (auto& [key, price] : prices_)
        price.details = {};
    decideAll();
}

void PicturePrices::setSpeed(const PictureSpeed& speed) {
    if (speed == speed_) return;
    speed_ = speed;
    decideAll();
}

void PicturePrices::setQuestion(const QString& text) {
    const int tokens = estimatedTextTokens(text) / question_step * question_step;
    if (tokens == question_tokens_) return;
    question_tokens_ = tokens;
    for (const quint64 key : keys()) {
        const auto found = prices_.find(key);
        if (found == prices_.end()) continue;
        reprice(found->second);
        Q_EMIT changed(key);
    }
}

void PicturePrices::setMostTextTokens(int tokens) {
    if (tokens == most_text_tokens_) return;
    most_text_tokens_ = tokens;
    decideAll();
}

void PicturePrices::add(quint64 key, const AttachmentRef& attachment, Detail wanted) {
    PicturePrice& price = prices_[key];
    price.attachment = attachment;
    price.wanted = wanted;
    decide(key, price);
}

void PicturePrices::remove(quint64 key) {
    const auto found = prices_.find(key);
    if (found == prices_.end()) return;
    const AttachmentRef gone = found->second.attachment;
    prices_.erase(found);
    const bool still_wanted = std::any_of(prices_.begin(), prices_.end(), [&gone](const auto& each) {
        return each.second.attachment->id == gone->id;
    });
    if (!still_wanted) texts_.forget(gone->id);
}

void PicturePrices::choose(quint64 key, Detail detail) {
    const auto found = prices_.find(key);
    if (found == prices_.end() || found->second.wanted == detail) return;
    found->second.wanted = detail;
    decide(key, found->second);
}

const PicturePrice* PicturePrices::find(quint64 key) const {
    const auto found = prices_.find(key);
    return found == prices_.end() ? nullptr : &found->second;
}

PictureSight PicturePrices::sight(quint64 key) const {
    const PicturePrice* price = find(key);
    if (!price) return {};
    const DetailAnswer& answer = price->chosen().answer;
    PictureSight sight{answer.budget, detailId(price->wanted), {}};
    if (const auto page = texts_.find(price->attachment->id); answer.with_text && page)
        sight.read_text = assistText(*page);
    return sight;
}

// For loops whose signals may take pictures away: one that was waited for is sent at once.
std::vector<quint64> PicturePrices::keys() const {
    std::vector<quint64> all;
    for (const auto& [key, price] : prices_)
        all.push_back(key);
    return all;
}

void PicturePrices::decideAll() {
    for (const quint64 key : keys()) {
        const auto found = prices_.find(key);
        if (found != prices_.end()) decide(key, found->second);
    }
}

void PicturePrices::decide(quint64 key, PicturePrice& price) {
    if (!facts_) {
        price.reading = false;
        return Q_EMIT changed(key);
    }
    const QString id = price.attachment->id;
    if (const auto page = texts_.find(id); page && !price.text) price.text = pictureText(*page);
    for (std::size_t i = 0; i < all_details.size(); ++i) {
        DetailPrice& detail = price.details[i];
        const DetailQuestion question{all_details[i],
                                      price.attachment->size.width(),
                                      price.attachment->size.height(),
                                      speed_,
                                      textOf(price),
                                      most_text_tokens_};
        const DetailAnswer before = detail.answer;
        detail.answer = chooseDetail(question, *facts_);
        if (detail.cost && same(before.budget, detail.answer.budget)) continue;
        detail.cost.reset();
        questions_.insert(worker_.askPictureCost(question.width, question.height, detail.answer.budget),
                          {key, all_details[i]});
    }
    const bool wants_text = price.chosen().answer.wants_text && !texts_.failed(id);
    price.reading = wants_text;
    reprice(price);
    if (wants_text) {
        texts_.want(price.attachment);
    }
    Q_EMIT changed(key);
}

std::optional<PictureText> PicturePrices::textOf(const PicturePrice& price) const {
    std::optional<PictureText> text = price.text;
    if (text) text->tokens = static_cast<int>(std::lround(text->tokens * speed_.textFactor()));
    return text;
}

void PicturePrices::reprice(PicturePrice& price) const {
    const std::optional<PictureText> text = textOf(price);
    const double question = question_tokens_ * speed_.textFactor() + template_tokens;
    for (DetailPrice& detail : price.details) {
        const int text_tokens = detail.answer.with_text && text ? text->tokens : 0;
        detail.tokens = detail.cost ? detail.cost->tokens + text_tokens : 0;
        detail.seconds = detail.cost && speed_.known() ? speed_.encodeSeconds(detail.cost->tokens) +
                                                             speed_.prefillSeconds(detail.tokens + question)
                                                       : 0;
    }
}

namespace {

struct DetailWords {
    Q_DECLARE_TR_FUNCTIONS(sightline::DetailWords)

  public:
    static QString name(Detail detail) {
        switch (detail) {
            case Detail::low:
                return tr("Low");
            case Detail::automatic:
                return tr("Auto");
            case Detail::high:
                return tr("High");
            case Detail::exact:
                return tr("Exact");
            case Detail::assist:
                return tr("Reading assist");
        }
        return {};
    }
    static QString withWords(int words) { return tr("+ %Ln word(s)", nullptr, words); }
    static QString smallWith(int words) { return tr("small picture + %Ln word(s) read", nullptr, words); }
    static QString reading() { return tr("reading its text…"); }
    static QString both(const QString& name, const QString& what) { return tr("%1: %2").arg(name, what); }
    static QString withText() { return tr("+ the text in it"); }
};

}  // namespace

QString detailName(Detail detail) {
    return DetailWords::name(detail);
}

QString priceText(const PicturePrice& price, Detail detail) {
    const DetailPrice& asked = price.of(detail);
    if (!asked.cost) return {};
    QString size = sidesText(*asked.cost);
    if (asked.answer.with_text) {
        size += QLatin1Char(' ') +
                (price.text ? DetailWords::withWords(price.text->words) : DetailWords::withText());
    }
    QStringList parts{size, tokensText(asked.tokens)};
    if (asked.seconds > 0) parts << expectedText(asked.seconds);
    return parts.join(QStringLiteral(" · "));
}

QString chosenText(const PicturePrice& price) {
    const DetailPrice& chosen = price.chosen();
    if (!chosen.cost) return {};
    QStringList parts;
    if (price.reading) {
        parts << DetailWords::both(detailName(price.wanted), DetailWords::reading());
    } else if (chosen.answer.with_text) {
        const int words = price.text ? price.text->words : 0;
        parts << DetailWords::both(detailName(price.wanted), DetailWords::smallWith(words));
    } else {
        parts << detailName(price.wanted) << tokensText(chosen.tokens);
    }
    if (chosen.seconds > 0) parts << expectedText(chosen.seconds);
    return parts.join(QStringLiteral(" · "));
}

QVariantList detailChoices(const PicturePrice& price) {
    QVariantList choices;
    for (const Detail detail : all_details) {
        choices << QVariantMap{{QStringLiteral("id"), detailId(detail)},
                               {QStringLiteral("name"), detailName(detail)},
                               {QStringLiteral("text"), priceText(price, detail)},
                               {QStringLiteral("current"), detail == price.wanted}};
    }
    return choices;
}

}  // namespace sightline
