// What a search found, as rows: by kind, from the newest on or the best first.
#pragma once

#include <QAbstractListModel>
#include <vector>

#include "app/values/history_values.h"

namespace sightline {

// GUI thread only.
class SearchResultsModel : public QAbstractListModel {
    Q_OBJECT
    Q_PROPERTY(int count READ count NOTIFY changed)  // of the rows, those of `kind`
    // Whether results are shown, be they none; a search that is not answered yet shows those of the one
    // before.
    Q_PROPERTY(bool answered READ answered NOTIFY changed)
    Q_PROPERTY(QString question READ question NOTIFY changed)  // that they answer
    Q_PROPERTY(int total READ total NOTIFY changed)            // of every kind
    Q_PROPERTY(int titles READ titles NOTIFY changed)
    Q_PROPERTY(int messages READ messages NOTIFY changed)
    Q_PROPERTY(int pictures READ pictures NOTIFY changed)
    Q_PROPERTY(QString kind READ kind WRITE setKind NOTIFY changed)  // "" (all) "title" "message" "picture"
    Q_PROPERTY(bool bestFirst READ bestFirst WRITE setBestFirst NOTIFY changed)

  public:
    enum Role {
        IdRole = Qt::UserRole + 1,  // of the conversation
        TitleRole,                  // never empty
        WhenRole,                   // QDateTime, local
        KindRole,                   // "title" "message" "picture"
        MessageRole,                // id, or empty
        SnippetRole,
        SnippetHitsRole,  // list of {start, length}, UTF-16 units of the snippet
        PictureRole,      // URL of a small picture, empty = none
        PictureNameRole,  // of the one that the words were read from
    };
    Q_ENUM(Role)

    using QAbstractListModel::QAbstractListModel;

    void show(const SearchResults& results);
    void clear();  // no search

    int count() const { return static_cast<int>(rows_.size()); }
    bool answered() const { return answered_; }
    QString question() const { return question_; }
    int total() const { return static_cast<int>(hits_.size()); }
    int titles() const { return countOf(SearchHit::Where::title); }
    int messages() const { return countOf(SearchHit::Where::message); }
    int pictures() const { return countOf(SearchHit::Where::picture); }
    QString kind() const { return kind_; }
    void setKind(const QString& kind);
    bool bestFirst() const { return best_first_; }
    void setBestFirst(bool best);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

  Q_SIGNALS:
    void changed();

  private:
    int countOf(SearchHit::Where where) const;
    void arrange();

    std::vector<SearchHit> hits_;
    std::vector<std::size_t> rows_;  // of hits_
    QString question_;
    QString kind_;
    bool answered_ = false;
    bool best_first_ = false;
};

}  // namespace sightline
