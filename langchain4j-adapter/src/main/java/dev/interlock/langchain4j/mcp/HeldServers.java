package dev.interlock.langchain4j.mcp;

import dev.interlock.support.ObjectFields;
import dev.interlock.support.ObjectWalk;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.service.tool.DefaultToolExecutor;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What leads from an executor to MCP servers, as far as reflection shows.
 *
 * <p>Invariant: a server's word about a tool never counts as the user's. So everything that leads to a server within
 * the executor makes the tool a server's. Within are the executor's fields, which for a lambda are the variables that
 * it captures, the fields of lambdas and of other executors in there, and the elements of arrays, collections, maps and
 * other containers of the JDK. A field's declared type counts too, such as {@code Supplier<McpClient>}.
 *
 * <p>An object within, such as a service or the object around a lambda, may have a client for other tools than this
 * one. What is in the object's fields therefore makes the tool a server's only if the client cannot rule out that its
 * server described the tool. This class looks no further, and never calls a function or a supplier.
 *
 * <p>Confined to one thread.
 */
final class HeldServers {

    private static final String PACKAGE = "dev.langchain4j.mcp.";
    private static final String CLIENT = PACKAGE + "client.McpClient";

    /** The most objects to look at, and the most elements of a container. What is closest comes first. */
    private static final int MOST_OBJECTS = 500;

    private static final int MOST_ELEMENTS = 1_000;

    private enum Kind {
        /** LangChain4j's executor of a method of the user's. */
        ANNOTATED,
        /** An MCP client. */
        CLIENT,
        /** An executor or a provider of langchain4j-mcp. */
        TOOLS,
        /** The elements count. */
        CONTAINER,
        /** A lambda, or an executor of the user's: the fields count. */
        OPEN,
        /** Another object of the user's or of a library. */
        OBJECT,
        /** Leads nowhere. */
        CLOSED
    }

    private static final ClassValue<Kind> KINDS = new ClassValue<>() {
        @Override
        protected Kind computeValue(Class<?> type) {
            return kind(type);
        }
    };

    private final ObjectWalk walk = new ObjectWalk(MOST_OBJECTS, MOST_ELEMENTS, type -> KINDS.get(type) != Kind.CLOSED);

    /** Clients, executors and providers within. */
    private final List<Object> within = new ArrayList<>(0);

    /** Executors of annotated methods within. */
    private final List<Object> annotated = new ArrayList<>(0);

    /** Other objects within. */
    private final List<Object> objects = new ArrayList<>();

    /** Whether a field within names langchain4j-mcp in its type. */
    private boolean named;

    private HeldServers() {}

    static HeldServers of(ToolExecutor executor) {
        HeldServers held = new HeldServers();
        held.lookWithin(executor);
        return held;
    }

    /**
     * Whether a tool may be a server's.
     *
     * @param specification the tool's specification; null if unknown
     */
    boolean mayServe(@Nullable ToolSpecification specification) {
        return named || !within.isEmpty() || behind().stream().anyMatch(client -> mayDescribe(client, specification));
    }

    private static boolean mayDescribe(Object client, @Nullable ToolSpecification specification) {
        try {
            return specification == null || McpTools.mayDescribe(client, specification);
        } catch (LinkageError e) {
            return true;
        }
    }

    /** Whether everything within that leads to a server is among some objects. */
    @SuppressWarnings("ReferenceEquality") // equal clients may talk to different servers
    boolean isAmong(List<?> known) {
        return !named && within.stream().allMatch(one -> known.stream().anyMatch(each -> each == one));
    }

    /**
     * Whether an annotated method is within that is not the only one that the tool's wrappers lead to.
     *
     * @param wrapped the method that they lead to; null if there is none
     */
    @SuppressWarnings("ReferenceEquality") // equal executors may have different objects
    boolean hides(@Nullable ToolExecutor wrapped) {
        return annotated.stream().anyMatch(each -> each != wrapped);
    }

    private void lookWithin(ToolExecutor executor) {
        walk.add(Stream.of(executor));
        for (Object next = walk.next(); next != null; next = walk.next()) {
            switch (KINDS.get(next.getClass())) {
                case ANNOTATED -> annotated.add(next);
                case CLIENT, TOOLS -> within.add(next);
                case CONTAINER -> walk.add(ObjectFields.elements(next));
                case OPEN -> {
                    named |= WrappedTools.FIELDS.mention(next.getClass(), PACKAGE);
                    walk.add(WrappedTools.FIELDS.values(next));
                }
                case OBJECT -> objects.add(next);
                case CLOSED -> {}
            }
        }
    }

    /** Returns the clients in the fields of other objects. */
    private List<Object> behind() {
        List<Object> behind = new ArrayList<>(0);
        objects.forEach(object -> walk.add(WrappedTools.FIELDS.values(object)));
        for (Object next = walk.next(); next != null; next = walk.next()) {
            switch (KINDS.get(next.getClass())) {
                case CLIENT -> behind.add(next);
                case CONTAINER -> walk.add(ObjectFields.elements(next));
                case OPEN, TOOLS -> walk.add(WrappedTools.FIELDS.values(next));
                case ANNOTATED, OBJECT, CLOSED -> {}
            }
        }
        return behind;
    }

    private static Kind kind(Class<?> type) {
        if (isClient(type)) {
            return Kind.CLIENT;
        }
        if (isOfServers(type)) {
            return ToolExecutor.class.isAssignableFrom(type) || ToolProvider.class.isAssignableFrom(type)
                    ? Kind.TOOLS
                    : Kind.CLOSED;
        }
        if (DefaultToolExecutor.class.isAssignableFrom(type)) {
            return Kind.ANNOTATED;
        }
        if (ObjectFields.isContainer(type)) {
            return Kind.CONTAINER;
        }
        if (ObjectFields.isOfJdk(type) || type.isArray() || type.isEnum()) {
            return Kind.CLOSED;
        }
        return type.isHidden() || ToolExecutor.class.isAssignableFrom(type) ? Kind.OPEN : Kind.OBJECT;
    }

    /** Compares by name, since the interface may be absent, or of another class loader. */
    static boolean isClient(@Nullable Class<?> type) {
        return type != null
                && (type.getName().equals(CLIENT)
                        || isClient(type.getSuperclass())
                        || Stream.of(type.getInterfaces()).anyMatch(HeldServers::isClient));
    }

    private static boolean isOfServers(@Nullable Class<?> type) {
        return type != null && (type.getName().startsWith(PACKAGE) || isOfServers(type.getSuperclass()));
    }
}
