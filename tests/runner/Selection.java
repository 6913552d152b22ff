import module java.base;

import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/// The tests that the arguments select. JUnit, which finds it as a service, tells them in a run
/// that executes none.
public class Selection implements TestExecutionListener {

    /// For JUnit: select, and execute nothing.
    static final String DRY_RUN = "junit.platform.execution.dryRun.enabled";

    private static TestPlan plan;

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        Selection.plan = plan;
    }

    /// Whether JUnit has got so far.
    static boolean isMade() {
        return plan != null;
    }

    /// What `--config NAME=VALUE` says.
    static Optional<String> setting(String name) {
        return plan.getConfigurationParameters().get(name);
    }

    /// What a process can run by itself: each class, those first that say that they are long.
    static List<Share> shares() {
        var settings = new HashMap<String, String>();
        var configuration = plan.getConfigurationParameters();
        for (var key : configuration.keySet()) {
            if (!key.equals(DRY_RUN)) settings.put(key, configuration.get(key).orElseThrow());
        }
        return tests().collect(Collectors.groupingBy(Report::classOf, LinkedHashMap::new,
                        Collectors.toList()))
                .values().stream()
                .sorted(Comparator.comparing(Selection::isLong).reversed())
                .map(tests -> new Share(Report.classOf(tests.getFirst()),
                        tests.stream().map(TestIdentifier::getUniqueId).toList(), settings))
                .toList();
    }

    /// One that has several arguments is found out to be several only when it runs.
    private static Stream<TestIdentifier> tests() {
        return plan.getRoots().stream()
                .flatMap(root -> plan.getDescendants(root).stream())
                .filter(test -> plan.getChildren(test.getUniqueIdObject()).isEmpty());
    }

    private static boolean isLong(List<TestIdentifier> tests) {
        return tests.stream().flatMap(test -> test.getTags().stream())
                .anyMatch(tag -> tag.getName().equals("long"));
    }
}
