// The QML engine's network refuses everything, and says so to whoever asked.
#include "ui/no_network.h"

#include <QGuiApplication>
#include <QNetworkReply>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>
#include <memory>

using namespace sightline;

class NoNetworkTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void refusesARequest() {
        NoNetwork network;
        const std::unique_ptr<QNetworkAccessManager> manager(network.create(nullptr));
        QNetworkReply* reply = manager->get(QNetworkRequest(QUrl(QStringLiteral("http://127.0.0.1:9/"))));
        QSignalSpy finished(reply, &QNetworkReply::finished);
        QVERIFY(finished.wait(1000));
        QCOMPARE(reply->error(), QNetworkReply::ContentAccessDenied);
        QVERIFY(reply->isFinished());
        QCOMPARE(network.refused(), 1);
    }

    // A server that would answer sees nobody, whatever QML tries.
    void qmlReachesNoServer() {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        QSignalSpy connections(&server, &QTcpServer::newConnection);
        NoNetwork network;
        QQmlEngine engine;
        engine.setNetworkAccessManagerFactory(&network);
        QQmlComponent component(&engine);
        component.setData(
            "import QtQuick\nItem { property alias picture: image; property var failed: null\n"
            "property string address\n"
            "Image { id: image; source: parent.address }\n"
            "function load() { const r = new XMLHttpRequest(); r.onreadystatechange = () => "
            "{ if (r.readyState === XMLHttpRequest.DONE) failed = r.status === 0 };"
            " r.open('GET', address); r.send() } }",
            {});
        const QString address = QStringLiteral("http://127.0.0.1:%1/x.png").arg(server.serverPort());
        const std::unique_ptr<QObject> item(
            component.createWithInitialProperties({{QStringLiteral("address"), address}}));
        QVERIFY2(item, qPrintable(component.errorString()));
        QMetaObject::invokeMethod(item.get(), "load");
        const auto* picture = item->property("picture").value<QObject*>();
        QTRY_COMPARE(picture->property("status").toInt(), 3);  // Image.Error
        QTRY_COMPARE(item->property("failed").toBool(), true);
        QCOMPARE(network.refused(), 2);
        QCOMPARE(connections.count(), 0);
    }
};

QTEST_MAIN(NoNetworkTest)
#include "no_network_test.moc"
