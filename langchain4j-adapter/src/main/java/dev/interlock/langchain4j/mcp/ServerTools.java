package dev.interlock.langchain4j.mcp;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.DefaultToolExecutor;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.langchain4j.service.tool.ToolProviderResult;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells tools of MCP servers from the user's own. It works without {@code langchain4j-mcp} on the class path: it knows
 * the classes by their names, and only {@link McpTools} compiles against them.
 *
 * <p>A tool belongs to a server if its executor is a class of {@code langchain4j-mcp}, if the executor keeps such an
 * executor in a field, as a wrapper does, or if the tool came from LangChain4j's MCP tool provider. Only the client in
 * the executor decides which client the tool belongs to, and so whether the user trusts it. A name or text from the
 * server never does.
 */
public final class ServerTools {

    private static final Logger log = LoggerFactory.getLogger(ServerTools.class);

    private static final String PACKAGE = "dev.langchain4j.mcp.";
    private static final String PROVIDER = PACKAGE + "McpToolProvider";

    /** The most wrappers to look through, in case they form a circle. */
    private static final int MAX_DEPTH = 8;

    private static final boolean MCP_IS_THERE = isThere();

    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            return Shape.of(type);
        }
    };

    private ServerTools() {}

    private static boolean isThere() {
        try {
            Class.forName(PROVIDER, false, ServerTools.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    /**
     * Where a tool comes from.
     *
     * @param ofServer whether the tool belongs to an MCP server
     * @param clientKey the key of the tool's client; null if the tool is the user's own or the client is unknown
     * @param served the client's data on the tool; null if there are none
     */
    public record Origin(
            boolean ofServer,
            @Nullable String clientKey,
            @Nullable ServedTool served) {

        static final Origin OWN = new Origin(false, null, null);
    }

    /**
     * Tells where a tool comes from.
     *
     * @param executor the tool's
     * @return the origin
     */
    public static Origin originOf(ToolExecutor executor) {
        Found found = Found.in(executor);
        if (found == null) {
            return Origin.OWN;
        }
        String clientKey = found.clientKey();
        return new Origin(true, clientKey, clientKey == null ? null : found.served(executor));
    }

    /**
     * Returns the executor to run in place of a tool's own. For an MCP tool it passes an interrupt on to the server.
     *
     * @param executor the tool's
     * @return the executor itself if the tool belongs to no server, or if interrupts cannot reach the server
     */
    public static ToolExecutor cancellable(ToolExecutor executor) {
        Found found = Found.in(executor);
        if (found == null || found.executors.isEmpty()) {
            return executor;
        }
        return McpTools.cancellable(executor, found.executors);
    }

    /**
     * Tells whether a tool surely sees numbers only with a double's precision.
     *
     * @param executor the tool's
     * @return false also if unknown
     */
    public static boolean readsDoubles(ToolExecutor executor) {
        return executor instanceof DefaultToolExecutor || Found.in(executor) != null;
    }

    /**
     * Returns the executors that another one keeps in fields, as a wrapper does.
     *
     * @param executor any executor, maybe a wrapper
     * @return the executors; empty if there are none
     */
    public static List<ToolExecutor> wrappedBy(ToolExecutor executor) {
        List<ToolExecutor> wrapped = new ArrayList<>();
        for (Field field : SHAPES.get(executor.getClass()).executors) {
            if (Found.read(field, executor) instanceof ToolExecutor inner) {
                wrapped.add(inner);
            }
        }
        return wrapped;
    }

    /**
     * Marks the tools of LangChain4j's MCP tool provider, whose {@code toolWrapper} may hide where they come from.
     *
     * @param provider any provider of tools
     * @return the provider itself if it is not LangChain4j's
     */
    public static ToolProvider marking(ToolProvider provider) {
        return isA(provider.getClass(), PROVIDER) ? new Marking(provider) : provider;
    }

    /**
     * Returns the provider that {@link #marking} got.
     *
     * @param provider any provider of tools
     * @return the provider itself if it marks nothing
     */
    public static ToolProvider unmarked(ToolProvider provider) {
        return provider instanceof Marking marking ? marking.provider : provider;
    }

    private static boolean hasClient(Class<?> executor) {
        try {
            return MCP_IS_THERE && McpTools.hasClient(executor);
        } catch (LinkageError e) {
            log.warn(
                    "Interlock does not know this version of langchain4j-mcp, so it trusts no MCP server: {}",
                    e.toString());
            return false;
        }
    }

    private static boolean isA(Class<?> type, String name) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            if (each.getName().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** What is in and behind an executor. Confined to one thread. */
    private static final class Found {

        /** Executors that have an MCP client. */
        final List<ToolExecutor> executors = new ArrayList<>(1);

        private boolean ofServer;
        private boolean unclear;

        /** Returns null if the tool belongs to no server. */
        static @Nullable Found in(ToolExecutor executor) {
            if (executor instanceof DefaultToolExecutor
                    || SHAPES.get(executor.getClass()).isPlain()) {
                return null;
            }
            Found found = new Found();
            found.look(executor, MAX_DEPTH);
            return found.ofServer ? found : null;
        }

        private void look(ToolExecutor executor, int depth) {
            if (executor instanceof DefaultToolExecutor || depth == 0) {
                return;
            }
            Shape shape = SHAPES.get(executor.getClass());
            switch (shape.kind) {
                case WITH_CLIENT -> {
                    ofServer = true;
                    executors.add(executor);
                }
                case WITHOUT_CLIENT -> {
                    ofServer = true;
                    unclear = true;
                }
                case MARK -> {
                    ofServer = true;
                    lookBehind(executor, shape, depth);
                }
                case OTHER -> lookBehind(executor, shape, depth);
            }
        }

        private void lookBehind(ToolExecutor executor, Shape shape, int depth) {
            for (Field field : shape.executors) {
                if (read(field, executor) instanceof ToolExecutor inner) {
                    look(inner, depth - 1);
                }
            }
        }

        private static @Nullable Object read(Field field, Object object) {
            try {
                return field.get(object);
            } catch (IllegalAccessException e) {
                return null;
            }
        }

        /** The client's key; null if several clients may execute the tool. */
        @Nullable
        String clientKey() {
            String key = null;
            for (ToolExecutor executor : executors) {
                String another = McpTools.clientKey(executor);
                if (unclear || another == null || (key != null && !key.equals(another))) {
                    return null;
                }
                key = another;
            }
            return key;
        }

        @Nullable
        ServedTool served(ToolExecutor executor) {
            try {
                return executors.size() == 1 ? ServerIdentity.of(executor, executors.get(0)) : null;
            } catch (LinkageError e) {
                log.warn(
                        "Interlock does not know this version of langchain4j-mcp, so it does not use its"
                                + " catalogue: {}",
                        e.toString());
                return null;
            }
        }
    }

    private enum Kind {
        /** A class of langchain4j-mcp with a client. */
        WITH_CLIENT,
        /** Another class of langchain4j-mcp, or one from another class loader. */
        WITHOUT_CLIENT,
        /** {@link Marked}. */
        MARK,
        /** The class alone does not tell. */
        OTHER
    }

    /**
     * The shape of a class of executors.
     *
     * @param executors the fields that can hold another executor
     */
    private record Shape(Kind kind, List<Field> executors) {

        static Shape of(Class<?> type) {
            if (type == Marked.class) {
                return new Shape(Kind.MARK, executors(type));
            }
            for (Class<?> each = type; each != null; each = each.getSuperclass()) {
                if (each.getName().startsWith(PACKAGE)) {
                    return new Shape(hasClient(type) ? Kind.WITH_CLIENT : Kind.WITHOUT_CLIENT, List.of());
                }
            }
            return new Shape(Kind.OTHER, executors(type));
        }

        boolean isPlain() {
            return kind == Kind.OTHER && executors.isEmpty();
        }

        private static List<Field> executors(Class<?> type) {
            List<Field> executors = new ArrayList<>();
            for (Class<?> each = type; each != null; each = each.getSuperclass()) {
                for (Field field : each.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())
                            && canHoldExecutor(field.getType())
                            && isAccessible(field)) {
                        executors.add(field);
                    }
                }
            }
            return List.copyOf(executors);
        }

        private static boolean canHoldExecutor(Class<?> type) {
            return type.isAssignableFrom(ToolExecutor.class) || ToolExecutor.class.isAssignableFrom(type);
        }

        private static boolean isAccessible(Field field) {
            try {
                field.setAccessible(true);
                return true;
            } catch (InaccessibleObjectException | SecurityException e) {
                return false;
            }
        }
    }

    /** A tool of an MCP tool provider whose executor does not reveal its origin. */
    private record Marked(ToolExecutor executor) implements ToolExecutor {

        @Override
        public String execute(ToolExecutionRequest request, Object memoryId) {
            return executor.execute(request, memoryId);
        }

        @Override
        public ToolExecutionResult executeWithContext(ToolExecutionRequest request, InvocationContext context) {
            return executor.executeWithContext(request, context);
        }
    }

    /** A provider that marks the tools of an MCP tool provider. */
    private record Marking(ToolProvider provider) implements ToolProvider {

        @Override
        public @Nullable ToolProviderResult provideTools(ToolProviderRequest request) {
            ToolProviderResult result = provider.provideTools(request);
            if (result == null) {
                return null;
            }
            return ToolProviderResult.builder()
                    .addAll(result.aiServiceTools().stream().map(Marking::mark).toList())
                    .build();
        }

        private static AiServiceTool mark(AiServiceTool tool) {
            ToolExecutor executor = tool.toolExecutor();
            // An annotated method is the user's own; the user may have added it to a provider.
            boolean known =
                    executor instanceof DefaultToolExecutor || SHAPES.get(executor.getClass()).kind != Kind.OTHER;
            return known
                    ? tool
                    : tool.toBuilder().toolExecutor(new Marked(executor)).build();
        }

        @Override
        public boolean isDynamic() {
            return provider.isDynamic();
        }
    }
}
