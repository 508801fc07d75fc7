package dev.interlock.langchain4j.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.mcp.client.transport.McpOperationHandler;
import dev.langchain4j.mcp.client.transport.McpTransport;
import dev.langchain4j.mcp.client.transport.stdio.StdioMcpTransport;
import dev.langchain4j.mcp.protocol.McpCancellationNotification;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before a transport's own handler and sees the id of each operation that a thread starts. Only this id can
 * cancel a request, and LangChain4j's client does not reveal it. All else goes to the transport's own handler.
 * Thread-safe.
 *
 * <p>It replaces the handler in the transport's field, which all of LangChain4j's transports have. It does nothing
 * where that is impossible, or where handlers have unknown methods.
 */
final class McpOperations extends McpOperationHandler {

    private static final Logger log = LoggerFactory.getLogger(McpOperations.class);

    /** The methods that this class passes on. */
    private static final Set<String> KNOWN_METHODS = Set.of("handle", "startOperation", "cancelAllPendingOperations");

    private static final ClassValue<Optional<VarHandle>> HANDLER_FIELDS = new ClassValue<>() {
        @Override
        protected Optional<VarHandle> computeValue(Class<?> transport) {
            return handlerField(transport);
        }
    };

    private static final AtomicBoolean FAILURE_LOGGED = new AtomicBoolean();

    /** The operation of the call that the current thread runs. */
    private static final ThreadLocal<@Nullable Operation> CURRENT = new ThreadLocal<>();

    private final McpOperationHandler handler;
    private final McpTransport transport;

    @SuppressWarnings("NullAway") // no code uses the null arguments: this class overrides every method
    private McpOperations(McpOperationHandler handler, McpTransport transport) {
        super(new ConcurrentHashMap<>(), List::of, transport, null, null, null, null, null, null, null, null, null);
        this.handler = handler;
        this.transport = transport;
    }

    /**
     * Checks that langchain4j-mcp is as this class expects.
     *
     * @throws ReflectiveOperationException if a member is new or missing
     */
    static void check() throws ReflectiveOperationException {
        Set<String> methods = Arrays.stream(McpOperationHandler.class.getDeclaredMethods())
                .filter(method -> !Modifier.isPrivate(method.getModifiers()) && !method.isSynthetic())
                .map(Method::getName)
                .collect(Collectors.toSet());
        if (!methods.equals(KNOWN_METHODS)) {
            throw new NoSuchMethodException("handlers of operations have the methods " + methods);
        }
        Objects.requireNonNull(McpCancellationNotification.class.getConstructor(Long.class, String.class));
        Objects.requireNonNull(StdioMcpTransport.class.getMethod("getProcess"));
    }

    /** Puts the handler in place before every call, since a restarted transport has its own one again. */
    private static void watch(McpTransport transport) {
        VarHandle field = HANDLER_FIELDS.get(transport.getClass()).orElse(null);
        if (field == null) {
            return;
        }
        McpOperationHandler own = (McpOperationHandler) field.getVolatile(transport);
        if (own == null || own instanceof McpOperations) {
            return;
        }
        try {
            field.compareAndSet(transport, own, new McpOperations(own, transport));
        } catch (LinkageError e) {
            logFailure(transport.getClass(), e.toString());
        }
    }

    private static Optional<VarHandle> handlerField(Class<?> transport) {
        for (Class<?> each = transport; each != null; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                int modifiers = field.getModifiers();
                if (field.getType() == McpOperationHandler.class
                        && !Modifier.isStatic(modifiers)
                        && !Modifier.isFinal(modifiers)) {
                    return access(each, field);
                }
            }
        }
        logFailure(transport, "it has no field for a handler of operations");
        return Optional.empty();
    }

    private static Optional<VarHandle> access(Class<?> owner, Field field) {
        try {
            return Optional.of(
                    MethodHandles.privateLookupIn(owner, MethodHandles.lookup()).unreflectVarHandle(field));
        } catch (IllegalAccessException e) {
            logFailure(owner, e.toString());
            return Optional.empty();
        }
    }

    private static void logFailure(Class<?> transport, String why) {
        if (FAILURE_LOGGED.compareAndSet(false, true)) {
            log.debug("Interrupts do not reach MCP servers over {}: {}", transport.getName(), why);
        }
    }

    /** Begins a call: the current thread's operations on the transport now belong to it. */
    static Operation enter(McpTransport transport) {
        watch(transport);
        Operation operation = new Operation(transport, CURRENT.get());
        CURRENT.set(operation);
        return operation;
    }

    @Override
    public void handle(JsonNode message) {
        handler.handle(message);
    }

    @Override
    public void startOperation(Long id, CompletableFuture<JsonNode> future) {
        Operation current = CURRENT.get();
        if (current != null && current.isOn(transport)) {
            current.started(id, future);
        }
        handler.startOperation(id, future);
        // When the process ends, the transport fails pending operations, but lets later ones wait for their time-out.
        if (transport instanceof StdioMcpTransport stdio && !stdio.getProcess().isAlive()) {
            future.completeExceptionally(new IllegalStateException("the process of the MCP server has exited"));
        }
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // the other handler synchronizes
    public void cancelAllPendingOperations(String reason) {
        handler.cancelAllPendingOperations(reason);
    }

    /** The last operation that a call started. Only the call's thread accesses it. */
    static final class Operation implements AutoCloseable {

        private final McpTransport transport;
        private final @Nullable Operation outer;
        private @Nullable Long id;
        private @Nullable CompletableFuture<JsonNode> future;

        private Operation(McpTransport transport, @Nullable Operation outer) {
            this.transport = transport;
            this.outer = outer;
        }

        @SuppressWarnings("ReferenceEquality") // transports have no equality
        private boolean isOn(McpTransport other) {
            return transport == other;
        }

        private void started(Long newId, CompletableFuture<JsonNode> newFuture) {
            id = newId;
            future = newFuture;
        }

        /** Whether the server got a request and has not answered; false if this class cannot see that. */
        boolean isPending() {
            return future != null && !future.isDone();
        }

        /** Tells the server that the call no longer waits for its answer. */
        void cancel() {
            Long requestId = id;
            if (requestId == null) {
                return;
            }
            // HTTP clients refuse to send while the interrupt flag is set.
            boolean flag = Thread.interrupted();
            try {
                transport.executeOperationWithoutResponse(
                        new McpCancellationNotification(requestId, "the call was cancelled"));
            } catch (RuntimeException e) {
                log.debug("Telling the MCP server that request {} is cancelled failed", requestId, e);
            } finally {
                if (flag) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        @Override
        public void close() {
            if (outer == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(outer);
            }
        }
    }
}
