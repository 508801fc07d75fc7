package dev.interlock.event;

import dev.interlock.durable.PendingKind;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What a call waits for. Immutable. Calls are numbered from 0 here, and from 1 in texts.
 *
 * <p>A {@code switch} that is to survive new kinds of waits asks for the {@link #kind()}.
 */
public sealed interface Wait {

    /**
     * What the time goes to.
     *
     * @return one that {@linkplain TimeKind#isWait() is a wait}
     */
    TimeKind kind();

    /**
     * What it waits for, in words that go on "waits for".
     *
     * @return such as {@code call 1} or {@code one of 5 permits}
     */
    String text();

    /**
     * For earlier calls of the round.
     *
     * @param calls places of calls that have not ended, the earliest first; not more than {@link #MOST}
     * @param more whether there are others
     */
    record ForCalls(List<Integer> calls, boolean more) implements Wait {

        /** How many are named. */
        public static final int MOST = 8;

        /** Copies the list. */
        public ForCalls {
            calls = List.copyOf(calls);
        }

        /**
         * The wait for calls of which some are known.
         *
         * @param calls places, the earliest first; more than {@link #MOST} if there are more
         * @return null if there are none
         */
        public static @Nullable ForCalls among(List<Integer> calls) {
            boolean more = calls.size() > MOST;
            return calls.isEmpty() ? null : new ForCalls(more ? calls.subList(0, MOST) : calls, more);
        }

        @Override
        public TimeKind kind() {
            return TimeKind.DEPENDENCY;
        }

        @Override
        public String text() {
            StringJoiner numbers = new StringJoiner(", ", calls.size() == 1 ? "call " : "calls ", "");
            calls.forEach(call -> numbers.add(String.valueOf(call + 1)));
            return numbers + (more ? " and more" : "");
        }
    }

    /**
     * For a permit of its round.
     *
     * @param maxConcurrency how many there are
     */
    record ForPermit(int maxConcurrency) implements Wait {
        @Override
        public TimeKind kind() {
            return TimeKind.PERMIT;
        }

        @Override
        public String text() {
            return maxConcurrency == 1 ? "the one permit" : "one of " + maxConcurrency + " permits";
        }
    }

    /**
     * For a cap that rounds share.
     *
     * @param cap which: {@code tool 'search'}, {@code group 'mail_*'}, {@code all calls}
     * @param limit how many calls may run at the same time
     */
    record ForCap(String cap, int limit) implements Wait {
        /** Rejects null. */
        public ForCap {
            Objects.requireNonNull(cap, "cap");
        }

        @Override
        public TimeKind kind() {
            return TimeKind.CAP;
        }

        @Override
        public String text() {
            return "the cap of " + cap + " (" + limit + ")";
        }
    }

    /**
     * For a resource that an abandoned call, or a call of another round, holds; or that one wants which came before.
     *
     * @param round the number of the round of the call that holds it
     * @param index its place there
     * @param tool its tool
     * @param abandoned whether it has been abandoned
     */
    record ForResource(long round, int index, String tool, boolean abandoned) implements Wait {
        /** Rejects null. */
        public ForResource {
            Objects.requireNonNull(tool, "tool");
        }

        @Override
        public TimeKind kind() {
            return TimeKind.RESOURCE;
        }

        @Override
        public String text() {
            return "a resource of call " + (index + 1) + " of round " + round + " (tool '" + tool + "')"
                    + (abandoned ? ", which was abandoned" : "");
        }
    }

    /**
     * For a cap or a resource that all replicas share.
     *
     * @param replicas the name of what they share
     * @param cap which cap: {@code tool 'search'}; null for a resource, or one that wants it came first
     */
    record ForReplicas(String replicas, @Nullable String cap) implements Wait {
        /** Rejects null for the name. */
        public ForReplicas {
            Objects.requireNonNull(replicas, "replicas");
        }

        @Override
        public TimeKind kind() {
            return cap == null ? TimeKind.RESOURCE : TimeKind.CAP;
        }

        @Override
        public String text() {
            return (cap == null ? "a resource" : "the cap of " + cap) + " that all replicas of '" + replicas
                    + "' share";
        }
    }

    /** For its approval. */
    record ForApproval() implements Wait {
        @Override
        public TimeKind kind() {
            return TimeKind.APPROVAL;
        }

        @Override
        public String text() {
            return "its approval";
        }
    }

    /**
     * For what happens outside of the process, perhaps in days: the call is pending.
     *
     * @param pending for what kind of thing
     * @param reason the same in words
     */
    record ForDecision(PendingKind pending, String reason) implements Wait {
        /** Rejects nulls. */
        public ForDecision {
            Objects.requireNonNull(pending, "pending");
            Objects.requireNonNull(reason, "reason");
        }

        @Override
        public TimeKind kind() {
            return TimeKind.PENDING;
        }

        @Override
        public String text() {
            return "what is pending: " + reason;
        }
    }

    /** For something that an interceptor waits for. */
    record ForInterceptor() implements Wait {
        @Override
        public TimeKind kind() {
            return TimeKind.INTERCEPTOR;
        }

        @Override
        public String text() {
            return "an interceptor";
        }
    }

    /** For the announcements of calls before it. */
    record ForAnnouncement() implements Wait {
        @Override
        public TimeKind kind() {
            return TimeKind.ANNOUNCEMENT;
        }

        @Override
        public String text() {
            return "the announcements of others";
        }
    }

    /** For the owner, which runs another call. */
    record ForOwner() implements Wait {
        @Override
        public TimeKind kind() {
            return TimeKind.OWNER;
        }

        @Override
        public String text() {
            return "the calling thread";
        }
    }
}
