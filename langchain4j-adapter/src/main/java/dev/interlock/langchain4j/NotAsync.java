package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecutor;
import java.util.concurrent.CompletableFuture;

/**
 * Recognises executors that give no futures, in LangChain4j from 1.20 on: they do not override
 * {@code executeAsync}, or they throw an exception of a certain class.
 *
 * <p>Invariant: they say so before anything has run. So that exception exists when the executor returns, and it comes
 * from {@code executeAsync} of the {@link ToolExecutor} itself or of one that it wraps. The same exception from other
 * code that the tool uses, or at a later time, is a failure of the tool.
 */
final class NotAsync {

    static final String EXECUTE_ASYNC = "executeAsync";

    /** The class is new, as the method is. */
    private static final String NOT_SUPPORTED = "dev.langchain4j.exception.AsyncNotSupportedException";

    /** The class by which LangChain4j's default methods create the exception. */
    private static final String MAKER = "dev.langchain4j.internal.AsyncNotSupported";

    private static final ClassValue<Boolean> GIVING = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            try {
                return type.getMethod(EXECUTE_ASYNC, ToolExecutionRequest.class, InvocationContext.class)
                                .getDeclaringClass()
                        != ToolExecutor.class;
            } catch (NoSuchMethodException e) {
                return false;
            } catch (LinkageError e) {
                // It belongs to another method of the class, so the executor can be asked.
                return true;
            }
        }
    };

    private NotAsync() {}

    /**
     * Whether to ask the executor at all: false if it lacks the method, or only has LangChain4j's own, which gives
     * none.
     */
    static boolean mayGiveFutures(ToolExecutor tool) {
        return GIVING.get(tool.getClass());
    }

    /** Whether a future that an executor has just returned says that it gives none. */
    static boolean isSaidBy(CompletableFuture<?> returned, ToolExecutor tool) {
        return returned.isCompletedExceptionally()
                && !returned.isCancelled()
                && isSaidBy(returned.exceptionNow(), tool);
    }

    /** Whether an exception that an executor threw, instead of returning a future, says that it gives none. */
    static boolean isSaidBy(Throwable thrown, ToolExecutor tool) {
        return thrown.getClass().getName().equals(NOT_SUPPORTED) && isMadeByExecutor(thrown, tool);
    }

    private static boolean isMadeByExecutor(Throwable notSupported, ToolExecutor tool) {
        for (StackTraceElement frame : notSupported.getStackTrace()) {
            if (!frame.getClassName().equals(MAKER)) {
                return frame.getMethodName().equals(EXECUTE_ASYNC) && isExecutor(frame.getClassName(), tool);
            }
        }
        return false;
    }

    private static boolean isExecutor(String className, ToolExecutor tool) {
        for (Class<?> each = tool.getClass(); each != null; each = each.getSuperclass()) {
            if (each.getName().equals(className)) {
                return true;
            }
        }
        try {
            return ToolExecutor.class.isAssignableFrom(
                    Class.forName(className, false, tool.getClass().getClassLoader()));
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
