package workbook.engine;

import module java.base;

import jdk.jshell.execution.DirectExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import workbook.runtime.SocketState;
import workbook.runtime.Text;

/// JShell's hand in this JVM: compiled statements are run by the thread of the run.
final class CellControl extends DirectExecutionControl {

    private static final int MOST_ELEMENTS = 24; // of an array that is shown as a whole
    private static final int FIRST_ELEMENTS = 8; // of one that is not

    /// Runs a statement, in some thread, within some time.
    @FunctionalInterface
    interface Caller {

        /// @throws InvocationTargetException what the statement threw
        /// @throws ExecutionControl.StoppedException if it does not end
        String call(Callable<String> statement) throws Exception;
    }

    private volatile Caller caller = Callable::call;

    private final CellLoader loader;

    CellControl(CellLoader loader) {
        super(loader);
        this.loader = loader;
    }

    /// Sets what runs statements from now on.
    void caller(Caller caller) {
        this.caller = caller;
    }

    @Override
    protected String invoke(Method statement) throws Exception {
        return caller.call(() -> {
            try {
                return shown(statement.invoke(null));
            } catch (InvocationTargetException | OutOfMemoryError e) {
                if (e instanceof OutOfMemoryError || e.getCause() instanceof OutOfMemoryError) {
                    loader.forgetVariables(); // before anything else: nobody has room for more
                }
                throw e;
            }
        });
    }

    @Override
    public void redefine(ClassBytecodes[] classes) throws NotImplementedException {
        throw new NotImplementedException("classes are replaced"); // JShell then does that
    }

    /// A value as JShell shows it, but never much of it, and of channels and futures what one wants
    /// to know.
    static String shown(Object value) {
        return Text.abbreviated(Text.harmless(switch (value) {
            case null -> "null";
            case String text -> valueString(Text.abbreviated(text));
            case SelectionKey key -> SocketState.shown(key);
            case Collection<?> keys when areKeys(keys) -> keys.stream()
                    .map(key -> SocketState.shown((SelectionKey) key)).toList().toString();
            case ServerSocketChannel listener -> SocketState.shown(listener);
            case FutureTask<?> task when isOfLibrary(task) -> status(task);
            case Object array when array.getClass().isArray()
                    && Array.getLength(array) > MOST_ELEMENTS -> beginning(array);
            default -> String.valueOf(valueString(value));
        }));
    }

    private static boolean areKeys(Collection<?> values) {
        return !values.isEmpty() && values.stream().allMatch(SelectionKey.class::isInstance);
    }

    private static boolean isOfLibrary(FutureTask<?> task) {
        return task.getClass().getPackage() == FutureTask.class.getPackage();
    }

    /// In its own words, without the class that a pool makes it of, and the name of a lambda.
    private static String status(FutureTask<?> task) {
        return "FutureTask[" + switch (task.state()) {
            case RUNNING -> "Not completed";
            case SUCCESS -> "Completed normally";
            case FAILED -> "Completed exceptionally: " + task.exceptionNow();
            case CANCELLED -> "Cancelled";
        } + "]";
    }

    /// As the chapters write it: `byte[1024] { 101, 99, … }`.
    private static String beginning(Object array) {
        var first = Array.newInstance(array.getClass().getComponentType(), FIRST_ELEMENTS);
        System.arraycopy(array, 0, first, 0, FIRST_ELEMENTS);
        var shown = valueString(first).replaceFirst(
                "\\[" + FIRST_ELEMENTS + "]", "[" + Array.getLength(array) + "]");
        return shown.substring(0, shown.length() - " }".length()) + ", … }";
    }
}
