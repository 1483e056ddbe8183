// The conversations in the trash as rows, from the one that was put there last on.
#pragma once

#include <QAbstractListModel>
#include <vector>

#include "app/values/history_values.h"

namespace sightline {

// GUI thread only.
class TrashListModel : public QAbstractListModel {
    Q_OBJECT
    Q_PROPERTY(int count READ count NOTIFY countChanged)

  public:
    enum Role {
        IdRole = Qt::UserRole + 1,
        TitleRole,    // never empty
        TrashedRole,  // QDateTime, local
    };
    Q_ENUM(Role)

    explicit TrashListModel(QObject* parent = nullptr) : QAbstractListModel(parent) {}

    // Rows are shown anew only if they are others than before.
    void setConversations(std::vector<ConversationSummary> all);

    int count() const { return static_cast<int>(rows_.size()); }
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

  Q_SIGNALS:
    void countChanged();

  private:
    std::vector<ConversationSummary> rows_;
};

}  // namespace sightline
