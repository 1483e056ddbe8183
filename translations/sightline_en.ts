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
