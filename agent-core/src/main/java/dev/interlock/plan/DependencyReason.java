package dev.interlock.plan;

import dev.interlock.effect.Access;
import java.util.Objects;

/** Why a call waits for an earlier one. Immutable. */
public sealed interface DependencyReason {

    /**
     * Returns the reason in words; they number calls from 1.
     *
     * @param earlier the place of the call that the later one waits for, from 0
     * @param later the place of the call that waits, from 0
     * @return text such as {@code both write account/42}
     */
    String text(int earlier, int later);

    /**
     * ORDER: the two calls access overlapping resources, and at least one of them writes.
     *
     * @param earlier the earlier call's access
     * @param later the later call's access
     */
    record Conflict(Access earlier, Access later) implements DependencyReason {
        /** Rejects nulls and accesses that do not conflict. */
        public Conflict {
            Objects.requireNonNull(earlier, "earlier");
            Objects.requireNonNull(later, "later");
            if (!earlier.conflictsWith(later)) {
                throw new IllegalArgumentException(earlier + " does not conflict with " + later);
            }
        }

        @Override
        public String text(int earlierCall, int laterCall) {
            boolean same = earlier.resource().equals(later.resource());
            if (same && earlier.isWrite() && later.isWrite()) {
                return "both write " + later.resource();
            }
            if (same) {
                return "call " + (laterCall + 1) + verb(later) + later.resource() + ", which call " + (earlierCall + 1)
                        + verb(earlier).stripTrailing();
            }
            boolean known = earlier.resource().contains(later.resource())
                    || later.resource().contains(earlier.resource());
            return "call " + (laterCall + 1) + verb(later) + later.resource() + ", call " + (earlierCall + 1)
                    + verb(earlier) + earlier.resource() + (known ? "" : ", which may be the same");
        }

        private static String verb(Access access) {
            return access.isWrite() ? " writes " : " reads ";
        }
    }

    /**
     * ORDER: one of the two calls is a barrier, because too little is known about it.
     *
     * @param call the place of the barrier in the batch, from 0
     * @param why what is unknown about it
     */
    record Barrier(int call, String why) implements DependencyReason {
        @Override
        public String text(int earlier, int later) {
            return why + ", so call " + (call + 1) + " runs alone";
        }
    }

    /** DATA: the later call uses the earlier one's result. */
    record Reference() implements DependencyReason {
        @Override
        public String text(int earlier, int later) {
            return "it uses the result of call " + (earlier + 1);
        }
    }
}
