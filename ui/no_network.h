// The network of the QML engine: none. Whatever a text, a picture or a file names, nothing is fetched.
#pragma once

#include <QNetworkAccessManager>
#include <QQmlNetworkAccessManagerFactory>
#include <atomic>

namespace sightline {

// Refuses every request with NetworkError ContentAccessDenied, without opening a socket.
class NoNetworkManager : public QNetworkAccessManager {
    Q_OBJECT

  public:
    explicit NoNetworkManager(std::atomic<int>& refused, QObject* parent);

  protected:
    QNetworkReply* createRequest(Operation operation, const QNetworkRequest& request,
                                 QIODevice* data) override;

  private:
    std::atomic<int>& refused_;
};

// Outlives the engine it is given to.
class NoNetwork : public QQmlNetworkAccessManagerFactory {
  public:
    QNetworkAccessManager* create(QObject* parent) override;
    int refused() const { return refused_; }  // requests so far, from any thread

  private:
    std::atomic<int> refused_ = 0;
};

}  // namespace sightline
