package dev.interlock.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Prints how many bytes the calling thread allocates for each batch in each mode. The calls are so brief that it runs
 * them itself. Unlike times, these figures hardly depend on the machine's other load.
 */
public final class AllocationReport extends Program {

    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    private static final List<Workload> WORKLOADS = List.of(
            Workload.NOOP_1,
            Workload.NOOP_2,
            Workload.NOOP_8,
            Workload.NOOP_64,
            Workload.NOOP_512,
            Workload.UNDECLARED_1,
            Workload.UNDECLARED_8);

    private AllocationReport() {}

    /**
     * Prints the report.
     *
     * @param args none but {@code --help}
     */
    public static void main(String[] args) {
        run(new AllocationReport(), args);
    }

    @Override
    protected boolean report() {
        System.out.printf(
                Locale.ROOT, "%-20s %12s %12s %16s%n", "bytes a batch", "sequential", "Interlock", "more, a call");
        for (Workload workload : WORKLOADS) {
            long sequential = bytes(Mode.SEQUENTIAL_A.assistant(workload), workload);
            long interlock = bytes(Mode.INTERLOCK.assistant(workload), workload);
            System.out.printf(
                    Locale.ROOT,
                    "%-20s %12d %12d %16.0f%n",
                    workload.title(),
                    sequential,
                    interlock,
                    (interlock - sequential) / (double) workload.calls());
        }
        return true;
    }

    /** The median of several measurements, since the compiler changes allocations while it works. */
    private static long bytes(Assistant assistant, Workload workload) {
        WarmUp.run(3, 20, () -> assistant.chat("go"));
        int batches = Math.max(20, 20_000 / workload.calls());
        List<Long> samples = new ArrayList<>();
        for (int sample = 0; sample < 7; sample++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < batches; i++) {
                assistant.chat("go");
            }
            samples.add((THREADS.getCurrentThreadAllocatedBytes() - before) / batches);
        }
        return samples.stream().sorted().toList().get(3);
    }
}
