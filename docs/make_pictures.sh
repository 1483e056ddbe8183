#!/bin/sh
# Takes the pictures in docs/pictures again: the real window under Xvfb, the demo model, a sample that is dropped on it.
#   docs/make_pictures.sh [BUILD_FOLDER]      (build/release by default; `./dev build` makes it)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-"$root/build/release"}
program="$build/tests/window_pictures"
out="$root/docs/pictures"
if [ ! -x "$program" ]; then
    echo "make_pictures.sh: $program is not there; build the target window_pictures first" >&2
    exit 1
fi
mkdir -p "$out"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_RUNTIME_DIR="$scratch" QT_QPA_PLATFORM=xcb QT_QUICK_BACKEND=software LC_ALL=C.UTF-8

take() {
    name=$1
    shift
    echo "$name"
    xvfb-run -a -s "-screen 0 2600x2000x24" "$program" "$@"
}
take empty empty "$out/empty.png" 1200 800
take answer answer "$out/answer.png" 1200 800
take answer-dark answer "$out/answer-dark.png" 1200 800 dark
take streaming streaming "$out/streaming.png" 1200 800
take reading page "$out/reading.png" 1200 800
take reading-dark dialog "$out/reading-dark.png" 1200 800 dark
take read read "$out/read.png" 1200 800
take badges badges "$out/badges.png" 1200 800
take badges-dark badges "$out/badges-dark.png" 1200 800 dark
take chip chip "$out/chip.png" 1200 800
take parameters parameters "$out/parameters.png" 1200 800
take list list "$out/list.png" 1200 800
take search search "$out/search.png" 1200 800
take search-dark search "$out/search-dark.png" 1200 800 dark
take search-narrow search "$out/search-narrow.png" 640 800
take export export "$out/export.png" 1200 800
take chat blocks "$out/chat.png" 1200 800
take boxes boxes "$out/boxes.png" 1200 800
take models models "$out/models.png" 1200 800
take models-dark models "$out/models-dark.png" 1200 800 dark
take detail detail "$out/detail.png" 1200 800
take pages document "$out/pages.png" 1200 800
take password password "$out/password.png" 1200 800
take trash trash "$out/trash.png" 1200 800
take sheet sheet "$out/sheet.png" 720 800
take narrow answer "$out/narrow.png" 560 720
take about about "$out/about.png" 1000 720
take chinese answer "$out/chinese.png" 1200 800 zh
QT_SCALE_FACTOR=2 take scale-200 parameters "$out/scale-200.png" 1200 800

overlay="$build/tests/capture_pictures"
if [ -x "$overlay" ]; then
    for scene in "chosen region.png 1" "dragging region-200.png 2"; do
        set -- $scene
        echo "$2"
        "$overlay" "$1" "$out/$2" "$3"
    done
fi

# On a screen of their own size: the panel stands on it.
desktop="$build/tests/desktop_pictures"
if [ -x "$desktop" ]; then
    for scene in "panel ask.png" "panel ask-dark.png dark" "reading ask-read.png" "settings settings.png" "settings settings-dark.png dark"; do
        set -- $scene
        echo "$2"
        xvfb-run -a -s "-screen 0 1200x800x24" "$desktop" "$1" "$out/$2" 1200 800 ${3:-}
    done
fi
