// One program a user: the first one listens, and those that start later hand over what they were started for.
//
// A lock file says who is first: it outlives neither the process nor a kill -9 of it. The socket beside it is
// the user's alone, and so must be whoever connects (peer_user.h). GUI thread.
#pragma once

#include <QObject>
#include <QPointer>
#include <QString>
#include <memory>

#include "app/instance/instance_request.h"

class QLocalSocket;

namespace sightline {

// A request and the way back to whoever made it. Every call is answered: by the receiver, or as refused if it
// goes without. Whoever asked may leave earlier; the answer is dropped then.
class InstanceCall : public QObject {
    Q_OBJECT

  public:
    InstanceCall(InstanceRequest request, QLocalSocket* socket);
    ~InstanceCall() override;

    const InstanceRequest& request() const { return request_; }
    void take();                           // it is being done; finish() follows
    void refuse(const QString& sentence);  // nothing was done
    void finish(int code, const QString& text = {});

  Q_SIGNALS:
    void left();  // nobody waits for the answer any more

  private:
    void send(const InstanceReply& reply, bool last);

    const InstanceRequest request_;
    QPointer<QObject> socket_;
    bool answered_ = false;
    bool ended_ = false;
};

using InstanceCallRef = std::shared_ptr<InstanceCall>;

// Where lock and socket lie: the user's runtime folder; empty if there is none that is safe.
QString instanceFolder();
QString instanceSocket(const QString& folder);

class SingleInstance : public QObject {
    Q_OBJECT

  public:
    enum class Claim {
        first,      // this one listens now
        second,     // another one runs: hand over (instance_client.h)
        impossible  // neither can be found out; the program runs as if it were alone
    };

    // A peer that has not sent its request after `patience_ms` is hung up on.
    explicit SingleInstance(const QString& folder = instanceFolder(), int patience_ms = 5000,
                            QObject* parent = nullptr);
    ~SingleInstance() override;

    Claim claim();
    QString problem() const;  // after `impossible`: why, for the log

  Q_SIGNALS:
    // The receiver takes or refuses it, now or later.
    void requested(const sightline::InstanceCallRef& call);

  private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sightline
