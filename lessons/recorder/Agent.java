//SOURCES AgentJar.java End.java Ends.java Happening.java Json.java Lines.java Page.java
//SOURCES Recorder.java SocketWeaver.java Sockets.java Tap.java Trace.java

package recorder;

import module java.base;
import module java.instrument;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;

/// Comes into a JVM with `-javaagent`, and then traces it; or into the one that asks for it.
public final class Agent {

    private static Instrumentation instrumentation;

    private Agent() {}

    /// @param options of [Trace], encoded
    public static void premain(String options, Instrumentation instrumentation) {
        agentmain(options, instrumentation);
        if (options != null && !options.isEmpty()) Trace.begin(options, instrumentation);
    }

    public static void agentmain(String options, Instrumentation instrumentation) {
        Agent.instrumentation = instrumentation;
    }

    /// Lets the agent come into this JVM, if it has not. It takes some 200 ms.
    ///
    /// @throws IOException if this JVM was started without `-Djdk.attach.allowAttachSelf`
    public static synchronized void enter() throws IOException {
        if (instrumentation != null) return;
        try {
            var self = VirtualMachine.attach("" + ProcessHandle.current().pid());
            self.loadAgent(AgentJar.empty().toString());
            self.detach();
        } catch (AttachNotSupportedException | AgentLoadException
                | AgentInitializationException e) {
            throw new IOException("no agent can come into this JVM: " + e.getMessage(), e);
        }
    }

    /// A recorder for a JVM into which the agent has come. One records at a time.
    ///
    /// @param most how many bytes of a read or write are kept
    /// @param withPlaces whether to look for the line of the program
    /// @param listener is told in the thread of the call; it must not wait
    public static Recorder recorder(int most, boolean withPlaces,
            Consumer<Happening> listener) {
        if (instrumentation == null) throw new IllegalStateException("there is no agent");
        return new Recorder(instrumentation, most, withPlaces, listener);
    }
}
