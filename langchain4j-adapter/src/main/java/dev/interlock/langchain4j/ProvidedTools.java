package dev.interlock.langchain4j;

import dev.interlock.execution.ToolBinding;
import dev.interlock.langchain4j.mcp.WrappedTools;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.service.tool.DefaultToolExecutor;
import dev.langchain4j.service.tool.ToolExecutor;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The bindings of unregistered tools, by name. If several tools have the same name, the last one counts. A binding
 * lives as long as other code holds its tool's specification, or the executor if there is no specification; this class
 * holds neither. Thread-safe.
 */
final class ProvidedTools {

    private final Map<String, Provided> byName = new ConcurrentHashMap<>();
    private final ReferenceQueue<Object> gone = new ReferenceQueue<>();

    @Nullable
    ToolBinding binding(String tool) {
        Provided known = byName.get(tool);
        return known == null ? null : known.binding;
    }

    /** Returns the binding of a tool if it has this executor. */
    @Nullable
    ToolBinding binding(String tool, ToolExecutor executor) {
        forgetCollected();
        Provided known = byName.get(tool);
        return known != null && known.executor.refersTo(executor) ? known.binding : null;
    }

    /** Returns the binding of an earlier tool of that name, if both have the same effects. */
    @Nullable
    ToolBinding alike(
            String tool, ToolExecutor executor, ExecutorTraits traits, @Nullable ToolSpecification specification) {
        Provided known = byName.get(tool);
        return known != null && known.isAlike(executor, traits, specification) ? known.binding : null;
    }

    @Nullable
    ToolSpecification specification(String tool) {
        Provided known = byName.get(tool);
        return known != null && known.specified && known.get() instanceof ToolSpecification specification
                ? specification
                : null;
    }

    void put(
            String tool,
            ToolExecutor executor,
            ExecutorTraits traits,
            @Nullable ToolSpecification specification,
            ToolBinding binding) {
        byName.put(tool, new Provided(tool, executor, traits, specification, binding, gone));
    }

    private void forgetCollected() {
        for (Reference<?> one = gone.poll(); one != null; one = gone.poll()) {
            Provided dropped = (Provided) one;
            byName.remove(dropped.tool, dropped);
        }
    }

    /** Refers to the specification, or to the executor if there is none. */
    private static final class Provided extends WeakReference<Object> {
        private final String tool;
        private final WeakReference<ToolExecutor> executor;
        private final WeakReference<Class<?>> executorClass;
        private final @Nullable Annotated annotated;
        private final ExecutorTraits traits;
        private final boolean specified;
        private final ToolBinding binding;

        Provided(
                String tool,
                ToolExecutor executor,
                ExecutorTraits traits,
                @Nullable ToolSpecification specification,
                ToolBinding binding,
                ReferenceQueue<Object> gone) {
            super(specification == null ? executor : specification, gone);
            this.tool = tool;
            this.executor = new WeakReference<>(executor);
            this.executorClass = new WeakReference<>(executor.getClass());
            this.annotated = Annotated.of(executor);
            this.traits = traits;
            this.specified = specification != null;
            this.binding = binding;
        }

        boolean isAlike(
                ToolExecutor other, ExecutorTraits otherTraits, @Nullable ToolSpecification otherSpecification) {
            return executorClass.refersTo(other.getClass())
                    && traits.equals(otherTraits)
                    && (annotated == null || annotated.isOf(other))
                    && (specified
                            ? otherSpecification != null && otherSpecification.equals(get())
                            : otherSpecification == null);
        }
    }

    /** The annotated method of a tool, maybe behind wrappers. It does not keep the class alive. */
    private record Annotated(WeakReference<Class<?>> toolClass, String method) {

        static @Nullable Annotated of(ToolExecutor executor) {
            DefaultToolExecutor own = WrappedTools.annotatedBehind(executor);
            return own == null
                    ? null
                    : new Annotated(
                            new WeakReference<>(ToolObject.classOf(own)),
                            own.originalMethod().toString());
        }

        boolean isOf(ToolExecutor executor) {
            DefaultToolExecutor other = WrappedTools.annotatedBehind(executor);
            return other != null
                    && toolClass.refersTo(ToolObject.classOf(other))
                    && method.equals(other.originalMethod().toString());
        }
    }
}
