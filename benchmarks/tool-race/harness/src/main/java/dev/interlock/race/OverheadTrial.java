package dev.interlock.race;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Measures what a conversation costs if its tools do nothing. */
final class OverheadTrial implements Toolbox {

    private static final int WARM_UP = 400;
    private static final int MEASURED = 400;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /**
     * Medians in microseconds; NaN if conversations fail.
     *
     * @param one a conversation with one call
     * @param eight a conversation with eight
     */
    record Micros(double one, double eight) {}

    /** Both kinds take turns, so that they are equally warm. */
    Micros measure(Row row) throws InterruptedException {
        long[] one = new long[MEASURED];
        long[] eight = new long[MEASURED];
        String failure = Chats.start(() -> {
                    Script scriptOfOne = new Script();
                    Script scriptOfEight = new Script();
                    scriptOfOne.begin(SafeTrials.calls(1));
                    scriptOfEight.begin(SafeTrials.calls(8));
                    try (Agent withOne = row.open(Setup.of(scriptOfOne, this));
                            Agent withEight = row.open(Setup.of(scriptOfEight, this))) {
                        for (int i = -WARM_UP; i < MEASURED; i++) {
                            long nanosOfOne = nanos(withOne);
                            long nanosOfEight = nanos(withEight);
                            if (i >= 0) {
                                one[i] = nanosOfOne;
                                eight[i] = nanosOfEight;
                            }
                        }
                    }
                    return "";
                })
                .failure(LIMIT);
        return failure.isEmpty() ? new Micros(median(one), median(eight)) : new Micros(Double.NaN, Double.NaN);
    }

    private static long nanos(Agent agent) throws Exception {
        long start = System.nanoTime();
        agent.chat("Do nothing");
        return System.nanoTime() - start;
    }

    private static double median(long[] nanos) {
        Arrays.sort(nanos);
        return nanos[nanos.length / 2] / 1e3;
    }

    @Override
    public Set<String> names() {
        return Set.of(SafeTrials.TOOL);
    }

    @Override
    public String run(int step) {
        return "ok";
    }

    @Override
    public List<Touch> touches(int step) {
        return List.of();
    }

    @Override
    public boolean onlyReads(String tool) {
        return true;
    }

    @Override
    public boolean independent() {
        return true;
    }
}
