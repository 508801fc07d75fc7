package dev.interlock.replicas;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes an executor's limits hold for all replicas. Its caps ({@code totalConcurrency}, those of tools and groups) then
 * count over all JVMs whose limit servers have the same name. So do the resources of its calls, if it has
 * {@code exclusiveAcrossConversations}.
 *
 * {@snippet :
 * ReplicaLimits replicas = ReplicaLimits.builder(RedisLimitServer.of(redisson, "orders")).failClosed().build();
 * ToolCallExecutor executor = ToolCallExecutor.builder()
 *         .totalConcurrency(20)
 *         .exclusiveAcrossConversations(true)
 *         .replicaLimits(replicas)
 *         .build();
 * }
 *
 * <p>A call that has its turn in its own replica asks the server for everything that it needs in one request. If it
 * must wait, it gives back its permit and slots meanwhile. Executors with limits of the same name share them, in one
 * JVM or several. Caps are identified by name, and each replica applies the limit that it has set itself.
 *
 * <p>One daemon thread of each replica exchanges with the server. It transmits all requests and returns of the
 * replica's calls, and extends the lease. It exchanges nothing while no call holds or wants anything.
 *
 * <p><b>A holder that is lost.</b> The server frees what a replica holds when its lease ends, at most {@code lease}
 * after the replica's last exchange. Waiting replicas see this within a third of their lease. A replica may also lose
 * its lease because it was cut off or stood still. Its calls then go on, since it is no better to break off a write in
 * the middle than to finish it. The replica logs a warning and reports a {@link ReplicaEvent.LeaseLost}.
 *
 * <p><b>A server that is lost.</b> Calls that want something fail ({@link Builder#failClosed}, the default), or run
 * with only their replica's limits ({@link Builder#failOpen}). The replica tries the server again every second.
 *
 * <p>Thread-safe. Close it after the executors that use it.
 */
public final class ReplicaLimits implements AutoCloseable {

    private final LimitServer server;
    private final boolean open;
    private final String idPrefix;
    private final Session session;
    private final Exchanger exchanger;
    private final HeldQuery heldQuery;

    private ReplicaLimits(Builder builder, LongSupplier clock) {
        this.server = builder.server;
        this.open = builder.open;
        String id = UUID.randomUUID().toString();
        this.idPrefix = id.substring(0, 13) + "-";
        this.session = new Session(id, builder.replica(), builder.lease, server.askAgainAfter(), clock.getAsLong());
        this.exchanger = new Exchanger(
                server,
                session,
                this::tell,
                builder.reports(),
                clock,
                task -> Exchanger.start("interlock-replicas-" + server.name(), task));
        exchanger.listen();
        this.heldQuery = new HeldQuery(server, clock);
    }

    /**
     * Starts limits with the defaults: calls fail while the server is lost, a lease of 15 s.
     *
     * @param server the server of the limits, closed together with them
     * @return a new builder
     */
    public static Builder builder(LimitServer server) {
        return new Builder(server);
    }

    /**
     * Returns the name of the limits.
     *
     * @return the server's name
     */
    public String name() {
        return server.name();
    }

    /**
     * Returns the beginning of the ids of this replica's claims.
     *
     * @return a text that no other replica has; the rest of an id must be unique in this replica
     */
    public String idPrefix() {
        return idPrefix;
    }

    /**
     * Requests all that a claim wants. Does not wait. Whatever the answer, call {@link #giveBackAll} when the claim is
     * no longer wanted.
     *
     * @param claim the claim
     * @return the request, which tells the answers
     */
    public ReplicaRequest request(ReplicaClaim claim) {
        ReplicaRequest request = new ReplicaRequest(claim);
        if (session.request(request)) {
            exchanger.wake();
        } else {
            tell(request, exchanger.lastFailure());
        }
        return request;
    }

    /**
     * Tells whether the server has granted a claim, and the claim still holds that.
     *
     * @param claim its id
     * @return false if the claim was never granted, or was given back, or if this replica knows that its lease is over
     */
    public boolean holds(String claim) {
        return session.holds(claim);
    }

    /**
     * Gives back the slots of a claim, and keeps its resources.
     *
     * @param claim the claim's id; nothing happens if the claim is not granted
     */
    public void giveSlotsBack(String claim) {
        session.giveSlotsBack(claim, false);
        exchanger.wake();
    }

    /**
     * Gives back the slots of a claim whose call was abandoned. Calls that wait for its resources learn of it.
     *
     * @param claim the claim's id; nothing happens if the claim is not granted
     */
    public void abandon(String claim) {
        session.giveSlotsBack(claim, true);
        exchanger.wake();
    }

    /**
     * Gives back all that a claim holds, or stops waiting for it. Does not wait.
     *
     * @param claim the claim's id; nothing happens if it is unknown
     */
    public void giveBackAll(String claim) {
        session.giveBackAll(claim);
        exchanger.wake();
    }

    /**
     * Returns the claims that all replicas hold now. Asks the server, on the current thread.
     *
     * @return the claims, in no order
     * @throws Exception if the server cannot be reached, or fails
     */
    public List<HeldClaim> held() throws Exception {
        return server.held();
    }

    /**
     * Returns the claims held by all replicas together. Does not wait. Callers that ask while a request runs share its
     * answer, and later ones get that answer until the request is 250 ms old. The request runs on a thread of its own.
     *
     * @return a stage with the claims, in no order; it fails if the server cannot be reached, or fails
     */
    public CompletionStage<List<HeldClaim>> heldLately() {
        return heldQuery.ask();
    }

    /**
     * Tells whether the server cannot be reached.
     *
     * @return true if the last try failed. The replica tries when a call wants something, and every second after a
     *     failure
     */
    public boolean isServerLost() {
        return session.isLost();
    }

    /** Answers a call that asked while the server was lost. */
    private void tell(ReplicaRequest request, Throwable cause) {
        if (open) {
            request.grant(false);
        } else {
            request.fail(new LimitServerLostException(
                    "the limits that all replicas of '" + name()
                            + "' share are unavailable, so the call was not started: " + server.description() + " gave "
                            + Reports.inWords(cause),
                    cause));
        }
    }

    /**
     * Gives back all that this replica holds, and ends its session. Waits for one exchange. Closing again does nothing.
     */
    @Override
    public void close() {
        exchanger.close();
        server.close();
    }

    /** Builds {@link ReplicaLimits}. Not thread-safe. */
    public static final class Builder {
        private final LimitServer server;
        private final List<Consumer<? super ReplicaEvent>> listeners = new ArrayList<>();
        private Duration lease = Duration.ofSeconds(15);
        private @Nullable String replica;
        private boolean open;

        private Builder(LimitServer server) {
            this.server = Objects.requireNonNull(server, "server");
        }

        /**
         * Sets how long a replica keeps what it holds without an exchange; 15 s by default. It extends the lease every
         * third of that time. A shorter lease frees a dead replica's claims sooner. But it also lets a living replica
         * lose its claims after a shorter pause of the JVM or the network.
         *
         * @param lease at least 100 ms
         * @return this
         * @throws IllegalArgumentException if it is shorter
         */
        public Builder lease(Duration lease) {
            if (Objects.requireNonNull(lease, "lease").toMillis() < 100) {
                throw new IllegalArgumentException("lease must be >= 100 ms, was " + lease.toMillis() + " ms");
            }
            this.lease = lease;
            return this;
        }

        /**
         * Sets the replica's name in messages to calls that wait for it; by default its process id and host.
         *
         * @param replica the name, for people
         * @return this
         */
        public Builder replica(String replica) {
            this.replica = Objects.requireNonNull(replica, "replica");
            return this;
        }

        /**
         * While the server is lost, calls that need shared limits fail. This is the default.
         *
         * @return this
         */
        public Builder failClosed() {
            open = false;
            return this;
        }

        /**
         * Lets calls run with only their own replica's limits while the server is lost. Even when the server is back,
         * limits do not hold over all replicas until the last of these calls has ended.
         *
         * @return this
         */
        public Builder failOpen() {
            open = true;
            return this;
        }

        /**
         * Adds a listener, for metrics and alarms. The log has the same events.
         *
         * @param listener called on the thread that exchanges, which waits for it; its exceptions are logged
         * @return this
         */
        public Builder listener(Consumer<? super ReplicaEvent> listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        private String replica() {
            if (replica != null) {
                return replica;
            }
            String host;
            try {
                host = InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                host = "a host without a name";
            }
            return ProcessHandle.current().pid() + "@" + host;
        }

        private Reports reports() {
            return new Reports(server.name(), server.description(), open, List.copyOf(listeners));
        }

        /**
         * Creates the limits. They do not use the server before the first call wants something.
         *
         * @return the limits
         */
        public ReplicaLimits build() {
            return build(System::nanoTime);
        }

        /** The seam for tests. */
        ReplicaLimits build(LongSupplier clock) {
            return new ReplicaLimits(this, clock);
        }
    }
}
