package dev.interlock.replicas.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import dev.interlock.replicas.Exchange;
import dev.interlock.replicas.ReplicaClaim;
import dev.interlock.replicas.ReplicaClaim.Cap;
import dev.interlock.replicas.Reply;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** By which rules claims are granted. */
class LedgerTest {

    private final Map<String, Ledger.Known> sessions = new HashMap<>();
    private final Map<String, Long> numbers = new HashMap<>();
    private final LinkedHashMap<String, Ledger.Row> rows = new LinkedHashMap<>();
    private long now = 1_000;

    private static ReplicaClaim slots(String id, Cap... caps) {
        return ReplicaClaim.of(id, "tool 't'", List.of(caps), List.of(), List.of());
    }

    private static ReplicaClaim write(String id, String path, String... within) {
        return ReplicaClaim.of(id, "tool 't'", List.of(), List.of(Access.write(path)), List.of(within));
    }

    private Reply exchange(String session, List<ReplicaClaim> asked, List<String> waiting, List<String> released) {
        return new Ledger(sessions, rows)
                .exchange(
                        new Exchange(
                                session,
                                numbers.merge(session, 1L, Long::sum),
                                0,
                                session,
                                Duration.ofMillis(100),
                                asked,
                                waiting,
                                List.of(),
                                List.of(),
                                released,
                                false),
                        now);
    }

    private Reply ask(String session, ReplicaClaim... claims) {
        return exchange(session, List.of(claims), List.of(), List.of());
    }

    private Reply wait(String session, String id) {
        return exchange(session, List.of(), List.of(id), List.of());
    }

    private Reply release(String session, String id) {
        return exchange(session, List.of(), List.of(), List.of(id));
    }

    @Test
    void the_first_that_came_gets_what_becomes_free() {
        Cap one = new Cap("all calls", 1);
        assertThat(ask("a", slots("1", one)).granted()).containsExactly("1");
        assertThat(ask("b", slots("2", one)).heldUp()).containsEntry("2", "all calls");
        assertThat(ask("c", slots("3", one)).heldUp()).containsEntry("3", "all calls");
        release("a", "1");
        assertThat(wait("c", "3").granted()).isEmpty();
        assertThat(wait("b", "2").granted()).containsExactly("2");
    }

    @Test
    void a_reader_does_not_overtake_a_writer_that_waits() {
        assertThat(ask("a", ReplicaClaim.of("1", "r", List.of(), List.of(Access.read("x")), List.of()))
                        .granted())
                .containsExactly("1");
        assertThat(ask("b", write("2", "x")).heldUp()).containsEntry("2", Reply.RESOURCE);
        assertThat(ask("c", ReplicaClaim.of("3", "r", List.of(), List.of(Access.read("x/y")), List.of()))
                        .heldUp())
                .containsKey("3");
        release("a", "1");
        assertThat(wait("b", "2").granted()).containsExactly("2");
    }

    @Test
    void a_claim_that_waits_for_a_resource_keeps_no_slot_from_others() {
        Cap one = new Cap("all calls", 1);
        ask("a", write("1", "x"));
        ask("b", ReplicaClaim.of("2", "w", List.of(one), List.of(Access.write("x")), List.of()));
        assertThat(ask("c", slots("3", one)).granted()).containsExactly("3");
    }

    @Test
    void a_claim_that_waits_for_its_second_cap_has_a_slot_of_the_first_kept() {
        Cap tool = new Cap("tool 't'", 1);
        Cap all = new Cap("all calls", 1);
        ask("a", slots("1", all));
        assertThat(ask("b", slots("2", tool, all)).heldUp()).containsEntry("2", "all calls");
        assertThat(ask("c", slots("3", tool)).heldUp()).containsEntry("3", "tool 't'");
        release("a", "1");
        assertThat(wait("b", "2").granted()).containsExactly("2");
        assertThat(wait("c", "3").granted()).isEmpty();
    }

    @Test
    void a_claim_within_another_is_not_held_up_by_that_nor_by_those_that_wait_for_it() {
        ask("a", write("1", "x"));
        ask("b", write("2", "x"));
        assertThat(ask("a", write("3", "x/y", "1")).granted()).containsExactly("3");
        assertThat(ask("a", write("4", "x/y", "1")).heldUp()).containsEntry("4", Reply.RESOURCE);
    }

    @Test
    void what_a_session_held_is_free_once_its_lease_is_over() {
        ask("a", write("1", "x"));
        ask("b", write("2", "x"));
        now += 99;
        assertThat(wait("b", "2").granted()).isEmpty();
        now += 1;
        Reply reply = wait("b", "2");
        assertThat(reply.knewSession()).isTrue();
        assertThat(reply.granted()).containsExactly("2");
        assertThat(wait("a", "1").knewSession()).isFalse();
    }

    @Test
    void slots_that_are_given_back_are_free_and_resources_stay_held() {
        Cap one = new Cap("all calls", 1);
        ask("a", ReplicaClaim.of("1", "w", List.of(one), List.of(Access.write("x")), List.of()));
        new Ledger(sessions, rows)
                .exchange(
                        new Exchange(
                                "a",
                                numbers.merge("a", 1L, Long::sum),
                                0,
                                "a",
                                Duration.ofMillis(100),
                                List.of(),
                                List.of(),
                                List.of("1"),
                                List.of(),
                                List.of(),
                                false),
                        now);
        assertThat(ask("b", slots("2", one), write("3", "x")).granted()).containsExactly("2");
    }

    @Test
    void each_claim_counts_by_the_limit_that_it_brings() {
        ask("a", slots("1", new Cap("all calls", 2)));
        assertThat(ask("b", slots("2", new Cap("all calls", 1))).heldUp()).containsKey("2");
        assertThat(exchange("c", List.of(slots("3", new Cap("all calls", 3))), List.of(), List.of("2"))
                        .granted())
                .containsExactly("3");
    }
}
