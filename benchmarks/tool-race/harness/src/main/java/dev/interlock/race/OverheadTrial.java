package dev.interlock.race;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** What a conversation costs whose tools do nothing. */
final class OverheadTrial implements Toolbox {

    private static final int WARM_UP = 400;
    private static final int MEASURED = 400;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private volatile double micros;

    /** Microseconds of a conversation with so many calls, the median; negative if it fails. */
    double micros(Row row, int calls) throws InterruptedException {
        Script script = new Script();
        script.begin(SafeTrials.calls(calls));
        micros = -1;
        Chats.start(() -> {
                    try (Agent agent = row.open(Setup.of(script, this))) {
                        for (int i = 0; i < WARM_UP; i++) {
                            agent.chat("Do nothing");
                        }
                        long[] nanos = new long[MEASURED];
                        for (int i = 0; i < MEASURED; i++) {
                            long start = System.nanoTime();
                            agent.chat("Do nothing");
                            nanos[i] = System.nanoTime() - start;
                        }
                        Arrays.sort(nanos);
                        micros = nanos[MEASURED / 2] / 1e3;
                    }
                    return "";
                })
                .failure(LIMIT);
        return micros;
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
