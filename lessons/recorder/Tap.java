package recorder;

import module java.base;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/// What the rewoven sockets of the JDK call: a class in their own module, which can only know what
/// the JDK knows. So it has to be made here. In Java it would be
///
/// ```java
/// public final class SocketTap {
///     public static volatile Function<Object[], Object> sink;
///
///     public static Object before(Object socket, Object data) {
///         var told = sink;
///         return told == null ? null : told.apply(new Object[] {socket, data});
///     }
///     ...
/// }
/// ```
final class Tap {

    static final ClassDesc NAME = ClassDesc.of("java.net.SocketTap");

    private static final ClassDesc OBJECT = ConstantDescs.CD_Object;
    private static final ClassDesc FUNCTION = ClassDesc.of("java.util.function.Function");
    private static final String SINK = "sink";

    /// Of socket and data; what it returns is the first argument of the two others.
    static final MethodTypeDesc BEFORE = MethodTypeDesc.of(OBJECT, OBJECT, OBJECT);

    /// Of what `before` has returned, socket, data, the name of the call, from, length, a result
    /// that is a number, and one that is none; or, where there is none, the second argument.
    static final MethodTypeDesc AFTER = MethodTypeDesc.of(ConstantDescs.CD_void, OBJECT, OBJECT,
            OBJECT, OBJECT, ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_long,
            OBJECT);

    /// Of what `before` has returned, socket, data, the name of the call, and what was thrown.
    static final MethodTypeDesc FAILED = MethodTypeDesc.of(ConstantDescs.CD_void, OBJECT, OBJECT,
            OBJECT, OBJECT, OBJECT);

    static final int BEFORE_LENGTH = 2;
    static final int AFTER_LENGTH = 8;

    private static Class<?> installed;

    private Tap() {}

    /// Makes the class. `java.net` has to be open to us.
    static synchronized void install() {
        if (installed != null) return;
        var bytes = ClassFile.of().build(NAME, builder -> builder
                .withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL)
                .withField(SINK, FUNCTION, ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC
                        | ClassFile.ACC_VOLATILE)
                .withMethodBody("before", BEFORE, PUBLIC_STATIC, code -> body(code, BEFORE))
                .withMethodBody("after", AFTER, PUBLIC_STATIC, code -> body(code, AFTER))
                .withMethodBody("failed", FAILED, PUBLIC_STATIC, code -> body(code, FAILED)));
        try {
            installed = MethodHandles.privateLookupIn(Socket.class, MethodHandles.lookup())
                    .defineClass(bytes);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("java.net is not open to us", e);
        }
    }

    private static final int PUBLIC_STATIC = ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC;

    /// Hands all arguments to the sink, if there is one.
    private static void body(CodeBuilder code, MethodTypeDesc type) {
        var returns = type.returnType().equals(OBJECT);
        code.getstatic(NAME, SINK, FUNCTION).dup().ifThenElse(java.lang.classfile.Opcode.IFNONNULL,
                told -> {
                    told.loadConstant(type.parameterCount()).anewarray(OBJECT);
                    for (int i = 0; i < type.parameterCount(); i++) {
                        told.dup().loadConstant(i);
                        load(told, type.parameterType(i), told.parameterSlot(i));
                        told.aastore();
                    }
                    told.invokeinterface(FUNCTION, "apply", MethodTypeDesc.of(OBJECT, OBJECT));
                },
                nobody -> { }); // the null is what is returned
        if (returns) code.areturn();
        else code.pop().return_();
    }

    private static void load(CodeBuilder code, ClassDesc type, int slot) {
        if (type.equals(ConstantDescs.CD_int)) {
            code.iload(slot).invokestatic(ConstantDescs.CD_Integer, "valueOf",
                    MethodTypeDesc.of(ConstantDescs.CD_Integer, ConstantDescs.CD_int));
        } else if (type.equals(ConstantDescs.CD_long)) {
            code.lload(slot).invokestatic(ConstantDescs.CD_Long, "valueOf",
                    MethodTypeDesc.of(ConstantDescs.CD_Long, ConstantDescs.CD_long));
        } else {
            code.aload(slot);
        }
    }

    /// @param sink gets the arguments of each call; null if nobody listens
    static void connect(Function<Object[], Object> sink) {
        try {
            installed.getField(SINK).set(null, sink);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("our own field is not there", e);
        }
    }
}
