package check;

import module java.base;

import conformance.Play;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// A property of the suite, ready to be asked of a server.
///
/// @param name of its method, a sentence
/// @param tries how many plays are performed
/// @param plays the kind of plays
/// @param severalClients whether it asks of the server to serve several clients at once
public record Question(
        String name, int tries, Supplier<Arbitrary<Play>> plays, boolean severalClients) {

    /// The name of a case that somebody has given.
    static final String SINGLE = "thisCase";

    /// As `jqwik.tries.default` in `junit-platform.properties`.
    private static final int DEFAULT_TRIES = 60;

    /// All properties of an interface and of those that it extends: the simple ones, which have
    /// more tries, first.
    ///
    /// @param suite an object that implements it, for its providers of plays
    public static List<Question> of(Class<?> properties, Object suite) {
        var inherited = Stream.of(properties.getInterfaces())
                .flatMap(each -> of(each, suite).stream());
        var own = Stream.of(properties.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Property.class))
                .map(method -> of(method, suite, properties.getInterfaces().length > 0))
                .sorted(Comparator.comparing(Question::tries).reversed()
                        .thenComparing(Question::name));
        return Stream.concat(inherited, own).toList();
    }

    private static Question of(Method method, Object suite, boolean severalClients) {
        var tries = method.getAnnotation(Property.class).tries();
        return new Question(method.getName(), tries > 0 ? tries : DEFAULT_TRIES,
                () -> plays(method, suite), severalClients);
    }

    @SuppressWarnings("unchecked")
    private static Arbitrary<Play> plays(Method method, Object suite) {
        for (var parameter : method.getParameters()) {
            if (parameter.getType() != Play.class) continue;
            try {
                var provider = parameter.getAnnotation(ForAll.class).value();
                return (Arbitrary<Play>) suite.getClass().getMethod(provider).invoke(suite);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError("who provides the plays of " + method + "?", e);
            }
        }
        throw new AssertionError(method + " performs no play");
    }

    /// The name in words.
    public String sentence() {
        return name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
    }
}
