package dev.interlock.temporal;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.interlock.call.Outcome;
import dev.interlock.temporal.Activities.Decided;
import dev.interlock.temporal.Activities.Producer;
import dev.interlock.temporal.Activities.Suspension;
import dev.interlock.temporal.Activities.Task;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a payload of Temporal may hold. A server refuses a longer one: a call that has run would count as failed, and a round
 * whose results are too long together would never end. Nor would one whose workflow hands an activity too much.
 *
 * <p>Invariants: the workflow counts a task before it starts it, and a worker a suspension before it replies with it. One that
 * is too long is the failure of its call. Of reports each keeps its outcome's kind. Only the longest results and messages are
 * left out, as few as can be, and a text in their place says so. All follows from the data alone, so a replay gets the same.
 */
final class PayloadLimit {

    /** A server takes 2 MiB. */
    static final int MOST_BYTES = 2 * 1024 * 1024 - 64 * 1024;

    /** What a report takes beside its call and its outcome. */
    private static final int AROUND = 150;

    /** What a call takes beside its arguments and its names. */
    private static final int AROUND_ARGUMENTS = 40;

    /** What is left of a message. */
    private static final int SHORT = 200;

    /** At most what an outcome takes that is left out. */
    private static final int LEFT_OUT = 400;

    private PayloadLimit() {}

    /** Whether so many bytes are too many for a payload. */
    static boolean exceededBy(long bytes) {
        return bytes > MOST_BYTES;
    }

    /** How many bytes a task takes, rounded up. */
    static long bytes(Task task) {
        long bytes = AROUND + bytes(task.call());
        for (Producer producer : task.producers()) {
            bytes += AROUND + bytes(producer.call()) + bytes(producer.outcome().toString());
        }
        Decided decided = task.decided();
        if (decided != null) {
            CallDecision decision = decided.decision();
            bytes += AROUND + bytes(text(decided.round())) + bytes(text(decision.reason()));
            bytes += bytes(String.valueOf(decision.json()));
        }
        return bytes;
    }

    /** How many bytes a suspension takes, rounded up. It has the arguments several times. */
    static long bytes(Suspension suspension) {
        return AROUND + bytes(text(suspension.reason())) + bytes(suspension.shown()) + bytes(text(suspension.round()));
    }

    /** How many bytes a call takes, rounded up. */
    static long bytes(RoundRequest.Call call) {
        return AROUND_ARGUMENTS
                + bytes(text(call.id()))
                + bytes(text(call.tool()))
                + bytes(String.valueOf(call.arguments()));
    }

    /** Returns a text as JSON, in which quotes take two characters. */
    private static String text(@Nullable String text) {
        return text == null ? "null" : TextNode.valueOf(text).toString();
    }

    /** The same report, or one that fits into a payload. */
    static CallReport fit(CallReport report) {
        return fit(List.of(report)).getFirst();
    }

    /** The same reports, or such that fit into one payload together. */
    static List<CallReport> fit(List<CallReport> reports) {
        long[] bytes = reports.stream().mapToLong(PayloadLimit::bytesOfOutcome).toArray();
        long room = MOST_BYTES;
        for (CallReport report : reports) {
            room -= AROUND + bytes(report.call());
        }
        long most = longest(bytes, Math.max(0, room));
        List<CallReport> fitting = new ArrayList<>();
        for (int place = 0; place < bytes.length; place++) {
            CallReport report = reports.get(place);
            fitting.add(bytes[place] <= most ? report : shortened(report, bytes[place]));
        }
        return fitting;
    }

    /** How long an outcome may be so that all fit: as few as can be are left out. */
    private static long longest(long[] bytes, long room) {
        long[] sorted = bytes.clone();
        Arrays.sort(sorted);
        long all = Arrays.stream(bytes).sum();
        long most = Long.MAX_VALUE;
        for (int place = sorted.length - 1; place >= 0 && all > room; place--) {
            all += LEFT_OUT - sorted[place];
            most = sorted[place] - 1;
        }
        return most;
    }

    private static CallReport shortened(CallReport report, long bytes) {
        Outcome outcome =
                switch (report.came()) {
                    case Outcome.Succeeded succeeded ->
                        new Outcome.Succeeded("The call succeeded. Its result of " + bytes
                                + " bytes was left out: with those of its round it exceeds the limit of " + MOST_BYTES
                                + " bytes");
                    case Outcome.Failed failed -> Words.failed(cut(failed.message()));
                    case Outcome.TimedOut late ->
                        new Outcome.TimedOut(cut(late.message()), late.limit(), late.mayHaveTakenEffect());
                    case Outcome.Cancelled cancelled ->
                        new Outcome.Cancelled(cut(cancelled.message()), cancelled.mayHaveTakenEffect());
                    case Outcome.Skipped skipped -> new Outcome.Skipped(cut(skipped.message()));
                };
        return CallReport.of(report.call(), outcome, report.attempts(), report.startMillis(), report.endMillis());
    }

    private static String cut(String message) {
        return message.length() <= SHORT ? message : message.substring(0, SHORT) + "...";
    }

    private static long bytesOfOutcome(CallReport report) {
        return bytes(report.outcome().toString());
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
