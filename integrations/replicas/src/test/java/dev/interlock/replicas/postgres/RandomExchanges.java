package dev.interlock.replicas.postgres;

import dev.interlock.effect.Access;
import dev.interlock.replicas.Exchange;
import dev.interlock.replicas.LimitServer;
import dev.interlock.replicas.ReplicaClaim;
import dev.interlock.replicas.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.assertj.core.api.Assertions;

/** Does the same random exchanges with a server and with a {@link Ledger}, and compares what they say. */
public final class RandomExchanges {

    private static final String[] PATHS = {"", "a", "a/b", "a/c", "b", "b/c"};

    private final SplittableRandom random;
    private final long seed;
    private final Map<String, Long> sessions = new HashMap<>();
    private final LinkedHashMap<String, Ledger.Row> rows = new LinkedHashMap<>();

    /** What each session has asked for and not released, by id; true if it knows that it was granted. */
    private final Map<String, TreeMap<String, Boolean>> known = new HashMap<>();

    private int claims;

    private RandomExchanges(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    public static void compare(LimitServer server, long seed, int steps) throws Exception {
        new RandomExchanges(seed).run(server, steps);
    }

    private void run(LimitServer server, int steps) throws Exception {
        for (int step = 0; step < steps; step++) {
            Exchange exchange = exchange("s" + random.nextInt(3));
            Reply expected = new Ledger(sessions, rows).exchange(exchange, 1_000);
            Reply reply = server.exchange(exchange);
            Assertions.assertThat(reply)
                    .as("seed %d, step %d: %s", seed, step, exchange)
                    .isEqualTo(expected);
            if (random.nextInt(10) == 0) {
                // As if the reply had been lost.
                Assertions.assertThat(server.exchange(exchange).granted())
                        .as("seed %d, step %d again", seed, step)
                        .isEqualTo(new Ledger(sessions, rows)
                                .exchange(exchange, 1_000)
                                .granted());
            }
            note(exchange, reply);
        }
        Assertions.assertThat(server.held())
                .extracting(held -> held.id())
                .containsExactlyInAnyOrderElementsOf(rows.values().stream()
                        .filter(row -> row.granted != null)
                        .map(row -> row.claim.id())
                        .toList());
    }

    private void note(Exchange exchange, Reply reply) {
        TreeMap<String, Boolean> own = known.computeIfAbsent(exchange.session(), session -> new TreeMap<>());
        if (exchange.ends()) {
            own.clear();
            return;
        }
        exchange.released().forEach(own::remove);
        exchange.asked().forEach(claim -> own.put(claim.id(), false));
        reply.granted().forEach(id -> own.put(id, true));
    }

    private Exchange exchange(String session) {
        TreeMap<String, Boolean> own = known.getOrDefault(session, new TreeMap<>());
        List<ReplicaClaim> asked = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            asked.add(claim(session, own));
        }
        List<String> waiting = new ArrayList<>();
        List<String> returned = new ArrayList<>();
        List<String> abandoned = new ArrayList<>();
        List<String> released = new ArrayList<>();
        own.forEach((id, granted) -> {
            int fate = random.nextInt(8);
            if (fate < 2) {
                released.add(id);
            } else if (granted && fate == 2) {
                returned.add(id);
            } else if (granted && fate == 3) {
                abandoned.add(id);
            } else if (!granted) {
                waiting.add(id);
            }
        });
        return new Exchange(
                session,
                "replica " + session,
                Duration.ofHours(1),
                asked,
                waiting,
                returned,
                abandoned,
                released,
                random.nextInt(40) == 0);
    }

    private ReplicaClaim claim(String session, Map<String, Boolean> own) {
        List<ReplicaClaim.Cap> caps = new ArrayList<>();
        if (random.nextBoolean()) {
            caps.add(new ReplicaClaim.Cap("tool '" + random.nextInt(2) + "'", 1 + random.nextInt(2)));
        }
        if (random.nextBoolean()) {
            caps.add(new ReplicaClaim.Cap("all calls", 3));
        }
        List<Access> accesses = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            String path = PATHS[random.nextInt(PATHS.length)];
            accesses.add(random.nextInt(3) == 0 ? Access.write(path) : Access.read(path));
        }
        List<String> within =
                random.nextInt(4) == 0 ? own.keySet().stream().limit(1).toList() : List.of();
        return ReplicaClaim.of(session + "-" + claims++, "tool 't'", caps, accesses, within);
    }
}
