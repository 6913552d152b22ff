package workbook.engine;

import module java.base;

import jdk.jshell.execution.LoaderDelegate;
import jdk.jshell.spi.ExecutionControl.ClassBytecodes;
import jdk.jshell.spi.ExecutionControl.ClassInstallException;
import workbook.runtime.Weaver;

/// Loads the compiled code of cells, woven, and knows where their variables are.
final class CellLoader extends ClassLoader implements LoaderDelegate {

    private static final Pattern WRAPPER = Pattern.compile("REPL\\.\\$JShell\\$\\d+[A-Z]*");

    private final Map<String, byte[]> compiled = new ConcurrentHashMap<>();
    private final Map<String, Field> variables = new ConcurrentHashMap<>();
    private final List<Field> declared = new CopyOnWriteArrayList<>();
    private volatile int run;

    CellLoader() {
        super("cells", CellLoader.class.getClassLoader());
    }

    /// For whom code is compiled from now on.
    void run(int id) {
        run = id;
        declared.clear();
    }

    @Override
    public void load(ClassBytecodes[] classes) throws ClassInstallException {
        var loaded = new boolean[classes.length];
        for (var one : classes) {
            compiled.put(one.name().replace('.', '/'), one.bytecodes());
        }
        try {
            for (var i = 0; i < classes.length; i++) {
                remember(loadClass(classes[i].name()));
                loaded[i] = true;
            }
        } catch (ClassNotFoundException | LinkageError | RuntimeException e) {
            throw new ClassInstallException("load: " + e, loaded);
        }
    }

    private void remember(Class<?> type) {
        var fields = type.getDeclaredFields(); // also prepares the class
        if (WRAPPER.matcher(type.getName()).matches()) {
            for (var field : fields) {
                field.setAccessible(true); // the classes around them are not public
                variables.put(field.getName(), field);
                declared.add(field);
                prepare(field);
            }
        }
    }

    /// What reads and writes a field is made at its first use, and when all memory is taken there
    /// is no room for that.
    private static void prepare(Field field) {
        try {
            field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("a variable of a cell that cannot be read", e);
        }
    }

    @Override
    public Class<?> findClass(String name) throws ClassNotFoundException {
        var loaded = findLoadedClass(name);
        if (loaded != null) {
            return loaded;
        }
        var bytes = compiled.get(name.replace('.', '/'));
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        var woven = new Weaver(run, compiled).weave(bytes);
        return defineClass(name, woven, 0, woven.length);
    }

    /// What a variable holds; null if there is no such variable.
    Object variable(String name) {
        try {
            var field = variables.get(name);
            return field == null ? null : field.get(null);
        } catch (ReflectiveOperationException | LinkageError _) {
            return null;
        }
    }

    /// Of the variables, by what they hold. `$1` is JShell's own, of a value without a name.
    Map<Object, String> names() {
        var names = new IdentityHashMap<Object, String>();
        for (var name : new TreeSet<>(variables.keySet())) {
            var value = name.startsWith("$") ? null : variable(name);
            if (value != null) names.putIfAbsent(value, name);
        }
        return names;
    }

    /// Makes the variables that were declared in this run let go of what they hold, with no memory
    /// at all: not even an iterator's.
    void forgetVariables() {
        for (var i = 0; i < declared.size(); i++) {
            try {
                if (!declared.get(i).getType().isPrimitive()) {
                    declared.get(i).set(null, null);
                }
            } catch (ReflectiveOperationException _) {
                // a constant: it holds nothing large
            }
        }
    }

    @Override
    public void classesRedefined(ClassBytecodes[] classes) {
        throw new UnsupportedOperationException("classes are replaced, not redefined");
    }

    @Override
    public void addToClasspath(String path) {
        throw new UnsupportedOperationException("cells see the class path of the workbook");
    }
}
