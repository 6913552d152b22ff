package exercises;

import module java.base;

import workbook.program.Program;
import workbook.program.ProgramEngine;
import workbook.runtime.StandardStreams;

/// An answer that compiles, to be started as often as its judge wants.
public final class Submission {

    /// There is nothing to judge: the answer does not have what the exercise asks for.
    public static final class Incomplete extends RuntimeException {

        private static final long serialVersionUID = 1;

        public final transient Words what;

        Incomplete(Words what) {
            super(what.english());
            this.what = what;
        }
    }

    private final ProgramEngine engine;
    private final Map<String, byte[]> classes;
    private final String text;

    /// @param classes by their binary names
    /// @param text of the file
    Submission(ProgramEngine engine, Map<String, byte[]> classes, String text) {
        this.engine = engine;
        this.classes = classes;
        this.text = text;
    }

    /// The line of the file, without blanks at its ends.
    public String line(int number) {
        return text.lines().skip(Math.max(0, number - 1)).findFirst().orElse("").strip();
    }

    /// A fresh program, in which nothing runs.
    public Program load() {
        return engine.load(classes, null);
    }

    /// The same, with a keyboard and a screen.
    public Program load(StandardStreams streams) {
        return engine.load(classes, streams);
    }

    /// A static method of the program, wherever it stands.
    ///
    /// @throws Incomplete if there is none
    public Method method(Program program, String name, Class<?>... parameters) {
        for (var type : types(program)) {
            try {
                var method = type.getDeclaredMethod(name, parameters);
                method.setAccessible(true);
                return method;
            } catch (NoSuchMethodException _) {
                // perhaps in the next
            }
        }
        var list = Stream.of(parameters).map(Class::getSimpleName)
                .collect(Collectors.joining(", "));
        throw new Incomplete(new Words("There is no method %s(%s) any more: the judge calls it.",
                "找不到方法 %s(%s) 了：检查程序要调用它。").formatted(name, list));
    }

    /// Its `main`, with arguments or without.
    ///
    /// @throws Incomplete if there is none
    public Method main(Program program) {
        for (var type : types(program)) {
            for (var method : type.getDeclaredMethods()) {
                var parameters = method.getParameterTypes();
                if (method.getName().equals("main") && (parameters.length == 0
                        || parameters.length == 1 && parameters[0] == String[].class)) {
                    return method;
                }
            }
        }
        throw new Incomplete(new Words("There is no main.", "没有 main。"));
    }

    private List<Class<?>> types(Program program) {
        return classes.keySet().stream().<Class<?>>map(name -> {
            try {
                return program.type(name);
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException("compiled and not there", e);
            }
        }).toList();
    }
}
