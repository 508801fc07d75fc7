package dev.interlock.event;

import dev.interlock.durable.PendingKind;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What a call waits for. Immutable. The components number calls from 0, texts from 1.
 *
 * <p>A {@code switch} over the {@link #kind()} keeps working when a later version adds kinds of waits.
 */
public sealed interface Wait {

    /**
     * Returns the kind of time that the wait takes.
     *
     * @return a kind that {@linkplain TimeKind#isWait() is a wait}
     */
    TimeKind kind();

    /**
     * Returns what the call waits for, in words that follow "waits for".
     *
     * @return text such as {@code call 1} or {@code one of 5 permits}
     */
    String text();

    /**
     * A wait for earlier calls of the round.
     *
     * @param calls the places of unfinished calls, the earliest first; at most {@link #MOST}
     * @param more whether the call waits for others too
     */
    record ForCalls(List<Integer> calls, boolean more) implements Wait {

        /** The most calls that the wait names. */
        public static final int MOST = 8;

        /** Copies the list. */
        public ForCalls {
            calls = List.copyOf(calls);
        }

        /**
         * Makes the wait for the given calls.
         *
         * @param calls the calls' places, the earliest first; may be more than {@link #MOST}
         * @return the wait; null if there are no calls
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
     * A wait for a permit of the call's round.
     *
     * @param maxConcurrency how many permits the round has
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
     * A wait for a slot of a cap that rounds share.
     *
     * @param cap the cap's name, such as {@code tool 'search'}, {@code group 'mail_*'} or {@code all calls}
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
     * A wait for a resource of another call, which holds the resource or has waited for it longer. The other call is
     * abandoned or belongs to another round.
     *
     * @param round the number of the other call's round
     * @param index the other call's place in its round
     * @param tool the other call's tool
     * @param abandoned whether the other call is abandoned
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
     * A wait for a cap or a resource that all replicas share.
     *
     * @param replicas the name of the limits that they share
     * @param cap the cap's name; null if another claim holds a resource, or came first
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

    /** A wait for the call's approval. */
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
     * A wait of a pending call for something outside this process, perhaps for days.
     *
     * @param pending the kind of thing that it waits for
     * @param reason what it waits for, in words
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

    /** A wait for something that an interceptor needs. */
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

    /** A wait for the announcements of earlier calls. */
    record ForAnnouncement() implements Wait {
        @Override
        public TimeKind kind() {
            return TimeKind.ANNOUNCEMENT;
        }

        @Override
        public String text() {
            return "the announcements of earlier calls";
        }
    }

    /** A wait for the owner, which runs another call. */
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
