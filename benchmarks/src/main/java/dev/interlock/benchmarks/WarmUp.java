package dev.interlock.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Warming up by CPU time: on a busy machine the compiler gets little done in a second on the clock. */
final class WarmUp {

    private WarmUp() {}

    /** Runs until the process has used some CPU time, or that much more time has gone by on the clock. */
    static void run(double cpuSeconds, double seconds, Runnable body) {
        long cpu = cpuNanos();
        long start = System.nanoTime();
        while (cpuNanos() - cpu < cpuSeconds * 1e9 && System.nanoTime() - start < seconds * 1e9) {
            body.run();
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }
}
