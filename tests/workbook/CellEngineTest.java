import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.AfterTry;
import workbook.engine.CellEngine;
import workbook.engine.Prompt;
import workbook.engine.Result;
import workbook.engine.Result.Outcome;
import workbook.runtime.BackgroundLine;
import workbook.runtime.Event;
import workbook.runtime.Opened;

/// The engine: whatever a cell does, the next one runs; nothing that a cell opened outlives it.
@Tag("long")
class CellEngineTest {

    private static final Duration SHORT = Duration.ofMillis(200);

    /// Much longer than any of these cells takes on a busy machine.
    private static final Duration PATIENCE = TestClient.DEADLINE;

    private static final CellEngine ENGINE = new CellEngine();
    private static final BlockingQueue<BackgroundLine> BACKGROUND = new LinkedBlockingQueue<>();

    static {
        ENGINE.onBackgroundLine(BACKGROUND::add);
    }

    /// The session stays, as building one takes time; cells of one try must not meet another's.
    @AfterTry
    void closeAll() {
        for (var cell = 1; cell < 20; cell++) ENGINE.release(cell);
        ENGINE.deadline(PATIENCE);
        BACKGROUND.clear();
    }

    @AfterContainer
    static void close() {
        ENGINE.close();
    }

    private static Result run(int cell, String... lines) {
        return ENGINE.run(cell, String.join("\n", lines));
    }

    private static String answer(String... lines) {
        return run(1, lines).answer();
    }

    private static Event.Failed failure(Result result) {
        return result.events().stream().filter(Event.Failed.class::isInstance)
                .map(Event.Failed.class::cast).findFirst()
                .orElseThrow(() -> new AssertionError("nothing failed: " + result));
    }

    /// The next line of a cell. Another test may have left threads that still have something to say.
    private static BackgroundLine background(int cell) throws InterruptedException {
        while (true) {
            var line = BACKGROUND.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (line == null) throw new AssertionError("no line from the background");
            if (line.cell() == cell) return line;
        }
    }

    private static void await(BooleanSupplier condition, Supplier<?> state) {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> String.valueOf(state.get()));
            LockSupport.parkNanos(1_000_000);
        }
    }

    // What a cell answers.

    @Example
    void valuesAreShownAsInJshell() {
        assertEquals("""
                x ==> 3
                s ==> "a\\n\\033b"
                ==> 4
                x ==> 3
                x ==> 7
                a ==> int[2] { 1, 2 }
                n ==> null
                c ==> '\\t'
                """, answer("int x = 3;", "var s = \"a\\n\\033b\";", "x + 1;", "x", "x = 7;",
                "int[] a = {1, 2};", "String n = null;", "char c = '\\t';"));
    }

    @Example
    void declarationsAndVoidStatementsAnswerNothing() {
        var result = run(1, "int later;", "void f() { g(); }", "class A {}", "record B(int n) {}",
                "interface C {}", "enum D { E }", "import java.util.zip.CRC32;",
                "Thread.yield();", "if (1 > 2) { } else {", "}", "for (int i = 0; i < 3; i++) { }");
        assertEquals("", result.answer());
        assertEquals(Outcome.DONE, result.outcome());
        var declared = result.events().stream().map(Event.Declared.class::cast).toList();
        assertEquals(List.of("variable int later", "method f()", "class A", "record B",
                "interface C",
                "enum D"), declared.stream().map(Event.Declared::text).toList());
        assertEquals(List.of("method g()"), declared.get(1).missing());
    }

    /// What is woven into the code of cells leaves all of Java as it is.
    @Example
    void allOfJavaIsThere() {
        var printed = answer("""
                void start() { System.out.println("started"); }
                start();
                void stop(int n) { System.out.println("stopped " + n); }
                stop(1);
                class Base { List<Integer> list; Base(List<Integer> list) { this.list = list; } }
                class Sub extends Base {
                    Sub(int n) { super(List.of(new AtomicInteger(n).get(), n + 7)); }
                    Sub() { this(new Object() { int m = 1; }.m); }
                    void tell() { System.out.println("sub of " + list); }
                }
                new Sub(0).tell();
                new Sub().tell();
                sealed interface Shape permits Circle, Square { }
                record Circle(int r) implements Shape { }
                record Square(int a) implements Shape { }
                Shape pick(boolean round) { return round ? new Circle(2) : new Square(4); }
                System.out.println(pick(true));
                switch (pick(false)) {
                    case Circle(var r) -> System.out.println(r);
                    case Square(var a) -> System.out.println(a);
                }
                try {
                    try { System.out.println(1 / (3 - 3)); } finally { System.out.print("so "); }
                } catch (ArithmeticException e) {
                    System.out.println("caught " + e.getMessage());
                }
                switch ("b") { case "a" -> System.out.println("one"); default -> { } }
                class Outer { int n = 5; class Inner { int m() { return n; } } }
                System.out.println("inner " + new Outer().new Inner().m());
                for (var s : new String[] {"a", "b", "c"}) System.out.println(s);
                outer: for (var i = 0; ; i++) {
                    for (var j = 0; ; j++) {
                        if (i + j > 10) { System.out.println(i + j); break outer; }
                        if (j > i) continue outer;
                    }
                }
                interface Maker<T> {
                    T make(int n);
                    default Optional<T> may(int n) { return Optional.of(make(n)); }
                }
                Maker<Integer> maker = Integer::valueOf;
                System.out.println(maker.may(3));
                enum Parity { EVEN, ODD; static Parity of(int n) { return values()[n % 2]; } }
                System.out.println(Parity.of(2));
                <T extends Comparable<T>> T max(T a, T b) { return a.compareTo(b) > 0 ? a : b; }
                synchronized (maker) {
                    long big = max(41L, 42L);
                    System.out.println(big);
                }
                """).replaceAll("(?m)^.*==> .*\n", "");
        assertEquals("started, stopped 1, sub of [0, 7], sub of [1, 8], Circle[r=2], 4, "
                + "so caught / by zero, inner 5, a, b, c, 11, Optional[3], EVEN, 42",
                String.join(", ", printed.lines().toList()));
    }

    @Example
    void longTextsLoseTheirMiddle() {
        var text = answer("\"x\".repeat(5000) + \"end\"");
        assertTrue(text.endsWith("xend\"\n") && text.length() < 1100, text);
        var shorter = answer("\"x\".repeat(900)");
        assertEquals("==> \"" + "x".repeat(900) + "\"\n", shorter);
    }

    @Example
    void ofALongArrayTheBeginningIsShown() {
        assertEquals("==> byte[100000000] { 0, 0, 0, 0, 0, 0, 0, 0, … }\n",
                answer("new byte[100_000_000]"));
        assertEquals("bytes ==> byte[1024] { 101, 99, 104, 111, 101, 99, 104, 111, … }\n",
                answer("var bytes = \"echo\".repeat(256).getBytes();"));
        assertEquals("==> int[25] { " + "7, ".repeat(8) + "… }\n",
                answer("IntStream.generate(() -> 7).limit(25).toArray()"));
        assertEquals("==> int[24] { " + "7, ".repeat(23) + "7 }\n",
                answer("IntStream.generate(() -> 7).limit(24).toArray()"));
    }

    /// The JDK's own text of a key is three times as long, and ends with what one looks for.
    @Example
    void aKeyIsAsLongAsALineAndShowsItsAddressesAndOperations() {
        var door = "127.0.0.1:\\d+";
        var lines = run(1, "var selector = Selector.open();",
                "var door = ServerSocketChannel.open().bind("
                        + "new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));",
                "door.configureBlocking(false);",
                "var acceptance = door.register(selector, SelectionKey.OP_ACCEPT);",
                "var client = SocketChannel.open();",
                "client.configureBlocking(false);",
                "var early = client.register(Selector.open(), 0);",
                "if (!client.connect(door.getLocalAddress())) {",
                "    while (!client.finishConnect()) Thread.onSpinWait();",
                "}",
                "var key = client.register(selector, SelectionKey.OP_READ);",
                "acceptance.cancel();",
                "acceptance",
                "client.close();",
                "key",
                "List.of(acceptance, key)").answer().lines()
                .filter(line -> line.contains("channel=")).toList();
        var expected = List.of(
                "acceptance ==> channel=listening " + door + ", interestOps=16, readyOps=0",
                "early ==> channel=not connected, interestOps=0, readyOps=0",
                "key ==> channel=" + door + " -> " + door + ", interestOps=1, readyOps=0",
                "acceptance ==> channel=listening " + door + ", invalid",
                "key ==> channel=closed, invalid",
                "==> \\[channel=listening " + door + ", invalid, channel=closed, invalid]");
        assertEquals(expected.size(), lines.size(), lines::toString);
        for (var i = 0; i < lines.size(); i++) {
            assertTrue(lines.get(i).matches(expected.get(i)), lines.get(i));
            assertTrue(lines.get(i).length() < 80, lines.get(i));
        }
    }

    @Example
    void aListenerShowsItsAddress() {
        var shown = answer("ServerSocketChannel.open().bind("
                + "new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))");
        assertTrue(shown.matches("==> sun.nio.ch.ServerSocketChannelImpl\\[\\S+:\\d+]\n"), shown);
        assertEquals("==> sun.nio.ch.ServerSocketChannelImpl[unbound]\n",
                answer("ServerSocketChannel.open()"));
    }

    @Example
    void aFutureShowsItsStateAlone() {
        assertEquals("""
                slow ==> FutureTask[Not completed]
                ==> true
                slow ==> FutureTask[Cancelled]
                ==> FutureTask[Completed normally]
                ==> FutureTask[Completed exceptionally: java.io.IOException: no]
                """, answer("var pool = Executors.newVirtualThreadPerTaskExecutor();",
                "var slow = pool.submit(() -> { new CountDownLatch(1).await(); return 0; });",
                "slow.cancel(true)", "slow",
                "Future<?> done(Callable<?> work) {",
                "    var future = pool.submit(work);",
                "    while (!future.isDone()) Thread.onSpinWait();",
                "    return future;",
                "}",
                "done(() -> 6 * 7)",
                "done(() -> { throw new IOException(\"no\"); })")
                .replaceFirst("pool ==> .*\n", ""));
    }

    @Example
    void controlCharactersOfStrangersAreHarmless() {
        assertEquals("\\033[31mred\\007\tx\n==> \\033]0;title\n", answer(
                "System.out.println(\"\\033[31mred\\007\\tx\\r\");".replace("\\r", ""),
                "new Object() { public String toString() { return \"\\033]0;title\"; } }"));
        assertEquals("a\nb\\rc\n", answer("System.out.print(\"a\\r\\nb\\rc\\n\");"));
    }

    @Provide
    Arbitrary<List<String>> prints() {
        return Arbitraries.strings().withChars("ab粘\n").ofMaxLength(5).list().ofMaxSize(5);
    }

    /// Words of the cell's own thread and of threads for which it waits, in pieces of lines.
    @Property(tries = 25)
    void whatIsPrintedIsTheAnswer(@ForAll("prints") List<String> words) {
        var statements = new ArrayList<String>();
        for (var i = 0; i < words.size(); i++) {
            var print = "System.%s.print(\"%s\");".formatted(i % 2 == 0 ? "out" : "err",
                    words.get(i).replace("\n", "\\n"));
            statements.add(switch (i % 5) {
                case 1 -> "Background.start(() -> { " + print + " }).join();";
                case 2 -> "var thread = new Thread(() -> { " + print + " }); "
                        + "thread.start(); thread.join();";
                case 3 -> "CompletableFuture.runAsync(() -> { " + print + " }).get();";
                case 4 -> "try (var pool = Executors.newFixedThreadPool(1)) { "
                        + "pool.submit(() -> { " + print + " }); }";
                default -> print;
            });
        }
        assertEquals(String.join("", words),
                ENGINE.run(1, "{ " + String.join(" ", statements) + " }").answer());
    }

    @Example
    void bytesOfOneCharacterMayComeOneByOne() {
        assertEquals("粘", answer("for (byte b : \"粘\".getBytes()) { System.out.write(b); }"));
    }

    @Example
    void partsOfLinesStandBeforeValues() {
        assertEquals("abc==> 1\n", answer("System.out.print(\"abc\");", "1"));
    }

    @Example
    void everyEventIsToldAtOnceToTheCaller() {
        var told = new ArrayList<String>();
        var threads = new HashSet<Thread>();
        var result = ENGINE.run(1, "int n = 1;\nSystem.out.println(\"x\");\nn", event -> {
            threads.add(Thread.currentThread());
            told.add(event.text());
        });
        assertEquals(List.of("n ==> 1", "x\n", "n ==> 1"), told);
        assertEquals(told, result.events().stream().map(Event::text).toList());
        assertEquals(Set.of(Thread.currentThread()), threads);
    }

    @Example
    void aCellThatPrintsForEverDoesNotEatTheMemory() {
        var lines = run(1, "for (var i = 0; i < 1500; i++) System.out.println(\"xyz\");");
        assertEquals(1000, lines.answer().lines().filter("xyz"::equals).count());
        var note = assertInstanceOf(Event.Note.class, lines.events().getLast());
        assertTrue(note.text().contains(" 500 more lines "), note.text());
        var forEver = runShortly(1, "while (true) System.out.println(\"xyz\");");
        assertTrue(forEver.answer().length() < 10_000, forEver.answer().length() + " characters");
        var one = runShortly(1, "while (true) System.out.print(\"xyz\".repeat(1000));");
        assertTrue(one.answer().length() < 210_000, one.answer().length() + " characters");
    }

    // How it fails.

    @Example
    void anExceptionIsOneLineAndKnowsWhereItHappened() {
        var result = run(1, "int n = 0;", "", "// here", "System.out.println(\"before\");",
                "int m = 7 /", "    n;", "n = 8;");
        assertEquals(Outcome.FAILED, result.outcome());
        assertEquals("n ==> 0\nbefore\nException java.lang.ArithmeticException: / by zero\n",
                result.answer());
        assertEquals(5, failure(result).line());
        assertEquals("int m = 7 /", failure(result).source());
        assertEquals("==> 0\n", answer("n + 0"), "the cell went on after its exception");
    }

    @Provide
    Arbitrary<String> comments() {
        return Arbitraries.of("", "// a remark", "/// about it", "/* several\nlines */", "/* one */")
                .list().ofMaxSize(4).map(lines -> String.join("\n", lines) + "\n");
    }

    @Property(tries = 30)
    void aFailureIsInItsLineWhateverStandsBeforeIt(@ForAll("comments") String comments) {
        for (var statement : List.of("1 / zero", "var x = 1 / zero;", "int y = 1 / zero;",
                "throw new Exception();")) {
            var before = "int zero = 0; " + comments;
            var failed = failure(ENGINE.run(1, before + statement));
            assertEquals(before.lines().count() + 1, failed.line(), statement);
            assertEquals(statement, failed.source());
        }
    }

    @Example
    void anExceptionInAMethodIsTracedThroughTheCells() {
        run(2, "class Oops extends Exception { Oops(String m) { super(m); } }",
                "void thrower() throws Oops {", "    throw new Oops(\"no\");", "}");
        var failed = failure(run(3, "int x = 1;", "thrower();"));
        assertEquals("Exception Oops: no", failed.text());
        assertEquals(2, failed.line());
        assertEquals(List.of("cell 2, line 3, in thrower", "cell 3, line 2"), failed.trace());
    }

    /// By a port that is bound and does not listen: one that is free may be taken meanwhile.
    @Example
    void aRefusedConnectionIsToldAsInJava() throws IOException {
        try (var bound = new Socket()) {
            bound.bind(new InetSocketAddress("127.0.0.1", 0));
            assertEquals("Exception java.net.ConnectException: Connection refused\n",
                    answer("new Socket(\"127.0.0.1\", " + bound.getLocalPort() + ")"));
        }
    }

    @Example
    void theCompilerPointsAtWhatItRefuses() {
        var result = run(1, "int good = 1;", "", "// a remark", "int bad =  \"text\" ;",
                "int more = 2;");
        assertEquals(Outcome.FAILED, result.outcome());
        var rejected = assertInstanceOf(Event.Rejected.class, result.events().getLast());
        assertEquals("error: incompatible types: java.lang.String cannot be converted to int",
                rejected.text());
        assertEquals(List.of(4, 12, 6), List.of(rejected.line(), rejected.column(),
                rejected.width()));
        assertEquals("int bad =  \"text\" ;", rejected.source());
        assertEquals(Outcome.FAILED, run(1, "int unfinished = (1").outcome());
        assertEquals(Outcome.FAILED, run(1, "}").outcome());
    }

    @Example
    void aMethodMayWaitForWhatItUses() {
        run(1, "int twice(int n) { return n + other(n); }");
        assertTrue(answer("twice(2)")
                .startsWith("Exception jdk.jshell.UnresolvedReferenceException"));
        assertEquals("==> 4\n", answer("int other(int n) { return n; }", "twice(2)"));
    }

    @Example
    void aValueThatCannotBeShownIsAFailure() {
        assertEquals("Exception java.lang.IllegalStateException: no\n", answer("new Object() { "
                + "public String toString() { throw new IllegalStateException(\"no\"); } }"));
    }

    @Example
    void endlessRecursionIsAnExceptionLikeAnyOther() {
        assertEquals("Exception java.lang.StackOverflowError\n",
                answer("int deep(int n) { return deep(n + 1) + 1; }", "deep(0)"));
        assertEquals("==> 2\n", answer("1 + 1"));
    }

    @Example
    void noCellEndsTheProgram() {
        for (var exit : List.of("System.exit(3);", "Runtime.getRuntime().exit(3);",
                "Runtime.getRuntime().halt(3);", "IntConsumer exit = System::exit; exit.accept(3);",
                "List.of(3).forEach(Runtime.getRuntime()::halt);")) {
            var result = run(1, exit);
            assertTrue(failure(result).text().contains("exit(3) would end the whole workbook"),
                    result.toString());
        }
    }

    @Example
    void noCellWaitsForTheKeyboard() {
        for (var read : List.of("System.in.read();", "new Scanner(System.in).nextLine();",
                "IO.readln();", "IO.readln(\"name? \");")) {
            var result = run(1, read);
            assertEquals(Outcome.FAILED, result.outcome(), read);
            assertTrue(result.took().compareTo(PATIENCE) < 0, read);
        }
        assertTrue(answer("IO.readln();").contains("cells cannot read from the keyboard"));
    }

    @Example
    void aCellMayTakeAwayStandardOutput() {
        run(1, "System.setOut(new PrintStream(OutputStream.nullOutputStream()));");
        assertEquals("here\n", answer("System.out.println(\"here\");"));
    }

    // How it is stopped.

    private static final String OPEN = "var server = new ServerSocket(0, 1, "
            + "InetAddress.getLoopbackAddress());\n"
            + "var client = new Socket(server.getInetAddress(), server.getLocalPort());\n"
            + "var door = ServerSocketChannel.open()"
            + ".bind(new InetSocketAddress(\"127.0.0.1\", 0));\n"
            + "var channel = SocketChannel.open(door.getLocalAddress());\n"
            + "var peer = door.accept();\n"
            + "var selector = Selector.open();\n"
            + "var empty = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());\n";

    @Provide
    Arbitrary<String> waits() {
        return Arbitraries.of("empty.accept();", "client.getInputStream().read();",
                "door.accept();", "channel.read(ByteBuffer.allocate(1));", "selector.select();",
                "while (true) selector.select();", "Thread.sleep(100_000);",
                "new LinkedBlockingQueue<String>().take();", "new CountDownLatch(1).await();",
                "new CompletableFuture<String>().get();", "LockSupport.park();",
                "synchronized (selector) { selector.wait(); }",
                "while (channel.write(ByteBuffer.allocate(1 << 20)) >= 0);",
                "client.getOutputStream().write(new byte[100 << 20]);",
                "DatagramChannel.open().bind(null).receive(ByteBuffer.allocate(1));",
                "Background.start(() -> { empty.accept(); }).join();",
                "try (var pool = Executors.newCachedThreadPool()) { "
                        + "pool.submit(() -> { while (true); }); }");
    }

    /// From another thread, as a terminal does it, when the cell surely waits. The line is told,
    /// unless Java lets the statement end as if nothing had happened.
    @Property
    void aCellThatWaitsIsFreed(@ForAll("waits") String wait) {
        var code = OPEN + "{\n    System.out.println(\"now\");\n" + wait + "\n}";
        var result = ENGINE.run(1, code, event -> {
            if (event.text().equals("now\n")) {
                assertTrue(ENGINE.isRunning());
                CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS,
                        Thread::startVirtualThread)
                        .execute(ENGINE::interrupt);
            }
        });
        assertEquals(Outcome.STOPPED, result.outcome(), result::toString);
        assertTrue(failure(result).text().startsWith("Interrupted"), result::toString);
        assertTrue(Set.of(wait, "{").contains(failure(result).source()), result::toString);
        assertFalse(ENGINE.isRunning());
        assertEquals("==> 2\n", answer("1 + 1"));
    }

    @Example
    void theServersOfACellThatIsStoppedServeOn() throws IOException {
        var code = ECHO_SERVER + "{ System.out.println(\"now\"); while (true); }";
        var result = ENGINE.run(1, code, event -> {
            if (event.text().equals("now\n")) ENGINE.interrupt();
        });
        assertEquals(Outcome.STOPPED, result.outcome(), result::toString);
        var port = Integer.parseInt(result.answer().lines()
                .filter(line -> line.matches("==> \\d+")).findFirst().orElseThrow().substring(4));
        assertEchoes(port);
        assertEchoes(port); // it has come round its loop
    }

    @Provide
    Arbitrary<String> loops() {
        return Arbitraries.of("while (true);", "for (;;) { }", "do { } while (true);",
                "while (true) { for (var i = 0; i < 9; i++) { } }",
                "while (true) { try { Thread.sleep(1); } catch (Throwable t) { } }",
                "while (true) { try { while (true); } catch (Error e) { } }",
                "void loop() { while (true); } loop();", "int f(int n) { return n == 0 ? 0 "
                        + ": f(n - 1) + f(n - 1); } f(90)",
                "Stream.iterate(1, n -> n).forEach(n -> { });",
                "Runnable r = () -> { while (true); };"
                        + " r.run();", "new Object() { { while (this != null); } };",
                "class Loop { static int n; static { while (n == 0); } } new Loop()",
                "outer: while (true) { while (true) { continue outer; } }",
                "switch (1) { default -> { while (true); } }");
    }

    @Property
    void aCellThatLoopsIsStoppedAtItsDeadline(@ForAll("loops") String loop) throws IOException {
        var result = runShortly(1, loop, "int after = 1;");
        assertEquals(Outcome.TIMED_OUT, result.outcome(), result::toString);
        assertEquals("Stopped after 0.2 s", failure(result).text());
        assertEquals(1, failure(result).line());
        assertTrue(result.took().compareTo(PATIENCE) < 0);
        assertEquals("==> 2\n", answer("1 + 1"));
    }

    @Example
    void theLineThatTookTooLongIsNamed() {
        ENGINE.deadline(SHORT.multipliedBy(10)); // the lines before it have time enough
        var result = run(1, "int before = 1;", "int more = 2;", "while (true);", "int after = 1;");
        assertEquals(Outcome.TIMED_OUT, result.outcome(), result::toString);
        assertEquals(3, failure(result).line());
    }

    /// With a deadline that only a cell which does not end is to reach: also on a busy machine.
    private static Result runShortly(int cell, String... code) {
        ENGINE.deadline(SHORT);
        try {
            return run(cell, code);
        } finally {
            ENGINE.deadline(PATIENCE);
        }
    }

    @Example
    void aDeadlineIsForTheWholeCell() {
        ENGINE.deadline(Duration.ofMillis(300));
        var result = ENGINE.run(1, "Thread.sleep(40);\n".repeat(30));
        assertEquals(Outcome.TIMED_OUT, result.outcome());
    }

    /// A monitor is not to be had by force.
    @Example
    void aCellThatNeverEndsDoesNotKeepTheNextFromRunning() throws IOException {
        run(1, "var monitor = new Object();", "var held = new CountDownLatch(1);",
                "Background.start(() -> { synchronized (monitor) { held.countDown(); "
                        + "new CountDownLatch(1).await(); } });", "held.await();");
        var result = runShortly(2, "synchronized (monitor) { }");
        assertEquals(Outcome.ABANDONED, result.outcome());
        assertTrue(ENGINE.opened().stream().anyMatch(
                opened -> opened.name().equals("cell 2") && opened.state().contains("monitor")));
        assertEquals("==> 2\n", run(3, "1 + 1").answer());
        ENGINE.release(1);
        await(() -> ENGINE.opened().isEmpty(), ENGINE::opened);
    }

    private static final String ECHO_SERVER = """
            var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            Background.start(() -> {
                while (true) {
                    try (var client = server.accept()) {
                        client.getInputStream().transferTo(client.getOutputStream());
                    }
                }
            });
            server.getLocalPort()
            """;

    private static int portOf(Result result) {
        assertEquals(Outcome.DONE, result.outcome(), result::toString);
        return Integer.parseInt(result.answer().lines().toList().getLast().substring(4));
    }

    private static void assertEchoes(int port) throws IOException {
        try (var client = new TestClient(port)) {
            client.send("hello".getBytes(UTF_8));
            client.halfClose();
            assertEquals("hello", new String(client.readToEnd(), UTF_8));
        }
    }

    @Property(tries = 3)
    void theServerOfAnotherCellServesOn(@ForAll("loops") String loop, @ForAll("waits") String wait)
            throws IOException {
        var port = portOf(run(1, ECHO_SERVER));
        var looping = runShortly(2, loop);
        assertEquals(Outcome.TIMED_OUT, looping.outcome(), looping::toString);
        assertEchoes(port);
        run(3, OPEN.replace("server", "other"));
        var waiting = runShortly(4, wait);
        assertEquals(Outcome.TIMED_OUT, waiting.outcome(), waiting::toString);
        assertEchoes(port);
    }

    /// A loop in the background lives until its cell is run again.
    @Example
    void aLoopInTheBackgroundEndsWhenItsCellIsRunAgain() {
        var loop = "var rounds = new AtomicLong();\n"
                + "var loop = new Thread(() -> { while (true) rounds.incrementAndGet(); });\n"
                + "loop.start();";
        run(1, loop);
        run(2, "var first = loop;");
        assertEquals("==> true\n", run(3, "first.isAlive()").answer());
        run(1, loop);
        assertEquals("==> true\n", run(3, "first.join(Duration.ofSeconds(5))").answer());
        assertEquals("==> true\n", run(3, "loop.isAlive()").answer());
    }

    private enum Deed {
        WELL("System.out.println(\"well\");"), THROWS("int x = 1 / 0;"), LOOPS("while (true);"),
        WAITS("new ServerSocket(0).accept();"), EXITS("System.exit(1);"),
        RECURSES("void r() { r(); } r();"), IS_WRONG("int x = ;"),
        OPENS("var s = Selector.open();"),
        PRINTS("Background.start(() -> { while (true) { System.out.println(\"x\"); } });"),
        ALLOCATES("var huge = new long[Integer.MAX_VALUE][];"),
        WAITS_BEHIND("var t = new Thread(() -> { LockSupport.park(); }); t.start();");

        final String code;

        Deed(String code) {
            this.code = code;
        }
    }

    /// Whatever cells do, in whatever order, the next one is as good as the first.
    @Property(tries = 12)
    void theNextCellAlwaysRuns(@ForAll List<Deed> deeds) {
        var number = 0;
        for (var deed : deeds.subList(0, Math.min(6, deeds.size()))) {
            var cell = ++number % 3 + 1;
            var result = Set.of(Deed.LOOPS, Deed.WAITS).contains(deed)
                    ? runShortly(cell, deed.code) : run(cell, deed.code);
            assertEquals(switch (deed) {
                case WELL, OPENS, PRINTS, WAITS_BEHIND -> Outcome.DONE;
                case THROWS, EXITS, RECURSES, IS_WRONG, ALLOCATES -> Outcome.FAILED;
                case LOOPS, WAITS -> Outcome.TIMED_OUT;
            }, result.outcome(), result::toString);
            assertEquals("well\n==> 2\n", run(9, Deed.WELL.code, "1 + 1").answer(), deed.name());
        }
        for (var cell : List.of(1, 2, 3, 9)) ENGINE.release(cell);
        await(() -> ENGINE.opened().isEmpty(), ENGINE::opened);
    }

    @Provide
    Arbitrary<List<Integer>> orders() {
        return Arbitraries.integers().between(1, 5).list().ofMaxSize(12);
    }

    @Property(tries = 6)
    void laterCellsAreStaleUntilTheyRunAgain(@ForAll("orders") List<Integer> order) {
        var engine = ENGINE;
        engine.reset();
        var ran = new TreeSet<Integer>();
        var stale = new TreeSet<Integer>();
        for (var cell : order) {
            var result = engine.run(cell, "");
            stale.addAll(ran.tailSet(cell + 1));
            stale.remove(cell);
            ran.add(cell);
            assertEquals(stale, engine.stale());
            assertEquals(stale, result.stale());
        }
        engine.evaluate("1", _ -> { });
        assertEquals(stale, engine.stale());
    }

    /// A program with little memory, for which the cells of [#gluttons] are too much.
    static final class SmallProgram {

        static void main() {
            try (var engine = new CellEngine()) {
                for (var glutton : gluttons()) {
                    var result = engine.run(1, glutton);
                    var next = engine.run(2, "1 + 1").answer().strip();
                    System.out.println(result.outcome() + ", " + next);
                }
            }
        }

        private static List<String> gluttons() {
            return List.of("var list = new ArrayList<byte[]>();\n"
                            + "while (true) list.add(new byte[1 << 20]);",
                    "var list = new ArrayList<String>();\n"
                            + "for (var i = 0; ; i++) list.add(\"x\" + i);",
                    "Stream.generate(() -> new byte[1000]).toList();",
                    "var text = new StringBuilder();\nwhile (true) text.append(text).append(1);");
        }
    }

    @Example
    @Tag("process")
    void aCellThatEatsTheMemoryLeavesRoomForTheNext() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var program = new ProcessBuilder(java, "-Xmx96m", "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                SmallProgram.class.getName()).redirectErrorStream(true).start();
        try (var out = program.inputReader()) {
            var killer = CompletableFuture.delayedExecutor(3, TimeUnit.MINUTES);
            killer.execute(program::destroyForcibly);
            var lines = out.lines().toList();
            assertEquals(4, lines.size(), lines::toString);
            for (var line : lines) {
                assertTrue(line.matches("(STOPPED|FAILED|TIMED_OUT), ==> 2"), line);
            }
        } finally {
            program.destroyForcibly();
        }
    }

    // What it opens.

    @Provide
    Arbitrary<String> openings() {
        return Arbitraries.of(
                "var s = new ServerSocket(PORT, 1, InetAddress.getLoopbackAddress());",
                "var s = new ServerSocket(); s.bind(new InetSocketAddress(\"127.0.0.1\", PORT));",
                "var s = ServerSocketChannel.open().bind(new InetSocketAddress(PORT));",
                "var s = ServerSocketChannel.open(); s.configureBlocking(false); "
                        + "s.bind(new InetSocketAddress(\"127.0.0.1\", PORT)); "
                        + "var k = Selector.open(); s.register(k, SelectionKey.OP_ACCEPT); "
                        + "k.selectNow();",
                "var s = ServerSocketChannel.open(); s.configureBlocking(false); "
                        + "s.bind(new InetSocketAddress(\"127.0.0.1\", PORT)); "
                        + "s.register(shared, SelectionKey.OP_ACCEPT); shared.selectNow();",
                "var s = javax.net.ServerSocketFactory.getDefault().createServerSocket(PORT);",
                "Supplier<ServerSocket> m = () -> { try { return new ServerSocket(PORT); } "
                        + "catch (IOException e) { throw new UncheckedIOException(e); } }; "
                        + "m.get();",
                "Callable<ServerSocketChannel> m = ServerSocketChannel::open; "
                        + "m.call().bind(new InetSocketAddress(PORT));",
                "interface Maker { ServerSocket make(int port) throws IOException; } "
                        + "Maker m = ServerSocket::new; m.make(PORT);",
                "class Own extends ServerSocket { Own() throws IOException { super(PORT); } } "
                        + "new Own()",
                "class Server { ServerSocket s = new ServerSocket(PORT); "
                        + "Server() throws IOException { } } new Server()",
                "var open = new CountDownLatch(1); Background.start(() -> { "
                        + "var s = new ServerSocket(PORT); open.countDown(); s.accept(); }); "
                        + "open.await(); new Socket(\"127.0.0.1\", PORT).close();",
                "var s = com.sun.net.httpserver.HttpServer.create("
                        + "new InetSocketAddress(\"127.0.0.1\", PORT), 0); s.start();",
                "var s = new DatagramSocket(PORT);",
                "var s = DatagramChannel.open().bind(new InetSocketAddress(PORT));");
    }

    /// The port that was free for the cell is free for it once more, and then for others.
    @Property
    void aCellThatIsRunAgainFindsItsPortFree(@ForAll("openings") String opening)
            throws IOException {
        var port = FreePort.number();
        run(5, "var shared = Selector.open();");
        for (var i = 0; i < 2; i++) {
            var result = run(1, opening.replace("PORT", String.valueOf(port)));
            assertEquals(Outcome.DONE, result.outcome(), result::toString);
        }
        var opened = ENGINE.opened().stream().filter(one -> one.cell() == 1).toList();
        assertTrue(opened.stream().anyMatch(one -> one.state().contains(":" + port)),
                opened::toString);
        ENGINE.release(1);
        assertEquals(List.of(5), ENGINE.opened().stream().map(Opened::cell).toList());
        try (var tcp = new ServerSocket(port); var udp = new DatagramSocket(port)) {
            assertTrue(tcp.isBound() && udp.isBound());
        }
    }

    /// Nobody's keys are selected by the way.
    @Example
    void closingTheChannelOfASelectorLeavesItsOtherKeysAlone() {
        run(1, "var shared = Selector.open();");
        run(2, "var stays = Pipe.open();", "stays.source().configureBlocking(false);",
                "stays.source().register(shared, SelectionKey.OP_READ);",
                "stays.sink().write(ByteBuffer.wrap(new byte[] {1}));");
        run(3, "var goes = ServerSocketChannel.open().bind(null);",
                "goes.configureBlocking(false);",
                "goes.register(shared, SelectionKey.OP_ACCEPT);");
        ENGINE.release(3);
        assertEquals("==> 1\n==> 0\n==> 1\n", run(4, "shared.keys().size()",
                "shared.selectedKeys().size()", "shared.select(1000)").answer());
    }

    @Example
    void whatIsOpenIsToldInWords() {
        run(1, "var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());",
                "var client = new Socket(server.getInetAddress(), server.getLocalPort());",
                "var accepted = server.accept();", "client.shutdownOutput();",
                "var unused = new Socket();");
        run(2, "var loopback = InetAddress.getLoopbackAddress();",
                "var door = ServerSocketChannel.open().bind(new InetSocketAddress(loopback, 0));",
                "door.configureBlocking(false);", "var selector = Selector.open();",
                "door.register(selector, SelectionKey.OP_ACCEPT);",
                "var channel = SocketChannel.open(door.getLocalAddress());",
                "channel.configureBlocking(false);",
                "channel.register(selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE);",
                "selector.selectNow();");
        run(3, "var waiter = Background.start(() -> { server.accept(); });",
                "var spinner = new Thread(() -> { while (true); }, \"spinner\");",
                "spinner.start();",
                "var pool = Executors.newCachedThreadPool();",
                "var datagrams = new DatagramSocket(null);");
        await(() -> state("waiter").equals("blocked in accept"), ENGINE::opened);
        assertAll(
                () -> assertState("listening on 127\\.0\\.0\\.1:\\d+", "server"),
                () -> assertState("connected 127\\.0\\.0\\.1:\\d+ -> 127\\.0\\.0\\.1:\\d+, "
                        + "half-closed: output shut down", "client"),
                () -> assertState("connected 127\\.0\\.0\\.1:\\d+ -> 127\\.0\\.0\\.1:\\d+",
                "accepted"),
                () -> assertState("not connected", "unused"),
                () -> assertState("listening on 127\\.0\\.0\\.1:\\d+, non-blocking", "door"),
                () -> assertState("(?s)2 keys(?=.*\n  listening on .*: OP_ACCEPT, selected)"
                        + "(?=.*\n  connected .* -> .*: OP_READ \\| OP_WRITE, selected).*",
                        "selector"),
                () -> assertState("running", "spinner"),
                () -> assertState("running", "pool"));
        assertEquals(List.of("ServerSocket", "Socket", "Socket", "Socket"), ENGINE.opened().stream()
                .filter(one -> one.cell() == 1).map(Opened::kind).toList());
        assertEquals(1, ENGINE.opened().stream().filter(one -> one.kind().equals("thread"))
                .count());
        run(4, "client.close();", "accepted.close();", "selector.close();", "channel.close();");
        assertEquals(List.of("server", "unused", "door"), ENGINE.opened().stream()
                .filter(one -> one.cell() < 3).map(Opened::name).toList());
    }

    private static String state(String name) {
        return ENGINE.opened().stream().filter(one -> one.name().equals(name)).map(Opened::state)
                .findFirst().orElse("none");
    }

    private static void assertState(String pattern, String name) {
        assertTrue(state(name).matches(pattern), () -> name + " is: " + state(name));
    }

    /// The socket that a thread of one cell accepts is that cell's, wherever it is passed to.
    @Example
    void theFirstCellThatHasASocketOwnsIt() throws IOException {
        run(1, "var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());");
        run(2, "var pool = Executors.newVirtualThreadPerTaskExecutor();",
                "Callable<Socket> accept = server::accept;", "var accepted = pool.submit(accept);",
                "var out = new Socket(server.getInetAddress(), server.getLocalPort());",
                "while (!accepted.isDone()) Thread.onSpinWait();");
        run(3, "Socket mine = accepted.get();");
        assertEquals(Set.of(1, 2), ENGINE.opened().stream().map(Opened::cell)
                .collect(Collectors.toSet()));
        ENGINE.release(3);
        assertEquals("==> false\n", run(3, "mine.isClosed()").answer());
        ENGINE.release(2);
        assertEquals("==> true\n", run(3, "mine.isClosed()").answer());
    }

    @Example
    void closedThingsAreNotKept() {
        run(1, "var trace = new ArrayList<WeakReference<Socket>>();",
                "for (var i = 0; i < 500; i++) {",
                "    var socket = new Socket();",
                "    socket.close();",
                "    trace.add(new WeakReference<>(socket));",
                "}");
        assertEquals(List.of(), ENGINE.opened());
        await(() -> {
            System.gc();
            return run(2, "trace.stream().filter(one -> one.get() != null).count()").answer()
                    .equals("==> 0\n");
        }, () -> "some of the closed sockets are held by somebody");
    }

    /// The race between accept and the end of its cell.
    @Property(tries = 6)
    void whatIsOpenedTooLateIsClosedAtOnce(@ForAll @IntRange(min = 1, max = 8) int guests)
            throws IOException {
        var port = portOf(run(1, """
                var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                for (var i = 0; i < 4; i++) {
                    Background.start(() -> { while (true) server.accept().getInputStream(); });
                }
                server.getLocalPort()
                """));
        var clients = new ArrayList<TestClient>();
        for (var i = 0; i < guests; i++) clients.add(new TestClient(port));
        ENGINE.release(1);
        for (var client : clients) {
            try (client) {
                assertEquals(0, client.readToEnd().length);
            } catch (SocketException e) {
                assertTrue(e.getMessage().contains("reset"), e.getMessage()); // was in the backlog
            }
        }
        await(() -> ENGINE.opened().isEmpty(), ENGINE::opened);
    }

    // In the background.

    @Example
    void laterPrintsAreTaggedWithTheCellThatStartedTheThread() throws InterruptedException {
        run(1, "var go = new LinkedBlockingQueue<String>();");
        run(4, "Background.start(() -> { while (true) { System.out.print(go.take()); } });");
        run(7, "var other = new Thread(() -> { System.out.println(\"in \" + Thread.currentThread()"
                + ".getName()); }, \"another\");");
        assertEquals("", run(8, "go.add(\"one\\ntwo\");", "go.add(\"more\\n\\033[1m\\n\");")
                .answer().replace("==> true\n", ""));
        assertEquals(List.of(new BackgroundLine(4, "one"), new BackgroundLine(4, "twomore"),
                new BackgroundLine(4, "\\033[1m")), List.of(background(4), background(4),
                background(4)));
        run(8, "other.start();");
        assertEquals(new BackgroundLine(7, "in another"), background(7));
        ENGINE.evaluate("Background.start(() -> { go.take(); System.out.println(\"typed\"); });",
                _ -> { });
        ENGINE.release(4);
        run(8, "go.add(\"x\");");
        assertEquals(new BackgroundLine(CellEngine.PROMPT, "typed"),
                background(CellEngine.PROMPT));
    }

    @Example
    void anExceptionInTheBackgroundIsALine() throws InterruptedException {
        run(1, "var go = new CountDownLatch(1);");
        run(2, "class Oops extends Exception { Oops() { super(\"no\"); } }",
                "Background.start(() -> { go.await(); throw new Oops(); });");
        run(3, "go.countDown();");
        assertEquals(new BackgroundLine(2, "Exception Oops: no in the background"), background(2));
        run(2, "Runnable bad = () -> { LockSupport.park(); throw new Error(\"bad\"); };",
                "var thread = new Thread(bad, \"T\");", "thread.start();");
        run(3, "LockSupport.unpark(thread);");
        assertEquals(new BackgroundLine(2, "Exception java.lang.Error: bad ended thread T"),
                background(2));
    }

    /// What is too much is counted.
    @Example
    void aThreadThatPrintsForEverDoesNotFloodItsListener() throws InterruptedException {
        run(1, "Background.start(() -> { while (true) { System.out.println(\"x\"); } });");
        var lines = new ArrayList<String>();
        do {
            lines.add(background(1).text());
        } while (!lines.getLast().startsWith("… and ") && lines.size() < 10_000);
        assertTrue(lines.size() < 10_000, "10,000 lines, and no end");
        ENGINE.release(1);
        run(2, "var asked = new Semaphore(0);",
                "Background.start(() -> { while (true) { asked.acquire(); IO.println(\"yes\"); } });");
        for (int i = 0; i < 2; i++) awaitALineThatIsNotDropped();
    }

    private static void awaitALineThatIsNotDropped() throws InterruptedException {
        do {
            run(3, "asked.release();");
        } while (!background(2).text().equals("yes"));
    }

    // At the prompt.

    @Example
    void whatIsTypedIsCompleteOrNot() {
        var expected = Map.of("", Prompt.Completeness.EMPTY, "// remark", Prompt.Completeness.EMPTY,
                "int x = 3", Prompt.Completeness.COMPLETE, "x; y;", Prompt.Completeness.COMPLETE,
                "f(", Prompt.Completeness.INCOMPLETE, "void f() {", Prompt.Completeness.INCOMPLETE,
                "int x; if (", Prompt.Completeness.INCOMPLETE, "x)", Prompt.Completeness.WRONG);
        expected.forEach((typed, wanted) -> assertEquals(wanted, ENGINE.completeness(typed),
                typed));
    }

    @Example
    void linesAreCompletedAndExplained() {
        run(1, "var listener = new ServerSocket();");
        var completions = ENGINE.completions("listener.acc", 12);
        assertEquals(9, completions.anchor());
        assertEquals(List.of("accept()"), completions.candidates().stream()
                .map(Prompt.Completion::text).toList());
        var documentation = ENGINE.documentation("listener.setSoTimeout(", 22).getFirst();
        assertTrue(documentation.signature().contains("setSoTimeout(int timeout)"),
                documentation::toString);
        assertFalse(documentation.text().matches("(?s).*(<p>|\\{@).*"), documentation.text());
    }

    @Example
    void variablesAreListed() {
        ENGINE.reset();
        run(1, "int n = 3;", "var list = List.of(\"a\");", "n + 1", "class C {}");
        runShortly(2, "var c = new C() {", "    public String toString() { while (true); }", "};");
        assertEquals(List.of("n int 3", "list List<String> [a]"), ENGINE.variables().stream()
                .limit(2)
                .map(one -> one.name() + " " + one.type() + " " + one.value()).toList());
        assertEquals("…", ENGINE.variables().get(2).value());
    }

    // The end.

    @Example
    void afterAResetNothingIsLeft() {
        run(1, "int gone = 1;", "var server = new ServerSocket(0);");
        ENGINE.evaluate("var typed = new ServerSocket(0);", _ -> { });
        assertEquals(List.of(0, 1), ENGINE.opened().stream().map(Opened::cell).sorted().toList());
        ENGINE.reset();
        assertEquals(List.of(), ENGINE.opened());
        assertEquals(List.of(), ENGINE.variables());
        assertTrue(answer("gone").startsWith("error: cannot find symbol"));
    }

    @Example
    void afterCloseNoSocketAndNoThreadIsLeft() throws IOException {
        var out = System.out;
        var engine = new CellEngine();
        var port = portOf(engine.run(1, ECHO_SERVER));
        var client = new TestClient(port);
        engine.run(2, "var pool = Executors.newFixedThreadPool(2);\n"
                + "pool.submit(() -> { while (true); });");
        engine.run(3, "new Thread(() -> { while (true) LockSupport.park(); }).start();");
        engine.close();
        engine.close();
        try (client) {
            assertEquals(0, client.readToEnd().length);
        }
        assertThrows(ConnectException.class, () -> new TestClient(port));
        ThreadDump.awaitNone("REPL\\.\\S+|workbook\\.Background\\.\\S+");
        assertThrows(IllegalStateException.class, () -> engine.run(1, "1"));
        assertEquals(out, System.out);
    }

    @Example
    void twoEnginesKnowNothingOfEachOther() {
        try (var other = new CellEngine()) {
            run(1, "var n = 1;", "var server = new ServerSocket(0);");
            assertEquals("n ==> 2\nother\n", other.run(1,
                    "var n = 2;\nSystem.out.println(\"other\");")
                    .answer());
            assertEquals("==> 1\n", run(2, "n + 0").answer());
            assertEquals(List.of(), other.opened());
        }
        assertEquals("==> false\n", run(2, "server.isClosed()").answer());
    }
}
