import module java.base;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The scripts, the catalog and the README know each other.
@Tag("catalog")
class CatalogTest {

    private static final Pattern ALIAS = Pattern.compile(
            "\"([^\"]+)\": \\{\\s*\"script-ref\": \"([^\"]+)\",\\s*\"description\": \"([^\"]+)\"");

    private static List<MatchResult> aliases() {
        var catalog = Checkout.read(Checkout.ROOT.resolve("jbang-catalog.json"));
        return ALIAS.matcher(catalog).results().toList();
    }

    /// The scripts that the catalog names, each once, by their path from the root.
    static Set<String> scripts() {
        return aliases().stream().map(alias -> alias.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyScriptHasAnAliasOfItsName() {
        var names = aliases().stream().map(alias -> alias.group(1)).collect(Collectors.toSet());
        assertAll(Checkout.lessons().stream().map(lesson -> lesson.getFileName().toString())
                .map(lesson -> () -> assertTrue(names.contains(lesson), lesson + " has no alias")));
    }

    @Test
    void everyAliasHasAScriptAndSaysWhatItIs() {
        assertTrue(aliases().size() > Checkout.lessons().size(), "are these all aliases?");
        assertAll(aliases().stream().map(alias -> () -> {
            var script = Checkout.ROOT.resolve(alias.group(2));
            assertTrue(Files.exists(script), alias.group(1) + " leads to nowhere");
            assertEquals(alias.group(1).replaceFirst("\\.java$", ""),
                    script.getFileName().toString().replaceFirst("\\.java$", ""));
            assertTrue(alias.group(3).length() > 20, alias.group(1) + " is not described");
        }));
    }

    @Test
    void everyScriptIsInTheReadme() {
        var readme = Checkout.read(Checkout.ROOT.resolve("README.md"));
        assertAll(Checkout.lessons().stream().map(lesson -> lesson.getFileName().toString())
                .map(lesson -> () -> assertTrue(readme.contains(lesson), lesson + " is missing")));
    }

    @Test
    void everyScriptStartsByItself() {
        assertAll(Checkout.lessons().stream().map(lesson -> () -> {
            var first = Checkout.read(lesson).lines().findFirst().orElse("");
            assertEquals("///usr/bin/env jbang \"$0\" \"$@\" ; exit $?", first, lesson.toString());
            assertTrue(Files.isExecutable(lesson), lesson + " has no run bit");
        }));
    }
}
