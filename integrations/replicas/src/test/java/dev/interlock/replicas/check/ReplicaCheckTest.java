package dev.interlock.replicas.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.replicas.Databases;
import dev.interlock.replicas.RedisProcess;
import dev.interlock.replicas.postgres.PostgresLimitServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two and four JVMs, each a replica, against one server, and a {@link Referee} who watches: no cap is exceeded, and no
 * conflicting calls overlap, while replicas are killed at random and others take their place. With many calls:
 *
 * <pre>mvn -pl integrations/replicas -am test -Dtest=ReplicaCheckTest -Dsurefire.failIfNoSpecifiedTests=false
 *     -Dinterlock.replicas.calls=100000</pre>
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ReplicaCheckTest {

    private static final int CALLS = Integer.getInteger("interlock.replicas.calls", 600);
    /** Enough for the figures of docs/scaling.md; a build, which has few calls, only sees that they can be had. */
    private static final int MEASURED = Math.min(CALLS, 3_000);

    private static final long SEED = Long.getLong("interlock.replicas.seed", 5);
    private static final String NAME = UUID.randomUUID().toString();

    @TempDir
    private Path output;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<Process> replicas = new ArrayList<>();
    private int started;

    @ParameterizedTest
    @CsvSource({"redis, 2", "redis, 4", "postgres, 2", "postgres, 4"})
    void no_cap_is_exceeded_and_nothing_that_conflicts_overlaps(String server, int count) throws Exception {
        String address = server.equals("redis") ? redis() : postgres();
        long start = System.nanoTime();
        int killed = 0;
        try (Referee referee = new Referee(Map.of("search", Replica.OF_SEARCH), Replica.OF_ALL, true)) {
            for (int i = 0; i < count; i++) {
                replicas.add(start(address, server + count, referee, "run"));
            }
            while (referee.ended() < CALLS) {
                int until = Math.min(CALLS, referee.ended() + 1 + random.nextInt(Math.max(CALLS / 20, 500)));
                referee.awaitEnded(until);
                int victim = random.nextInt(count);
                kill(replicas.get(victim));
                killed++;
                replicas.set(victim, start(address, server + count, referee, "run"));
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            for (Process replica : replicas) {
                kill(replica);
            }
            System.out.printf(
                    "%s, %d replicas, seed %d: %d calls in %.1f s (%.0f a second), %d replicas killed with %d calls"
                            + " running, at most %s at the same time, %d faults, %d messages of a lost server or lease%n",
                    server,
                    count,
                    SEED,
                    referee.ended(),
                    seconds,
                    referee.ended() / seconds,
                    killed,
                    referee.broken(),
                    referee.most(),
                    referee.faults().size(),
                    referee.messages().size());
            assertThat(referee.faults()).isEmpty();
            assertThat(otherMessages(referee)).isEmpty();
            assertThat(referee.most().get("all calls")).isGreaterThan(1);
        } finally {
            replicas.forEach(Process::destroyForcibly);
        }
    }

    /**
     * Where the machine stands still for some seconds a replica loses the server, or its lease, and says so; calls fail
     * then.
     */
    private static List<String> otherMessages(Referee referee) {
        return referee.messages().stream()
                .filter(message -> !message.matches(
                        "(?s)! (LeaseLost|ServerLost|ServerBack|.* are unavailable, so the call was not started).*"))
                .limit(5)
                .toList();
    }

    /** The referee finds what is wrong where replicas share nothing. */
    @Test
    void replicas_that_do_not_share_their_limits_are_caught() throws Exception {
        String address = redis();
        try (Referee referee = new Referee(Map.of("search", Replica.OF_SEARCH), Replica.OF_ALL, true)) {
            replicas.add(start(address, "one", referee, "run"));
            replicas.add(start(address, "another", referee, "run"));
            referee.awaitFaults("began while ran", " of all calls ran at the same time, the limit is 10");
        } finally {
            replicas.forEach(Process::destroyForcibly);
        }
    }

    /** What limits of all replicas add to a call that nothing holds up, in one run. */
    @ParameterizedTest
    @CsvSource({"redis", "postgres"})
    void a_call_that_nothing_holds_up_takes_one_exchange(String server) throws Exception {
        String address = server.equals("redis") ? redis() : postgres();
        try (Referee referee = new Referee(Map.of(), Integer.MAX_VALUE, false)) {
            Process replica = start(address, server + " alone", referee, "measure");
            replicas.add(replica);
            String figures = referee.awaitMessages(1).get(0);
            System.out.println(server + ", one call at a time: " + figures);
            assertThat(figures).startsWith("= with local limits p50 ");
        } finally {
            replicas.forEach(Process::destroyForcibly);
        }
    }

    private static String redis() {
        assumeTrue(RedisProcess.shared().isPresent(), "Redis is not installed");
        return RedisProcess.shared().orElseThrow().address();
    }

    private static String postgres() throws Exception {
        assumeTrue(Databases.url().isPresent(), "PostgreSQL is not installed");
        String url = Databases.url().orElseThrow();
        PostgresLimitServer.of(Databases.at(url), NAME).createTables();
        return url;
    }

    private Process start(String address, String name, Referee referee, String what) throws IOException {
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path arguments = Files.write(
                output.resolve("arguments" + started),
                Arrays.asList("-cp", classes, "-Xmx200m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@" + arguments,
                        Replica.class.getName(),
                        address,
                        name + NAME,
                        String.valueOf(referee.port()),
                        String.valueOf(SEED * 1_000 + started++),
                        what,
                        String.valueOf(MEASURED))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(new File(output.toFile(), "replica" + started)))
                .start();
    }

    private static void kill(Process replica) throws InterruptedException {
        replica.destroyForcibly();
        if (!replica.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("a replica is still there 60 s after it was killed");
        }
    }
}
