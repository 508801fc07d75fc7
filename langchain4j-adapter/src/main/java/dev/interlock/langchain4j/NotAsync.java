package dev.interlock.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecutor;
import java.util.concurrent.CompletableFuture;

/**
 * Recognises executors that refuse to return futures, in LangChain4j from 1.20 on: they do not override
 * {@code executeAsync}, or they throw an exception of a certain class.
 *
 * <p>Invariant: a refusal comes before anything has run. So it exists when the executor returns, and it comes from
 * {@code executeAsync} of the {@link ToolExecutor} itself or of one that it wraps. The same exception from other code
 * that the tool uses, or at a later time, is a failure of the tool.
 */
final class AsyncRefusals {

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

    private AsyncRefusals() {}

    /**
     * Whether to ask the executor at all: false if it lacks the method, or only has LangChain4j's own, which refuses.
     */
    static boolean mayGiveFutures(ToolExecutor tool) {
        return GIVING.get(tool.getClass());
    }

    /** Whether a future that an executor has just returned is a refusal. */
    static boolean isRefused(CompletableFuture<?> returned, ToolExecutor tool) {
        return returned.isCompletedExceptionally()
                && !returned.isCancelled()
                && isRefusal(returned.exceptionNow(), tool);
    }

    /** Whether an exception that an executor threw, instead of returning a future, is a refusal. */
    static boolean isRefusal(Throwable thrown, ToolExecutor tool) {
        return thrown.getClass().getName().equals(NOT_SUPPORTED) && isMadeByExecutor(thrown, tool);
    }

    private static boolean isMadeByExecutor(Throwable refusal, ToolExecutor tool) {
        for (StackTraceElement frame : refusal.getStackTrace()) {
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
