package dev.interlock.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import dev.interlock.replicas.postgres.RandomExchanges;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for each server. */
@Timeout(120)
public abstract class LimitServerContract {

    /** A server of a name that nobody uses. */
    protected abstract LimitServer server(String name) throws Exception;

    private LimitServer newServer() throws Exception {
        return server("contract-" + UUID.randomUUID());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void it_grants_what_the_ledger_grants(long seed) throws Exception {
        RandomExchanges.compare(newServer(), seed, 400);
    }

    private static Exchange exchange(String session, List<ReplicaClaim> asked, List<String> waiting) {
        return exchange(Duration.ofHours(1), session, asked, waiting);
    }

    private static Exchange exchange(Duration lease, String session, List<ReplicaClaim> asked, List<String> waiting) {
        return exchange(lease, session, 1, 0, asked, waiting, List.of());
    }

    private static Exchange exchange(
            Duration lease,
            String session,
            long number,
            long answered,
            List<ReplicaClaim> asked,
            List<String> waiting,
            List<String> released) {
        return new Exchange(
                session,
                number,
                answered,
                "replica of " + session,
                lease,
                asked,
                waiting,
                List.of(),
                List.of(),
                released,
                false);
    }

    private static Exchange numbered(
            String session, long number, long answered, List<ReplicaClaim> asked, List<String> released) {
        return exchange(Duration.ofHours(1), session, number, answered, asked, List.of(), released);
    }

    /** A client gave it up, and the server does it all the same, when the replica has gone on. */
    @Test
    void an_exchange_that_comes_late_does_nothing() throws Exception {
        LimitServer server = newServer();
        Exchange late = numbered("a", 2, 1, List.of(write("2", "x")), List.of());
        assertThat(server.exchange(numbered("a", 1, 0, List.of(write("1", "y")), List.of()))
                        .granted())
                .containsExactly("1");
        assertThat(server.exchange(numbered("a", 3, 1, List.of(write("3", "z")), List.of("2")))
                        .granted())
                .containsExactly("3");
        assertThat(server.exchange(late)).isEqualTo(new Reply(false, Set.of(), Map.of()));
        assertThat(server.held()).extracting(HeldClaim::id).containsExactlyInAnyOrder("1", "3");
        assertThat(server.exchange(numbered("a", 4, 3, List.of(write("4", "x")), List.of()))
                        .granted())
                .containsExactly("4");
    }

    @Test
    void a_session_that_ended_is_not_begun_again_by_an_exchange_that_comes_late() throws Exception {
        LimitServer server = newServer();
        Exchange late = numbered("a", 2, 1, List.of(write("2", "x")), List.of());
        server.exchange(numbered("a", 1, 0, List.of(write("1", "x")), List.of()));
        server.exchange(new Exchange(
                "a",
                3,
                1,
                "replica",
                Duration.ofHours(1),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                true));
        assertThat(server.exchange(late)).isEqualTo(new Reply(false, Set.of(), Map.of()));
        assertThat(server.held()).isEmpty();
    }

    /** As after a fail-over to a copy that is behind. */
    @Test
    void a_session_that_has_come_less_far_than_its_replica_knows_ends() throws Exception {
        LimitServer server = newServer();
        server.exchange(numbered("a", 1, 0, List.of(write("1", "x")), List.of()));
        assertThat(server.exchange(numbered("a", 3, 2, List.of(write("3", "y")), List.of())))
                .isEqualTo(new Reply(false, Set.of(), Map.of()));
        assertThat(server.held()).isEmpty();
        assertThat(server.exchange(numbered("a.2", 4, 0, List.of(write("3", "y")), List.of()))
                        .granted())
                .containsExactly("3");
    }

    /** What a late exchange has left in a session that was lost must not pass for what is asked for now. */
    @Test
    void ids_of_claims_count_within_their_session() throws Exception {
        LimitServer server = newServer();
        server.exchange(numbered("a", 1, 0, List.of(write("1", "x")), List.of()));
        assertThat(server.exchange(numbered("a.2", 2, 0, List.of(write("1", "x")), List.of()))
                        .heldUp())
                .containsEntry("1", Reply.RESOURCE);
        server.exchange(numbered("a.2", 3, 2, List.of(), List.of("1")));
        assertThat(server.held()).extracting(HeldClaim::id).containsExactly("1");
    }

    private static ReplicaClaim write(String id, String path) {
        return ReplicaClaim.of(
                id, "tool 'w'", List.of(new ReplicaClaim.Cap("all calls", 9)), List.of(Access.write(path)), List.of());
    }

    @Test
    void what_a_session_held_is_free_once_its_lease_is_over() throws Exception {
        LimitServer server = newServer();
        assertThat(server.exchange(exchange("dead", List.of(write("1", "x")), List.of()))
                        .granted())
                .containsExactly("1");
        assertThat(server.held())
                .singleElement()
                .satisfies(held -> assertThat(held.replica()).isEqualTo("replica of dead"))
                .satisfies(held -> assertThat(held.call()).isEqualTo("tool 'w'"))
                .satisfies(held -> assertThat(held.holdsUp(write("2", "x/y"))).isTrue())
                .satisfies(held -> assertThat(held.abandonedFor()).isEmpty());
        assertThat(server.exchange(exchange("alive", List.of(write("2", "x/y")), List.of()))
                        .heldUp())
                .containsEntry("2", Reply.RESOURCE);
        Duration brief = Duration.ofMillis(400);
        long start = System.nanoTime();
        assertThat(server.exchange(exchange(brief, "dead", List.of(), List.of()))
                        .knewSession())
                .isTrue();
        boolean granted = false;
        while (!granted) {
            granted = server.exchange(exchange("alive", List.of(), List.of("2")))
                    .granted()
                    .contains("2");
        }
        assertThat(System.nanoTime() - start).isBetween(390_000_000L, 60_000_000_000L);
        assertThat(server.exchange(exchange(brief, "dead", List.of(), List.of()))
                        .knewSession())
                .isFalse();
        assertThat(server.held()).extracting(HeldClaim::id).containsExactly("2");
    }

    @Test
    void names_do_not_know_of_each_other() throws Exception {
        assertThat(newServer()
                        .exchange(exchange("a", List.of(write("1", "x")), List.of()))
                        .granted())
                .containsExactly("1");
        assertThat(newServer()
                        .exchange(exchange("b", List.of(write("1", "x")), List.of()))
                        .granted())
                .containsExactly("1");
    }

    @Test
    void a_claim_may_hold_many_resources_with_any_characters() throws Exception {
        LimitServer server = newServer();
        List<Access> many = java.util.stream.IntStream.range(0, 2_000)
                .mapToObj(i -> Access.write("a/\"'\\ \u20ac\n" + i + "/x"))
                .toList();
        ReplicaClaim claim = ReplicaClaim.of("1", "tool \"'\\ \u20ac", List.of(), many, List.of());
        assertThat(server.exchange(exchange("a", List.of(claim), List.of())).granted())
                .containsExactly("1");
        assertThat(server.exchange(exchange("b", List.of(write("2", "a/\"'\\ \u20ac\n1999")), List.of()))
                        .heldUp())
                .containsKey("2");
    }
}
