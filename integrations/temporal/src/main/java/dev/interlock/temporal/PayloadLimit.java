package dev.interlock.temporal;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.interlock.call.Outcome;
import dev.interlock.temporal.Activities.Decided;
import dev.interlock.temporal.Activities.Producer;
import dev.interlock.temporal.Activities.Suspension;
import dev.interlock.temporal.Activities.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a payload of Temporal may hold. A server refuses a longer one: a call that has run would count as failed, and a
 * round whose results are too long together would never end. Nor would one whose workflow hands an activity too much.
 *
 * <p>Invariants: a round that is run has calls that leave room for the briefest outcome of each, so its reports can be
 * made to fit. The workflow counts a task before it starts it, and a worker a suspension before it replies with it. One
 * that is too long is the failure of its call. Of reports each keeps its outcome's kind. Only the longest results and
 * messages are left out, as few as can be, and only if the text in their place, which says so, is shorter. All follows
 * from the data alone, so a replay gets the same.
 */
final class PayloadLimit {

    /** A server takes 2 MiB. */
    static final int MOST_BYTES = 2 * 1024 * 1024 - 64 * 1024;

    /** What each half of a surrogate pair takes as an escape. */
    private static final int ESCAPED_HALF = 6;

    /** What it takes in UTF-8. */
    private static final int PLAIN_HALF = 2;

    /** What a report takes beside its call and its outcome. */
    private static final int AROUND = 150;

    /** What a call takes beside its arguments and its names. */
    private static final int AROUND_ARGUMENTS = 40;

    /** How many bytes are left of a message. */
    private static final int SHORT = 200;

    /** How many bytes are left of a message where that is still too much. */
    private static final int BRIEF = 20;

    /** At most what an outcome takes that is left out with a brief message. */
    private static final int BRIEF_OUTCOME = 160;

    private PayloadLimit() {}

    /** Whether so many bytes are too many for a payload. */
    static boolean exceededBy(long bytes) {
        return bytes > MOST_BYTES;
    }

    /**
     * How many bytes a task takes, rounded up.
     *
     * @param escapes whether to count with escapes, as it is sent; otherwise as older versions did
     */
    static long bytes(Task task, boolean escapes) {
        int half = escapes ? ESCAPED_HALF : PLAIN_HALF;
        long bytes = AROUND + bytes(task.call(), half);
        for (Producer producer : task.producers()) {
            bytes += AROUND
                    + bytes(producer.call(), half)
                    + bytes(producer.outcome().toString(), half);
        }
        Decided decided = task.decided();
        if (decided != null) {
            CallDecision decision = decided.decision();
            bytes += AROUND + bytes(text(decided.round()), half) + bytes(text(decision.reason()), half);
            bytes += bytes(String.valueOf(decision.json()), half);
        }
        return bytes;
    }

    /**
     * At most how many bytes the call of a task takes with its references replaced. Text within text takes up to two
     * bytes for each. A longer one than a payload is not replied with.
     */
    static long mostResolved(Task task) {
        long longest = task.producers().stream()
                .mapToLong(producer -> bytes(producer.outcome().toString()))
                .max()
                .orElse(0);
        int references = String.valueOf(task.call().arguments()).split("\\$\\{", -1).length - 1;
        return Math.min(MOST_BYTES, bytes(task.call()) + 2 * longest * references);
    }

    /** How many bytes a suspension takes, rounded up. It has the arguments several times. */
    static long bytes(Suspension suspension) {
        return AROUND + bytes(text(suspension.reason())) + bytes(suspension.shown()) + bytes(text(suspension.round()));
    }

    /** How many bytes a call takes, rounded up. */
    static long bytes(RoundRequest.Call call) {
        return bytes(call, ESCAPED_HALF);
    }

    private static long bytes(RoundRequest.Call call, int half) {
        return AROUND_ARGUMENTS
                + bytes(text(call.id()), half)
                + bytes(text(call.tool()), half)
                + bytes(String.valueOf(call.arguments()), half);
    }

    /** Returns a text as JSON, in which quotes take two characters. */
    private static String text(@Nullable String text) {
        return text == null ? "null" : TextNode.valueOf(text).toString();
    }

    /** Why calls cannot be run as one round: their reports could not be made to fit. Null if they could. */
    static @Nullable String whyTooLong(List<RoundRequest.Call> calls) {
        long bytes = leastOfReports(calls);
        return exceededBy(bytes) ? Words.roundTooLong(calls.size(), bytes) : null;
    }

    /** How many bytes reports of calls take at least, rounded up: they have the arguments. */
    private static long leastOfReports(List<RoundRequest.Call> calls) {
        long bytes = 0;
        for (RoundRequest.Call call : calls) {
            bytes += AROUND + bytes(call) + BRIEF_OUTCOME;
        }
        return bytes;
    }

    /** The same report, or one that fits into a payload. */
    static CallReport fit(CallReport report) {
        return fit(List.of(report)).getFirst();
    }

    /**
     * The same reports, or such that fit into one payload together.
     *
     * @param written the calls as the model wrote them, which take the place of those that ran if these leave no room:
     *     results that were put into the arguments, or the arguments of a person, may be longer than what was counted
     *     at the start
     */
    static List<CallReport> fit(List<CallReport> reports, List<RoundRequest.Call> written) {
        if (whyTooLong(reports.stream().map(CallReport::call).toList()) == null) {
            return fit(reports);
        }
        List<CallReport> asWritten = new ArrayList<>();
        for (int place = 0; place < reports.size(); place++) {
            CallReport report = reports.get(place);
            asWritten.add(new CallReport(
                    written.get(place), report.outcome(), report.attempts(), report.startMillis(), report.endMillis()));
        }
        return fit(asWritten);
    }

    /** The same reports, or such that fit into one payload together. */
    static List<CallReport> fit(List<CallReport> reports) {
        List<CallReport> fitting = fit(reports, SHORT);
        return exceededBy(bytes(fitting)) ? fit(reports, BRIEF) : fitting;
    }

    /** Leaves out the longest outcomes first, and of two that are as long the later one, until all fit. */
    private static List<CallReport> fit(List<CallReport> reports, int most) {
        List<CallReport> fitting = new ArrayList<>(reports);
        long all = bytes(reports);
        long[] bytes = reports.stream().mapToLong(PayloadLimit::bytesOfOutcome).toArray();
        int[] longestFirst = IntStream.range(0, bytes.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingLong(place -> bytes[place])
                        .thenComparing(place -> place)
                        .reversed())
                .mapToInt(Integer::intValue)
                .toArray();
        for (int place : longestFirst) {
            if (!exceededBy(all)) {
                break;
            }
            CallReport shorter = shortened(reports.get(place), bytes[place], most);
            long saved = bytes[place] - bytesOfOutcome(shorter);
            if (saved > 0) {
                fitting.set(place, shorter);
                all -= saved;
            }
        }
        return fitting;
    }

    private static CallReport shortened(CallReport report, long bytes, int most) {
        Outcome outcome =
                switch (report.came()) {
                    case Outcome.Succeeded succeeded ->
                        new Outcome.Succeeded(most < SHORT ? Words.LEFT_OUT : Words.leftOut(bytes));
                    case Outcome.Failed failed -> Words.failed(cut(failed.message(), most));
                    case Outcome.TimedOut late ->
                        new Outcome.TimedOut(cut(late.message(), most), late.limit(), late.mayHaveTakenEffect());
                    case Outcome.Cancelled cancelled ->
                        new Outcome.Cancelled(cut(cancelled.message(), most), cancelled.mayHaveTakenEffect());
                    case Outcome.Skipped skipped -> new Outcome.Skipped(cut(skipped.message(), most));
                };
        return CallReport.of(report.call(), outcome, report.attempts(), report.startMillis(), report.endMillis());
    }

    /** Returns as much of a message as takes so many bytes as JSON, in whole characters. */
    private static String cut(String message, int most) {
        int bytes = 0;
        for (int end = 0; end < message.length(); ) {
            String next = Character.toString(message.codePointAt(end));
            bytes += (int) bytes(text(next)) - 2;
            if (bytes > most) {
                return message.substring(0, end) + "...";
            }
            end += next.length();
        }
        return message;
    }

    private static long bytes(List<CallReport> reports) {
        long bytes = 0;
        for (CallReport report : reports) {
            bytes += AROUND + bytes(report.call()) + bytesOfOutcome(report);
        }
        return bytes;
    }

    private static long bytesOfOutcome(CallReport report) {
        return bytes(report.outcome().toString());
    }

    /** How many bytes JSON takes as it is sent: in UTF-8, but with each half of a surrogate pair as an escape. */
    private static long bytes(String json) {
        return bytes(json, ESCAPED_HALF);
    }

    private static long bytes(String json, int half) {
        long bytes = 0;
        for (int at = 0; at < json.length(); at++) {
            char next = json.charAt(at);
            bytes += next < 0x80 ? 1 : next < 0x800 ? 2 : Character.isSurrogate(next) ? half : 3;
        }
        return bytes;
    }
}
