package dev.interlock.langchain4j.mcp;

import dev.interlock.support.ObjectFields;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.DefaultToolExecutor;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.langchain4j.service.tool.ToolProviderResult;
import java.lang.reflect.Field;
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
 * executor or a client in a field, as a wrapper or a lambda does, or if the tool came from LangChain4j's MCP tool
 * provider. Only the client in the executor decides which client the tool belongs to, and so whether the user trusts
 * it. A name or text from the server never does.
 *
 * <p>Invariant: if it is unclear whether a tool is a server's, the tool belongs to a server that the user does not
 * trust. {@link HeldServers} says how far this class looks. A specification with MCP's hints is a server's too, unless
 * an annotated method executes it.
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
     * @param hiding whether the user's executor hides an annotated method, so that its annotations do not speak
     */
    public record Origin(
            boolean ofServer,
            @Nullable String clientKey,
            @Nullable ServedTool served,
            boolean hiding) {

        static final Origin OWN = new Origin(false, null, null, false);

        /** A tool of the user's that hides annotations. */
        static final Origin HIDING = new Origin(false, null, null, true);

        /** A tool that may belong to a server. */
        static final Origin UNCLEAR = new Origin(true, null, null, false);
    }

    /**
     * Tells where a tool comes from.
     *
     * @param executor the tool's
     * @param specification the specification that the model gets; null if unknown
     * @return the origin
     */
    public static Origin originOf(ToolExecutor executor, @Nullable ToolSpecification specification) {
        if (executor instanceof DefaultToolExecutor) {
            return Origin.OWN;
        }
        Found found = Found.in(executor);
        if (found == null) {
            HeldServers held = HeldServers.of(executor);
            if (!held.mayServe(specification) && (specification == null || !McpHints.areOn(specification))) {
                return held.hides(WrappedTools.annotatedBehind(executor)) ? Origin.HIDING : Origin.OWN;
            }
            log.debug(
                    "Tool '{}' may be an MCP server's, so only effects that the user declares count",
                    specification == null ? executor : specification.name());
            return Origin.UNCLEAR;
        }
        String clientKey = found.clientKey();
        return clientKey == null || !HeldServers.of(executor).isAmong(found.holders())
                ? Origin.UNCLEAR
                : new Origin(true, clientKey, found.served(executor), false);
    }

    /**
     * Returns the executor to run in place of a tool's own. For an MCP tool it passes an interrupt on to the server.
     *
     * @param executor the tool's
     * @return the executor itself if the tool belongs to no server, or if interrupts cannot reach the server
     */
    public static ToolExecutor cancellable(ToolExecutor executor) {
        Found found = Found.in(executor);
        if (found == null || !MCP_IS_THERE || found.holders().size() != 1) {
            return executor;
        }
        return McpTools.cancellable(executor, found.holders().get(0));
    }

    /**
     * Tells whether a tool surely sees numbers only with a double's precision.
     *
     * @param executor the tool's
     * @return false also if unknown
     */
    public static boolean readsDoubles(ToolExecutor executor) {
        if (executor instanceof DefaultToolExecutor) {
            return true;
        }
        Found found = Found.in(executor);
        return found != null && found.clients.isEmpty();
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

        /** MCP clients that executors of the user's have themselves. */
        final List<Object> clients = new ArrayList<>(0);

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
                if (ObjectFields.read(field, executor) instanceof ToolExecutor inner) {
                    look(inner, depth - 1);
                }
            }
            for (Field field : shape.clients) {
                Object client = ObjectFields.read(field, executor);
                ofServer = true;
                if (client == null) {
                    unclear = true;
                } else {
                    clients.add(client);
                }
            }
        }

        /** What has or is a client. */
        List<Object> holders() {
            List<Object> holders = new ArrayList<>(executors);
            holders.addAll(clients);
            return holders;
        }

        /** The client's key; null if several clients may execute the tool. */
        @Nullable
        String clientKey() {
            String key = null;
            for (Object holder : holders()) {
                String another = keyOf(holder);
                if (unclear || another == null || (key != null && !key.equals(another))) {
                    return null;
                }
                key = another;
            }
            return key;
        }

        private static @Nullable String keyOf(Object holder) {
            try {
                return McpTools.clientKey(holder);
            } catch (LinkageError e) {
                return null;
            }
        }

        @Nullable
        ServedTool served(ToolExecutor executor) {
            try {
                return executors.size() == 1 && clients.isEmpty()
                        ? ServerIdentity.of(executor, executors.get(0))
                        : null;
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
     * @param clients the fields of an MCP client's type
     */
    private record Shape(Kind kind, List<Field> executors, List<Field> clients) {

        static Shape of(Class<?> type) {
            if (type == Marked.class) {
                return new Shape(Kind.MARK, executors(type), List.of());
            }
            for (Class<?> each = type; each != null; each = each.getSuperclass()) {
                if (each.getName().startsWith(PACKAGE)) {
                    return new Shape(hasClient(type) ? Kind.WITH_CLIENT : Kind.WITHOUT_CLIENT, List.of(), List.of());
                }
            }
            return new Shape(Kind.OTHER, executors(type), clients(type));
        }

        boolean isPlain() {
            return kind == Kind.OTHER && executors.isEmpty() && clients.isEmpty();
        }

        private static List<Field> executors(Class<?> type) {
            return WrappedTools.FIELDS.of(type).stream()
                    .filter(field -> WrappedTools.canHold(field.getType()))
                    .toList();
        }

        private static List<Field> clients(Class<?> type) {
            return WrappedTools.FIELDS.of(type).stream()
                    .filter(field -> HeldServers.isClient(field.getType()))
                    .toList();
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
