import module java.base;

import java.io.Serializable;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// The tests of a class, as they are handed to a process.
///
/// @param owner the class
/// @param tests JUnit's unique ids
/// @param settings JUnit's configuration parameters
record Share(String owner, List<String> tests, Map<String, String> settings)
        implements Serializable {

    void run(Report.Reader reader) {
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(tests.stream().map(DiscoverySelectors::selectUniqueId).toList())
                .configurationParameters(settings)
                .build();
        var withoutServices = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false).build();
        LauncherFactory.create(withoutServices).execute(request, new Report(reader));
    }
}
