package check;

import module java.base;

import conformance.ClientPlay;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// A property of a client, ready to be asked.
///
/// @param question its name and its tries
/// @param plays the kind of plays
public record ClientQuestion(Question question, Supplier<Arbitrary<ClientPlay>> plays) {

    public String name() {
        return question.name();
    }

    public int tries() {
        return question.tries();
    }

    /// All properties of an interface.
    ///
    /// @param suite an object that implements it, for its providers of plays
    static List<ClientQuestion> of(Class<?> properties, Object suite) {
        return Stream.of(properties.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Property.class))
                .map(method -> of(method, suite))
                .sorted(Comparator.comparing(each -> ORDER.indexOf(each.name()))).toList();
    }

    /// Simple ones first: what they find explains what others would. (Reflection knows no order.)
    private static final List<String> ORDER = List.of(
            "everyAnswerIsShownOnceAndInOrder", "everyPieceOfAnAnswerIsShown",
            "answersAfterTheEndOfInputAreShown", "anAnswerMayBeCutAnywhere",
            "linesOfAnyLengthAreAnswered", "aCharacterThatIsCutIsShownWhole",
            "aLateAnswerIsWaitedFor", "aBlankLineStopsNothing",
            "itEndsWhenTheServerHasClosed", "itEndsWhenTheServerHasReset");

    /// Whether characters other than ASCII are typed for it.
    boolean needsMoreThanAscii() {
        return name().equals("aCharacterThatIsCutIsShownWhole");
    }

    private static ClientQuestion of(Method method, Object suite) {
        var tries = method.getAnnotation(Property.class).tries();
        var question = new Question(method.getName(), tries, null, false);
        return new ClientQuestion(question, () -> plays(method, suite));
    }

    @SuppressWarnings("unchecked")
    private static Arbitrary<ClientPlay> plays(Method method, Object suite) {
        try {
            var provider = method.getParameters()[0].getAnnotation(ForAll.class).value();
            return (Arbitrary<ClientPlay>) suite.getClass().getMethod(provider).invoke(suite);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("who provides the plays of " + method + "?", e);
        }
    }
}
