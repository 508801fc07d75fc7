package dev.interlock.springai;

import dev.interlock.support.ObjectFields;
import dev.interlock.support.ObjectWalk;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.resolution.ToolCallbackResolver;

/**
 * What leads from a callback to other callbacks and to MCP clients, as far as reflection shows.
 *
 * <p>Within a callback are its fields, the variables that lambdas in there capture, and the elements of arrays,
 * collections, maps and other containers of the JDK. A field's declared type counts too, such as
 * {@code Supplier<ToolCallback>}. Everything within counts. In the fields of other objects, such as a service or the
 * object around a lambda, only MCP clients count and callbacks for the same tool, since an application often has other
 * tools there. This class looks no further, and never calls a function or a supplier.
 *
 * <p>Confined to one thread.
 */
final class HeldCallbacks {

    /** The most objects to look at, and the most elements of a container. What is closest comes first. */
    private static final int MOST_OBJECTS = 200;

    private static final ObjectFields FIELDS = new ObjectFields(Field::trySetAccessible);

    private static final List<String> NAMES =
            List.of(ToolCallback.class.getName(), "io.modelcontextprotocol.client.Mcp", "org.springframework.ai.mcp.");

    private enum Kind {
        /** A callback. */
        CALLBACK,
        /** What provides callbacks. */
        PROVIDER,
        /** An MCP client. */
        CLIENT,
        /** The elements count. */
        CONTAINER,
        /** A lambda: the captured variables count. */
        FUNCTION,
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

    private final ObjectWalk walk = new ObjectWalk(MOST_OBJECTS, MOST_OBJECTS, type -> KINDS.get(type) != Kind.CLOSED);

    /** Callbacks, providers and clients within. */
    private final List<Object> within = new ArrayList<>(1);

    /** Other objects within. */
    private final List<Object> objects = new ArrayList<>();

    /** Whether a field of the callback names callbacks or clients in its type. */
    private final boolean named;

    private HeldCallbacks(ToolCallback callback) {
        named = NAMES.stream().anyMatch(name -> FIELDS.mention(callback.getClass(), name));
        walk.add(Stream.of(callback));
        walk.next(); // the callback itself, to which nothing leads then
        walk.add(FIELDS.values(callback));
        look(within, objects);
    }

    static HeldCallbacks of(ToolCallback callback) {
        return new HeldCallbacks(callback);
    }

    /**
     * Whether the callback leads to another one, to what provides callbacks, or to an MCP client.
     *
     * @param known the callback that it decorates, which does not count; or null
     */
    @SuppressWarnings("ReferenceEquality") // equal callbacks may wrap others
    boolean hidesAnother(@Nullable ToolCallback known) {
        return named || within.stream().anyMatch(each -> each != known);
    }

    /** Whether other objects lead to an MCP client, or to a callback for the same tool. */
    boolean leadsToTool(ToolDefinition tool) {
        List<Object> behind = new ArrayList<>(0);
        objects.forEach(object -> walk.add(FIELDS.values(object)));
        look(behind, new ArrayList<>());
        return behind.stream()
                .anyMatch(
                        each -> each instanceof ToolCallback other ? isAlike(other, tool) : isClient(each.getClass()));
    }

    private static boolean isAlike(ToolCallback other, ToolDefinition tool) {
        try {
            ToolDefinition told = other.getToolDefinition();
            return Objects.equals(told.name(), tool.name())
                    || (told.description() != null && told.description().equals(tool.description()));
        } catch (RuntimeException e) {
            return true;
        }
    }

    private void look(List<Object> found, List<Object> others) {
        for (Object next = walk.next(); next != null; next = walk.next()) {
            switch (KINDS.get(next.getClass())) {
                case CALLBACK, PROVIDER, CLIENT -> found.add(next);
                case CONTAINER -> walk.add(ObjectFields.elements(next));
                case FUNCTION -> walk.add(FIELDS.values(next));
                case OBJECT -> others.add(next);
                case CLOSED -> {}
            }
        }
    }

    private static Kind kind(Class<?> type) {
        if (ToolCallback.class.isAssignableFrom(type)) {
            return Kind.CALLBACK;
        }
        if (ToolCallbackProvider.class.isAssignableFrom(type) || ToolCallbackResolver.class.isAssignableFrom(type)) {
            return Kind.PROVIDER;
        }
        if (isClient(type)) {
            return Kind.CLIENT;
        }
        if (ObjectFields.isContainer(type)) {
            return Kind.CONTAINER;
        }
        if (ObjectFields.isOfJdk(type) || type.isArray() || type.isEnum()) {
            return Kind.CLOSED;
        }
        return type.isHidden() ? Kind.FUNCTION : Kind.OBJECT;
    }

    /** Compares by name, since the classes may be absent. */
    private static boolean isClient(@Nullable Class<?> type) {
        return type != null
                && (type.getName().startsWith("io.modelcontextprotocol.client.Mcp") || isClient(type.getSuperclass()));
    }
}
