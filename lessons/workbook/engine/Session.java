package workbook.engine;

import module java.base;

import jdk.jshell.*;
import jdk.jshell.Snippet.Status;
import jdk.jshell.Snippet.SubKind;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;
import workbook.runtime.CellHooks;
import workbook.runtime.Event;
import workbook.runtime.Run;
import workbook.runtime.Text;

/// A JShell with its variables, and where in which cell its snippets stand. Not for more than one
/// thread at a time.
final class Session implements AutoCloseable {

    /// What a cell may want of java.base. The packages one by one, as JShell looks at all imports
    /// several times a statement: with `import module java.base` cells take a quarter longer.
    private static final List<String> PACKAGES = List.of(
            "java.io", "java.lang.ref", "java.math", "java.net", "java.nio", "java.nio.channels",
            "java.nio.charset", "java.nio.file", "java.nio.file.attribute", "java.security",
            "java.text", "java.time", "java.util", "java.util.concurrent",
            "java.util.concurrent.atomic", "java.util.concurrent.locks", "java.util.function",
            "java.util.regex", "java.util.stream", "java.util.zip");

    /// Something of everything that cells are made of: what has been used once is fast. No class,
    /// as JShell loses the types of variables when a class is dropped.
    private static final List<String> WARM_UP = List.of(
            "int warm(int n) { record Warm(int n) {} return new Warm(n).n(); }",
            "var warm = List.of(\"\").stream().map(w -> w + warm(3)).toList();",
            "for (var w : warm) { w.length(); }",
            "warm.get(0)");

    /// Whether that has been done, by the first session of this program.
    private static final AtomicBoolean WARM = new AtomicBoolean();

    /// Where a snippet stands in the code of a cell.
    private record Place(Run run, String code, int start) {

        int line(int offset) {
            return 1 + (int) code.substring(0, Math.min(start + offset, code.length())).chars()
                    .filter(c -> c == '\n').count();
        }

        /// Where the first statement from here begins.
        int firstLine() {
            var offset = 0;
            for (var line : code.substring(start).lines().toList()) {
                if (!line.isBlank() && !line.strip().startsWith("//")) {
                    return line(offset);
                }
                offset += line.length() + 1;
            }
            return line(0);
        }

        String source(int line) {
            return code.lines().skip(line - 1L).findFirst().orElse("");
        }
    }

    private final CellLoader loader = new CellLoader();
    private final CellControl control = new CellControl(loader);
    private final Map<String, Place> places = new HashMap<>();
    private final JShell shell;
    private Place place;

    Session() {
        shell = JShell.builder().executionEngine(new InThisProgram(), Map.of())
                .idGenerator((_, _) -> nextPlace()).build();
        PACKAGES.forEach(each -> shell.eval("import " + each + ".*;"));
        shell.eval("import workbook.engine.Background;");
        shell.eval("import workbook.engine.Wire;");
        if (!WARM.getAndSet(true)) {
            warmUp();
        }
    }

    private void warmUp() {
        for (var source : WARM_UP) {
            for (var piece : Snippets.split(source, analysis())) {
                shell.eval(piece.source());
            }
        }
        shell.snippets().filter(snippet -> snippet.kind() != Snippet.Kind.IMPORT)
                .toList().reversed().forEach(shell::drop);
    }

    private final class InThisProgram implements ExecutionControlProvider {
        @Override
        public String name() {
            return "workbook";
        }

        @Override
        public ExecutionControl generate(ExecutionEnv environment, Map<String, String> parameters) {
            return control;
        }
    }

    private String nextPlace() {
        var id = String.valueOf(places.size() + 1);
        places.put(id, place == null ? new Place(null, "", 0) : place);
        return id;
    }

    SourceCodeAnalysis analysis() {
        return shell.sourceCodeAnalysis();
    }

    CellLoader loader() {
        return loader;
    }

    /// Runs the code of a cell, until something fails or the run is stopped.
    ///
    /// @return whether all of it ran
    boolean run(Run run, String code, Supervisor supervisor) {
        loader.run(run.id());
        control.caller(supervisor);
        for (var piece : Snippets.split(code, analysis())) {
            place = new Place(run, code, piece.start());
            var good = true;
            for (var event : shell.eval(piece.source())) {
                good &= tell(event, supervisor);
                if (isUnnamed(event.snippet())) {
                    shell.drop(event.snippet());
                }
            }
            if (good && run.stop() != Run.Stop.NO) {
                supervisor.add(stopped(supervisor.reason()));
            }
            if (!good || run.stop() != Run.Stop.NO) {
                return false;
            }
        }
        return true;
    }

    /// The value of an expression, which JShell keeps in a variable. Nobody is told its name, and
    /// JShell imports all variables there are whenever it compiles a statement.
    private static boolean isUnnamed(Snippet snippet) {
        return snippet.subKind() == SubKind.TEMP_VAR_EXPRESSION_SUBKIND;
    }

    private boolean tell(SnippetEvent event, Supervisor supervisor) {
        var snippet = event.snippet();
        if (event.status() == Status.REJECTED) {
            shell.diagnostics(snippet).map(this::rejected).forEach(supervisor::add);
            return false;
        }
        if (event.exception() != null) {
            var room = makeRoom(event.exception());
            supervisor.add(failed(event.exception(), supervisor.reason()));
            room.ifPresent(supervisor::add);
            return false;
        }
        if (event.causeSnippet() == null) {
            described(snippet, event.value()).ifPresent(supervisor::add);
        }
        return true;
    }

    /// A cell that took all there is takes it from the workbook, too. It gives it back before
    /// another word is said: words need memory.
    private Optional<Event> makeRoom(JShellException exception) {
        var failure = String.valueOf(exception instanceof EvalException of
                ? of.getExceptionClassName() : "") + exception.getMessage();
        if (place.run.stop() == Run.Stop.MEMORY || failure.contains("OutOfMemoryError")) {
            loader.forgetVariables();
            return Optional.of(new Event.Note("the variables of this cell are null now"));
        }
        if (failure.contains("Too many open files")) {
            place.run.resources().close(Set.of(place.run));
            return Optional.of(new Event.Note("what this cell opened is closed now"));
        }
        return Optional.empty();
    }

    private Event rejected(Diag problem) {
        var start = (int) Math.max(0, problem.getStartPosition());
        var width = (int) problem.getEndPosition() - start;
        var line = place.line(start);
        var at = Math.min(place.start + start, place.code.length());
        var column = at - place.code.lastIndexOf('\n', at - 1);
        return new Event.Rejected("error: " + Text.harmless(problem.getMessage(null)),
                line, column, Math.max(1, width), place.source(line));
    }

    private Event.Failed failed(JShellException exception, String reason) {
        var frames = Arrays.stream(exception.getStackTrace()).filter(this::isOwn).toList();
        var line = frames.stream().filter(frame -> placeOf(frame).run == place.run)
                .findFirst().map(this::lineOf).orElseGet(place::firstLine);
        return new Event.Failed(words(exception, reason), line, place.source(line),
                frames.stream().map(this::words).limit(10).toList());
    }

    /// It ended as if nothing had happened, or not at all: all we know is the statement.
    private Event.Failed stopped(String reason) {
        var line = place.firstLine();
        return new Event.Failed(reason, line, place.source(line), List.of());
    }

    /// @param reason why the cell was told to stop; the exception is only how it did
    private static String words(JShellException exception, String reason) {
        var name = exception instanceof EvalException of ? of.getExceptionClassName()
                : exception.getClass().getName();
        var message = exception.getMessage() == null ? "" : ": " + exception.getMessage();
        if (reason.isEmpty()) {
            return "Exception " + Text.harmless(Text.withoutWrappers(name) + message);
        }
        return name.equals(CellHooks.Stopped.class.getName()) ? reason
                : reason + " (" + Text.harmless(Text.withoutWrappers(name) + message) + ")";
    }

    private boolean isOwn(StackTraceElement frame) {
        return placeOf(frame) != null && placeOf(frame).run != null;
    }

    private Place placeOf(StackTraceElement frame) {
        var file = frame.getFileName();
        return file == null || !file.startsWith("#") ? null : places.get(file.substring(1));
    }

    private int lineOf(StackTraceElement frame) {
        return placeOf(frame).line(0) + Math.max(1, frame.getLineNumber()) - 1;
    }

    private String words(StackTraceElement frame) {
        var method = frame.getMethodName().replaceAll("lambda\\$.*", "a lambda");
        return "%s, line %d%s".formatted(placeOf(frame).run.name(), lineOf(frame),
                method.isEmpty() ? "" : ", in " + method);
    }

    private Optional<Event> described(Snippet snippet, String value) {
        return Optional.ofNullable(switch (snippet) {
            case VarSnippet variable when variable.subKind() != SubKind.VAR_DECLARATION_SUBKIND ->
                value == null ? null : new Event.Value(
                        variable.subKind() == SubKind.TEMP_VAR_EXPRESSION_SUBKIND ? ""
                                : variable.name(), variable.typeName(), value);
            case VarSnippet variable ->
                declared("variable " + variable.typeName() + " " + variable.name(), variable);
            case ExpressionSnippet expression when value != null -> new Event.Value(
                    expression.name() == null || expression.name().startsWith("$") ? ""
                            : expression.name(), expression.typeName(), value);
            case MethodSnippet method ->
                declared("method " + method.name() + "(" + method.parameterTypes() + ")", method);
            case TypeDeclSnippet type -> declared(kind(type) + " " + type.name(), type);
            default -> null;
        });
    }

    private static String kind(TypeDeclSnippet type) {
        return switch (type.subKind()) {
            case INTERFACE_SUBKIND -> "interface";
            case ENUM_SUBKIND -> "enum";
            case RECORD_SUBKIND -> "record";
            case ANNOTATION_TYPE_SUBKIND -> "annotation";
            default -> "class";
        };
    }

    private Event declared(String what, DeclarationSnippet snippet) {
        var recoverable = shell.status(snippet) == Status.RECOVERABLE_DEFINED
                || shell.status(snippet) == Status.RECOVERABLE_NOT_DEFINED;
        return new Event.Declared(what, recoverable
                ? shell.unresolvedDependencies(snippet).sorted().toList() : List.of());
    }

    /// The variables that can be used, as name and type, in the order of declaration.
    SequencedMap<String, String> variables() {
        var types = new LinkedHashMap<String, String>();
        shell.variables().filter(variable -> shell.status(variable).isDefined())
                .filter(variable -> variable.subKind() != SubKind.TEMP_VAR_EXPRESSION_SUBKIND)
                .forEach(variable -> types.put(variable.name(), variable.typeName()));
        return types;
    }

    @Override
    public void close() {
        shell.close();
    }
}
