<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>Version %1</source>
        <translation>版本 %1</translation>
    </message>
    <message>
        <source>Answers questions about pictures with a model that runs on this computer and nowhere else. No account, no telemetry, no network.</source>
        <translation>用只在这台电脑上运行的模型回答关于图片的问题。无需账号，不收集数据，不使用网络。</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>All licences</source>
        <translation>全部许可证</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>AskAnswer</name>
    <message>
        <source>Read text</source>
        <translation>识别文字</translation>
    </message>
    <message>
        <source>There is no text in this region.</source>
        <translation>此区域中没有文字。</translation>
    </message>
</context>
<context>
    <name>AskPanel</name>
    <message>
        <source>Ask about the selection</source>
        <translation>就所选区域提问</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>The selection</source>
        <translation>所选区域</translation>
    </message>
    <message>
        <source>Ask something else</source>
        <translation>再问点别的</translation>
    </message>
    <message>
        <source>Ask about it</source>
        <translation>就此提问</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>回车</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Again</source>
        <translation>再来一次</translation>
    </message>
    <message>
        <source>Continue in the main window</source>
        <translation>在主窗口中继续</translation>
    </message>
</context>
<context>
    <name>AttachmentChip</name>
    <message>
        <source>Remove %1</source>
        <translation>移除 %1</translation>
    </message>
    <message>
        <source>Read text</source>
        <translation>识别文字</translation>
    </message>
    <message>
        <source>Read text of %1</source>
        <translation>识别 %1 中的文字</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>打开 %1</translation>
    </message>
    <message>
        <source>Open large</source>
        <translation>放大查看</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>正在打开…</translation>
    </message>
    <message>
        <source>Pages %1 of %L2</source>
        <translation>第 %1 页，共 %L2 页</translation>
    </message>
    <message>
        <source>Picture detail: %1</source>
        <translation>图片精细度：%1</translation>
    </message>
    <message>
        <source>Choose pages…</source>
        <translation>选择页面…</translation>
    </message>
    <message>
        <source>Remove %1 with its pages</source>
        <translation>移除 %1 及其页面</translation>
    </message>
    <message>
        <source>Encrypted</source>
        <translation>已加密</translation>
    </message>
</context>
<context>
    <name>BranchWalker</name>
    <message>
        <source>The version before</source>
        <translation>上一个版本</translation>
    </message>
    <message>
        <source>%1/%2</source>
        <translation>%1/%2</translation>
    </message>
    <message>
        <source>Version %1 of %2</source>
        <translation>第 %1 个版本，共 %2 个</translation>
    </message>
    <message>
        <source>The next version</source>
        <translation>下一个版本</translation>
    </message>
</context>
<context>
    <name>CodeBlock</name>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Write the next question</source>
        <translation>写下一个问题</translation>
    </message>
    <message>
        <source>Ask about it, or drop a picture here</source>
        <translation>输入问题，或把图片拖到这里</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Esc stops</source>
        <translation>Esc 停止</translation>
    </message>
    <message>
        <source>Enter sends · Shift+Enter new line</source>
        <translation>Enter 发送 · Shift+Enter 换行</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Read text</source>
        <translation>识别文字</translation>
    </message>
    <message>
        <source>Add pictures or PDFs</source>
        <translation>添加图片或 PDF</translation>
    </message>
</context>
<context>
    <name>ContextRow</name>
    <message>
        <source>Context length</source>
        <translation>上下文长度</translation>
    </message>
    <message>
        <source>How many tokens of conversation and pictures the model sees at once. More needs more memory.</source>
        <translation>模型一次能看到多少个对话和图片的 token。越多，占用内存越大。</translation>
    </message>
    <message>
        <source>The model was opened with %1. It is loaded again for this; the conversation stays.</source>
        <translation>模型是以 %1 打开的。更改后需要重新加载模型；对话保留不变。</translation>
    </message>
    <message>
        <source>Load again</source>
        <translation>重新加载</translation>
    </message>
    <message>
        <source>Possible when the reply is finished</source>
        <translation>回复结束后可用</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Numbers that the weights are kept in. int8 and int4 are packed once for this computer.</source>
        <translation>权重所用的数值格式。int8 和 int4 会为这台电脑打包一次。</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>已更改</translation>
    </message>
    <message>
        <source>The model computes with %1. It is loaded again for this; the conversation stays.</source>
        <translation>模型当前以 %1 计算。更改后需重新加载；对话保留。</translation>
    </message>
</context>
<context>
    <name>Conversation</name>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>到末尾</translation>
    </message>
    <message>
        <source>Selected text of the conversation</source>
        <translation>对话中选中的文字</translation>
    </message>
</context>
<context>
    <name>ConversationFile</name>
    <message>
        <source>This is no conversation that Sightline exported as JSON.</source>
        <translation>这不是 Sightline 以 JSON 导出的对话。</translation>
    </message>
    <message>
        <source>The file is damaged: a part of the conversation is missing or was changed.</source>
        <translation>文件已损坏：对话的一部分缺失或被改动。</translation>
    </message>
    <message>
        <source>The file was written by a later version of Sightline.</source>
        <translation>此文件由更新版本的 Sightline 写入。</translation>
    </message>
</context>
<context>
    <name>ConversationList</name>
    <message>
        <source>Conversations</source>
        <translation>对话</translation>
    </message>
</context>
<context>
    <name>ConversationMenu</name>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>取消置顶</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>置顶</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>复制一份</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Del</source>
        <comment>the key</comment>
        <translation>Del</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
</context>
<context>
    <name>ConversationPages</name>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>You</source>
        <translation>你</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>系统提示词</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Picture: %1 (%2 × %3)</source>
        <translation>图片：%1（%2 × %3）</translation>
    </message>
</context>
<context>
    <name>ConversationRow</name>
    <message>
        <source>Pinned</source>
        <translation>已置顶</translation>
    </message>
    <message>
        <source>Unsent text</source>
        <translation>未发送的内容</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>More about %1</source>
        <translation>“%1”的更多操作</translation>
    </message>
    <message>
        <source>Title of the conversation</source>
        <translation>对话标题</translation>
    </message>
    <message>
        <source>Being answered</source>
        <translation>正在回答</translation>
    </message>
    <message>
        <source>Has a new reply</source>
        <translation>有新的回答</translation>
    </message>
</context>
<context>
    <name>Countdown</name>
    <message>
        <source>Open what is to be seen</source>
        <translation>请打开要截取的内容</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Click</source>
        <translation>点击</translation>
    </message>
    <message>
        <source>cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>DesktopShortcut</name>
    <message>
        <source>In Settings, Keyboard, Custom Shortcuts, add one with the command “%1”.</source>
        <translation>请在“设置 → 键盘 → 自定义快捷键”中添加一个命令为“%1”的快捷键。</translation>
    </message>
    <message>
        <source>In System Settings, Shortcuts, add a command shortcut for “%1”.</source>
        <translation>请在“系统设置 → 快捷键”中为“%1”添加命令快捷键。</translation>
    </message>
    <message>
        <source>In Settings, Keyboard, Application Shortcuts, add one with the command “%1”.</source>
        <translation>请在“设置 → 键盘 → 应用程序快捷键”中添加一个命令为“%1”的快捷键。</translation>
    </message>
    <message>
        <source>Add this line to the configuration of the window manager: %1</source>
        <translation>请在窗口管理器的配置中加入这一行：%1</translation>
    </message>
    <message>
        <source>In the desktop&apos;s keyboard settings, add a shortcut for the command “%1”.</source>
        <translation>请在桌面的键盘设置中为命令“%1”添加快捷键。</translation>
    </message>
</context>
<context>
    <name>DetailMenu</name>
    <message>
        <source>What the model sees</source>
        <translation>模型看到的内容</translation>
    </message>
    <message>
        <source>The most pixels that are looked at within 5 seconds; a small picture and its text if small print would be lost</source>
        <translation>5 秒内能看完的最多像素；若小字会丢失，则用小图加上识别出的文字</translation>
    </message>
    <message>
        <source>A quarter of a megapixel: quick, enough for scenes</source>
        <translation>四分之一百万像素：快，足以看清场景</translation>
    </message>
    <message>
        <source>The most that the model was made for</source>
        <translation>模型设计所支持的最大值</translation>
    </message>
    <message>
        <source>Every pixel of the original, however long it takes</source>
        <translation>原图的每个像素，不论需要多久</translation>
    </message>
    <message>
        <source>A small picture together with the text that the reader finds in it at full size</source>
        <translation>小图，加上阅读器在原尺寸图片中找到的文字</translation>
    </message>
</context>
<context>
    <name>DropOverlay</name>
    <message>
        <source>Drop to add the picture</source>
        <translation>松开即可添加图片</translation>
    </message>
</context>
<context>
    <name>EmptyState</name>
    <message>
        <source>Ask about a picture</source>
        <translation>就一张图片提问</translation>
    </message>
    <message>
        <source>Drop it anywhere in this window, or paste it. Nothing leaves this computer.</source>
        <translation>把图片拖到窗口任意位置，或直接粘贴。任何内容都不会离开这台电脑。</translation>
    </message>
    <message>
        <source>Sample picture</source>
        <translation>示例图片</translation>
    </message>
    <message>
        <source>Try it with this sample</source>
        <translation>用这张示例图片试试</translation>
    </message>
    <message>
        <source>Read the text in this image.</source>
        <translation>读出这张图片中的文字。</translation>
    </message>
    <message>
        <source>What does it say?</source>
        <translation>上面写了什么？</translation>
    </message>
    <message>
        <source>Write down every word, line by line.</source>
        <translation>逐行写出每一个词。</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export the conversation</source>
        <translation>导出对话</translation>
    </message>
    <message>
        <source>PDF</source>
        <translation>PDF</translation>
    </message>
    <message>
        <source>What is shown, with its pictures, to print or to send</source>
        <translation>当前显示的内容连同图片，用于打印或发送</translation>
    </message>
    <message>
        <source>Web page</source>
        <translation>网页</translation>
    </message>
    <message>
        <source>What is shown, with its pictures, in one file</source>
        <translation>当前显示的内容连同图片，存为一个文件</translation>
    </message>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>What is shown, as text; pictures are named</source>
        <translation>当前显示的内容存为文本；图片只写名称</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>Everything, with all branches; can be imported again</source>
        <translation>全部内容，含所有分支；可以再导入</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>FileDialogs</name>
    <message>
        <source>All files (%1)</source>
        <translation>所有文件 (%1)</translation>
    </message>
    <message>
        <source>Open model folder</source>
        <translation>打开模型文件夹</translation>
    </message>
    <message>
        <source>Add pictures or PDFs</source>
        <translation>添加图片或 PDF</translation>
    </message>
    <message>
        <source>Pictures and PDFs (%1)</source>
        <translation>图片和 PDF（%1）</translation>
    </message>
</context>
<context>
    <name>FindBar</name>
    <message>
        <source>Find in the conversation</source>
        <translation>在对话中查找</translation>
    </message>
    <message>
        <source>%L1 of %L2</source>
        <translation>第 %L1 个，共 %L2 个</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>未找到</translation>
    </message>
    <message>
        <source>Previous</source>
        <translation>上一个</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一个</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>FullModelDialog</name>
    <message>
        <source>Use a full model</source>
        <translation>使用完整模型</translation>
    </message>
    <message>
        <source>The demo model only reads short printed text. Sightline runs the Qwen3-VL models with 2, 4 or 8 billion parameters, which describe pictures, read documents and answer questions.</source>
        <translation>演示模型只能识读简短的印刷文字。Sightline 可以运行 20 亿、40 亿或 80 亿参数的 Qwen3-VL 模型，它们能描述图片、阅读文档并回答问题。</translation>
    </message>
    <message>
        <source>On any computer with a network, download the whole folder of a model, for example Qwen3-VL-2B-Instruct (4.3 GB), from Hugging Face.</source>
        <translation>在任意一台联网的电脑上，从 Hugging Face 下载模型的整个文件夹，例如 Qwen3-VL-2B-Instruct（4.3 GB）。</translation>
    </message>
    <message>
        <source>Copy the folder to this computer. It needs free memory for the size of its files and 1.5 GiB more.</source>
        <translation>把文件夹复制到这台电脑。空闲内存需要比模型文件的大小再多 1.5 GiB。</translation>
    </message>
    <message>
        <source>Open the folder here. Nothing has to be converted.</source>
        <translation>在这里打开该文件夹，无需任何转换。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Open model folder…</source>
        <translation>打开模型文件夹…</translation>
    </message>
</context>
<context>
    <name>HistoryBanners</name>
    <message>
        <source>Dismiss</source>
        <translation>知道了</translation>
    </message>
</context>
<context>
    <name>HotkeyRow</name>
    <message>
        <source>Back to the original key</source>
        <translation>恢复原来的按键</translation>
    </message>
    <message>
        <source>Press the keys…</source>
        <translation>请按下按键…</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Change the key</source>
        <translation>更改按键</translation>
    </message>
    <message>
        <source>Add it to the desktop&apos;s shortcuts</source>
        <translation>添加到桌面的快捷键</translation>
    </message>
    <message>
        <source>The desktop&apos;s own shortcut calls it.</source>
        <translation>由桌面自己的快捷键调用。</translation>
    </message>
    <message>
        <source>Remove it</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>It is still so.</source>
        <translation>情况仍未改变。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>%1 works now.</source>
        <translation>%1 现在可以使用了。</translation>
    </message>
</context>
<context>
    <name>Hotkeys</name>
    <message>
        <source>This desktop gives programs no keys of their own.</source>
        <translation>此桌面不允许程序使用自己的按键。</translation>
    </message>
    <message>
        <source>The present keyboard layout has no key for %1.</source>
        <translation>当前的键盘布局没有 %1 的按键。</translation>
    </message>
    <message>
        <source>Another program already uses %1.</source>
        <translation>另一个程序已在使用 %1。</translation>
    </message>
    <message>
        <source>The desktop asked about the key, and it was declined.</source>
        <translation>桌面询问了此按键，但被拒绝了。</translation>
    </message>
    <message>
        <source>The desktop did not give the program its key.</source>
        <translation>桌面没有把按键给予本程序。</translation>
    </message>
    <message>
        <source>The desktop has not given this key to the program.</source>
        <translation>桌面尚未把此按键给予本程序。</translation>
    </message>
    <message>
        <source>The desktop has taken the key back.</source>
        <translation>桌面已收回此按键。</translation>
    </message>
</context>
<context>
    <name>KeyHints</name>
    <message>
        <source>Arrow keys</source>
        <translation>方向键</translation>
    </message>
    <message>
        <source>nudge 1 px</source>
        <translation>移动 1 像素</translation>
    </message>
    <message>
        <source>10 px</source>
        <translation>10 像素</translation>
    </message>
    <message>
        <source>resize</source>
        <translation>调整大小</translation>
    </message>
    <message>
        <source>Drag</source>
        <translation>拖动</translation>
    </message>
    <message>
        <source>choose</source>
        <translation>选择</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>空格</translation>
    </message>
    <message>
        <source>window under the pointer</source>
        <translation>指针下的窗口</translation>
    </message>
    <message>
        <source>screen</source>
        <translation>屏幕</translation>
    </message>
    <message>
        <source>last region</source>
        <translation>上次的区域</translation>
    </message>
    <message>
        <source>Ctrl held</source>
        <translation>按住 Ctrl</translation>
    </message>
    <message>
        <source>adjust it first</source>
        <translation>先调整</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>回车</translation>
    </message>
    <message>
        <source>take it</source>
        <translation>确定</translation>
    </message>
    <message>
        <source>in 3 seconds</source>
        <translation>3 秒后</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>KeyRecorder</name>
    <message>
        <source>Press the new key</source>
        <translation>请按下新的按键</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Key for “%1”</source>
        <translation>“%1”的按键</translation>
    </message>
    <message>
        <source>The usual key again</source>
        <translation>恢复默认按键</translation>
    </message>
    <message>
        <source>Esc keeps the old key, Backspace takes it away.</source>
        <translation>Esc 保留旧按键，退格键将其清除。</translation>
    </message>
    <message>
        <source>Remove it from GNOME&apos;s shortcuts</source>
        <translation>从 GNOME 的快捷键中移除</translation>
    </message>
    <message>
        <source>Add it to GNOME&apos;s shortcuts</source>
        <translation>添加到 GNOME 的快捷键</translation>
    </message>
</context>
<context>
    <name>Language</name>
    <message>
        <source>en</source>
        <comment>the code of this translation&apos;s language</comment>
        <translation>zh_CN</translation>
    </message>
</context>
<context>
    <name>Licences</name>
    <message>
        <source>This program and its demo model</source>
        <translation>本程序及其演示模型</translation>
    </message>
    <message>
        <source>Window and files; linked dynamically, so it can be replaced</source>
        <translation>窗口与文件；动态链接，因此可以替换</translation>
    </message>
    <message>
        <source>Computes the model</source>
        <translation>模型计算</translation>
    </message>
    <message>
        <source>Reads picture and video files</source>
        <translation>读取图片和视频文件</translation>
    </message>
    <message>
        <source>Cuts text into tokens</source>
        <translation>把文本切分为词元</translation>
    </message>
    <message>
        <source>Reads the files of a model</source>
        <translation>读取模型的文件</translation>
    </message>
    <message>
        <source>Reads the command line</source>
        <translation>读取命令行</translation>
    </message>
    <message>
        <source>Writes searchable PDFs</source>
        <translation>生成可搜索的 PDF</translation>
    </message>
    <message>
        <source>Shows the pages of PDFs; a part of Qt Pdf</source>
        <translation>显示 PDF 页面；属于 Qt Pdf</translation>
    </message>
    <message>
        <source>Reads HEIC pictures; linked dynamically, so it can be replaced</source>
        <translation>读取 HEIC 图片；动态链接，可以替换</translation>
    </message>
    <message>
        <source>Reads the Markdown of replies</source>
        <translation>读取回复中的 Markdown</translation>
    </message>
    <message>
        <source>Keys and pictures of an X11 screen</source>
        <translation>X11 屏幕的按键与画面</translation>
    </message>
    <message>
        <source>Knows the names of keys</source>
        <translation>识别按键的名称</translation>
    </message>
    <message>
        <source>Compresses pictures that are kept</source>
        <translation>压缩保存的图片</translation>
    </message>
</context>
<context>
    <name>LinkDialog</name>
    <message>
        <source>Open this address?</source>
        <translation>打开这个地址？</translation>
    </message>
    <message>
        <source>This address is not opened</source>
        <translation>不会打开这个地址</translation>
    </message>
    <message>
        <source>It comes from the model&apos;s reply. Your browser opens it; Sightline itself stays off the network.</source>
        <translation>它来自模型的回复。由浏览器打开；Sightline 自身不会访问网络。</translation>
    </message>
    <message>
        <source>It comes from the model&apos;s reply. Only web and mail addresses can be opened.</source>
        <translation>它来自模型的回复。只能打开网页地址和邮件地址。</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>复制地址</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Open in browser</source>
        <translation>在浏览器中打开</translation>
    </message>
</context>
<context>
    <name>ListMark</name>
    <message>
        <source>%1.</source>
        <comment>number of a list item</comment>
        <translation>%1.</translation>
    </message>
</context>
<context>
    <name>LogDrawer</name>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>全部复制</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>The phases of a reply appear here while it is made.</source>
        <translation>生成回复时，各个阶段会显示在这里。</translation>
    </message>
    <message>
        <source>%1: %2 %</source>
        <translation>%1：%2 %</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>No errors.</source>
        <translation>没有错误。</translation>
    </message>
    <message>
        <source>Nothing has happened yet.</source>
        <translation>还没有任何事件。</translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <source>%1 – Sightline</source>
        <translation>%1 – Sightline</translation>
    </message>
    <message>
        <source>There is no model.</source>
        <translation>没有模型。</translation>
    </message>
    <message>
        <source>Open model folder…</source>
        <translation>打开模型文件夹…</translation>
    </message>
    <message>
        <source>Use the demo model</source>
        <translation>使用演示模型</translation>
    </message>
    <message>
        <source>Demo: reads short printed text</source>
        <translation>演示：识读简短的印刷文字</translation>
    </message>
    <message>
        <source>Demo: reads short printed text, not a general model</source>
        <translation>演示模型：只识读简短的印刷文字，并非通用模型</translation>
    </message>
    <message>
        <source>Use a full model</source>
        <translation>使用完整模型</translation>
    </message>
    <message>
        <source>Dropped picture</source>
        <translation>拖入的图片</translation>
    </message>
    <message>
        <source>Deleted, with all that followed.</source>
        <translation>已删除，包括其后的全部内容。</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Loaded</source>
        <translation>已加载</translation>
    </message>
    <message>
        <source>Being looked at</source>
        <translation>正在检查</translation>
    </message>
    <message>
        <source>Opens at the start</source>
        <translation>启动时打开</translation>
    </message>
    <message>
        <source>Packed for this computer: %1 on disk</source>
        <translation>已为本机打包：磁盘占用 %1</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>加载</translation>
    </message>
    <message>
        <source>Load %1</source>
        <translation>加载 %1</translation>
    </message>
    <message>
        <source>Unload</source>
        <translation>卸载</translation>
    </message>
    <message>
        <source>Gives its memory back. It is loaded again when you write.</source>
        <translation>释放它占用的内存。开始输入时会重新加载。</translation>
    </message>
    <message>
        <source>Unload %1</source>
        <translation>卸载 %1</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>重新检查</translation>
    </message>
    <message>
        <source>Check %1 again</source>
        <translation>重新检查 %1</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>More about %1</source>
        <translation>%1 的更多操作</translation>
    </message>
    <message>
        <source>Do not open at the start</source>
        <translation>不在启动时打开</translation>
    </message>
    <message>
        <source>Open at the start</source>
        <translation>启动时打开</translation>
    </message>
    <message>
        <source>The model that was used last is opened</source>
        <translation>将打开上次使用的模型</translation>
    </message>
    <message>
        <source>Whatever was used last</source>
        <translation>无论上次使用的是哪个</translation>
    </message>
    <message>
        <source>Remove from this list</source>
        <translation>从列表中移除</translation>
    </message>
    <message>
        <source>The folder stays on the disk</source>
        <translation>文件夹保留在磁盘上</translation>
    </message>
    <message>
        <source>Remove packed weights</source>
        <translation>删除打包的权重</translation>
    </message>
    <message>
        <source>They are packed again at the next load</source>
        <translation>下次加载时会重新打包</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop loading %1</source>
        <translation>停止加载 %1</translation>
    </message>
</context>
<context>
    <name>ModelFiles</name>
    <message>
        <source>4.3 GB</source>
        <translation>4.3 GB</translation>
    </message>
    <message>
        <source>the weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>a few KB</source>
        <translation>几 KB</translation>
    </message>
    <message>
        <source>the shape of the model</source>
        <translation>模型的结构</translation>
    </message>
    <message>
        <source>7 MB</source>
        <translation>7 MB</translation>
    </message>
    <message>
        <source>the words; or vocab.json with merges.txt</source>
        <translation>词表；也可以是 vocab.json 和 merges.txt</translation>
    </message>
    <message>
        <source>special words</source>
        <translation>特殊词</translation>
    </message>
    <message>
        <source>how a conversation is written; or chat_template.jinja</source>
        <translation>对话的书写方式；也可以是 chat_template.jinja</translation>
    </message>
    <message>
        <source>the limits of pictures</source>
        <translation>图片的限制</translation>
    </message>
    <message>
        <source>the model&apos;s own parameters</source>
        <translation>模型自带的参数</translation>
    </message>
</context>
<context>
    <name>ModelMenu</name>
    <message>
        <source>Demo</source>
        <translation>演示</translation>
    </message>
    <message>
        <source>context %1 tokens</source>
        <translation>上下文 %1 词元</translation>
    </message>
    <message>
        <source>Use the demo model</source>
        <translation>使用演示模型</translation>
    </message>
    <message>
        <source>Comes with Sightline, reads short printed text</source>
        <translation>随 Sightline 提供，识读简短的印刷文字</translation>
    </message>
    <message>
        <source>Open model folder…</source>
        <translation>打开模型文件夹…</translation>
    </message>
    <message>
        <source>Qwen3-VL in an ordinary Hugging Face folder</source>
        <translation>普通 Hugging Face 文件夹中的 Qwen3-VL</translation>
    </message>
    <message>
        <source>How to get a full model</source>
        <translation>如何获得完整模型</translation>
    </message>
    <message>
        <source>All models</source>
        <translation>所有模型</translation>
    </message>
    <message>
        <source>Add folders, unload, what opens at the start</source>
        <translation>添加文件夹、卸载、启动时打开哪个</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Folders in the Hugging Face layout. They are read, never changed.</source>
        <translation>Hugging Face 布局的文件夹。只读取，从不修改。</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Back to the conversation</source>
        <translation>返回对话</translation>
    </message>
    <message>
        <source>Memory of this computer</source>
        <translation>本机内存</translation>
    </message>
    <message>
        <source>Unload when idle, after minutes</source>
        <translation>空闲多少分钟后卸载</translation>
    </message>
    <message>
        <source>Gives the memory back. The model is loaded again while you write. 0 = never.</source>
        <translation>释放内存。您输入时会重新加载模型。0 = 从不。</translation>
    </message>
    <message>
        <source>Minutes without use after which the model is unloaded</source>
        <translation>多少分钟不使用后卸载模型</translation>
    </message>
    <message>
        <source>How to get a full model</source>
        <translation>如何获得完整模型</translation>
    </message>
    <message>
        <source>Sightline downloads nothing. On a computer with a network get the folder Qwen3-VL-2B-Instruct from Hugging Face (4.3 GB), put it anywhere on this computer, and add it here.</source>
        <translation>Sightline 不下载任何内容。请在能上网的电脑上从 Hugging Face 获取 Qwen3-VL-2B-Instruct 文件夹（4.3 GB），放到本机任意位置，然后在这里添加。</translation>
    </message>
    <message>
        <source>Add a folder with a model</source>
        <translation>添加包含模型的文件夹</translation>
    </message>
    <message>
        <source>Kept of earlier work</source>
        <translation>以前工作的缓存</translation>
    </message>
    <message>
        <source>What was computed of pictures and long conversations. Nothing is kept now.</source>
        <translation>图片和长对话的计算结果。目前没有缓存。</translation>
    </message>
    <message>
        <source>What was computed of pictures and long conversations, so that it is not computed again. %1 on disk.</source>
        <translation>图片和长对话的计算结果，无需重新计算。磁盘占用 %1。</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>清空</translation>
    </message>
    <message>
        <source>Empty what is kept of earlier work</source>
        <translation>清空以前工作的缓存</translation>
    </message>
</context>
<context>
    <name>NumberField</name>
    <message>
        <source>%1 to %2</source>
        <translation>%1 到 %2</translation>
    </message>
</context>
<context>
    <name>PagesPopup</name>
    <message>
        <source>Pages of %1</source>
        <translation>%1 的页面</translation>
    </message>
    <message>
        <source>1 to %L1, for example 1-3, 7</source>
        <translation>1 至 %L1，例如 1-3, 7</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>Attach</source>
        <translation>添加</translation>
    </message>
</context>
<context>
    <name>ParameterPanel</name>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Max tokens</source>
        <translation>最大词元数</translation>
    </message>
    <message>
        <source>Model&apos;s own</source>
        <translation>恢复模型默认</translation>
    </message>
    <message>
        <source>Back to the model&apos;s own values</source>
        <translation>恢复为模型自带的数值</translation>
    </message>
    <message>
        <source>These are the model&apos;s own values</source>
        <translation>当前已是模型自带的数值</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>已更改</translation>
    </message>
    <message>
        <source>%1 (changed)</source>
        <translation>%1（已更改）</translation>
    </message>
    <message>
        <source>Own values</source>
        <translation>自定义值</translation>
    </message>
    <message>
        <source>Model&apos;s own values</source>
        <translation>模型自带的值</translation>
    </message>
    <message>
        <source>Preset: %1</source>
        <translation>预设：%1</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>系统提示词</translation>
    </message>
    <message>
        <source>What the model is told before the conversation begins, such as how to answer.</source>
        <translation>对话开始前告诉模型的内容，例如如何回答。</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>How freely words are chosen. 0 always takes the likeliest one, 1 follows the model&apos;s odds.</source>
        <translation>选词的自由程度。0 总是取最可能的词，1 按模型给出的概率。</translation>
    </message>
    <message>
        <source>Only the likeliest words are considered, as many as together have this probability.</source>
        <translation>只考虑最可能的词，直到它们的概率之和达到此值。</translation>
    </message>
    <message>
        <source>Only this many of the likeliest words are considered. 0 = all.</source>
        <translation>只考虑最可能的这么多个词。0 = 全部。</translation>
    </message>
    <message>
        <source>Words less likely than this part of the likeliest one are left out. 0 = none.</source>
        <translation>概率低于最可能词的这一比例的词会被排除。0 = 不排除。</translation>
    </message>
    <message>
        <source>Presence penalty</source>
        <translation>存在惩罚</translation>
    </message>
    <message>
        <source>Above 0 the reply turns to new words, below 0 it stays with those that it has used.</source>
        <translation>大于 0 时回复倾向于新词，小于 0 时倾向于用过的词。</translation>
    </message>
    <message>
        <source>Repetition penalty</source>
        <translation>重复惩罚</translation>
    </message>
    <message>
        <source>Above 1 words of question and reply become less likely to come again. 1 = off.</source>
        <translation>大于 1 时，问题和回复中的词不易再次出现。1 = 关闭。</translation>
    </message>
    <message>
        <source>The longest reply. A token is about three quarters of an English word.</source>
        <translation>回复的最大长度。一个 token 约为四分之三个英文单词。</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>The same seed, question and parameters give the same reply again. Empty = another one each time.</source>
        <translation>相同的种子、问题和参数会得到相同的回复。留空 = 每次不同。</translation>
    </message>
    <message>
        <source>random</source>
        <translation>随机</translation>
    </message>
    <message>
        <source>Stop words</source>
        <translation>停止词</translation>
    </message>
    <message>
        <source>Picture detail</source>
        <translation>图片细节</translation>
    </message>
    <message>
        <source>How many pixels of a picture the model sees: more show smaller things and take longer.</source>
        <translation>模型看到图片的多少像素：越多越能看清细小的内容，但耗时更长。</translation>
    </message>
    <message>
        <source>Save preset</source>
        <translation>保存预设</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Back to the values before</source>
        <translation>恢复之前的值</translation>
    </message>
    <message>
        <source>The reply ends before the first of these. %1 is the end of a line.</source>
        <translation>回复在遇到其中第一个之前结束。%1 表示行尾。</translation>
    </message>
</context>
<context>
    <name>ParameterRow</name>
    <message>
        <source>changed</source>
        <translation>已更改</translation>
    </message>
    <message>
        <source>Between %1 and %2. The value before stays in use.</source>
        <translation>须在 %1 与 %2 之间。仍使用之前的数值。</translation>
    </message>
    <message>
        <source>Back to the model&apos;s own value</source>
        <translation>恢复模型自带的值</translation>
    </message>
    <message>
        <source>Back to the model&apos;s own value, %1</source>
        <translation>恢复模型自带的值 %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>PasswordDialog</name>
    <message>
        <source>This PDF is encrypted</source>
        <translation>此 PDF 已加密</translation>
    </message>
    <message>
        <source>“%1” opens with its password only. It is used here and kept nowhere.</source>
        <translation>“%1”需要密码才能打开。密码只在此处使用，不会保存。</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>That is not its password.</source>
        <translation>密码不正确。</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>正在打开…</translation>
    </message>
    <message>
        <source>Leave it out</source>
        <translation>不添加</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
</context>
<context>
    <name>PhaseCard</name>
    <message>
        <source>Working</source>
        <translation>正在处理</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>Working  %1</source>
        <translation>正在处理  %1</translation>
    </message>
    <message>
        <source>about %1 s left</source>
        <translation>约剩 %1 秒</translation>
    </message>
</context>
<context>
    <name>PictureCard</name>
    <message>
        <source>Read text</source>
        <translation>识别文字</translation>
    </message>
    <message>
        <source>Read text of %1</source>
        <translation>识别 %1 中的文字</translation>
    </message>
    <message>
        <source>Open large</source>
        <translation>放大查看</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>打开 %1</translation>
    </message>
    <message>
        <source>The file of this picture is gone or damaged.</source>
        <translation>此图片的文件已丢失或损坏。</translation>
    </message>
</context>
<context>
    <name>PictureTools</name>
    <message>
        <source>Previous picture</source>
        <translation>上一张图片</translation>
    </message>
    <message>
        <source>%1 / %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Picture %1 of %2</source>
        <translation>第 %1 张图片，共 %2 张</translation>
    </message>
    <message>
        <source>Next picture</source>
        <translation>下一张图片</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1%</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Whole picture</source>
        <translation>整张图片</translation>
    </message>
    <message>
        <source>Outline the lines</source>
        <translation>框出各行文字</translation>
    </message>
    <message>
        <source>Pixel for pixel</source>
        <translation>按像素显示</translation>
    </message>
    <message>
        <source>What the model sees, patch by patch</source>
        <translation>逐块显示模型看到的内容</translation>
    </message>
</context>
<context>
    <name>PlaceBadge</name>
    <message>
        <source>Point %1</source>
        <translation>点 %1</translation>
    </message>
    <message>
        <source>Box %1</source>
        <translation>框 %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>number and name of a place</comment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Show in the picture</source>
        <translation>在图片中显示</translation>
    </message>
</context>
<context>
    <name>PlaceMarks</name>
    <message>
        <source>Point %1</source>
        <translation>点 %1</translation>
    </message>
    <message>
        <source>Box %1</source>
        <translation>框 %1</translation>
    </message>
</context>
<context>
    <name>PlaceMenu</name>
    <message>
        <source>Ask about this part</source>
        <translation>询问这一部分</translation>
    </message>
    <message>
        <source>Cut out of the original, pixel for pixel</source>
        <translation>从原图按像素裁出</translation>
    </message>
    <message>
        <source>Copy coordinates</source>
        <translation>复制坐标</translation>
    </message>
</context>
<context>
    <name>PresetDialog</name>
    <message>
        <source>Save as a preset</source>
        <translation>另存为预设</translation>
    </message>
    <message>
        <source>Rename the preset</source>
        <translation>重命名预设</translation>
    </message>
    <message>
        <source>Delete the preset?</source>
        <translation>删除预设？</translation>
    </message>
    <message>
        <source>Name of the preset</source>
        <translation>预设名称</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>“%1” is deleted. The values of the conversations stay as they are.</source>
        <translation>“%1”将被删除。各对话的值保持不变。</translation>
    </message>
    <message>
        <source>There is a preset of this name; it is replaced.</source>
        <translation>已有同名预设，将被替换。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>PresetMenu</name>
    <message>
        <source>A preset keeps all values of this panel under a name.</source>
        <translation>预设以一个名称保存此面板的所有值。</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Rename the preset %1</source>
        <translation>重命名预设 %1</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete the preset %1</source>
        <translation>删除预设 %1</translation>
    </message>
    <message>
        <source>Save as a preset…</source>
        <translation>另存为预设…</translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <source>%1 %</source>
        <translation>%1%</translation>
    </message>
</context>
<context>
    <name>PromptEditor</name>
    <message>
        <source>Name of the prompt</source>
        <translation>提示词的名称</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>What is asked</source>
        <translation>所提的问题</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>by the text reader, at once</source>
        <translation>由文字识别器立即完成</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Add a prompt</source>
        <translation>添加提示词</translation>
    </message>
    <message>
        <source>Original list</source>
        <translation>原始列表</translation>
    </message>
</context>
<context>
    <name>QuestionEditor</name>
    <message>
        <source>Your question</source>
        <translation>您的问题</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>提问</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>About Sightline</source>
        <translation>关于 Sightline</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Search the conversations</source>
        <translation>搜索对话</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>回收站</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>ReadTextPane</name>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>Text of the picture</source>
        <translation>图片中的文字</translation>
    </message>
    <message numerus="yes">
        <source>%Ln line(s) to check</source>
        <translation>
            <numerusform>%Ln 行需要核对</numerusform>
        </translation>
    </message>
    <message>
        <source>Show the next one</source>
        <translation>显示下一行</translation>
    </message>
    <message>
        <source>There is no text in this picture.</source>
        <translation>这张图片中没有文字。</translation>
    </message>
    <message>
        <source>Reading the text…</source>
        <translation>正在识别文字…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>ReadingQueue</name>
    <message>
        <source>Too many pictures wait to be read. Try again when one of them is read.</source>
        <translation>等待识别的图片太多。请等其中一张识别完再试。</translation>
    </message>
</context>
<context>
    <name>ReadingTurn</name>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Text read in the picture</source>
        <translation>从图片中识别的文字</translation>
    </message>
    <message>
        <source>Text reader</source>
        <translation>文字识别器</translation>
    </message>
    <message>
        <source>Copy text</source>
        <translation>复制文本</translation>
    </message>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>复制为 Markdown</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>Copy as a table</source>
        <translation>复制为表格</translation>
    </message>
    <message>
        <source>There is no text in this picture.</source>
        <translation>此图片中没有文字。</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>重新识别</translation>
    </message>
    <message>
        <source>Delete, with all that follows</source>
        <translation>删除此条及其后的所有内容</translation>
    </message>
    <message>
        <source>Show in the picture</source>
        <translation>在图片中显示</translation>
    </message>
</context>
<context>
    <name>ReadingView</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy selection</source>
        <translation>复制所选</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>全部复制</translation>
    </message>
    <message>
        <source>Read text</source>
        <translation>识别文字</translation>
    </message>
    <message>
        <source>Finds the text in the picture, to select and to copy</source>
        <translation>找出图片中的文字，可选择和复制</translation>
    </message>
</context>
<context>
    <name>RegionOverlay</name>
    <message>
        <source>Choose a region of the screen</source>
        <translation>选取屏幕区域</translation>
    </message>
</context>
<context>
    <name>ReplyBlocks</name>
    <message>
        <source>The reply is being written</source>
        <translation>正在书写回复</translation>
    </message>
</context>
<context>
    <name>ReplyTurn</name>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>重新回答</translation>
    </message>
    <message>
        <source>Delete, with all that follows</source>
        <translation>删除，包括其后的全部内容</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>By the demo model, which only reads short printed text</source>
        <translation>由演示模型回答，它只能识别简短的印刷文字</translation>
    </message>
    <message>
        <source>Use a full model</source>
        <translation>使用完整模型</translation>
    </message>
</context>
<context>
    <name>SearchCard</name>
    <message>
        <source>Read in %1: </source>
        <translation>识别自 %1：</translation>
    </message>
    <message>
        <source>In the title</source>
        <translation>在标题中</translation>
    </message>
    <message>
        <source>Today, %1</source>
        <translation>今天 %1</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear the search</source>
        <translation>清除搜索</translation>
    </message>
</context>
<context>
    <name>SearchPage</name>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search the conversations</source>
        <translation>搜索对话</translation>
    </message>
    <message>
        <source>Back to the conversation</source>
        <translation>返回对话</translation>
    </message>
    <message>
        <source>Nothing found for “%1”</source>
        <translation>没有找到“%1”</translation>
    </message>
    <message numerus="yes">
        <source>More than %Ln result(s) for “%1”</source>
        <translation>
            <numerusform>“%1”有超过 %Ln 条结果</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln result(s) for “%1”</source>
        <translation>
            <numerusform>“%1”有 %Ln 条结果</numerusform>
        </translation>
    </message>
    <message>
        <source>Titles, messages and the text that was read from pictures were searched. Fewer or other words may find it.</source>
        <translation>已搜索标题、消息和从图片中识别的文字。减少或更换词语也许能找到。</translation>
    </message>
    <message>
        <source>Only the newest are shown. Another word narrows the search.</source>
        <translation>只显示最新的结果。再加一个词可缩小范围。</translation>
    </message>
    <message>
        <source>In titles, messages and text read from pictures</source>
        <translation>在标题、消息和从图片识别的文字中</translation>
    </message>
    <message>
        <source>Best first</source>
        <translation>最佳匹配优先</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>最新优先</translation>
    </message>
    <message>
        <source>Order: %1</source>
        <translation>排序：%1</translation>
    </message>
    <message>
        <source>All %L1</source>
        <translation>全部 %L1</translation>
    </message>
    <message>
        <source>Titles %L1</source>
        <translation>标题 %L1</translation>
    </message>
    <message>
        <source>Messages %L1</source>
        <translation>消息 %L1</translation>
    </message>
    <message>
        <source>Pictures %L1</source>
        <translation>图片 %L1</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Search the titles, the messages, and the text that was read from pictures.</source>
        <translation>搜索标题、消息和从图片中识别的文字。</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Screen capture</source>
        <translation>屏幕截取</translation>
    </message>
    <message>
        <source>Prompts</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>隐私</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Back to the conversation</source>
        <translation>返回对话</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>System follows the desktop</source>
        <translation>“系统”跟随桌面</translation>
    </message>
    <message>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Changes when Sightline starts the next time</source>
        <translation>下次启动 Sightline 时生效</translation>
    </message>
    <message>
        <source>Tell when a long reply is ready</source>
        <translation>较长的回答完成时通知</translation>
    </message>
    <message>
        <source>By the desktop, while the window is not looked at</source>
        <translation>当窗口不在眼前时，由桌面通知</translation>
    </message>
    <message>
        <source>Ask about a region</source>
        <translation>就区域提问</translation>
    </message>
    <message>
        <source>Read a region</source>
        <translation>识别区域文字</translation>
    </message>
    <message>
        <source>Choose a part of the screen, and ask beside it</source>
        <translation>选取屏幕的一部分，并在旁边提问</translation>
    </message>
    <message>
        <source>Its text goes onto the clipboard, without a window</source>
        <translation>文字放入剪贴板，不打开窗口</translation>
    </message>
    <message>
        <source>Stay in the tray when the window is closed</source>
        <translation>关闭窗口后留在托盘中</translation>
    </message>
    <message>
        <source>The hotkeys work while Sightline is in the tray</source>
        <translation>Sightline 在托盘中时快捷键仍然有效</translation>
    </message>
    <message>
        <source>This desktop has no tray: closing the window ends Sightline</source>
        <translation>此桌面没有托盘：关闭窗口即退出 Sightline</translation>
    </message>
    <message>
        <source>Start with the desktop</source>
        <translation>随桌面启动</translation>
    </message>
    <message>
        <source>In the tray, without a window</source>
        <translation>在托盘中，不打开窗口</translation>
    </message>
    <message>
        <source>Prompts of the ask panel</source>
        <translation>提问面板的提示词</translation>
    </message>
    <message>
        <source>Network: none</source>
        <translation>网络：无</translation>
    </message>
    <message>
        <source>Sightline opens no connection. What you take from the screen stays on this computer.</source>
        <translation>Sightline 不建立任何连接。你从屏幕截取的内容只留在这台电脑上。</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>文字大小</translation>
    </message>
    <message>
        <source>Of all words in the window and in the ask panel</source>
        <translation>窗口和提问面板中的所有文字</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1%</translation>
    </message>
</context>
<context>
    <name>ShelfMenu</name>
    <message>
        <source>Import conversations…</source>
        <translation>导入对话…</translation>
    </message>
    <message>
        <source>From JSON that Sightline exported</source>
        <translation>来自 Sightline 导出的 JSON</translation>
    </message>
    <message>
        <source>Back up everything…</source>
        <translation>备份全部…</translation>
    </message>
    <message>
        <source>A folder with a JSON file for each one</source>
        <translation>一个文件夹，每个对话一个 JSON 文件</translation>
    </message>
</context>
<context>
    <name>ShownMessage</name>
    <message>
        <source>Sightline ended while this reply was made. Continue goes on from here.</source>
        <translation>生成这条回复时 Sightline 关闭了。点击“继续”可接着生成。</translation>
    </message>
    <message>
        <source>The memory of the graphics card was full, so the processor went on with this answer.</source>
        <translation>显存已满，因此这条回复由处理器继续生成。</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Conversations</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Close the list</source>
        <translation>关闭列表</translation>
    </message>
    <message>
        <source>Fold the list</source>
        <translation>收起列表</translation>
    </message>
    <message>
        <source>Search the conversations</source>
        <translation>搜索对话</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Begin anew</source>
        <translation>重新开始</translation>
    </message>
    <message>
        <source>Conversations are kept here, on this computer only.</source>
        <translation>对话保存在这里，只在这台电脑上。</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>回收站</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>About Sightline</source>
        <translation>关于 Sightline</translation>
    </message>
    <message>
        <source>Import and back up</source>
        <translation>导入与备份</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>No model</source>
        <translation>没有模型</translation>
    </message>
    <message>
        <source>Memory %1</source>
        <translation>内存 %1</translation>
    </message>
    <message>
        <source>Context %1 / %2</source>
        <translation>上下文 %1 / %2</translation>
    </message>
    <message>
        <source>Network: none</source>
        <translation>网络：无</translation>
    </message>
    <message>
        <source>Model unloaded</source>
        <translation>模型已卸载</translation>
    </message>
    <message>
        <source>Where the model computes, and in which precision</source>
        <translation>模型在何处以何种精度计算</translation>
    </message>
    <message>
        <source>Its memory was given back; it is loaded again with the next question</source>
        <translation>内存已释放；下次提问时会重新加载</translation>
    </message>
    <message>
        <source>Context %1 + %2 / %3</source>
        <translation>上下文 %1 + %2 / %3</translation>
    </message>
    <message>
        <source>Tokens of the conversation, and of the pictures that wait, out of those that the model can see at once</source>
        <translation>对话和待发送图片的 token 数，占模型一次可见总数的比例</translation>
    </message>
    <message>
        <source>Tokens of the conversation, out of those that the model can see at once</source>
        <translation>对话的 token 数，占模型一次可见总数的比例</translation>
    </message>
    <message>
        <source>Context used: %1 %</source>
        <translation>已用上下文：%1 %</translation>
    </message>
    <message>
        <source>Queue %1</source>
        <translation>队列 %1</translation>
    </message>
    <message>
        <source>Questions and pictures to read that wait for their turn</source>
        <translation>等待处理的问题和待识别的图片</translation>
    </message>
    <message>
        <source>Nothing that you ask or show leaves this computer</source>
        <translation>您的提问和图片不会离开本机</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>What the program and the model do</source>
        <translation>程序和模型正在做什么</translation>
    </message>
</context>
<context>
    <name>StopWords</name>
    <message>
        <source>Remove the stop word %1</source>
        <translation>移除停止词 %1</translation>
    </message>
    <message>
        <source>Add a stop word</source>
        <translation>添加停止词</translation>
    </message>
    <message>
        <source>Add, then Enter</source>
        <translation>输入后按回车</translation>
    </message>
</context>
<context>
    <name>ThinkFold</name>
    <message>
        <source>Thinking…</source>
        <translation>正在思考…</translation>
    </message>
    <message>
        <source>Thought for %L1 s</source>
        <translation>思考了 %L1 秒</translation>
    </message>
    <message>
        <source>Thoughts</source>
        <translation>思考过程</translation>
    </message>
    <message>
        <source>%L1 s</source>
        <translation>%L1 秒</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>正在加载…</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>没有模型</translation>
    </message>
    <message>
        <source>Model: %1</source>
        <translation>模型：%1</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Not kept</source>
        <translation>不保存</translation>
    </message>
    <message>
        <source>Keep this conversation</source>
        <translation>保存此对话</translation>
    </message>
    <message>
        <source>Do not keep this conversation</source>
        <translation>不保存此对话</translation>
    </message>
</context>
<context>
    <name>TransferDialogs</name>
    <message>
        <source>PDF (%1)</source>
        <translation>PDF（%1）</translation>
    </message>
    <message>
        <source>Web page (%1)</source>
        <translation>网页（%1）</translation>
    </message>
    <message>
        <source>Markdown (%1)</source>
        <translation>Markdown（%1）</translation>
    </message>
    <message>
        <source>JSON (%1)</source>
        <translation>JSON（%1）</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Export the conversation</source>
        <translation>导出对话</translation>
    </message>
    <message>
        <source>Import conversations</source>
        <translation>导入对话</translation>
    </message>
    <message>
        <source>All files (%1)</source>
        <translation>所有文件（%1）</translation>
    </message>
    <message>
        <source>Back up everything into this folder</source>
        <translation>将全部内容备份到此文件夹</translation>
    </message>
    <message>
        <source>Replace the file?</source>
        <translation>替换文件？</translation>
    </message>
    <message>
        <source>“%1” is there already. What is in it would be lost.</source>
        <translation>“%1”已存在。其中的内容将会丢失。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
</context>
<context>
    <name>TrashPage</name>
    <message>
        <source>Trash</source>
        <translation>回收站</translation>
    </message>
    <message>
        <source>Conversations stay here until you empty the trash.</source>
        <translation>清空回收站之前，对话都会留在这里。</translation>
    </message>
    <message>
        <source>Empty trash…</source>
        <translation>清空回收站…</translation>
    </message>
    <message>
        <source>Back to the conversation</source>
        <translation>回到对话</translation>
    </message>
    <message>
        <source>Deleted %1</source>
        <translation>删除于 %1</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Restore %1</source>
        <translation>恢复“%1”</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>回收站是空的。</translation>
    </message>
    <message>
        <source>Empty the trash?</source>
        <translation>清空回收站？</translation>
    </message>
    <message numerus="yes">
        <source>%n conversation(s) will be erased for good, with pictures that nothing else uses. This cannot be undone.</source>
        <translation>
            <numerusform>将永久删除 %n 个对话以及不再使用的图片。此操作无法撤销。</numerusform>
        </translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Erase for good</source>
        <translation>永久删除</translation>
    </message>
</context>
<context>
    <name>UndoToast</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
</context>
<context>
    <name>UserTurn</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Edit and ask again</source>
        <translation>修改并重新提问</translation>
    </message>
    <message>
        <source>Delete, with all that follows</source>
        <translation>删除，包括其后的全部内容</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>%1. End it, for example from the menu of its tray icon, and start Sightline again.</source>
        <translation>%1。请先结束它（例如通过其托盘图标的菜单），再重新启动 Sightline。</translation>
    </message>
</context>
<context>
    <name>sightline::AskController</name>
    <message>
        <source>The text is being read…</source>
        <translation>正在识别文字…</translation>
    </message>
    <message>
        <source>Your question is asked as soon as the model is ready.</source>
        <translation>模型就绪后立即提出你的问题。</translation>
    </message>
    <message>
        <source>Your question is asked as soon as the picture is ready.</source>
        <translation>图片就绪后立即提出你的问题。</translation>
    </message>
    <message>
        <source>Your question is asked as soon as the text in the picture is read.</source>
        <translation>图片中的文字识别完成后立即提出你的问题。</translation>
    </message>
</context>
<context>
    <name>sightline::AskPrompts</name>
    <message>
        <source>Read text</source>
        <translation>识别文字</translation>
    </message>
    <message>
        <source>Explain</source>
        <translation>解释</translation>
    </message>
    <message>
        <source>Explain what this picture shows.</source>
        <translation>解释这张图片显示了什么。</translation>
    </message>
    <message>
        <source>Translate</source>
        <translation>翻译</translation>
    </message>
    <message>
        <source>Translate the text in this picture into English.</source>
        <translation>将这张图片中的文字翻译成中文。</translation>
    </message>
    <message>
        <source>Table to Markdown</source>
        <translation>表格转 Markdown</translation>
    </message>
    <message>
        <source>Write the table in this picture as a Markdown table, and nothing else.</source>
        <translation>将这张图片中的表格写成 Markdown 表格，不要写其他内容。</translation>
    </message>
    <message>
        <source>Summarise</source>
        <translation>总结</translation>
    </message>
    <message>
        <source>Summarise what this picture says in a few sentences.</source>
        <translation>用几句话总结这张图片的内容。</translation>
    </message>
</context>
<context>
    <name>sightline::AttachmentLoader</name>
    <message>
        <source>The main one of %L1 pictures</source>
        <translation>%L1 张图片中的主图</translation>
    </message>
    <message>
        <source>Animation: the first of %L1 frames</source>
        <translation>动画：%L1 帧中的第一帧</translation>
    </message>
    <message>
        <source>%1, page %2</source>
        <translation>%1，第 %2 页</translation>
    </message>
    <message>
        <source>Page %L1 of %L2</source>
        <translation>第 %L1 页，共 %L2 页</translation>
    </message>
</context>
<context>
    <name>sightline::AttachmentTray</name>
    <message>
        <source>%L1 more files</source>
        <translation>另有 %L1 个文件</translation>
    </message>
    <message>
        <source>At most %1 pictures can be attached to a question.</source>
        <translation>一个问题最多可附 %1 张图片。</translation>
    </message>
    <message>
        <source>Only files on this computer can be opened; nothing is fetched. Copy the picture itself and paste it here.</source>
        <translation>只能打开这台电脑上的文件，不会从网络获取任何内容。请复制图片本身并粘贴到这里。</translation>
    </message>
    <message>
        <source>%1, part at %2, %3</source>
        <translation>%1，位于 %2, %3 的部分</translation>
    </message>
    <message>
        <source>Write pages like 1-3, 7.</source>
        <translation>请这样填写页码：1-3, 7。</translation>
    </message>
    <message numerus="yes">
        <source>The file has %Ln page(s).</source>
        <translation>
            <numerusform>该文件有 %Ln 页。</numerusform>
        </translation>
    </message>
    <message>
        <source>At most %1 pictures can be attached to a question, and there is room for %2.</source>
        <translation>一个问题最多可附 %1 张图片，还可添加 %2 张。</translation>
    </message>
    <message>
        <source>Page %L1 of %L2</source>
        <translation>第 %L1 页，共 %L2 页</translation>
    </message>
</context>
<context>
    <name>sightline::Autostart</name>
    <message>
        <source>The file %1 could not be removed.</source>
        <translation>无法移除文件 %1。</translation>
    </message>
    <message>
        <source>The file %1 could not be written: %2</source>
        <translation>无法写入文件 %1：%2</translation>
    </message>
    <message>
        <source>Windows did not let the entry be changed.</source>
        <translation>Windows 不允许更改此项。</translation>
    </message>
</context>
<context>
    <name>sightline::CaptureDesk</name>
    <message>
        <source>The screen could not be taken</source>
        <translation>无法截取屏幕</translation>
    </message>
    <message>
        <source>The text could not be read</source>
        <translation>无法识别文字</translation>
    </message>
    <message>
        <source>A region is being taken already</source>
        <translation>已在选取区域</translation>
    </message>
    <message>
        <source>Screen, %1</source>
        <translation>屏幕，%1</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>没有文字</translation>
    </message>
    <message>
        <source>There is no text in this region.</source>
        <translation>此区域中没有文字。</translation>
    </message>
    <message>
        <source>There is no text in this region</source>
        <translation>此区域中没有文字</translation>
    </message>
    <message numerus="yes">
        <source>%Ln word(s) copied</source>
        <translation>
            <numerusform>已复制 %Ln 个词</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>sightline::ChatController</name>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>The pictures are still being opened.</source>
        <translation>图片仍在打开。</translation>
    </message>
    <message>
        <source>These pictures take %L1 tokens, and %L2 of the model&apos;s context are left. Remove a picture or start a new conversation.</source>
        <translation>这些图片需要 %L1 词元，而模型的上下文只剩 %L2。请移除一张图片或开始新对话。</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>粘贴的图片</translation>
    </message>
    <message>
        <source>Read the text in this image.</source>
        <translation>读出这张图片中的文字。</translation>
    </message>
    <message>
        <source>Only a folder on this computer can be opened; nothing is fetched.</source>
        <translation>只能打开这台电脑上的文件夹；不会从网络获取任何内容。</translation>
    </message>
    <message>
        <source>Your question is asked as soon as the model is ready.</source>
        <translation>模型就绪后会立即提问。</translation>
    </message>
    <message>
        <source>Your question is asked as soon as the pictures are open.</source>
        <translation>图片打开后会立即提问。</translation>
    </message>
    <message>
        <source>Your question is asked as soon as the text in the pictures is read.</source>
        <translation>图片中的文字读完后，就会提出您的问题。</translation>
    </message>
    <message>
        <source>The picture “%1” cannot be opened any more: %2</source>
        <translation>图片“%1”已无法打开：%2</translation>
    </message>
    <message>
        <source>The text in the pictures is still being read.</source>
        <translation>图片中的文字仍在识别中。</translation>
    </message>
    <message>
        <source>Reading text</source>
        <translation>正在识别文字</translation>
    </message>
</context>
<context>
    <name>sightline::ConversationListModel</name>
    <message>
        <source>Pinned</source>
        <translation>已置顶</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>Previous 7 days</source>
        <translation>过去 7 天</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>month and year</comment>
        <translation>%2 年%1</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
</context>
<context>
    <name>sightline::ConversationShelf</name>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>“%1” is in the trash</source>
        <translation>“%1”已移到回收站</translation>
    </message>
    <message>
        <source>%1 (copy)</source>
        <translation>%1（副本）</translation>
    </message>
    <message>
        <source>The history was damaged and has been repaired.</source>
        <translation>历史记录曾损坏，现已修复。</translation>
    </message>
    <message>
        <source>%1 and %2 could be saved.</source>
        <comment>“3 conversations” and “12 messages”</comment>
        <translation>保住了 %1 和 %2。</translation>
    </message>
    <message numerus="yes">
        <source>%n conversation(s)</source>
        <translation>
            <numerusform>%n 个对话</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n 条消息</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) could not be read.</source>
        <translation>
            <numerusform>有 %n 条消息无法读取。</numerusform>
        </translation>
    </message>
    <message>
        <source>Something may be missing.</source>
        <translation>可能有内容缺失。</translation>
    </message>
    <message>
        <source>The damaged file is kept: %1</source>
        <translation>损坏的文件保留在：%1</translation>
    </message>
    <message>
        <source>The history can be read but not written: what you do now is not kept.</source>
        <translation>历史记录可以读取但无法写入：现在的操作不会被保存。</translation>
    </message>
</context>
<context>
    <name>sightline::ConversationTransfer</name>
    <message>
        <source>It could not be written: %1.</source>
        <translation>无法写入：%1。</translation>
    </message>
    <message>
        <source>The file cannot be opened.</source>
        <translation>无法打开文件。</translation>
    </message>
    <message>
        <source>The file is too large.</source>
        <translation>文件太大。</translation>
    </message>
    <message>
        <source>The file cannot be read.</source>
        <translation>无法读取文件。</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>“%1” was not exported. %2</source>
        <translation>“%1”未导出。%2</translation>
    </message>
    <message>
        <source>Exported to “%1”</source>
        <translation>已导出到“%1”</translation>
    </message>
    <message>
        <source>There is no conversation to back up yet.</source>
        <translation>还没有可以备份的对话。</translation>
    </message>
    <message>
        <source>“%1” takes no new files.</source>
        <translation>“%1”不能写入新文件。</translation>
    </message>
    <message>
        <source>Sightline %1</source>
        <comment>a folder; a date</comment>
        <translation>Sightline %1</translation>
    </message>
    <message numerus="yes">
        <source>%n conversation(s) in “%1”</source>
        <translation>
            <numerusform>“%1”中有 %n 个对话</numerusform>
        </translation>
    </message>
    <message>
        <source>The backup was not made. %1</source>
        <translation>备份未完成。%1</translation>
    </message>
    <message>
        <source>Nothing was imported. %1</source>
        <translation>没有导入任何内容。%1</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) could not be imported.</source>
        <translation>
            <numerusform>有 %n 个文件无法导入。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n conversation(s) imported</source>
        <translation>
            <numerusform>已导入 %n 个对话</numerusform>
        </translation>
    </message>
    <message>
        <source>“%1”: %2</source>
        <comment>a file; why not</comment>
        <translation>“%1”：%2</translation>
    </message>
</context>
<context>
    <name>sightline::DelayCountdown</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Before the screen is frozen</source>
        <translation>屏幕定格之前</translation>
    </message>
</context>
<context>
    <name>sightline::DesktopNotifier</name>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
</context>
<context>
    <name>sightline::DesktopSettings</name>
    <message>
        <source>As the desktop</source>
        <translation>跟随桌面</translation>
    </message>
</context>
<context>
    <name>sightline::DesktopShortcut</name>
    <message>
        <source>Sightline: read the text of a region</source>
        <translation>Sightline：识别区域文字</translation>
    </message>
    <message>
        <source>Sightline: ask about a region</source>
        <translation>Sightline：就区域提问</translation>
    </message>
    <message>
        <source>GNOME did not take the shortcut.</source>
        <translation>GNOME 没有接受此快捷键。</translation>
    </message>
    <message>
        <source>GNOME did not remove the shortcut.</source>
        <translation>GNOME 没有移除此快捷键。</translation>
    </message>
</context>
<context>
    <name>sightline::DetailWords</name>
    <message>
        <source>Low</source>
        <translation>低</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>High</source>
        <translation>高</translation>
    </message>
    <message>
        <source>Exact</source>
        <translation>原样</translation>
    </message>
    <message>
        <source>Reading assist</source>
        <translation>辅助阅读</translation>
    </message>
    <message numerus="yes">
        <source>+ %Ln word(s)</source>
        <translation>
            <numerusform>+ %Ln 个词</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>small picture + %Ln word(s) read</source>
        <translation>
            <numerusform>小图 + 识别出的 %Ln 个词</numerusform>
        </translation>
    </message>
    <message>
        <source>reading its text…</source>
        <translation>正在识别文字…</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>+ the text in it</source>
        <translation>+ 其中的文字</translation>
    </message>
</context>
<context>
    <name>sightline::ErrorText</name>
    <message>
        <source>This computer or this version cannot run the model: %1.</source>
        <translation>这台电脑或此版本无法运行该模型：%1。</translation>
    </message>
    <message>
        <source>There is not enough memory for the model: %1.</source>
        <translation>内存不足，无法加载模型：%1。</translation>
    </message>
    <message>
        <source>The model folder cannot be used: %1.</source>
        <translation>无法使用该模型文件夹：%1。</translation>
    </message>
    <message>
        <source>The model&apos;s files changed while they were read: %1.</source>
        <translation>读取时模型文件发生了变化：%1。</translation>
    </message>
    <message>
        <source>The model could not be loaded: %1.</source>
        <translation>无法加载模型：%1。</translation>
    </message>
    <message>
        <source>The conversation does not fit into the model&apos;s context: %1.</source>
        <translation>对话超出了模型的上下文：%1。</translation>
    </message>
    <message>
        <source>There is not enough memory for this question: %1.</source>
        <translation>内存不足，无法处理这个问题：%1。</translation>
    </message>
    <message>
        <source>The question cannot be answered as it is: %1.</source>
        <translation>这个问题目前无法回答：%1。</translation>
    </message>
    <message>
        <source>This model cannot do that: %1.</source>
        <translation>该模型无法完成此操作：%1。</translation>
    </message>
    <message>
        <source>The model&apos;s file changed while it was in use, so the model was put away: %1.</source>
        <translation>模型文件在使用中发生了变化，因此已停用该模型：%1。</translation>
    </message>
    <message>
        <source>The reply failed: %1.</source>
        <translation>回复失败：%1。</translation>
    </message>
    <message>
        <source>There is not enough memory for this picture: %1.</source>
        <translation>内存不足，无法处理这张图片：%1。</translation>
    </message>
    <message>
        <source>This picture cannot be used: %1.</source>
        <translation>无法使用这张图片：%1。</translation>
    </message>
    <message>
        <source>the system gave none</source>
        <translation>系统没有可用内存</translation>
    </message>
    <message>
        <source>the cause is unknown</source>
        <translation>原因不明</translation>
    </message>
    <message>
        <source>The text reader&apos;s files cannot be used: %1.</source>
        <translation>文字识别器的文件无法使用：%1。</translation>
    </message>
    <message>
        <source>The text reader&apos;s files changed while they were in use: %1.</source>
        <translation>文字识别器的文件在使用中发生了变化：%1。</translation>
    </message>
    <message>
        <source>This computer cannot run the text reader: %1.</source>
        <translation>这台电脑无法运行文字识别器：%1。</translation>
    </message>
    <message>
        <source>There is not enough memory to read this picture: %1.</source>
        <translation>内存不足，无法识别这张图片：%1。</translation>
    </message>
    <message>
        <source>This picture cannot be read: %1.</source>
        <translation>无法识别这张图片：%1。</translation>
    </message>
    <message>
        <source>The text could not be read: %1.</source>
        <translation>文字识别失败：%1。</translation>
    </message>
    <message>
        <source>The model is damaged and cannot answer: %1.</source>
        <translation>模型已损坏，无法回答：%1。</translation>
    </message>
</context>
<context>
    <name>sightline::EventRecorder</name>
    <message>
        <source>loading %1</source>
        <translation>正在加载 %1</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>model unloaded</source>
        <translation>模型已卸载</translation>
    </message>
    <message>
        <source>%1 · %2 tok/s</source>
        <translation>%1 · %2 tok/s</translation>
    </message>
    <message>
        <source>reading the text of a picture</source>
        <translation>正在识别图片中的文字</translation>
    </message>
    <message numerus="yes">
        <source>%1 × %2 pixels read in %3: %n line(s)</source>
        <translation>
            <numerusform>已识别 %1 × %2 像素，用时 %3：%n 行</numerusform>
        </translation>
    </message>
    <message>
        <source>Load</source>
        <translation>加载</translation>
    </message>
    <message>
        <source>Vision encoder</source>
        <translation>视觉编码器</translation>
    </message>
    <message>
        <source>Prefill</source>
        <translation>预填充</translation>
    </message>
    <message>
        <source>Decode</source>
        <translation>解码</translation>
    </message>
    <message numerus="yes">
        <source>%1 loaded in %2: %3, %n thread(s), context %4, libtorch %5</source>
        <translation>
            <numerusform>%1 已加载，用时 %2：%3，%n 个线程，上下文 %4，libtorch %5</numerusform>
        </translation>
    </message>
    <message>
        <source>memory: weights %1, KV cache %2, vision cache %3</source>
        <translation>内存：权重 %1，KV 缓存 %2，视觉缓存 %3</translation>
    </message>
    <message>
        <source>request %1 began</source>
        <translation>请求 %1 开始</translation>
    </message>
    <message>
        <source>request %1: pictures of %2 encoded in %3, %4 from the cache</source>
        <translation>请求 %1：图片 %2 编码用时 %3，%4 张来自缓存</translation>
    </message>
    <message>
        <source>request %1: prefill of %2, %3 reused, in %4</source>
        <translation>请求 %1：预填充 %2，复用 %3，用时 %4</translation>
    </message>
    <message>
        <source>request %1: decode of %2 in %3, %4 tok/s</source>
        <translation>请求 %1：解码 %2 用时 %3，%4 tok/s</translation>
    </message>
    <message>
        <source>request %1 ended (%2): queued %3, first token after %4, in all %5</source>
        <translation>请求 %1 结束（%2）：排队 %3，首个 token 用时 %4，共计 %5</translation>
    </message>
    <message>
        <source>a picture that waits: %1 × %2 pixels for the model, %3</source>
        <translation>待发送的图片：模型看到 %1 × %2 像素，%3</translation>
    </message>
</context>
<context>
    <name>sightline::Hotkey</name>
    <message>
        <source>Read the text of a region</source>
        <translation>识别区域文字</translation>
    </message>
    <message>
        <source>Ask about a region</source>
        <translation>就区域提问</translation>
    </message>
    <message>
        <source>Choose another key, or free this one in the other program.</source>
        <translation>请选择另一个按键，或在另一个程序中释放此按键。</translation>
    </message>
    <message>
        <source>Allow it in the desktop&apos;s keyboard settings, or add a shortcut there for the command “%1”.</source>
        <translation>请在桌面的键盘设置中允许它，或在那里为命令“%1”添加快捷键。</translation>
    </message>
</context>
<context>
    <name>sightline::Hotkeys</name>
    <message>
        <source>%1 is already the key for “%2”.</source>
        <translation>%1 已是“%2”的按键。</translation>
    </message>
    <message>
        <source>This is not a key of its own.</source>
        <translation>这不是一个独立的按键。</translation>
    </message>
    <message>
        <source>A key that works everywhere needs Ctrl, Alt or Super.</source>
        <translation>全局按键需要包含 Ctrl、Alt 或 Super。</translation>
    </message>
    <message>
        <source>Other programs need %1; add Alt, Shift or Super.</source>
        <translation>其他程序需要 %1；请加上 Alt、Shift 或 Super。</translation>
    </message>
</context>
<context>
    <name>sightline::InstanceCall</name>
    <message>
        <source>The running Sightline does not know “%1”</source>
        <translation>正在运行的 Sightline 不认识“%1”</translation>
    </message>
    <message>
        <source>The running Sightline gave up on it</source>
        <translation>正在运行的 Sightline 放弃了此请求</translation>
    </message>
</context>
<context>
    <name>sightline::InstanceClient</name>
    <message>
        <source>The request is too long</source>
        <translation>请求太长</translation>
    </message>
    <message>
        <source>Sightline is not running</source>
        <translation>Sightline 没有运行</translation>
    </message>
    <message>
        <source>Another user&apos;s program answers in place of Sightline</source>
        <translation>应答的是另一个用户的程序，而不是 Sightline</translation>
    </message>
    <message>
        <source>The running Sightline is of another version</source>
        <translation>正在运行的 Sightline 是另一个版本</translation>
    </message>
    <message>
        <source>Sightline is running already, but does not answer</source>
        <translation>Sightline 已在运行，但没有应答</translation>
    </message>
</context>
<context>
    <name>sightline::ModelLibrary</name>
    <message>
        <source>%1 on disk</source>
        <translation>磁盘占用 %1</translation>
    </message>
    <message>
        <source>Text reader</source>
        <translation>文字识别器</translation>
    </message>
    <message>
        <source>Reads the text of any picture, with its places. Comes with Sightline and is always at hand.</source>
        <translation>识别任意图片中的文字及其位置。随 Sightline 提供，随时可用。</translation>
    </message>
    <message>
        <source>Comes with Sightline. Reads short printed text.</source>
        <translation>随 Sightline 提供。可识别简短的印刷文字。</translation>
    </message>
    <message>
        <source>Answers questions about pictures and documents.</source>
        <translation>回答关于图片和文档的问题。</translation>
    </message>
    <message>
        <source>It needs about %1 of memory, and %2 are free now.</source>
        <translation>它需要约 %1 内存，目前可用 %2。</translation>
    </message>
    <message>
        <source>Only a folder on this computer can be added; nothing is fetched.</source>
        <translation>只能添加本机上的文件夹；不会从网络获取任何内容。</translation>
    </message>
    <message>
        <source>At most %L1 folders can be kept. Remove one first.</source>
        <translation>最多可保留 %L1 个文件夹。请先移除一个。</translation>
    </message>
    <message>
        <source>The packed weights cannot be removed.</source>
        <translation>无法删除打包的权重。</translation>
    </message>
</context>
<context>
    <name>sightline::ModelState</name>
    <message>
        <source>The program ended while it loaded the model %1, so that model was not loaded again.</source>
        <translation>程序在加载模型 %1 时意外结束，因此没有再次加载该模型。</translation>
    </message>
    <message>
        <source>The demo model did not come with this installation. Open a Qwen3-VL model folder.</source>
        <translation>此安装不含演示模型。请打开一个 Qwen3-VL 模型文件夹。</translation>
    </message>
    <message>
        <source>The model is still being loaded.</source>
        <translation>模型仍在加载。</translation>
    </message>
    <message>
        <source>There is no model to ask: open a model folder or use the demo model.</source>
        <translation>没有可用的模型：请打开模型文件夹或使用演示模型。</translation>
    </message>
    <message>
        <source>The model was unloaded. It is loaded again as soon as you send.</source>
        <translation>模型已卸载。发送时会重新加载。</translation>
    </message>
    <message>
        <source>Another program packs the weights of a model; waiting</source>
        <translation>另一个程序正在打包模型权重，等待中</translation>
    </message>
    <message>
        <source>Loading %1 %</source>
        <translation>正在加载 %1%</translation>
    </message>
    <message>
        <source>Packing the weights for this computer, once</source>
        <translation>正在为这台电脑打包权重（仅一次）</translation>
    </message>
    <message>
        <source>Packing the weights for this computer, once: less than a minute left</source>
        <translation>正在为这台电脑打包权重（仅一次）：剩余不到一分钟</translation>
    </message>
    <message numerus="yes">
        <source>Packing the weights for this computer, once: about %n minute(s) left</source>
        <translation>
            <numerusform>正在为这台电脑打包权重（仅一次）：剩余约 %n 分钟</numerusform>
        </translation>
    </message>
    <message>
        <source>Loading was stopped.</source>
        <translation>加载已停止。</translation>
    </message>
</context>
<context>
    <name>sightline::ModelText</name>
    <message>
        <source>%1 M parameters</source>
        <translation>%1 M 参数</translation>
    </message>
    <message>
        <source>%1 B parameters</source>
        <translation>%1 B 参数</translation>
    </message>
    <message>
        <source>context %1</source>
        <translation>上下文 %1</translation>
    </message>
    <message>
        <source>%1 on disk</source>
        <translation>磁盘占用 %1</translation>
    </message>
    <message>
        <source>needs about %1</source>
        <translation>约需 %1</translation>
    </message>
</context>
<context>
    <name>sightline::OpenConversation</name>
    <message>
        <source>This conversation is not there any more.</source>
        <translation>这个对话已不存在。</translation>
    </message>
</context>
<context>
    <name>sightline::OverlayWindow</name>
    <message>
        <source>Choose a region</source>
        <translation>选取区域</translation>
    </message>
</context>
<context>
    <name>sightline::Parameters</name>
    <message>
        <source>A quarter of a megapixel: fast, for a first look.</source>
        <translation>四分之一兆像素：快速，适合先看一眼。</translation>
    </message>
    <message>
        <source>As many pixels as the model was made for.</source>
        <translation>模型所支持的最多像素。</translation>
    </message>
    <message>
        <source>Every pixel of the original. May take long and fill the context.</source>
        <translation>原图的每个像素。可能耗时较长并占满上下文。</translation>
    </message>
    <message>
        <source>As many pixels as this computer looks at in 5 seconds; reading assist where text would be lost.</source>
        <translation>本机在 5 秒内能看完的像素数；文字会丢失时使用阅读辅助。</translation>
    </message>
    <message>
        <source>A small picture together with the text that was read in it.</source>
        <translation>小尺寸图片，并附上从中读出的文字。</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>What suits the model and this computer&apos;s memory.</source>
        <translation>适合该模型和这台电脑内存的精度。</translation>
    </message>
    <message>
        <source>The weights as they are: exact, but slow and large.</source>
        <translation>权重保持原样：精确，但慢且占用内存大。</translation>
    </message>
    <message>
        <source>Half the memory, and faster; answers hardly differ.</source>
        <translation>内存减半，速度更快；回答几乎没有差别。</translation>
    </message>
    <message>
        <source>The smallest and fastest; answers can differ.</source>
        <translation>最小、最快；回答可能有差别。</translation>
    </message>
</context>
<context>
    <name>sightline::PhaseText</name>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>阅读</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>书写</translation>
    </message>
</context>
<context>
    <name>sightline::PicturePixels</name>
    <message>
        <source>The file of the picture is not what it was.</source>
        <translation>图片的文件已被改动。</translation>
    </message>
    <message>
        <source>The file of the picture is gone.</source>
        <translation>图片的文件已丢失。</translation>
    </message>
</context>
<context>
    <name>sightline::PictureReading</name>
    <message numerus="yes">
        <source>%Ln word(s)</source>
        <translation>
            <numerusform>%Ln 个词</numerusform>
        </translation>
    </message>
    <message>
        <source>%L1 s</source>
        <translation>%L1 秒</translation>
    </message>
    <message>
        <source>%L1 % sure</source>
        <translation>把握 %L1%</translation>
    </message>
    <message>
        <source>The file of this picture is gone or damaged.</source>
        <translation>此图片的文件已丢失或损坏。</translation>
    </message>
</context>
<context>
    <name>sightline::PictureViewer</name>
    <message>
        <source>The model sees %1 × %2 pixels in %3 × %4 patches</source>
        <translation>模型看到 %1 × %2 像素，分为 %3 × %4 块</translation>
    </message>
</context>
<context>
    <name>sightline::PortalGrabber</name>
    <message>
        <source>The screen could not be read: this desktop has no portal for screenshots. Take one with the desktop&apos;s own tool and paste it.</source>
        <translation>无法读取屏幕：此桌面没有截图门户。请用桌面自带的工具截图后粘贴。</translation>
    </message>
    <message>
        <source>The desktop&apos;s screenshot dialog did not answer in time.</source>
        <translation>桌面的截图对话框没有及时应答。</translation>
    </message>
    <message>
        <source>The desktop did not allow a screenshot. Its privacy settings can permit it, or take one with the desktop&apos;s own tool and paste it.</source>
        <translation>桌面不允许截图。可在其隐私设置中允许，或用桌面自带的工具截图后粘贴。</translation>
    </message>
    <message>
        <source>The desktop&apos;s screenshot could not be read.</source>
        <translation>无法读取桌面的截图。</translation>
    </message>
</context>
<context>
    <name>sightline::PresetText</name>
    <message>
        <source>A preset needs a name.</source>
        <translation>预设需要一个名称。</translation>
    </message>
    <message>
        <source>There is a preset called “%1” already.</source>
        <translation>已有名为“%1”的预设。</translation>
    </message>
    <message>
        <source>At most %L1 presets can be kept. Delete one first.</source>
        <translation>最多可保留 %L1 个预设。请先删除一个。</translation>
    </message>
    <message>
        <source>There is no preset called “%1”.</source>
        <translation>没有名为“%1”的预设。</translation>
    </message>
    <message>
        <source>The presets could not be saved: %1.</source>
        <translation>无法保存预设：%1。</translation>
    </message>
</context>
<context>
    <name>sightline::ProgramStatus</name>
    <message>
        <source>%1 Sightline · %2 other programs · %3 of %4 free</source>
        <translation>Sightline %1 · 其他程序 %2 · 可用 %3，共 %4</translation>
    </message>
    <message>
        <source>In use: %1. The model holds %2, and %3 for what it has seen.</source>
        <translation>占用：%1。模型占 %2，已看内容占 %3。</translation>
    </message>
</context>
<context>
    <name>sightline::ReadingTurns</name>
    <message>
        <source>The picture cannot be opened any more.</source>
        <translation>图片已无法打开。</translation>
    </message>
</context>
<context>
    <name>sightline::ReadingWords</name>
    <message>
        <source>This text was not read to its end.</source>
        <translation>此文字没有识别完。</translation>
    </message>
</context>
<context>
    <name>sightline::RegionCapture</name>
    <message>
        <source>No screen shows this region.</source>
        <translation>没有屏幕显示此区域。</translation>
    </message>
    <message>
        <source>The screens have changed. Take the region again.</source>
        <translation>屏幕已变化。请重新选取区域。</translation>
    </message>
</context>
<context>
    <name>sightline::RegionChooser</name>
    <message>
        <source>%1 × %2 px</source>
        <translation>%1 × %2 像素</translation>
    </message>
</context>
<context>
    <name>sightline::ReplyNotices</name>
    <message>
        <source>The question could not be answered.</source>
        <translation>无法回答此问题。</translation>
    </message>
    <message>
        <source>Your question is answered.</source>
        <translation>你的问题已有回答。</translation>
    </message>
</context>
<context>
    <name>sightline::ReplyText</name>
    <message>
        <source>1 token</source>
        <translation>1 词元</translation>
    </message>
    <message>
        <source>%L1 tokens</source>
        <translation>%L1 词元</translation>
    </message>
    <message>
        <source>%1 tok/s</source>
        <translation>%1 词元/秒</translation>
    </message>
    <message>
        <source>first %1</source>
        <translation>首词元 %1</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 分 %2 秒</translation>
    </message>
    <message>
        <source>~%1</source>
        <translation>约 %1</translation>
    </message>
    <message>
        <source>&lt;1 s</source>
        <translation>不到 1 秒</translation>
    </message>
    <message>
        <source>%1 MiB</source>
        <translation>%1 MiB</translation>
    </message>
    <message>
        <source>%1 GiB</source>
        <translation>%1 GiB</translation>
    </message>
    <message>
        <source>stopped at the token limit</source>
        <translation>达到词元上限而停止</translation>
    </message>
    <message>
        <source>stopped by you</source>
        <translation>已由您停止</translation>
    </message>
    <message>
        <source>stopped: the context is full</source>
        <translation>已停止：上下文已满</translation>
    </message>
    <message>
        <source>stopped: it repeated itself</source>
        <translation>已停止：内容重复</translation>
    </message>
    <message>
        <source>The reply reached the limit of %L1 tokens. A higher limit lets it write more.</source>
        <translation>回复达到了 %L1 词元的上限。提高上限可以让它写得更多。</translation>
    </message>
    <message>
        <source>The context is full, so the reply ends here. A new conversation starts with an empty one.</source>
        <translation>上下文已满，回复到此为止。新对话从空的上下文开始。</translation>
    </message>
    <message>
        <source>The reply repeated itself and was stopped. Another temperature often helps.</source>
        <translation>回复开始重复，已被停止。换一个温度通常会有帮助。</translation>
    </message>
</context>
<context>
    <name>sightline::Resident</name>
    <message>
        <source>The running Sightline did not understand what to take</source>
        <translation>正在运行的 Sightline 不明白要截取什么</translation>
    </message>
    <message>
        <source>Sightline is still here</source>
        <translation>Sightline 仍在这里</translation>
    </message>
    <message>
        <source>It stays in the tray, so that its hotkeys work. Quit is in the menu of its icon.</source>
        <translation>它留在托盘中，以便快捷键有效。退出在其图标的菜单中。</translation>
    </message>
</context>
<context>
    <name>sightline::RunningReplies</name>
    <message>
        <source>Too many questions wait already. Try again when one of them is answered.</source>
        <translation>等待的问题已太多。请在其中一个得到回答后再试。</translation>
    </message>
</context>
<context>
    <name>sightline::SalvageText</name>
    <message>
        <source>Rescued messages</source>
        <translation>抢救的消息</translation>
    </message>
</context>
<context>
    <name>sightline::ScreensGrabber</name>
    <message>
        <source>The screen could not be read: this desktop does not allow it.</source>
        <translation>无法读取屏幕：此桌面不允许。</translation>
    </message>
</context>
<context>
    <name>sightline::SearchResultsModel</name>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
</context>
<context>
    <name>sightline::SingleInstance</name>
    <message>
        <source>There is no folder for sockets that is the user&apos;s alone.</source>
        <translation>没有仅属于该用户的套接字文件夹。</translation>
    </message>
    <message>
        <source>The lock file in %1 cannot be written.</source>
        <translation>无法写入 %1 中的锁文件。</translation>
    </message>
    <message>
        <source>The socket in %1 cannot be made: %2</source>
        <translation>无法在 %1 中创建套接字：%2</translation>
    </message>
    <message>
        <source>The running Sightline is of another version</source>
        <translation>正在运行的 Sightline 是另一个版本</translation>
    </message>
    <message>
        <source>The running Sightline did not understand the request</source>
        <translation>正在运行的 Sightline 不明白此请求</translation>
    </message>
</context>
<context>
    <name>sightline::StorageText</name>
    <message>
        <source>The disk is full, so this is not saved yet; what was saved before is safe, and saving goes on when there is space again.</source>
        <translation>磁盘已满，此内容尚未保存；之前保存的内容是安全的，有空间后会继续保存。</translation>
    </message>
    <message>
        <source>The history cannot be written, so this is not saved yet: its folder or disk is read-only.</source>
        <translation>无法写入历史记录，此内容尚未保存：其文件夹或磁盘是只读的。</translation>
    </message>
    <message>
        <source>Another program holds the history, so this is not saved yet; it is tried again.</source>
        <translation>另一个程序正占用历史记录，此内容尚未保存；将会重试。</translation>
    </message>
    <message>
        <source>The history is damaged: %1.</source>
        <translation>历史记录已损坏：%1。</translation>
    </message>
    <message>
        <source>The history was written by a newer version of Sightline and is left as it is; this version keeps nothing.</source>
        <translation>历史记录由较新版本的 Sightline 写入，保持原样；此版本不会保存任何内容。</translation>
    </message>
    <message>
        <source>The history could not be used: %1.</source>
        <translation>无法使用历史记录：%1。</translation>
    </message>
</context>
<context>
    <name>sightline::TrashListModel</name>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
</context>
<context>
    <name>sightline::TrayIcon</name>
    <message>
        <source>Ask about a region</source>
        <translation>就区域提问</translation>
    </message>
    <message>
        <source>Read a region</source>
        <translation>识别区域文字</translation>
    </message>
    <message>
        <source>Open Sightline</source>
        <translation>打开 Sightline</translation>
    </message>
    <message>
        <source>Pause the hotkeys</source>
        <translation>暂停快捷键</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Sightline, paused</source>
        <translation>Sightline，已暂停</translation>
    </message>
</context>
</TS>
