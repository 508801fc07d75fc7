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
 * Limits that hold for all replicas: given to an executor, its caps ({@code totalConcurrency}, those of tools and groups)
 * and, where it has {@code exclusiveAcrossConversations}, the resources of its calls count over all JVMs whose limit servers
 * have the same name.
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
 * <p>A call that has its turn in its own replica asks for all that it wants of others at once; if it has to wait it gives its
 * permit and its slots back meanwhile. Executors that are given limits of one name, in one JVM or several, share them; a cap
 * is known by its name, and each replica counts by the limit that it has set itself.
 *
 * <p>A replica exchanges with its server on one daemon thread, which carries what all of its calls ask and give back, and
 * prolongs the lease. Nothing is exchanged while no call holds or wants anything.
 *
 * <p><b>A holder that is lost.</b> What a replica holds is free once its lease is over, which is counted by the server from the
 * last exchange: at most {@code lease} after it died, and seen by those that wait within a third of their lease.
 * A replica that is not dead but was cut off, or stood still, for so long has its calls go on: to break a write off in the
 * middle is no better than to finish it. It says so, by a warning and by {@link ReplicaEvent.LeaseLost}.
 *
 * <p><b>A server that is lost.</b> Calls that want something fail ({@link Builder#failClosed}, the default), or run with the
 * limits of their replica alone ({@link Builder#failOpen}). It is tried again each second.
 *
 * <p>Thread-safe. To be closed after the executors that use it.
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
        this.exchanger = new Exchanger(server, session, this::tell, builder.reports(), clock);
        exchanger.listen();
        this.heldQuery = new HeldQuery(server, clock);
    }

    /**
     * Starts limits with the defaults: calls fail while the server is lost, a lease of 15 s.
     *
     * @param server keeps them; it is closed with them
     * @return a new builder
     */
    public static Builder builder(LimitServer server) {
        return new Builder(server);
    }

    /**
     * What the limits are of.
     *
     * @return the name of the server's
     */
    public String name() {
        return server.name();
    }

    /**
     * Begins the id of a claim.
     *
     * @return a text that no other replica has; what follows it has to be unique in this one
     */
    public String idPrefix() {
        return idPrefix;
    }

    /**
     * Asks for all that a claim wants. Does not wait. To be released, whatever comes of it, when it is not wanted any more.
     *
     * @param claim what is wanted
     * @return says what has become of it
     */
    public ReplicaAsk ask(ReplicaClaim claim) {
        ReplicaAsk ask = new ReplicaAsk(claim);
        if (session.ask(ask)) {
            exchanger.wake();
        } else {
            tell(ask, exchanger.lastFailure());
        }
        return ask;
    }

    /**
     * Whether a claim holds what it was granted.
     *
     * @param claim its id
     * @return false if it never was, or was released, or if the lease is over, as far as is known
     */
    public boolean holds(String claim) {
        return session.holds(claim);
    }

    /**
     * Gives back the slots of a claim, and keeps its resources.
     *
     * @param claim its id; nothing is done if it is not granted
     */
    public void returnSlots(String claim) {
        session.returnSlots(claim, false);
        exchanger.wake();
    }

    /**
     * Gives back the slots of a claim whose call was abandoned, which others are told that wait for its resources.
     *
     * @param claim its id; nothing is done if it is not granted
     */
    public void abandon(String claim) {
        session.returnSlots(claim, true);
        exchanger.wake();
    }

    /**
     * Gives back all that a claim holds, or stops waiting for it. Does not wait.
     *
     * @param claim its id; nothing is done if it is not known
     */
    public void release(String claim) {
        session.release(claim);
        exchanger.wake();
    }

    /**
     * Which claims all replicas hold now. Asks the server, on the current thread.
     *
     * @return in no order
     * @throws Exception if the server cannot be reached, or fails
     */
    public List<HeldClaim> held() throws Exception {
        return server.held();
    }

    /**
     * Which claims all replicas hold, as they were a moment ago, at most 250 ms. Does not wait. Of calls that ask at the same
     * time one has the server asked, on a thread that is made for that, and all get its answer.
     *
     * @return the answer, in no order; exceptionally, if the server cannot be reached, or fails
     */
    public CompletionStage<List<HeldClaim>> heldLately() {
        return heldQuery.ask();
    }

    /**
     * Whether the server cannot be reached.
     *
     * @return as far as is known: it is tried where a call wants something, and each second from then on
     */
    public boolean isServerLost() {
        return session.isLost();
    }

    /** What becomes of a call that asked while the server was lost. */
    private void tell(ReplicaAsk ask, Throwable cause) {
        if (open) {
            ask.grant(false);
        } else {
            ask.fail(new LimitServerLostException(
                    "the limits that all replicas of '" + name() + "' share cannot be asked, and calls fail then: "
                            + server.description() + " gave " + cause,
                    cause));
        }
    }

    /** Gives back all that this replica holds, and ends its session. Waits for one exchange. Further calls do nothing. */
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
         * Sets how long what a replica holds stays its own without an exchange; 15 s by default. It is prolonged each third of
         * that. The shorter, the sooner a dead replica holds up no other, and the shorter a pause, of the JVM or the network,
         * after which a living one has lost what it holds.
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
         * Sets what others are told that wait for this replica; by default the id of its process and its host.
         *
         * @param replica for people
         * @return this
         */
        public Builder replica(String replica) {
            this.replica = Objects.requireNonNull(replica, "replica");
            return this;
        }

        /**
         * Has calls fail that want something while the server is lost. This is the default.
         *
         * @return this
         */
        public Builder failClosed() {
            open = false;
            return this;
        }

        /**
         * Has calls run while the server is lost, with the limits of their own replica alone. Until the last of them has ended
         * limits do not hold over all replicas, also when the server is back.
         *
         * @return this
         */
        public Builder failOpen() {
            open = true;
            return this;
        }

        /**
         * Adds a listener, for metrics and alarms. What is told is in the log, too.
         *
         * @param listener told on the thread that exchanges, which waits for it; what it throws is logged
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
         * Makes the limits. The server is not asked before the first call wants something.
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
