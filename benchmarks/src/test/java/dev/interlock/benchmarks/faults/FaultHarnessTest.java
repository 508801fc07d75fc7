package dev.interlock.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A short run of the fault harness; the long one is a command, see {@code docs/reliability.md}. */
@Timeout(300)
class FaultHarnessTest {

    private static final long SEED = 20_261;

    /** The engine warns of every call that it abandons. */
    @BeforeAll
    static void logErrorsOnly() {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error");
    }

    @Test
    void no_guarantee_is_broken_in_a_short_run_with_every_fault() throws Exception {
        Tally tally = FaultHarness.run(3_000, SEED);
        System.out.println("seed " + SEED + "\n" + tally.report());
        assertThat(tally.shown()).as("violations, seed " + SEED).isEmpty();
        assertThat(tally.violations()).isZero();
        assertThat(tally.count("rounds compared with a serial run")).isGreaterThan(1_000);
        assertThat(Arrays.stream(Fault.values()).filter(fault -> tally.count("bodies that " + fault.words) == 0))
                .as("faults that did not come")
                .isEmpty();
    }

    @Test
    void the_soak_finds_heap_and_threads_flat_in_a_short_run() throws Exception {
        assertThat(Soak.run(0.05, 1, line -> {})).isTrue();
    }
}
