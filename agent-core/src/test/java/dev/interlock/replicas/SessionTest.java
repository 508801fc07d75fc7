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
            public void tell(ReplicaRequest ask) {
                if (open) {
                    ask.grant(false);
                } else {
                    ask.fail(new LimitServerLostException("lost", new IOException("lost")));
                }
            }
        };
    }

    private Exchange next() {
        return session.next(false, 0);
    }

    private static ReplicaRequest claim(String id) {
        return new ReplicaRequest(ReplicaClaim.of(id, "tool 't'", List.of(), List.of(), List.of()));
    }

    private void reply(boolean knew, Set<String> granted, Map<String, String> heldUp, long now) {
        session.replied(new Reply(knew, granted, heldUp), now, now).then().forEach(Runnable::run);
    }

    private ReplicaRequest granted(String id, long now) {
        ReplicaRequest ask = claim(id);
        session.request(ask);
        next();
        reply(true, Set.of(id), Map.of(), now);
        assertThat(ask.granted().toCompletableFuture()).isCompletedWithValue(true);
        return ask;
    }

    @Test
    void nothing_is_exchanged_as_long_as_nothing_is_held_or_wanted() {
        assertThat(session.dueIn(0)).isEqualTo(Long.MAX_VALUE);
        granted("1", 0);
        session.giveBackAll("1");
        assertThat(session.dueIn(0)).isZero();
        assertThat(next().released()).containsExactly("1");
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
        ReplicaRequest ask = claim("1");
        session.request(ask);
        assertThat(next().asked()).containsExactly(ask.claim());
        reply(true, Set.of(), Map.of("1", "all calls"), 0);
        assertThat(ask.answered().toCompletableFuture()).isCompletedWithValue(false);
        assertThat(ask.heldUpBy()).isEqualTo("all calls");
        assertThat(session.dueIn(0)).isEqualTo(SECOND / 10);
        session.wake();
        assertThat(session.dueIn(0)).isZero();
        Exchange again = next();
        assertThat(again.asked()).isEmpty();
        assertThat(again.waiting()).containsExactly("1");
    }

    @Test
    void one_that_is_not_wanted_any_more_while_it_is_being_asked_for_is_released() {
        ReplicaRequest ask = claim("1");
        session.request(ask);
        next();
        session.giveBackAll("1");
        reply(true, Set.of("1"), Map.of(), 0);
        assertThat(ask.granted().toCompletableFuture()).isNotDone();
        assertThat(next().released()).containsExactly("1");
    }

    @Test
    void one_that_was_never_sent_need_not_be_released() {
        session.request(claim("1"));
        session.giveBackAll("1");
        assertThat(next().released()).isEmpty();
    }

    @Test
    void one_that_the_server_has_forgotten_is_asked_for_again() {
        ReplicaRequest ask = claim("1");
        session.request(ask);
        next();
        reply(false, Set.of(), Map.of(), 0);
        assertThat(session.dueIn(0)).isZero();
        assertThat(next().asked()).containsExactly(ask.claim());
    }

    @Test
    void a_session_that_is_new_to_the_server_holds_nothing() {
        granted("1", 0);
        next();
        Session.Result result = session.replied(new Reply(false, Set.of(), Map.of()), 0, 0);
        assertThat(result.held()).isEqualTo(1);
        assertThat(session.holds()).isZero();
    }

    @Test
    void when_an_exchange_fails_all_that_wait_fail_and_may_be_there_all_the_same() {
        ReplicaRequest ask = claim("1");
        session.request(ask);
        Session.Result result = session.failed(next(), closed, 0);
        result.then().forEach(Runnable::run);
        assertThat(result.lostNanos()).isZero();
        assertThat(ask.granted().toCompletableFuture()).isCompletedExceptionally();
        assertThat(session.request(claim("2"))).isFalse();
        assertThat(next().released()).containsExactly("1");
    }

    @Test
    void what_runs_in_spite_of_a_lost_server_does_not_stay_in_its_queue() {
        ReplicaRequest ask = claim("1");
        session.request(ask);
        session.failed(next(), consequence(true), 0).then().forEach(Runnable::run);
        assertThat(ask.granted().toCompletableFuture()).isCompletedWithValue(false);
        Exchange again = next();
        assertThat(again.released()).containsExactly("1");
        assertThat(again.waiting()).isEmpty();
        session.giveSlotsBack("1", false);
        assertThat(next().slotsReturned()).isEmpty();
    }

    @Test
    void an_exchange_has_a_greater_number_than_those_before_if_it_says_something_new() {
        session.request(claim("1"));
        Exchange first = next();
        reply(false, Set.of(), Map.of("1", "all calls"), 0);
        Exchange again = next();
        assertThat(again.number()).isEqualTo(first.number());
        assertThat(again.answered()).isEqualTo(first.number());
        session.giveBackAll("1");
        Exchange release = next();
        assertThat(release.number()).isGreaterThan(first.number());
        session.failed(release, closed, 0);
        assertThat(next())
                .satisfies(next -> assertThat(next.number()).isGreaterThan(release.number()))
                .satisfies(next -> assertThat(next.answered()).isEqualTo(first.number()));
    }

    @Test
    void one_that_was_asked_for_after_the_exchange_began_is_not_taken_for_one_that_was_in_it() {
        session.request(claim("1"));
        next();
        session.giveBackAll("1");
        ReplicaRequest again = claim("1");
        session.request(again);
        reply(true, Set.of("1"), Map.of(), 0);
        assertThat(again.granted().toCompletableFuture()).isNotDone();
        Exchange exchange = next();
        assertThat(exchange.released()).containsExactly("1");
        assertThat(exchange.asked()).containsExactly(again.claim());
    }

    /** So what a late exchange leaves behind in the session that was lost ends with its lease. */
    @Test
    void a_session_that_the_server_has_lost_is_followed_by_another_which_asks_for_all_that_waits() {
        granted("1", 0);
        ReplicaRequest waits = claim("2");
        session.request(waits);
        Exchange first = next();
        Session.Result lost = session.replied(new Reply(false, Set.of(), Map.of()), 0, 0);
        assertThat(lost.held()).isEqualTo(1);
        assertThat(session.dueIn(0)).isZero();
        Exchange second = next();
        assertThat(second.session()).isNotEqualTo(first.session()).isEqualTo(session.id());
        assertThat(second.number()).isGreaterThan(first.number());
        assertThat(second.answered()).isZero();
        assertThat(second.asked()).containsExactly(waits.claim());
        reply(false, Set.of("2"), Map.of(), 0);
        assertThat(waits.granted().toCompletableFuture()).isCompletedWithValue(true);
        assertThat(session.holds()).isEqualTo(1);
    }

    @Test
    void after_it_was_idle_for_a_lease_a_session_begins_anew_without_being_refused() {
        granted("1", 0);
        session.giveBackAll("1");
        Exchange last = next();
        reply(true, Set.of(), Map.of(), 0);
        session.request(claim("2"));
        assertThat(session.next(false, 3 * SECOND - 1).session()).isEqualTo(last.session());
        reply(true, Set.of("2"), Map.of(), 3 * SECOND - 1);
        session.giveBackAll("2");
        next();
        reply(true, Set.of(), Map.of(), 3 * SECOND - 1);
        session.request(claim("3"));
        Exchange anew = session.next(false, 6 * SECOND);
        assertThat(anew.session()).isNotEqualTo(last.session());
        assertThat(anew.answered()).isZero();
        assertThat(anew.asked()).hasSize(1);
    }

    @Test
    void what_was_given_back_in_vain_is_given_back_again() {
        granted("1", 0);
        granted("2", 0);
        session.giveSlotsBack("1", false);
        session.giveSlotsBack("2", true);
        session.giveBackAll("2");
        session.failed(next(), closed, 0);
        Exchange again = next();
        assertThat(again.slotsReturned()).containsExactly("1");
        assertThat(again.released()).containsExactly("2");
    }

    @Test
    void what_was_given_back_in_vain_is_given_back_again_however_long_the_server_was_lost() {
        granted("1", 0);
        session.giveBackAll("1");
        Exchange first = next();
        session.failed(first, closed, 2 * SECOND);
        Exchange second = next();
        // The lease is over as far as the replica knows; the server may have done the first exchange, and so have
        // prolonged it.
        session.failed(second, closed, 60 * SECOND);
        assertThat(next().released()).containsExactly("1");
    }

    @Test
    void a_reply_that_comes_after_the_lease_grants_nothing() {
        ReplicaRequest ask = claim("1");
        session.request(ask);
        next();
        session.replied(new Reply(true, Set.of("1"), Map.of()), 0, 3 * SECOND)
                .then()
                .forEach(Runnable::run);
        assertThat(ask.granted().toCompletableFuture()).isNotDone();
        assertThat(session.dueIn(3 * SECOND)).isZero();
        assertThat(next().waiting()).containsExactly("1");
        reply(true, Set.of("1"), Map.of(), 3 * SECOND);
        assertThat(ask.granted().toCompletableFuture()).isCompletedWithValue(true);
    }

    @Test
    void a_lost_server_is_tried_each_second_and_is_back_once() {
        granted("1", 0);
        session.failed(next(), closed, SECOND);
        assertThat(session.isLost()).isTrue();
        assertThat(session.dueIn(SECOND)).isEqualTo(SECOND);
        assertThat(session.failed(next(), closed, 2 * SECOND).lostNanos()).isNegative();
        Session.Result back = session.replied(new Reply(true, Set.of(), Map.of()), 5 * SECOND / 2, 5 * SECOND / 2);
        assertThat(back.lostNanos()).isEqualTo(3 * SECOND / 2);
        assertThat(session.isLost()).isFalse();
    }

    @Test
    void a_lease_that_is_over_while_the_server_is_lost_is_told_once() {
        granted("1", 0);
        assertThat(session.failed(next(), closed, SECOND).held()).isZero();
        assertThat(session.failed(next(), closed, 3 * SECOND).held()).isEqualTo(1);
        assertThat(session.failed(next(), closed, 4 * SECOND).held()).isZero();
        assertThat(session.replied(new Reply(false, Set.of(), Map.of()), 5 * SECOND, 5 * SECOND)
                        .held())
                .isZero();
        assertThat(session.holds()).isZero();
    }
}
