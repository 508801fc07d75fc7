package dev.interlock.temporal;

import dev.interlock.call.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a payload of Temporal may hold. A server refuses a longer one: a call that has run would count as failed, and a round
 * whose results are too long together would never end.
 *
 * <p>Invariant: each call keeps its outcome's kind. Only the longest results and messages are left out, as few as can be, and
 * what stands there instead says so. It follows from the reports alone, so a replay comes to the same.
 */
final class PayloadLimit {

    /** A server takes 2 MiB. */
    static final int MOST_BYTES = 2 * 1024 * 1024 - 64 * 1024;

    /** What a report takes beside its call and its outcome. */
    private static final int AROUND = 150;

    /** What is left of a message. */
    private static final int SHORT = 200;

    /** At most what an outcome takes that is left out. */
    private static final int LEFT_OUT = 400;

    private PayloadLimit() {}

    /** The same report, or one that fits into a payload. */
    static CallReport fit(CallReport report) {
        return fit(List.of(report)).getFirst();
    }

    /** The same reports, or such that fit into one payload together. */
    static List<CallReport> fit(List<CallReport> reports) {
        int[] bytes = reports.stream().mapToInt(PayloadLimit::bytesOfOutcome).toArray();
        long room = MOST_BYTES;
        for (CallReport report : reports) {
            room -= AROUND + bytes(report.call().toString());
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
    private static long longest(int[] bytes, long room) {
        int[] sorted = bytes.clone();
        Arrays.sort(sorted);
        long all = Arrays.stream(bytes).asLongStream().sum();
        long most = Long.MAX_VALUE;
        for (int place = sorted.length - 1; place >= 0 && all > room; place--) {
            all += LEFT_OUT - sorted[place];
            most = sorted[place] - 1L;
        }
        return most;
    }

    private static CallReport shortened(CallReport report, int bytes) {
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

    private static int bytesOfOutcome(CallReport report) {
        return bytes(report.outcome().toString());
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
