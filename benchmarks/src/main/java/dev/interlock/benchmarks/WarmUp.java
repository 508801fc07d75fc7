package dev.interlock.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Warms up by CPU time, because on a busy machine the compiler gets little done in a second on the clock. */
final class WarmUp {

    private WarmUp() {}

    /** Runs the body until the process has used some CPU time, or a longer time has passed on the clock. */
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
