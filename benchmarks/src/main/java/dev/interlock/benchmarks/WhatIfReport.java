package dev.interlock.benchmarks;

import dev.interlock.report.WhatIf;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Measures how exact what-if predictions are. It runs recorded batches with tools that really sleep, first with a bad
 * declaration or setting. For each prediction in that round's report, it runs them again with the change.
 */
public final class WhatIfReport extends Program {

    private static final double BAR = 0.10;
    private static final double ENOUGH = 0.95;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "recorded traces as JSON Lines")
    private List<Path> files = List.of();

    @Option(names = "--sleep", defaultValue = "8", description = "mean ms a call; default ${DEFAULT-VALUE}")
    private int sleepMillis;

    @Option(
            names = "--repeat",
            defaultValue = "3",
            description = "repetitions of each run; the median counts; default ${DEFAULT-VALUE}")
    private int repetitions;

    @Option(
            names = "--batches",
            defaultValue = "60",
            description = "most batches of each file; default" + " ${DEFAULT-VALUE}")
    private int most;

    @Option(names = "--examples", description = "print each prediction")
    private boolean examples;

    @Mixin
    private final Bars bars = new Bars();

    /** A prediction and its outcome, as times of the round in nanoseconds. */
    private record Tried(long before, long predicted, long measured) {

        double error() {
            return Math.abs(predicted - measured) / (double) measured;
        }
    }

    private final Map<WhatIf.Kind, List<Tried>> tried = new EnumMap<>(WhatIf.Kind.class);

    private WhatIfReport() {}

    /**
     * Prints the report.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        run(new WhatIfReport(), args);
    }

    @Override
    protected boolean report() throws IOException {
        System.out.printf(
                "tools sleep %d ms on average, some longer than others; a run is two rounds, the median of %d counts%n",
                sleepMillis, repetitions);
        for (Path file : files) {
            List<TraceBatch> batches = read(file);
            for (TraceBatch batch : batches) {
                tryAll(batch);
            }
            System.out.println(file.getFileName() + ": " + batches.size() + " batches");
        }
        System.out.printf(
                "%-8s %11s %10s %12s %12s %10s%n",
                "what if", "predictions", "speedup", "median error", "95 % within", "<= 10 %");
        boolean good = true;
        for (Map.Entry<WhatIf.Kind, List<Tried>> entry : tried.entrySet()) {
            good &= print(entry.getKey(), entry.getValue());
        }
        return bars.pass(good);
    }

    private List<TraceBatch> read(Path file) throws IOException {
        return TraceBatch.read(file).stream()
                .filter(batch -> batch.calls().size() > 1)
                .limit(most)
                .toList();
    }

    private void tryAll(TraceBatch batch) {
        WhatIfRun run = new WhatIfRun(batch, sleepMillis);
        run.warmUp();
        for (WhatIfRun.Fault fault : WhatIfRun.Fault.values()) {
            WhatIfRun.Outcome bad = median(run, fault, null);
            for (WhatIf whatIf : bad.whatIfs()) {
                if (fault.kind() == whatIf.kind()) {
                    long measured = median(run, fault, whatIf).nanos();
                    note(
                            batch,
                            whatIf,
                            new Tried(bad.nanos(), whatIf.predicted().toNanos(), measured));
                }
            }
        }
    }

    private WhatIfRun.Outcome median(WhatIfRun run, WhatIfRun.Fault fault, @Nullable WhatIf mended) {
        List<WhatIfRun.Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < repetitions; i++) {
            outcomes.add(run.execute(fault, mended));
        }
        outcomes.sort(Comparator.comparingLong(WhatIfRun.Outcome::nanos));
        return outcomes.get(repetitions / 2);
    }

    private void note(TraceBatch batch, WhatIf whatIf, Tried result) {
        tried.computeIfAbsent(whatIf.kind(), kind -> new ArrayList<>()).add(result);
        if (examples) {
            System.out.printf(
                    Locale.ROOT,
                    "  %s: %s: %.1f ms, predicted %.1f ms, measured %.1f ms%n",
                    batch.id(),
                    whatIf.change(),
                    result.before() / 1e6,
                    result.predicted() / 1e6,
                    result.measured() / 1e6);
        }
    }

    private static boolean print(WhatIf.Kind kind, List<Tried> results) {
        double[] errors = results.stream().mapToDouble(Tried::error).sorted().toArray();
        double within = Arrays.stream(errors).filter(error -> error <= BAR).count() / (double) errors.length;
        double speedup = results.stream()
                .mapToDouble(result -> result.before() / (double) result.measured())
                .average()
                .orElse(1);
        System.out.printf(
                Locale.ROOT,
                "%-8s %11d %9.2fx %11.1f%% %11.1f%% %9.1f%% %s%n",
                kind.name().toLowerCase(Locale.ROOT),
                errors.length,
                speedup,
                100 * errors[errors.length / 2],
                100 * errors[(int) Math.min(errors.length - 1, Math.ceil(0.95 * errors.length) - 1)],
                100 * within,
                within >= ENOUGH ? "met" : "MISSED");
        return within >= ENOUGH;
    }
}
