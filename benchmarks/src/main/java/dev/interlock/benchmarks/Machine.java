package dev.interlock.benchmarks;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** The machine of a measurement, and its load. */
final class Machine {

    private Machine() {}

    /** Options that silence warnings: in every fork, JMH uses features that newer JDKs warn about. */
    static String[] quietForJmh() {
        return Runtime.version().feature() < 24
                ? new String[0]
                : new String[] {"--sun-misc-unsafe-memory-access=allow"};
    }

    static String describe() {
        return String.format(
                Locale.ROOT,
                "%s, %d processors, load %.1f, JDK %s",
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                Runtime.version());
    }
}
