<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>ReadTextPane</name>
    <message numerus="yes">
        <source>%Ln line(s) to check</source>
        <translation>
            <numerusform>%Ln line to check</numerusform>
            <numerusform>%Ln lines to check</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SearchPage</name>
    <message numerus="yes">
        <source>More than %Ln result(s) for “%1”</source>
        <translation>
            <numerusform>More than %Ln result for “%1”</numerusform>
            <numerusform>More than %Ln results for “%1”</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln result(s) for “%1”</source>
        <translation>
            <numerusform>%Ln result for “%1”</numerusform>
            <numerusform>%Ln results for “%1”</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TrashPage</name>
    <message numerus="yes">
        <source>%n conversation(s) will be erased for good, with pictures that nothing else uses. This cannot be undone.</source>
        <translation>
            <numerusform>%n conversation will be erased for good, with pictures that nothing else uses. This cannot be undone.</numerusform>
            <numerusform>%n conversations will be erased for good, with pictures that nothing else uses. This cannot be undone.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sightline::AttachmentTray</name>
    <message numerus="yes">
        <source>The file has %Ln page(s).</source>
        <translation>
            <numerusform>The file has %Ln page.</numerusform>
            <numerusform>The file has %Ln pages.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sightline::CaptureDesk</name>
    <message numerus="yes">
        <source>%Ln word(s) copied</source>
        <translation>
            <numerusform>%Ln word copied</numerusform>
            <numerusform>%Ln words copied</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sightline::ConversationShelf</name>
    <message numerus="yes">
        <source>%n conversation(s)</source>
        <translation>
            <numerusform>%n conversation</numerusform>
            <numerusform>%n conversations</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n message</numerusform>
            <numerusform>%n messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) could not be read.</source>
        <translation>
            <numerusform>%n message could not be read.</numerusform>
            <numerusform>%n messages could not be read.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sightline::ConversationTransfer</name>
    <message numerus="yes">
        <source>%n conversation(s) in “%1”</source>
        <translation>
            <numerusform>%n conversation in “%1”</numerusform>
            <numerusform>%n conversations in “%1”</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) could not be imported.</source>
        <translation>
            <numerusform>%n file could not be imported.</numerusform>
            <numerusform>%n files could not be imported.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n conversation(s) imported</source>
        <translation>
            <numerusform>%n conversation imported</numerusform>
            <numerusform>%n conversations imported</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sightline::DetailWords</name>
    <message numerus="yes">
        <source>+ %Ln word(s)</source>
        <translation>
            <numerusform>+ %Ln word</numerusform>
            <numerusform>+ %Ln words</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>small picture + %Ln word(s) read</source>
        <translation>
            <numerusform>small picture + %Ln word read</numerusform>
            <numerusform>small picture + %Ln words read</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sightline::EventRecorder</name>
    <message numerus="yes">
        <source>%1 × %2 pixels read in %3: %n line(s)</source>
        <translation>
            <numerusform>%1 × %2 pixels read in %3: %n line</numerusform>
            <numerusform>%1 × %2 pixels read in %3: %n lines</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 loaded in %2: %3, %n thread(s), context %4, libtorch %5</source>
        <translation>
            <numerusform>%1 loaded in %2: %3, %n thread, context %4, libtorch %5</numerusform>
            <numerusform>%1 loaded in %2: %3, %n threads, context %4, libtorch %5</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sightline::ModelState</name>
    <message numerus="yes">
        <source>Packing the weights for this computer, once: about %n minute(s) left</source>
        <translation>
            <numerusform>Packing the weights for this computer, once: about %n minute left</numerusform>
            <numerusform>Packing the weights for this computer, once: about %n minutes left</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sightline::PictureReading</name>
    <message numerus="yes">
        <source>%Ln word(s)</source>
        <translation>
            <numerusform>%Ln word</numerusform>
            <numerusform>%Ln words</numerusform>
        </translation>
    </message>
</context>
</TS>
