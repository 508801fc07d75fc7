package dev.interlock.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a replica tells its server, and makes of replies and failures, without threads. */
class SessionTest {

    private static final long SECOND = 1_000_000_000;

    private final Session session = new Session("s", "replica", Duration.ofSeconds(3), Duration.ofMillis(100), 0);
    private final Session.Consequence closed = consequence(false);

    private static Session.Consequence consequence(boolean open) {
        return new Session.Consequence() {
            @Override
            public boolean open() {
                return open;
            }

            @Override
            public void tell(ReplicaAsk ask) {
                if (open) {
                    ask.grant(false);
                } else {
                    ask.fail(new LimitServerLostException("lost", new IOException("lost")));
                }
            }
        };
    }

    private static ReplicaAsk claim(String id) {
        return new ReplicaAsk(ReplicaClaim.of(id, "tool 't'", List.of(), List.of(), List.of()));
    }

    private void reply(boolean knew, Set<String> granted, Map<String, String> heldUp, long now) {
        session.replied(new Reply(knew, granted, heldUp), now, now).then().forEach(Runnable::run);
    }

    private ReplicaAsk granted(String id, long now) {
        ReplicaAsk ask = claim(id);
        session.ask(ask);
        session.next(false);
        reply(true, Set.of(id), Map.of(), now);
        assertThat(ask.granted().toCompletableFuture()).isCompletedWithValue(true);
        return ask;
    }

    @Test
    void nothing_is_exchanged_as_long_as_nothing_is_held_or_wanted() {
        assertThat(session.dueIn(0)).isEqualTo(Long.MAX_VALUE);
        granted("1", 0);
        session.release("1");
        assertThat(session.dueIn(0)).isZero();
        assertThat(session.next(false).released()).containsExactly("1");
        reply(true, Set.of(), Map.of(), 0);
        assertThat(session.dueIn(0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void what_is_held_is_prolonged_each_third_of_the_lease() {
        granted("1", 0);
        assertThat(session.dueIn(0)).isEqualTo(SECOND);
        assertThat(session.dueIn(SECOND)).isZero();
    }

    @Test
    void what_waits_is_asked_for_again_and_at_once_when_told() {
        ReplicaAsk ask = claim("1");
        session.ask(ask);
        assertThat(session.next(false).asked()).containsExactly(ask.claim());
        reply(true, Set.of(), Map.of("1", "all calls"), 0);
        assertThat(ask.answered().toCompletableFuture()).isCompletedWithValue(false);
        assertThat(ask.heldUpBy()).isEqualTo("all calls");
        assertThat(session.dueIn(0)).isEqualTo(SECOND / 10);
        session.wake();
        assertThat(session.dueIn(0)).isZero();
        Exchange again = session.next(false);
        assertThat(again.asked()).isEmpty();
        assertThat(again.waiting()).containsExactly("1");
    }

    @Test
    void one_that_is_not_wanted_any_more_while_it_is_being_asked_for_is_released() {
        ReplicaAsk ask = claim("1");
        session.ask(ask);
        session.next(false);
        session.release("1");
        reply(true, Set.of("1"), Map.of(), 0);
        assertThat(ask.granted().toCompletableFuture()).isNotDone();
        assertThat(session.next(false).released()).containsExactly("1");
    }

    @Test
    void one_that_was_never_sent_need_not_be_released() {
        session.ask(claim("1"));
        session.release("1");
        assertThat(session.next(false).released()).isEmpty();
    }

    @Test
    void one_that_the_server_has_forgotten_is_asked_for_again() {
        ReplicaAsk ask = claim("1");
        session.ask(ask);
        session.next(false);
        reply(false, Set.of(), Map.of(), 0);
        assertThat(session.dueIn(0)).isZero();
        assertThat(session.next(false).asked()).containsExactly(ask.claim());
    }

    @Test
    void a_session_that_is_new_to_the_server_holds_nothing() {
        granted("1", 0);
        session.next(false);
        Session.Result result = session.replied(new Reply(false, Set.of(), Map.of()), 0, 0);
        assertThat(result.held()).isEqualTo(1);
        assertThat(session.holds()).isZero();
    }

    @Test
    void when_an_exchange_fails_all_that_wait_fail_and_may_be_there_all_the_same() {
        ReplicaAsk ask = claim("1");
        session.ask(ask);
        Session.Result result = session.failed(session.next(false), closed, 0);
        result.then().forEach(Runnable::run);
        assertThat(result.lostNanos()).isZero();
        assertThat(ask.granted().toCompletableFuture()).isCompletedExceptionally();
        assertThat(session.ask(claim("2"))).isFalse();
        assertThat(session.next(false).released()).containsExactly("1");
    }

    @Test
    void what_runs_in_spite_of_a_lost_server_is_released_in_the_end() {
        ReplicaAsk ask = claim("1");
        session.ask(ask);
        session.failed(session.next(false), consequence(true), 0).then().forEach(Runnable::run);
        assertThat(ask.granted().toCompletableFuture()).isCompletedWithValue(false);
        session.release("1");
        assertThat(session.next(false).released()).containsExactly("1");
    }

    @Test
    void what_was_given_back_in_vain_is_given_back_again() {
        granted("1", 0);
        granted("2", 0);
        session.returnSlots("1", false);
        session.returnSlots("2", true);
        session.release("2");
        session.failed(session.next(false), closed, 0);
        Exchange again = session.next(false);
        assertThat(again.slotsReturned()).containsExactly("1");
        assertThat(again.released()).containsExactly("2");
    }

    @Test
    void what_was_given_back_in_vain_is_given_back_again_however_long_the_server_was_lost() {
        granted("1", 0);
        session.release("1");
        Exchange first = session.next(false);
        session.failed(first, closed, 2 * SECOND);
        Exchange second = session.next(false);
        // The lease is over as far as the replica knows; the server may have done the first exchange, and so have
        // prolonged it.
        session.failed(second, closed, 60 * SECOND);
        assertThat(session.next(false).released()).containsExactly("1");
    }

    @Test
    void a_reply_that_comes_after_the_lease_grants_nothing() {
        ReplicaAsk ask = claim("1");
        session.ask(ask);
        session.next(false);
        session.replied(new Reply(true, Set.of("1"), Map.of()), 0, 3 * SECOND)
                .then()
                .forEach(Runnable::run);
        assertThat(ask.granted().toCompletableFuture()).isNotDone();
        assertThat(session.dueIn(3 * SECOND)).isZero();
        assertThat(session.next(false).waiting()).containsExactly("1");
        reply(true, Set.of("1"), Map.of(), 3 * SECOND);
        assertThat(ask.granted().toCompletableFuture()).isCompletedWithValue(true);
    }

    @Test
    void a_lost_server_is_tried_each_second_and_is_back_once() {
        granted("1", 0);
        session.failed(session.next(false), closed, SECOND);
        assertThat(session.isLost()).isTrue();
        assertThat(session.dueIn(SECOND)).isEqualTo(SECOND);
        assertThat(session.failed(session.next(false), closed, 2 * SECOND).lostNanos())
                .isNegative();
        Session.Result back = session.replied(new Reply(true, Set.of(), Map.of()), 5 * SECOND / 2, 5 * SECOND / 2);
        assertThat(back.lostNanos()).isEqualTo(3 * SECOND / 2);
        assertThat(session.isLost()).isFalse();
    }

    @Test
    void a_lease_that_is_over_while_the_server_is_lost_is_told_once() {
        granted("1", 0);
        assertThat(session.failed(session.next(false), closed, SECOND).held()).isZero();
        assertThat(session.failed(session.next(false), closed, 3 * SECOND).held())
                .isEqualTo(1);
        assertThat(session.failed(session.next(false), closed, 4 * SECOND).held())
                .isZero();
        assertThat(session.replied(new Reply(false, Set.of(), Map.of()), 5 * SECOND, 5 * SECOND)
                        .held())
                .isZero();
        assertThat(session.holds()).isZero();
    }
}
