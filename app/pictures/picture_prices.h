// What each way to look at a waiting picture costs, and which one is taken. Lives on the GUI thread.
#pragma once

#include <QHash>
#include <QObject>
#include <QString>
#include <QVariantList>
#include <array>
#include <map>
#include <optional>
#include <vector>

#include "app/models/model_worker.h"
#include "app/pictures/picture_texts.h"
#include "app/values/conversation.h"
#include "app/values/picture_detail.h"

namespace sightline {

struct DetailPrice {
    DetailAnswer answer;
    std::optional<PictureCost> cost;  // empty: no model, or not known yet
    int tokens = 0;                   // with the read text; 0 as long as the cost is unknown
    double seconds = 0;               // to the first token; 0 = not measured
};

struct PicturePrice {
    AttachmentRef attachment;
    Detail wanted = Detail::automatic;
    std::optional<PictureText> text;                      // empty: not read
    bool reading = false;                                 // the text is being read, and the answer may change
    std::array<DetailPrice, all_details.size()> details;  // in that order

    const DetailPrice& of(Detail detail) const;
    const DetailPrice& chosen() const { return of(wanted); }
};

class PicturePrices : public QObject {
    Q_OBJECT

  public:
    PicturePrices(ModelWorker& worker, PictureTexts& texts, QObject* parent = nullptr);

    void setModel(const std::optional<ModelFacts>& facts);  // empty: nothing is asked
    void setSpeed(const PictureSpeed& speed);
    // What is being written about the pictures: it takes its time too. Small changes are not heeded.
    void setQuestion(const QString& text);
    // Longer texts are not what automatic chooses.
    void setMostTextTokens(int tokens);

    // Keys are never 0 and never used twice.
    void add(quint64 key, const AttachmentRef& attachment, Detail wanted);
    void remove(quint64 key);
    void choose(quint64 key, Detail detail);
    const PicturePrice* find(quint64 key) const;
    // As it is sent.
    PictureSight sight(quint64 key) const;

  Q_SIGNALS:
    void changed(quint64 key);
    void refused(quint64 key, const QString& sentence);  // the model takes no such picture

  private:
    struct Question {
        quint64 key = 0;
        Detail detail = Detail::automatic;
    };

    std::vector<quint64> keys() const;
    void decideAll();
    void decide(quint64 key, PicturePrice& price);
    void reprice(PicturePrice& price) const;
    // With as many tokens as the model's tokenizer makes of it.
    std::optional<PictureText> textOf(const PicturePrice& price) const;

    ModelWorker& worker_;
    PictureTexts& texts_;
    std::optional<ModelFacts> facts_;
    PictureSpeed speed_;
    int most_text_tokens_ = 1'000'000;
    int question_tokens_ = 0;  // estimated
    std::map<quint64, PicturePrice> prices_;
    QHash<quint64, Question> questions_;  // by ticket
};

// In the user's words: "Auto", "Reading assist".
QString detailName(Detail detail);
// "1280 × 736 · 922 tokens · ~3 s", "512 × 288 + 214 words · 410 tokens · ~2 s"; without a model empty.
QString priceText(const PicturePrice& price, Detail detail);
// What is taken: "Auto · 922 tokens · ~3 s", "Auto: small picture + 214 words read · ~3 s"; without a model
// empty.
QString chosenText(const PicturePrice& price);
// {id, name, text, current}: for the menu.
QVariantList detailChoices(const PicturePrice& price);

}  // namespace sightline
