package check;

/// What most likely makes a server or a client fail, as a teacher would say it.
public enum Cause {

    ONE_CLIENT_AT_A_TIME(2,
            "It serves one client at a time: while a client is connected, the server waits in "
                    + "read for that one, and never comes back to accept.",
            "它一次只服务一个客户端：只要有客户端连着，服务器就停在对它的 read 里，回不到 accept"
                    + "。"),
    ACCEPTED_SOCKET_BLOCKS(2,
            "The loop stops at a client that says nothing, and comes to no other. Most often "
                    + "the accepted socket is a blocking one: only the listener was made "
                    + "non-blocking, and on Linux, and in Java everywhere, the sockets that it "
                    + "accepts are not.",
            "循环停在一个不说话的客户端那里，轮不到别人。多半是 accept 得到的套接字仍是阻塞的："
                    + "设为非阻塞的只有监听套接字，而在 Linux 上（在 Java 里则处处如此）accept 得"
                    + "到的套接字不会继承这一点。"),
    FEW_AT_A_TIME(2,
            "It serves a fixed number of clients at a time, in a pool of threads for example: "
                    + "silent clients keep all places, and the next one waits for ever.",
            "它同时只服务固定数目的客户端（例如用了固定大小的线程池）：不说话的客户端占满了位"
                    + "置，后来的只能一直等。"),
    STALLED_READER_BLOCKS_ALL(3,
            "It waits in write for a client that does not read. Nobody else is served until "
                    + "that one reads.",
            "它停在 write 里，等一个不读数据的客户端；那个客户端不读，别人就都得不到服务。"),
    DECODES_BYTES(1,
            "It turns the bytes into text and back. Bytes that are no UTF-8, or a character cut "
                    + "in two by a read, do not survive that: in Python the exception ends the "
                    + "server or, where something swallows it (a bare except), the client waits "
                    + "for ever. An echo server has no business with characters: send the bytes "
                    + "back.",
            "它把字节解码成文本再编码回去。不是 UTF-8 的字节、被一次 read 切成两半的字符都经不起"
                    + "这一趟：在 Python 里异常会让整个服务器退出；要是被吞掉了（比如空的 except"
                    + "），客户端就一直等下去。回显服务器不需要懂字符：收到什么字节就发回什么字"
                    + "节。"),
    WAITS_FOR_LINE_END(1,
            "It reads lines: without a line end it does not answer. What came belongs to the "
                    + "client at once; a stream has no messages.",
            "它按行读取：没有换行就不回答。流里没有消息，收到多少就该回多少。"),
    DROPS_WHITE_SPACE(1,
            "It drops bytes that look like nothing: a strip, a trim, or a readLine that eats "
                    + "the line end.",
            "它丢掉了看上去像空白的字节：用了 strip、trim，或者 readLine 吃掉了换行。"),
    ADDS_LINE_END(1,
            "It adds a line end that nobody has sent: a println where a write belongs.",
            "它多发了没人发过的换行：该用 write 的地方用了 println。"),
    ANSWERS_AT_THE_END(1,
            "It answers only when the client has finished: it reads to the end of the stream "
                    + "before it writes, or it writes into a buffer and does not flush it.",
            "它要等客户端说完才回答：先一直读到流的末尾才写，或者写进了缓冲区却没有 flush。"),
    ANSWERS_ONCE(1,
            "It reads once for each connection: after the first answer it listens no more. It "
                    + "takes a loop, until read says that the stream has ended.",
            "每个连接它只读一次：答完第一次就不再听了。需要一个循环，一直读到 read 报告流结束。"),
    NO_PREFIX(1,
            "The bytes come back without the prefix. If that is how it is meant, ask with "
                    + "--prefix ''.",
            "字节原样回来了，但没有前缀。如果本意如此，请加 --prefix ''。"),
    PREFIX_ONCE(1,
            "Only the first answer of a connection has the prefix.",
            "只有连接上的第一个回答带前缀。"),
    SENDS_WHOLE_BUFFER(1,
            "It sends the whole buffer, and not just the bytes that read has put there: what "
                    + "comes behind them is zeros, or what an earlier read has left.",
            "它把整个缓冲区都发了出去，而不只是这次 read 放进去的字节：后面跟着的是零，或上一次 "
                    + "read 留下的内容。"),
    SHARES_A_BUFFER(2,
            "Clients get each other's bytes: they share a buffer, or a variable that should "
                    + "belong to a connection.",
            "客户端收到了别人的字节：它们共用一个缓冲区，或共用了本该属于单个连接的变量。"),
    DROPS_THE_REST(3,
            "Bytes in the middle are lost: a write took only a part of them (it returns how "
                    + "many), and the rest was dropped.",
            "中间丢了字节：一次 write 只写出了一部分（返回值就是写出的字节数），剩下的被丢掉了。"),
    KEEPS_THE_REST(3,
            "A part of the answers never comes. A write took only a part, and then the interest "
                    + "is wrong: the rest is kept, and nobody writes it; or it is written, and "
                    + "the client is not read again. While there is a rest, the key needs "
                    + "interest in OP_WRITE, and when it is gone, in OP_READ.",
            "回答有一部分一直不来。一次 write 只写出了一部分，之后兴趣集就不对了：要么剩下的留着"
                    + "没有人去写，要么写完了却不再读这个客户端。还有剩余时，兴趣集里要有 OP_WRITE"
                    + "；写完了，要换回 OP_READ。"),
    SENDS_TWICE(3,
            "Bytes come twice: what a write had taken already is sent again, for want of a "
                    + "compact, a clear, or a position.",
            "字节来了两遍：write 已经写出的又发了一次，少了 compact、clear，或没有记住位置。"),
    MIXES_UP_THE_ORDER(2,
            "The bytes come in another order: several threads answer for one connection.",
            "字节的顺序乱了：同一个连接由几个线程来回答。"),
    RESET_ENDS_SERVER(1,
            "A client that resets its connection ends the server: the exception from read or "
                    + "write leaves the loop that serves everybody. Catch it where that one "
                    + "client is served.",
            "一个客户端重置连接，整个服务器就退出了：read 或 write 抛出的异常跑出了服务所有人的"
                    + "循环。要在服务那一个客户端的地方捕获它。"),
    READY_TO_WRITE_TAKEN_FOR_READ(3,
            "It ends when a client connects: a new socket is ready for writing at once, and the "
                    + "server reads from it without asking for what it is ready. Nothing has come "
                    + "yet, and the read fails.",
            "有客户端一连上它就退出：新的套接字立刻可写，服务器没看是哪种就绪就去读。此时还没有"
                    + "数据，于是读失败。"),
    EXCEPTION_ENDS_SERVER(1,
            "An exception has ended the server. It belongs to one client: catch it where that "
                    + "one is served.",
            "一个异常让服务器退出了。它只与一个客户端有关：在服务那个客户端的地方捕获它。"),
    HALF_CLOSE_TAKEN_FOR_GONE(4,
            "A client that has finished sending still listens. The server takes the end of its "
                    + "stream for the end of the connection, and what it still owed is lost.",
            "客户端说完了，但还在听。服务器把对方流的结束当成连接的结束，还欠着的回答就丢了。"),
    NEVER_CLOSES(1,
            "It does not close when the client has finished: the end of the stream (read "
                    + "returns -1; in Python, b'') goes unnoticed, or the socket stays open all "
                    + "the same (to cancel a key closes no channel).",
            "客户端说完后它不关闭连接：没有注意到流已结束（read 返回 -1；在 Python 里是 b''），"
                    + "或者注意到了却没有关闭套接字（取消 key 并不会关闭通道）。"),
    CLOSES_SLOW_CLIENT(3,
            "It gives up a client that reads slowly: a full send buffer is taken for an error.",
            "它放弃了读得慢的客户端：把发送缓冲区满了当成了错误。"),
    NO_BACK_PRESSURE(3,
            "It keeps all that a client sends who does not read: a single client can fill its "
                    + "memory. While it owes much, it has to stop reading.",
            "客户端只发不读时，它把一切都留在内存里：一个客户端就能把内存占满。欠得太多时，它该"
                    + "停止读取。"),
    BAD_NEIGHBOUR_STOPS_IT(2,
            "After a client has misbehaved, the server still runs, but serves no one: the "
                    + "thread or the loop that should has ended.",
            "有客户端行为不端之后，服务器还在运行，却谁也不服务了：该服务的那个线程或循环已经结"
                    + "束。"),
    ANSWERS_FIRST_DATAGRAM_ONLY(6,
            "It answers the first datagram and no other: receive and send stand outside of a loop.",
            "它只回答第一个数据报：接收和发送没有放在循环里。"),
    TRUNCATES_DATAGRAMS(6,
            "Its buffer is too small: what of a datagram does not fit is gone, without an "
                    + "error, and only the beginning comes back. A datagram carries up to 65,507 "
                    + "bytes.",
            "缓冲区太小：数据报放不下的部分直接丢失，也不报错，回来的只有开头。一个数据报最多能"
                    + "带 65,507 字节。"),
    SENDS_WHOLE_DATAGRAM_BUFFER(6,
            "It sends the whole buffer, and not just the bytes of this datagram: what comes "
                    + "behind them is zeros, or the rest of an earlier, longer one.",
            "它把整个缓冲区都发了回来，而不只是这个数据报的字节：后面跟着的是零，或更早、更长的"
                    + "数据报留下的内容。"),
    ANSWERS_LAST_SENDER(6,
            "Answers go to whoever has sent last: the sender's address is in a variable that "
                    + "the next datagram overwrites. Keep the address with the datagram that it "
                    + "came with.",
            "回答发给了最后一个发送者：发送者的地址存在一个变量里，被下一个数据报覆盖了。地址要"
                    + "和它的数据报放在一起。"),
    EMPTY_DATAGRAM_ENDS_SERVER(6,
            "An empty datagram ends it: a length of 0 is taken for the end of the stream, or "
                    + "for an error. UDP has no stream; an empty datagram is a message like any "
                    + "other.",
            "一个空数据报就让它停了：长度 0 被当成了流的结束或出错。UDP 没有流；空数据报也是一条"
                    + "消息。"),
    NO_FRAMES(5,
            "It knows no frames: it sends back what a read has brought, header included, as the "
                    + "echo server of lesson 01. The four bytes in front are a length, and no "
                    + "part of the message.",
            "它不认识帧：像第 01 课的回显服务器那样，一次 read 读到什么就发回什么，连头部也当成"
                    + "了内容。前面的四个字节是长度，不属于消息。"),
    READ_TAKEN_FOR_FRAME(5,
            "It takes what one read brings for one frame. A read ends anywhere: it can bring a "
                    + "part of a frame, or several. Keep the bytes, and take a frame out of them "
                    + "when all of it is there.",
            "它把一次 read 读到的当成一个完整的帧。read 可能停在任何地方：可能只有半帧，也可能有"
                    + "好几帧。应当先把字节存起来，凑齐一帧再取出来。"),
    REST_OF_READ_DROPPED(5,
            "It answers the first frame of a read and drops what came behind it. The rest is "
                    + "the beginning of the next frame: keep it (compact, and not clear).",
            "一次 read 里有几帧时，它只回答第一帧，后面的字节丢掉了。剩下的是下一帧的开头，要留"
                    + "着（用 compact，而不是 clear）。"),
    ONE_FRAME_A_READ(5,
            "It takes one frame out of each read, and lets the next lie until more comes: an if "
                    + "where a while belongs. One read can bring many frames.",
            "每次 read 之后它只取出一帧，其余的要等到下次有数据来才处理：该用 while 的地方用了 "
                    + "if。一次 read 可以带来很多帧。"),
    HEADER_NOT_ASSEMBLED(5,
            "It expects the header in one read. Even a header comes in pieces: read until all "
                    + "of it is there.",
            "它以为头部一次 read 就能读全。头部也会被切开：要一直读到它的字节都到齐。"),
    ANSWER_WITHOUT_HEADER(5,
            "Its answer has no header: only the payload comes. Whoever reads it cannot know "
                    + "where it ends.",
            "它的回答没有头部，只有内容：对方不知道它到哪里结束。"),
    HEADER_SENT_BACK(5,
            "The header of its answer is that of the question. But the prefix makes the payload "
                    + "longer, and the length has to count it.",
            "它把问题的头部原样当作回答的头部。可是加上前缀后内容变长了，长度要重新算。"),
    WRONG_BYTE_ORDER(5,
            "It has the bytes of the length in the wrong order: little-endian. In the header "
                    + "the highest byte comes first (network byte order; in Python '>I' and not "
                    + "'<I' or 'I').",
            "长度的字节顺序反了：它用的是小端序。头部里最高的字节在最前面（网络字节序；在 "
                    + "Python 里是 '>I'，而不是 '<I' 或 'I'）。"),
    LENGTH_COUNTS_HEADER(5,
            "It counts the four bytes of the header as part of the length. Here the length is "
                    + "that of the payload alone.",
            "它把头部的四个字节也算进了长度。这里的长度只是内容的长度。"),
    SHORT_HEADER(5,
            "Its header has two bytes. Here it has four.",
            "它的头部是两个字节，这里应当是四个字节。"),
    LENGTH_NOT_WHOLE(5,
            "It does not use all of the length: only its last bytes, or a byte as a signed one "
                    + "(in Java 0x80 is -128). Short frames go well, and longer ones do not.",
            "它没有用全长度的四个字节：只用了最后一两个，或者把字节当成了有符号数（在 Java 里 "
                    + "0x80 是 -128）。短的帧没事，长的就错了。"),
    FRAME_DOES_NOT_FIT(5,
            "A frame of this length gets no answer, and shorter ones do: its buffer is too "
                    + "small, or its limit. Lesson 05 accepts 1 MiB.",
            "短的帧有回答，到了这个长度就没有了：它的缓冲区太小，或上限太低。第 05 课可以收 1 "
                    + "MiB 的帧。"),
    EMPTY_FRAME_TAKEN_FOR_END(5,
            "A frame without a payload is a frame, and it has an answer. The server takes it "
                    + "for the end of the stream, or waits for bytes that it does not have.",
            "没有内容的帧也是帧，也要有回答。服务器却把它当成了流的结束，或者在等它本来就没有的"
                    + "字节。"),
    END_INSIDE_FRAME_ENDS_SERVER(5,
            "A client that leaves inside a frame ends the server: nobody catches the exception "
                    + "(EOFException, or in Python struct.error). It belongs to that one client.",
            "客户端只发了半帧就离开，整个服务器就退出了：没有人捕获那个异常（EOFException，在 "
                    + "Python 里是 struct.error）。它只与那一个客户端有关。"),
    BELIEVES_ANY_LENGTH(5,
            "It believes any length that a header announces, and ends when it makes a buffer of "
                    + "that size, or of a negative one. Compare the length with a limit first, as "
                    + "an unsigned number.",
            "头部说多长它都信，按这个长度（甚至负数）去分配缓冲区，于是整个服务器退出了。要先把"
                    + "长度当作无符号数，和上限比较。"),
    HALF_A_FRAME_BLOCKS_ALL(5,
            "A client with half a frame holds up all others: having begun with a frame, the "
                    + "server waits for the rest of it and serves nobody else. Keep what has come "
                    + "with that client's connection, and go on.",
            "一个客户端只发了半帧，别人就都要等：服务器开始读一帧后，就一直等它的后一半，谁也不"
                    + "管。应当把已到的字节存在那个连接里，先去服务别人。"),
    SHARES_A_DECODER(5,
            "Bytes of one client complete the frame of another: they share a decoder, or its "
                    + "buffer. Each connection needs its own.",
            "一个客户端的字节拼到了另一个的帧里：它们共用一个解码器或它的缓冲区。每个连接都要有"
                    + "自己的。"),
    SPEAKER_HEARS_ITSELF(8,
            "Whoever speaks hears itself: the line goes to everybody in the list, and should go "
                    + "to all but the one that said it.",
            "说话的人听到了自己的话：这一行发给了列表里的所有人，应当跳过说话的人。"),
    READ_TAKEN_FOR_LINE(8,
            "It takes what one read brings for one line. A read can end in the middle of a "
                    + "line, or bring several: collect the bytes up to the line feed.",
            "它把一次 read 读到的当成一行。read 可能停在一行中间，也可能一次读到好几行：应当把字"
                    + "节收集到换行符为止。"),
    CUTS_CHARACTERS(8,
            "It decodes what each read brings, and a character that falls into two reads does "
                    + "not survive that. Collect the bytes of the whole line first, and decode "
                    + "that.",
            "它每次 read 之后就解码，落在两次 read 里的字符就坏了。先收集整行的字节，再一起解码。"),
    SAYS_HALF_LINES(8,
            "It takes the end of the stream for the end of a line (readLine does): what a guest "
                    + "had begun to say when it was gone is said all the same.",
            "它把流的结束当成了一行的结束（readLine 就是这样）：人走的时候还没说完的半行也被说了"
                    + "出去。"),
    WAITS_FOR_DEAF_GUEST(8,
            "It waits in write for a guest that does not read, and all others wait with it. "
                    + "Each guest needs a bounded queue of its own, from which a thread of its "
                    + "own writes; whoever lets it overflow has to go.",
            "它停在 write 里，等一个不读数据的人，其他人都跟着等。每个人都要有自己的有界队列，由"
                    + "自己的线程往外写；队列满了，这个人就得离开。"),
    DEAD_GUEST_ENDS_TELLING(8,
            "A write to a guest that is gone throws, and that ends the loop that tells the "
                    + "others: those behind it in the list hear nothing. Catch the exception "
                    + "inside of the loop, for that one guest.",
            "向一个已经走了的人写会抛异常，给大家转发的循环就此中断：列表里排在后面的人什么也没"
                    + "听到。要在循环里面，为那一个人捕获异常。"),
    LIST_CHANGED_WHILE_TELLING(8,
            "The list of guests is changed while a loop goes through it: that throws, or the "
                    + "guest behind the one that was removed is skipped. Go through a copy, or "
                    + "collect who has to go and remove them afterwards; and with threads, under "
                    + "a lock.",
            "循环还在遍历客人列表，列表就被改了：要么抛异常，要么被删者后面的那一个被跳过。应当"
                    + "遍历副本，或先记下要走的人，循环之后再删；有多个线程时还要加锁。"),
    LEAVE_NOT_TOLD(8,
            "Nobody is told that a guest has left, if it left with a reset: the exception goes "
                    + "past what should follow. Leaving belongs in a finally.",
            "用重置离开的人，没有人得到通知：异常跳过了后面该做的事。离开的处理要放在 finally "
                    + "里。"),
    NAME_TAKEN_TWICE(8,
            "Two guests can have the same name: it is not looked for among those that are "
                    + "there, or not in the same step in which it is entered.",
            "两个人可以用同一个名字：没有检查名字是否已被占用，或者检查和登记不是一步完成的。"),
    NAME_NOT_CHECKED(8,
            "It accepts any name. Brackets, blanks or escape sequences in a name can make a "
                    + "line look like somebody else's: letters and digits only, and not too many.",
            "什么名字它都接受。名字里的括号、空格、转义序列能让一行话看上去像是别人说的：只许字"
                    + "母和数字，长度也要有限。"),
    RELAYS_CONTROL_CHARACTERS(8,
            "It passes on control characters: a carriage return or an escape sequence moves the "
                    + "cursor of those who read to where the name stands. Remove what cannot be "
                    + "seen.",
            "它转发了控制字符：回车或转义序列会把读者的光标移到名字的位置。看不见的字符要去掉。"),
    ONE_READ_TAKEN_FOR_ONE_ANSWER(1,
            "It reads once and takes what comes for the answer. A stream has no answers, only "
                    + "bytes: one read can bring a part of an answer, or more than one. What does "
                    + "not fit is lost, or is taken for the answer to the next line.",
            "它只读一次，把读到的当成一个完整的回答。流里没有“回答”，只有字节：一次 read 可能只"
                    + "读到半个回答，也可能读到不止一个。读不下的要么丢了，要么被当成下一行的回"
                    + "答。"),
    SENDS_AT_THE_END(1,
            "It reads all of its input before it sends the first line, or never flushes what it "
                    + "writes: whoever types and waits for an answer waits for ever.",
            "它先读完全部输入才发送第一行，或者写了却没有 flush：打一行字等回答的人永远等不到。"),
    DECODES_EACH_READ(1,
            "It decodes each read by itself. A character whose bytes come in two reads becomes "
                    + "two U+FFFD, or an exception. Keep the bytes and decode them when the "
                    + "character is complete, as a CharsetDecoder or an InputStreamReader does; "
                    + "or show the bytes as they are.",
            "它把每次 read 到的字节单独解码。一个字符的字节分两次到达，就变成了 U+FFFD 或抛出异"
                    + "常。应当留着字节，等字符完整了再解码（CharsetDecoder、InputStreamReader 就"
                    + "是这样做的），或者把字节原样输出。"),
    SHOWS_THE_WHOLE_BUFFER(1,
            "It shows the whole buffer, and not just the bytes that read has put there: what "
                    + "comes behind them is zeros, or what an earlier read has left.",
            "它把整个缓冲区都显示了出来，而不只是这次 read 放进去的字节：后面跟着的是零，或上一"
                    + "次 read 留下的内容。"),
    GIVES_UP_TOO_SOON(1,
            "It does not wait for the answer: it looks once, or for a short while, whether "
                    + "something has come. How long an answer takes is up to the server and the "
                    + "network.",
            "它不等回答：只看一眼（或只等一小会儿）有没有数据。回答要多久才来，取决于服务器和网"
                    + "络。"),
    WAITS_FOR_AN_ANSWER_TO_NOTHING(1,
            "A blank line sends no bytes, so nothing comes back; but the client waits for an "
                    + "answer, and the next line is not sent.",
            "空行没有发出任何字节，所以什么也不会回来；客户端却在等回答，下一行就发不出去了。"),
    CLOSES_AT_THE_END_OF_INPUT(4,
            "At the end of its input it closes the whole connection, though answers are still "
                    + "on their way. Close only the sending half (shutdownOutput; in Python, "
                    + "shutdown(SHUT_WR)), and read until the server closes.",
            "输入结束时它关闭了整个连接，而回答还在路上。应当只关闭发送方向（shutdownOutput；在 "
                    + "Python 里是 shutdown(SHUT_WR)），然后一直读到服务器关闭。"),
    NEVER_TELLS_THE_END(4,
            "After the end of its input it still waits for the server, and the server waits for "
                    + "the client: nobody has told it that nothing more will come. Close the "
                    + "sending half of the connection.",
            "输入结束后它还在等服务器，服务器却在等它：没有人告诉服务器不会再有数据了。应当关闭"
                    + "连接的发送方向。"),
    SERVER_CLOSE_UNNOTICED(1,
            "It does not notice that the server has closed: the end of the stream (read returns "
                    + "-1; in Python, b'') is taken for an answer without bytes, and the client "
                    + "reads again, for ever.",
            "它没有注意到服务器已经关闭：把流的结束（read 返回 -1；在 Python 里是 b''）当成没有"
                    + "字节的回答，然后一直读下去。"),
    RESET_UNNOTICED(1,
            "It does not end when the connection is reset: the exception from read is caught, "
                    + "and the loop goes on.",
            "连接被重置后它不退出：read 抛出的异常被捕获了，循环却还在继续。"),
    CLOSES_AFTER_THE_FIRST_BYTES(4,
            "It closes when the first bytes have come, and takes them for everything. The rest "
                    + "of the answers is lost, and to close with bytes unread resets the "
                    + "connection. Half-close when all is sent, and read until the server closes.",
            "收到第一批字节它就关闭连接，以为这就是全部。剩下的回答就丢了；而且还有字节没读就关"
                    + "闭，会重置连接。应当发完后只关闭发送方向，然后一直读到服务器关闭。"),
    CLOSES_WITH_RESET(4,
            "After the last answer comes a reset, and not the end of the stream: it closes with "
                    + "bytes unread, or with SO_LINGER 0. A reset may destroy answers that are "
                    + "still under way.",
            "最后一个回答之后来的是重置，而不是流的结束：关闭时还有字节没读，或者 SO_LINGER 设成"
                    + "了 0。重置会毁掉还在路上的回答。"),
    TAKES_255_FOR_THE_END(1,
            "The byte 255 is taken for the end of the stream: read returns an int, from 0 to "
                    + "255 or -1, and whoever makes a byte of it first cannot tell 255 from -1.",
            "它把字节 255 当成了流的结束：read 返回的是 int，值为 0 到 255 或 -1；先转成 byte 的"
                    + "话，255 和 -1 就分不清了。"),
    DAMAGES_THE_PREFIX(1,
            "In the place of the prefix come other bytes: the buffer that it was in has been "
                    + "overwritten, or replaced by a new one.",
            "前缀的位置上是别的字节：放前缀的缓冲区被覆盖了，或者换成了新的。"),
    NOT_CLEAR(0,
            "The cause is not clear.",
            "原因还不清楚。");

    /// The number of the chapter that explains it; 0 for none.
    public final int chapter;
    public final String english;
    public final String chinese;

    Cause(int chapter, String english, String chinese) {
        this.chapter = chapter;
        this.english = english;
        this.chinese = chinese;
    }
}
