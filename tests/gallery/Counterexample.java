package gallery;

import module java.base;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Shrinkable;

/// What a property of one parameter is false for.
///
/// @param value the smallest for which it fails, as far as shrinking gets in [#SHRINKING]
/// @param failure what the property says about it
public record Counterexample(Object value, Throwable failure) {

    private static final Duration SHRINKING = Duration.ofSeconds(5);
    private static final int DEFAULT_TRIES = 60;
    private static final int WITH_EDGE_CASES = 1000;

    /// Something that may fail.
    private interface Check {
        void on(Object value) throws Throwable;
    }

    /// @param suite implements an interface that has the property, and what there is to choose from
    public static Optional<Counterexample> to(String property, Class<?> properties, Object suite,
            long seed) {
        var method = Stream.of(properties.getDeclaredMethods())
                .filter(each -> each.getName().equals(property)).findFirst().orElseThrow();
        var tries = method.getAnnotation(Property.class).tries();
        var values = provided(method, properties, suite).generator(WITH_EDGE_CASES, true);
        Check check = value -> {
            try {
                method.invoke(suite, value);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        var random = new Random(seed);
        for (int i = 0; i < (tries > 0 ? tries : DEFAULT_TRIES); i++) {
            var value = values.next(random);
            var failure = failure(check, value.value());
            if (failure.isPresent()) return Optional.of(smallest(check, value, failure.get()));
        }
        return Optional.empty();
    }

    @SuppressWarnings("unchecked")
    private static Arbitrary<Object> provided(Method property, Class<?> properties, Object suite) {
        try {
            var provider = property.getParameters()[0].getAnnotation(ForAll.class).value();
            return (Arbitrary<Object>) properties.getMethod(provider).invoke(suite);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("what is there to choose for " + property + "?", e);
        }
    }

    private static Optional<Throwable> failure(Check check, Object value) {
        try {
            check.on(value);
            return Optional.empty();
        } catch (Throwable e) {
            return Optional.of(e);
        }
    }

    private static Counterexample smallest(
            Check check, Shrinkable<Object> value, Throwable failure) {
        var giveUp = System.nanoTime() + SHRINKING.toNanos();
        var smallest = new Counterexample(value.value(), failure);
        for (var next = value; next != null; ) {
            var smaller = next.shrink().iterator();
            next = null;
            while (next == null && smaller.hasNext() && System.nanoTime() - giveUp < 0) {
                var candidate = smaller.next();
                var fails = failure(check, candidate.value());
                if (fails.isEmpty()) continue;
                smallest = new Counterexample(candidate.value(), fails.get());
                next = candidate;
            }
        }
        return smallest;
    }
}
