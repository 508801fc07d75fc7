package dev.interlock.langchain4j.mcp;

import dev.interlock.support.ObjectFields;
import dev.langchain4j.service.tool.DefaultToolExecutor;
import dev.langchain4j.service.tool.ToolExecutor;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks behind wrappers. An executor with another one in a field is a wrapper, and does what the other does. */
public final class WrappedTools {

    /** The most wrappers to look through, in case they form a circle. */
    private static final int MAX_DEPTH = 8;

    /** What the adapter can read. */
    static final ObjectFields FIELDS = new ObjectFields(Field::trySetAccessible);

    private WrappedTools() {}

    /**
     * Returns the executors that another one keeps in fields, as a wrapper does.
     *
     * @param executor any executor, maybe a wrapper
     * @return the executors; empty if there are none
     */
    public static List<ToolExecutor> wrappedBy(ToolExecutor executor) {
        List<ToolExecutor> wrapped = new ArrayList<>();
        for (Field field : FIELDS.of(executor.getClass())) {
            if (canHold(field.getType()) && ObjectFields.read(field, executor) instanceof ToolExecutor inner) {
                wrapped.add(inner);
            }
        }
        return wrapped;
    }

    /**
     * Returns the executor of the annotated method that a tool runs.
     *
     * @param executor the tool's, maybe a wrapper
     * @return the executor itself, or the one behind its wrappers; null if there is none, or if a wrapper has several
     */
    public static @Nullable DefaultToolExecutor annotatedBehind(ToolExecutor executor) {
        ToolExecutor next = executor;
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            if (next instanceof DefaultToolExecutor annotated) {
                return annotated;
            }
            List<ToolExecutor> wrapped = wrappedBy(next);
            if (wrapped.size() != 1) {
                return null;
            }
            next = wrapped.get(0);
        }
        return null;
    }

    static boolean canHold(Class<?> type) {
        return type.isAssignableFrom(ToolExecutor.class) || ToolExecutor.class.isAssignableFrom(type);
    }
}
