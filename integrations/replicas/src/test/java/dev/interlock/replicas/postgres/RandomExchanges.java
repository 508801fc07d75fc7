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
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.assertj.core.api.Assertions;

/** Does the same random exchanges with a server and with a {@link Ledger}, and compares what they say. */
public final class RandomExchanges {

    private static final String[] PATHS = {"", "a", "a/b", "a/c", "b", "b/c"};

    private final SplittableRandom random;
    private final long seed;
    private final Map<String, Ledger.Known> sessions = new HashMap<>();
    private final LinkedHashMap<String, Ledger.Row> rows = new LinkedHashMap<>();

    /** What each session has asked for and not released, by id; true if it knows that it was granted. */
    private final Map<String, TreeMap<String, Boolean>> known = new HashMap<>();

    private int claims;
    private long number;

    private RandomExchanges(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    public static void compare(LimitServer server, long seed, int steps) throws Exception {
        new RandomExchanges(seed).run(server, steps);
    }

    private void run(LimitServer server, int steps) throws Exception {
        for (int step = 0; step < steps; step++) {
            if (random.nextInt(10) == 0) {
                Exchange refused = refused();
                Assertions.assertThat(server.exchange(refused))
                        .as("seed %d, step %d, to be refused: %s", seed, step, refused)
                        .isEqualTo(new Ledger(sessions, rows).exchange(refused, 1_000))
                        .isEqualTo(new Reply(false, Set.of(), Map.of()));
            }
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

    /** One that comes late, or of a session that the server has lost in part: that ends. */
    private Exchange refused() {
        String session = "s" + random.nextInt(3);
        boolean late = random.nextBoolean();
        Exchange exchange = exchange(session, late ? 0 : ++number, late ? 1 : number + 1);
        if (!late) {
            known.remove(session);
        }
        return exchange;
    }

    private Exchange exchange(String session) {
        return exchange(session, ++number, 0);
    }

    private Exchange exchange(String session, long numbered, long answered) {
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
                numbered,
                answered,
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
