// Precompiled for the window, see app/qt_headers.h.
#pragma once

#include <QtQml/qqmlregistration.h>
#include <QKeyEvent>
#include <QQmlEngine>
#include <QQuickItem>
#include <QQuickWindow>
#include <QScreen>
#include <QTextDocument>

#include "app/qt_headers.h"
