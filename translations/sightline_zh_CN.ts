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
    <name>AttachmentChip</name>
    <message>
        <source>Reading the picture…</source>
        <translation>正在读取图片…</translation>
    </message>
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
        <source>Add pictures</source>
        <translation>添加图片</translation>
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
    <name>FileDialogs</name>
    <message>
        <source>Add pictures</source>
        <translation>添加图片</translation>
    </message>
    <message>
        <source>Pictures (%1)</source>
        <translation>图片 (%1)</translation>
    </message>
    <message>
        <source>All files (%1)</source>
        <translation>所有文件 (%1)</translation>
    </message>
    <message>
        <source>Open model folder</source>
        <translation>打开模型文件夹</translation>
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
</context>
<context>
    <name>NumberField</name>
    <message>
        <source>%1 to %2</source>
        <translation>%1 到 %2</translation>
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
        <source>Temperature 0 always takes the likeliest token. Changes count from the next reply on.</source>
        <translation>温度为 0 时总是选取最可能的词元。更改从下一条回复起生效。</translation>
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
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <source>%1 %</source>
        <translation>%1%</translation>
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
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Loading %1 %</source>
        <translation>正在加载 %1%</translation>
    </message>
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
        <source>Only files on this computer can be opened; nothing is fetched.</source>
        <translation>只能打开这台电脑上的文件；不会从网络获取任何内容。</translation>
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
        <source>Too many questions wait already. Try again when one of them is answered.</source>
        <translation>等待中的问题太多。请在其中一个得到回答后再试。</translation>
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
</TS>
