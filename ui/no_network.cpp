#include "ui/no_network.h"

#include <QMetaObject>
#include <QNetworkReply>
#include <QNetworkRequest>

namespace sightline {

namespace {

class RefusedReply : public QNetworkReply {
    Q_OBJECT

  public:
    RefusedReply(QNetworkAccessManager::Operation operation, const QNetworkRequest& request, QObject* parent)
        : QNetworkReply(parent) {
        setOperation(operation);
        setRequest(request);
        setUrl(request.url());
        setError(ContentAccessDenied, QStringLiteral("Sightline does not use the network"));
        open(ReadOnly);
        // Whoever asked connects to the signals after this constructor.
        QMetaObject::invokeMethod(
            this,
            [this] {
                setFinished(true);
                Q_EMIT errorOccurred(ContentAccessDenied);
                Q_EMIT finished();
            },
            Qt::QueuedConnection);
    }
    void abort() override {}

  protected:
    qint64 readData(char*, qint64) override { return -1; }
};

}  // namespace

NoNetworkManager::NoNetworkManager(std::atomic<int>& refused, QObject* parent)
    : QNetworkAccessManager(parent), refused_(refused) {}

QNetworkReply* NoNetworkManager::createRequest(Operation operation, const QNetworkRequest& request,
                                               QIODevice*) {
    ++refused_;
    return new RefusedReply(operation, request, this);
}

QNetworkAccessManager* NoNetwork::create(QObject* parent) {
    return new NoNetworkManager(refused_, parent);
}

}  // namespace sightline

#include "no_network.moc"
