package workbook.runtime;

import module java.base;

import java.lang.classfile.*;
import java.lang.classfile.instruction.*;

/// Rewrites the compiled code of cells so that it can be stopped, and tells what it opens.
///
/// - At the start of each method and before each jump back: may this thread go on?
/// - After each constructor, call and cast that yields a socket or the like: here is one.
/// - A method reference to such a call is replaced by one to a method that does both.
/// - `System.exit` and its kin become an exception, and so does reading from the keyboard.
public final class Weaver {

    private static final ClassDesc HOOKS = ClassDesc.of(CellHooks.class.getName());
    private static final MethodTypeDesc CHECK = MethodTypeDesc.ofDescriptor("(I)V");
    private static final MethodTypeDesc TELL =
            MethodTypeDesc.ofDescriptor("(Ljava/lang/Object;I)V");

    private static final Set<String> OPENABLE = Set.of(
            "java/net/Socket", "java/net/ServerSocket", "java/net/DatagramSocket",
            "java/net/MulticastSocket", "java/nio/channels/SocketChannel",
            "java/nio/channels/ServerSocketChannel", "java/nio/channels/DatagramChannel",
            "java/nio/channels/SelectableChannel", "java/nio/channels/NetworkChannel",
            "java/nio/channels/Channel", "java/nio/channels/ByteChannel",
            "java/nio/channels/ReadableByteChannel", "java/nio/channels/WritableByteChannel",
            "java/nio/channels/SeekableByteChannel", "java/nio/channels/FileChannel",
            "java/nio/channels/AsynchronousSocketChannel",
            "java/nio/channels/AsynchronousServerSocketChannel",
            "java/nio/channels/Selector", "java/nio/channels/Pipe",
            "java/nio/channels/Pipe$SourceChannel", "java/nio/channels/Pipe$SinkChannel",
            "java/nio/channels/spi/AbstractSelectableChannel",
            "java/io/Closeable", "java/lang/AutoCloseable", "java/lang/Process",
            "java/io/FileInputStream", "java/io/FileOutputStream", "java/io/RandomAccessFile",
            "java/util/concurrent/Executor", "java/util/concurrent/ExecutorService",
            "java/util/concurrent/ScheduledExecutorService", "java/util/concurrent/ForkJoinPool",
            "java/util/concurrent/ThreadPoolExecutor",
            "java/util/concurrent/ScheduledThreadPoolExecutor", "java/net/http/HttpClient",
            "com/sun/net/httpserver/HttpServer", "com/sun/net/httpserver/HttpsServer",
            "javax/net/ssl/SSLSocket", "javax/net/ssl/SSLServerSocket");

    private final int run;
    private final ClassFile classFile;
    private final Set<String> own;

    /// @param run the number of the run that compiles this
    /// @param siblings the compiled classes of all cells by name, as `REPL/$JShell$1`
    public Weaver(int run, Map<String, byte[]> siblings) {
        this.run = run;
        own = siblings.keySet();
        var resolver = ClassHierarchyResolver.ofResourceParsing((ClassDesc type) -> {
            var bytes = siblings.get(internalName(type));
            return bytes == null ? null : new ByteArrayInputStream(bytes);
        }).orElse(ClassHierarchyResolver.defaultResolver());
        classFile = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(resolver));
    }

    static String internalName(ClassDesc type) {
        var descriptor = type.descriptorString();
        return type.isClassOrInterface() ? descriptor.substring(1, descriptor.length() - 1)
                : descriptor;
    }

    public byte[] weave(byte[] bytes) {
        var model = classFile.parse(bytes);
        var bridges = new ArrayList<Bridge>();
        var self = model.thisClass().asSymbol();
        var isInterface = model.flags().has(AccessFlag.INTERFACE);
        return classFile.transformClass(model, ClassTransform
                .transformingMethodBodies(CodeTransform.ofStateful(
                        () -> new Threads(self, isInterface, bridges)))
                .andThen(ClassTransform.endHandler(
                        builder -> bridges.forEach(bridge -> write(bridge, builder)))));
    }

    private static boolean opens(ClassDesc type) {
        return OPENABLE.contains(internalName(type));
    }

    /// Threads are told by the method that starts them: not every `Thread` at hand is a new one.
    private static boolean opens(String method, ClassDesc result) {
        return opens(result) || method.startsWith("start")
                && internalName(result).equals("java/lang/Thread");
    }

    private static boolean exits(ClassDesc owner, String method) {
        return switch (internalName(owner)) {
            case "java/lang/System" -> method.equals("exit");
            case "java/lang/Runtime" -> method.equals("exit") || method.equals("halt");
            default -> false;
        };
    }

    private void tell(CodeBuilder code) {
        code.dup().loadConstant(run).invokestatic(HOOKS, "opened", TELL);
    }

    /// A method that stands for a method reference.
    private record Bridge(String name, DirectMethodHandleDesc original) {}

    private void write(Bridge bridge, ClassBuilder builder) {
        var original = bridge.original;
        var type = original.invocationType();
        builder.withMethodBody(bridge.name, type, ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC
                | ClassFile.ACC_SYNTHETIC, code -> {
            var constructs = original.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR;
            if (constructs) {
                code.new_(original.owner()).dup();
            }
            for (var i = 0; i < type.parameterCount(); i++) {
                code.loadLocal(TypeKind.from(type.parameterType(i)), code.parameterSlot(i));
            }
            if (exits(original.owner(), original.methodName())) {
                code.invokestatic(HOOKS, "exit", type);
            } else {
                call(original, code);
            }
            if (constructs || opens(original.methodName(), type.returnType())) {
                tell(code);
            }
            code.return_(TypeKind.from(type.returnType()));
        });
    }

    private static void call(DirectMethodHandleDesc target, CodeBuilder code) {
        var opcode = switch (target.refKind()) {
            case MethodHandleInfo.REF_invokeStatic -> Opcode.INVOKESTATIC;
            case MethodHandleInfo.REF_invokeInterface -> Opcode.INVOKEINTERFACE;
            case MethodHandleInfo.REF_newInvokeSpecial -> Opcode.INVOKESPECIAL;
            default -> Opcode.INVOKEVIRTUAL;
        };
        var constructs = opcode == Opcode.INVOKESPECIAL;
        var name = constructs ? ConstantDescs.INIT_NAME : target.methodName();
        code.invoke(opcode, target.owner(), name,
                MethodTypeDesc.ofDescriptor(target.lookupDescriptor()), target.isOwnerInterface());
    }

    /// The body of one method.
    private final class Threads implements CodeTransform {

        private final ClassDesc self;
        private final boolean isInterface;
        private final List<Bridge> bridges;
        private final Set<Label> passed = new HashSet<>();
        private int unfinished;

        private Threads(ClassDesc self, boolean isInterface, List<Bridge> bridges) {
            this.self = self;
            this.isInterface = isInterface;
            this.bridges = bridges;
        }

        @Override
        public void atStart(CodeBuilder code) {
            check(code);
        }

        private void check(CodeBuilder code) {
            code.loadConstant(run).invokestatic(HOOKS, "check", CHECK);
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            switch (element) {
                case LabelTarget target -> passed.add(target.label());
                case BranchInstruction branch when passed.contains(branch.target()) -> check(code);
                case NewObjectInstruction _ -> unfinished++;
                default -> { }
            }
            switch (element) {
                case InvokeInstruction call -> invoke(code, call);
                case InvokeDynamicInstruction call -> code.with(refer(code, call));
                case FieldInstruction field when isStandardInput(field) ->
                    code.invokestatic(HOOKS, "in", MethodTypeDesc.of(field.typeSymbol()));
                case TypeCheckInstruction cast when cast.opcode() == Opcode.CHECKCAST
                        && opens(cast.type().asSymbol()) -> {
                    code.with(cast);
                    tell(code);
                }
                default -> code.with(element);
            }
        }

        private boolean isStandardInput(FieldInstruction field) {
            return field.opcode() == Opcode.GETSTATIC && field.name().equalsString("in")
                    && internalName(field.owner().asSymbol()).equals("java/lang/System");
        }

        private void invoke(CodeBuilder code, InvokeInstruction call) {
            var owner = call.owner().asSymbol();
            var method = call.name().stringValue();
            var type = call.typeSymbol();
            var onSomething = call.opcode() != Opcode.INVOKESTATIC;
            if (exits(owner, method)) {
                code.invokestatic(HOOKS, "exit",
                        onSomething ? type.insertParameterTypes(0, owner) : type);
                return;
            }
            if (internalName(owner).equals("java/lang/IO") && method.equals("readln")) {
                code.invokestatic(HOOKS, "readln", type);
                return;
            }
            if (onSomething && method.equals("start") && type.descriptorString().equals("()V")) {
                code.dup().loadConstant(run).invokestatic(HOOKS, "starting", TELL);
            }
            if (onSomething && method.equals("stop") && type.descriptorString().equals("(I)V")) {
                code.dup2().invokestatic(HOOKS, "stopping", TELL);
            }
            code.with(call);
            var yields = method.equals(ConstantDescs.INIT_NAME) ? isNew() && mayOpen(owner)
                    : opens(method, type.returnType());
            if (yields) {
                tell(code);
            }
        }

        /// A class of a cell may extend one that does.
        private boolean mayOpen(ClassDesc type) {
            return opens(type) || own.contains(internalName(type));
        }

        /// A constructor that is called without a `new` before it is the one of the super class.
        private boolean isNew() {
            return unfinished > 0 && unfinished-- > 0;
        }

        private InvokeDynamicInstruction refer(CodeBuilder code, InvokeDynamicInstruction call) {
            var arguments = call.bootstrapArgs();
            if (!call.bootstrapMethod().owner().displayName().equals("LambdaMetafactory")
                    || !(arguments.get(1) instanceof DirectMethodHandleDesc target)
                    || own.contains(internalName(target.owner())) || !matters(target)) {
                return call;
            }
            var bridge = new Bridge("opening$" + bridges.size(), target);
            bridges.add(bridge);
            var kind = isInterface ? DirectMethodHandleDesc.Kind.INTERFACE_STATIC
                    : DirectMethodHandleDesc.Kind.STATIC;
            var replaced = new ArrayList<>(arguments);
            replaced.set(1, MethodHandleDesc.ofMethod(kind, self, bridge.name,
                    target.invocationType()));
            return InvokeDynamicInstruction.of(code.constantPool().invokeDynamicEntry(
                    DynamicCallSiteDesc.of(call.bootstrapMethod(), call.name().stringValue(),
                            call.typeSymbol(), replaced.toArray(ConstantDesc[]::new))));
        }

        private boolean matters(DirectMethodHandleDesc target) {
            return exits(target.owner(), target.methodName())
                    || opens(target.methodName(), target.invocationType().returnType());
        }
    }
}
