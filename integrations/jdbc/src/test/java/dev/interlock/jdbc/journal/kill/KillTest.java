package dev.interlock.jdbc.journal.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.jdbc.PostgresServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Processes that run journalled rounds are killed at random points. {@code -Dinterlock.kills=1000} for as many, with
 * all journals together.
 */
@Timeout(1_100)
class KillTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Journals.class)
    void no_write_runs_twice_without_being_reported_and_no_result_is_lost(Journals journals) throws Exception {
        Assumptions.assumeTrue(
                journals != Journals.POSTGRESQL || PostgresServer.get().isPresent(),
                "PostgreSQL is not installed below /usr/lib/postgresql, or cannot be started");
        int kills = Math.ceilDiv(Integer.getInteger("interlock.kills", 40), Journals.values().length);
        long seed = Long.getLong("interlock.seed", System.nanoTime());

        Kills.Report report = new Kills(journals, folder, seed, kills).run();

        System.out.println(report);
        Checker checker = report.checker();
        assertThat(checker.faults()).isEmpty();
        assertThat(checker.count(Checker.Seen.THREADS)).isZero();
        // The lives that ended by themselves have run as many.
        assertThat(checker.counts().get("rounds")).isGreaterThanOrEqualTo(20);
        assertThat(checker.counts()).containsKeys("executions of write", "executions of put", "executions of read");
        // Nine of ten do, by chance.
        assertThat(checker.livesInMidRound()).as("many die in mid-round").isGreaterThan(kills / 4);
    }

    @Test
    void the_checker_sees_that_all_is_well() {
        Checker checker = check(
                "round a write:r0 read:r0 put:r1",
                "starts a 0 1/1",
                "ends a 0 1/1",
                "starts a 2 1/2",
                "starts a 1 1/3",
                "ends a 1 1/3",
                "starts a 2 2/1",
                "ends a 2 2/1",
                "results a 1/1 1/3 2/1",
                "round b write:r0",
                "starts b 0 2/2",
                "reported b 0",
                "decided b 0 again",
                "starts b 0 3/1",
                "ends b 0 3/1",
                "results b 3/1",
                "results b 3/1",
                "round c write:r0",
                "round d write:r0 write:r1",
                "starts d 0 3/2",
                "reported d 0",
                "decided d 0 givenUp",
                "starts d 1 4/1",
                "ends d 1 4/1",
                "results d - 4/1");

        assertThat(checker.faults()).isEmpty();
        assertThat(checker.counts())
                .containsEntry("rounds", 4)
                .containsEntry("reported", 2)
                .containsEntry("repeated write", 1)
                .containsEntry("rounds that had changed nothing", 1);
    }

    @ParameterizedTest
    @CsvSource({
        "'starts a 0 1/1;ends a 0 1/1;starts a 0 2/1;ends a 0 2/1;results a 2/1 - -', executed twice",
        "'starts a 0 1/1;reported a 0;decided a 0 givenUp;starts a 0 2/1;results a - - -', executed twice",
        "'starts a 0 1/1;reported a 0;decided a 0 again;starts a 0 2/1;starts a 0 3/1;results a 3/1 - -', executed twice",
        "'starts a 0 1/1;ends a 0 1/1', results lost",
        "'starts a 0 1/1;ends a 0 1/1;results a 1/1', 1 results of 3",
        "'starts a 0 1/1;ends a 0 1/1;results a - - -', was not given up",
        "'starts a 0 1/1;ends a 0 1/1;results a 1/2 - -', never came to",
        "'starts a 0 1/1;ends a 0 1/1;results a 1/1 - -;results a - - -', more than one result",
        "'starts a 1 1/1;ends a 1 1/1;starts a 0 1/2;ends a 0 1/2;results a 1/2 1/1 -', were not in order",
        "'starts a 2 1/1;reported a 2;results a - - 1/1', does no harm twice",
        "'starts a 2 1/1 k1;starts a 2 2/1 k2', with another key",
        "'starts a 1 1/1 k1;starts a 2 1/2 k1', with the key of another call",
        "'suspended a 1 1', threads held",
        "'starts a 0 1/1;decided a 0 completed c1;results a c2 - -', never came to"
    })
    void the_checker_sees_each_fault(String lines, String fault) {
        Checker checker = check(("round a write:r0 write:r0 put:r1;" + lines).split(";", -1));

        assertThat(checker.faults()).anyMatch(each -> each.contains(fault));
    }

    private static Checker check(String... lines) {
        return Checker.of(List.of(lines));
    }
}
