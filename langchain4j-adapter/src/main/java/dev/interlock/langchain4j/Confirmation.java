package dev.interlock.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds which early started calls are calls of the message. Only those count; the result of any other goes nowhere.
 *
 * <p>A run is a call of the message if the tools are the same and the arguments are equal as JSON. Ids do not matter,
 * since a client may report another id for a complete call than in the complete response. The search looks at the run
 * in the same place first and then, for clients that count differently, at the remaining runs. It uses each run once.
 *
 * <p>An equal run counts only if it did what it would have done in its place. It must not be a read that came before a
 * write which precedes it in the message, and it must not refer to the result of a call that the message does not have
 * there.
 */
final class Confirmation {

    /** Numbers by value: 1 and 1.0 are one number, and two doubles that are equal reach the tool as the same. */
    private static final Comparator<JsonNode> NUMBERS_BY_VALUE = (one, other) -> {
        if (one.isIntegralNumber() && other.isIntegralNumber()) {
            return one.bigIntegerValue().compareTo(other.bigIntegerValue());
        }
        if (one.isNumber() && other.isNumber()) {
            return Double.compare(one.doubleValue(), other.doubleValue());
        }
        return one.equals(other) ? 0 : 1;
    };

    private final @Nullable RequestCall[] runs;
    private final boolean[] dropped;
    private final List<RequestCall> left;

    private Confirmation(@Nullable RequestCall[] runs, boolean[] dropped, List<RequestCall> left) {
        this.runs = runs;
        this.dropped = dropped;
        this.left = left;
    }

    /**
     * Finds the early runs that count.
     *
     * @param started the early started calls, in the order of their starts
     * @param calls new calls for the message's requests, in order
     * @param flaws for each call the reason why it may be incomplete; null if it is complete
     * @param withdrawn the early started reads that were ended, and do not count
     */
    static Confirmation of(
            List<RequestCall> started,
            List<RequestCall> calls,
            List<@Nullable String> flaws,
            Set<RequestCall> withdrawn) {
        Matching matching = new Matching(started, calls);
        matching.byPlace();
        matching.byContent();
        matching.keepWhatHoldsInItsPlace(flaws, withdrawn);
        return matching.result();
    }

    /** Returns the run of a call of the message; null if the call must still run. */
    @Nullable
    RequestCall run(int place) {
        return runs[place];
    }

    /** Whether a call ran early, but needs another answer. */
    boolean isDropped(int place) {
        return dropped[place];
    }

    /** Returns the runs that do not count, in the order of their starts. */
    List<RequestCall> left() {
        return left;
    }

    /** Whether two calls are the same. */
    static boolean areSame(RequestCall one, RequestCall other) {
        if (!Objects.equals(one.request().name(), other.request().name())) {
            return false;
        }
        if (Objects.equals(one.request().arguments(), other.request().arguments())) {
            return true;
        }
        JsonNode arguments = one.call().arguments();
        return !arguments.isMissingNode()
                && arguments.equals(NUMBERS_BY_VALUE, other.call().arguments());
    }

    private static final class Matching {
        private static final int NONE = -1;

        private final List<RequestCall> started;
        private final List<RequestCall> calls;
        private final boolean[] used;
        private final int[] runs;
        private final boolean[] dropped;

        Matching(List<RequestCall> started, List<RequestCall> calls) {
            this.started = started;
            this.calls = calls;
            this.used = new boolean[started.size()];
            this.runs = new int[calls.size()];
            this.dropped = new boolean[calls.size()];
        }

        void byPlace() {
            for (int i = 0; i < runs.length; i++) {
                runs[i] = i < used.length && areSame(started.get(i), calls.get(i)) ? i : NONE;
                if (runs[i] == i) {
                    used[i] = true;
                }
            }
        }

        void byContent() {
            for (int i = 0; i < runs.length; i++) {
                for (int run = 0; runs[i] == NONE && run < used.length; run++) {
                    if (!used[run] && areSame(started.get(run), calls.get(i))) {
                        runs[i] = run;
                        used[run] = true;
                    }
                }
            }
        }

        /**
         * Keeps the runs that are valid in their places. It goes from the first call on, since whether a run is valid
         * depends on the runs before it.
         */
        void keepWhatHoldsInItsPlace(List<@Nullable String> flaws, Set<RequestCall> withdrawn) {
            boolean allInPlace = true;
            boolean writesToCome = false;
            int lastWrite = NONE;
            for (int i = 0; i < runs.length; i++) {
                int run = runs[i];
                boolean flawed = flaws.get(i) != null;
                boolean reads = calls.get(i).isKnownToRead();
                if (run != NONE) {
                    boolean refersRightly = !started.get(run).refersToResults() || (allInPlace && run == i);
                    // A change cannot be undone, so a run that made one counts, whatever came before it.
                    boolean inOrder = !reads
                            || (!flawed && !writesToCome && lastWrite < run && !withdrawn.contains(started.get(run)));
                    if (!refersRightly || !inOrder) {
                        used[run] = false;
                        dropped[i] = true;
                        run = NONE;
                        runs[i] = NONE;
                    }
                }
                allInPlace &= run == i;
                writesToCome |= run == NONE && !reads && !flawed;
                lastWrite = reads ? lastWrite : Math.max(lastWrite, run);
            }
        }

        Confirmation result() {
            List<RequestCall> left = new ArrayList<>();
            for (int run = 0; run < used.length; run++) {
                if (!used[run]) {
                    left.add(started.get(run));
                }
            }
            @Nullable RequestCall[] found = new RequestCall[runs.length];
            for (int i = 0; i < runs.length; i++) {
                found[i] = runs[i] == NONE ? null : started.get(runs[i]);
            }
            return new Confirmation(found, dropped, left);
        }
    }
}
