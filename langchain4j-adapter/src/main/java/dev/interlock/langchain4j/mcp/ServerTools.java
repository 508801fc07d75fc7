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
 * Tells tools of MCP servers from the user's own. Works without {@code langchain4j-mcp} on the class path: classes of it
 * are known by their names, and only {@link McpTools} is compiled against them.
 *
 * <p>A tool is of a server if its executor is a class of {@code langchain4j-mcp}, if it keeps such an executor in a field,
 * as a wrapper does, or if it came from LangChain4j's MCP tool provider, whatever its executor is then. Which client it
 * belongs to, and so whether it is trusted, tells only the client in the executor, never a name or a text that the server
 * sent.
 */
public final class ServerTools {

    private static final Logger log = LoggerFactory.getLogger(ServerTools.class);

    private static final String PACKAGE = "dev.langchain4j.mcp.";
    private static final String PROVIDER = PACKAGE + "McpToolProvider";

    /** Wrappers around wrappers, in case they go round in circles. */
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
     * Whose a tool is.
     *
     * @param ofServer whether it is a tool of an MCP server
     * @param clientKey the key of the client it belongs to; null if it is the user's own, or if that is not known
     * @param served what that client says of it; null if it says nothing
     */
    public record Origin(
            boolean ofServer,
            @Nullable String clientKey,
            @Nullable ServedTool served) {

        static final Origin OWN = new Origin(false, null, null);
    }

    /**
     * Tells whose a tool is.
     *
     * @param executor the tool's
     * @return where it comes from
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
     * The executor to be run in place of a tool's: that of an MCP tool passes an interrupt on to the server.
     *
     * @param executor the tool's
     * @return the executor itself if it is not of a server, or the server cannot be told
     */
    public static ToolExecutor cancellable(ToolExecutor executor) {
        Found found = Found.in(executor);
        if (found == null || found.executors.isEmpty()) {
            return executor;
        }
        return McpTools.cancellable(executor, found.executors);
    }

    /**
     * Whether a tool is known to see no more of a number than a double does.
     *
     * @param executor the tool's
     * @return false also if that is not known
     */
    public static boolean readsDoubles(ToolExecutor executor) {
        return executor instanceof DefaultToolExecutor || Found.in(executor) != null;
    }

    /**
     * The executors that another keeps in fields, as a wrapper does.
     *
     * @param executor may be a wrapper
     * @return empty if it keeps none
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
     * Marks the tools of LangChain4j's MCP tool provider, whose {@code toolWrapper} may hide what they are.
     *
     * @param provider any provider of tools
     * @return the provider itself if it is not LangChain4j's
     */
    public static ToolProvider marking(ToolProvider provider) {
        return isA(provider.getClass(), PROVIDER) ? new Marking(provider) : provider;
    }

    /**
     * What was given to {@link #marking}.
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
            log.warn("This langchain4j-mcp is of an unknown kind, so no MCP server is trusted: {}", e.toString());
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

    /** What is in and behind an executor. Built and read by one thread. */
    private static final class Found {

        /** Executors that have an MCP client. */
        final List<ToolExecutor> executors = new ArrayList<>(1);

        private boolean ofServer;
        private boolean unclear;

        /** Null if the tool is not of a server. */
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

        /** A tool that several clients may execute is none's. */
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
                log.warn("This langchain4j-mcp is of an unknown kind, so the catalogue is not used: {}", e.toString());
                return null;
            }
        }
    }

    private enum Kind {
        /** A class of langchain4j-mcp that has a client. */
        WITH_CLIENT,
        /** Another class of langchain4j-mcp, or one that another class loader has loaded. */
        WITHOUT_CLIENT,
        /** {@link Marked}. */
        MARK,
        /** Not to be told from the class alone. */
        OTHER
    }

    /**
     * What a class of executors looks like.
     *
     * @param executors fields that can hold another executor
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

    /** A tool that came from an MCP tool provider with an executor that does not tell. */
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

    /** Marks what an MCP tool provider provides. */
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
            // An annotated method is the user's, who may have added it to a provider of his own.
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
