package workbook;

import module java.base;

import jdk.jshell.execution.DirectExecutionControl;
import jdk.jshell.spi.ExecutionControl;

/// JShell's hand in this JVM: compiled statements are run by the thread of the run.
final class CellControl extends DirectExecutionControl {

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

    /// A value as JShell shows it, but never much of it.
    static String shown(Object value) {
        return Text.abbreviated(Text.harmless(switch (value) {
            case null -> "null";
            case String text -> valueString(Text.abbreviated(text));
            case Object array when array.getClass().isArray() && Array.getLength(array) > 1000 ->
                withoutMiddle(array);
            default -> String.valueOf(valueString(value));
        }));
    }

    /// Text would cut it there anyway.
    private static String withoutMiddle(Object array) {
        var head = Array.newInstance(array.getClass().getComponentType(), 500);
        var tail = Array.newInstance(array.getClass().getComponentType(), 100);
        var length = Array.getLength(array);
        System.arraycopy(array, 0, head, 0, 500);
        System.arraycopy(array, length - 100, tail, 0, 100);
        var shown = valueString(head);
        var end = valueString(tail);
        return shown.substring(0, shown.length() - 2).replaceFirst("\\[500]", "[" + length + "]")
                + ", " + end.substring(end.indexOf('{') + 2);
    }
}
