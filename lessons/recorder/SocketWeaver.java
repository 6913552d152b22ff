package recorder;

import module java.base;
import module java.instrument;

import java.lang.classfile.*;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/// Rewrites the JDK's own sockets so that they call [Tap] before and after each call that a
/// program can make, whether through streams or channels, from cells or from the JDK itself.
final class SocketWeaver implements ClassFileTransformer {

    /// The methods through which everything goes, by class: name and descriptor, and what the call
    /// is named. Those that other methods of the list call are not on it.
    private static final Map<String, Map<String, String>> CALLS = Map.of(
            "sun/nio/ch/NioSocketImpl", Map.of(
                    "read([BII)I", "read",
                    "write([BII)V", "write",
                    "connect(Ljava/net/SocketAddress;I)V", "connect",
                    "accept(Ljava/net/SocketImpl;)V", "accept",
                    "shutdownInput()V", "shutdownInput",
                    "shutdownOutput()V", "shutdownOutput",
                    "close()V", "close"),
            "sun/nio/ch/SocketChannelImpl", Map.ofEntries(
                    Map.entry("read(Ljava/nio/ByteBuffer;)I", "read"),
                    Map.entry("read([Ljava/nio/ByteBuffer;II)J", "read"),
                    Map.entry("blockingRead([BIIJ)I", "read"),
                    Map.entry("write(Ljava/nio/ByteBuffer;)I", "write"),
                    Map.entry("write([Ljava/nio/ByteBuffer;II)J", "write"),
                    Map.entry("blockingWriteFully([BII)V", "write"),
                    Map.entry("connect(Ljava/net/SocketAddress;)Z", "connect"),
                    Map.entry("blockingConnect(Ljava/net/SocketAddress;J)V", "connect"),
                    Map.entry("finishConnect()Z", "finishConnect"),
                    Map.entry("shutdownInput()Ljava/nio/channels/SocketChannel;",
                            "shutdownInput"),
                    Map.entry("shutdownOutput()Ljava/nio/channels/SocketChannel;",
                            "shutdownOutput"),
                    Map.entry("implCloseSelectableChannel()V", "close")),
            "sun/nio/ch/ServerSocketChannelImpl", Map.of(
                    "accept()Ljava/nio/channels/SocketChannel;", "accept",
                    "blockingAccept(J)Ljava/nio/channels/SocketChannel;", "accept",
                    "implCloseSelectableChannel()V", "close"),
            "sun/nio/ch/DatagramChannelImpl", Map.of(
                    "receive(Ljava/nio/ByteBuffer;)Ljava/net/SocketAddress;", "receive",
                    "blockingReceive(Ljava/net/DatagramPacket;J)V", "receive",
                    "send(Ljava/nio/ByteBuffer;Ljava/net/SocketAddress;)I", "send",
                    "read(Ljava/nio/ByteBuffer;)I", "receive",
                    "write(Ljava/nio/ByteBuffer;)I", "send",
                    "implCloseSelectableChannel()V", "close"));

    private static final ClassDesc TAP = Tap.NAME;

    /// The methods that were found: fewer than all would mean a JDK that we do not know.
    private final Set<String> woven = new HashSet<>();

    private volatile Throwable failure;

    private static boolean done; // in this JVM, for all recorders

    /// Weaves the sockets, once.
    ///
    /// @throws IllegalStateException if this JDK has other sockets than those we know
    static synchronized void weave(Instrumentation instrumentation) {
        if (done) return;
        var weaver = new SocketWeaver();
        instrumentation.addTransformer(weaver, true);
        try {
            for (var name : CALLS.keySet()) {
                instrumentation.retransformClasses(
                        Class.forName(name.replace('/', '.'), false, null));
            }
        } catch (ReflectiveOperationException | UnmodifiableClassException e) {
            throw new IllegalStateException("this JDK has other sockets: " + e, e);
        } finally {
            instrumentation.removeTransformer(weaver);
        }
        done = true;
        var all = CALLS.values().stream().mapToInt(Map::size).sum();
        if (weaver.failure != null || weaver.woven.size() < all) {
            throw new IllegalStateException("this JDK has other sockets: %d of %d calls found"
                    .formatted(weaver.woven.size(), all), weaver.failure);
        }
    }

    @Override
    public byte[] transform(ClassLoader loader, String name, Class<?> type,
            ProtectionDomain domain, byte[] bytes) {
        var calls = loader == null ? CALLS.get(name) : null;
        if (calls == null) return null;
        try {
            var classFile = ClassFile.of();
            return classFile.transformClass(classFile.parse(bytes), (builder, element) -> {
                var call = element instanceof MethodModel method ? calls.get(
                        method.methodName().stringValue() + method.methodType().stringValue())
                        : null;
                if (call == null) {
                    builder.with(element);
                } else {
                    var method = (MethodModel) element;
                    builder.transformMethod(method, (into, part) -> {
                        if (part instanceof CodeModel code) {
                            into.withCode(each -> new Body(method, code, call).write(each));
                        } else {
                            into.with(part);
                        }
                    });
                    woven.add(name + method.methodName() + method.methodType());
                }
            });
        } catch (RuntimeException | Error e) {
            failure = e; // else the JVM would keep it to itself
            return null;
        }
    }

    /// A method's body, between two calls of [Tap].
    private static final class Body {

        private final MethodTypeDesc type;
        private final CodeModel code;
        private final String call;
        private final int before; // the slots of our own variables, behind all others
        private final int data;
        private final int from;
        private final int length;
        private final int second;
        private final int result; // the last one: it may take two slots

        Body(MethodModel method, CodeModel code, String call) {
            this.code = code;
            this.call = call;
            type = method.methodTypeSymbol();
            var free = ((CodeAttribute) code).maxLocals();
            before = free;
            data = free + 1;
            from = free + 2;
            length = free + 3;
            second = free + 4;
            result = free + 5;
        }

        /// What is read and written is kept: the body may use the variables of its parameters for
        /// something else.
        void write(CodeBuilder to) {
            var hasData = type.parameterCount() > 0 && !type.parameterType(0).isPrimitive();
            var hasRange = type.parameterCount() > 2
                    && type.parameterType(1).equals(ConstantDescs.CD_int)
                    && type.parameterType(2).equals(ConstantDescs.CD_int);
            if (hasData) to.aload(1);
            else to.aconst_null();
            to.astore(data);
            if (type.parameterCount() == 2 && !type.parameterType(1).isPrimitive()) to.aload(2);
            else to.aconst_null();
            to.astore(second); // where a datagram goes
            if (hasRange) to.iload(2).istore(from).iload(3).istore(length);
            else to.iconst_0().istore(from).iconst_0().istore(length);
            to.aload(0).aload(data).invokestatic(TAP, "before", Tap.BEFORE).astore(before);
            var start = to.newBoundLabel();
            code.forEach(element -> copy(element, to));
            var end = to.newBoundLabel(); // of no instruction that can be reached from above
            tellFailure(to);
            to.exceptionCatchAll(start, end, end); // behind the body's own handlers
        }

        private void copy(CodeElement element, CodeBuilder body) {
            if (element instanceof ReturnInstruction) tellResult(body);
            body.with(element);
        }

        private void tellResult(CodeBuilder body) {
            var kind = TypeKind.from(type.returnType());
            if (kind != TypeKind.VOID) body.storeLocal(kind, result);
            body.aload(before).aload(0).aload(data).loadConstant(call).iload(from).iload(length);
            switch (kind) {
                case VOID -> body.lconst_0().aload(second);
                case REFERENCE -> body.lconst_0().aload(result);
                case LONG -> body.lload(result).aload(second);
                default -> body.iload(result).i2l().aload(second);
            }
            body.invokestatic(TAP, "after", Tap.AFTER);
            if (kind != TypeKind.VOID) body.loadLocal(kind, result);
        }

        private void tellFailure(CodeBuilder handler) {
            handler.astore(result).aload(before).aload(0).aload(data).loadConstant(call)
                    .aload(result).invokestatic(TAP, "failed", Tap.FAILED)
                    .aload(result).athrow();
        }
    }
}
