package dev.interlock.share;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the limits say of calls that wait: for what, for whom, and since when not any more. */
class SharedLimitsTest {

    private static final Access X = Access.write("x");
    private static final Access Y = Access.write("y");

    private final SharedLimits limits = new SharedLimits(true);

    private record Wish(List<Access> accesses, List<Cap> caps) implements Claimant {}

    private Claim claim(@Nullable Claim ancestor, List<Cap> caps, Access... accesses) {
        return limits.claim(new Wish(List.of(accesses), caps), "conversation", ancestor);
    }

    private Claim wants(Access... accesses) {
        return claim(null, List.of(), accesses);
    }

    /** The caps of a tool and of all tools, in the order in which calls take them. */
    private static List<Cap> caps(int ofTool, int ofAll) {
        return new Caps(List.of(), ofAll)
                .of("search", ToolPolicy.builder().maxConcurrency(ofTool).build());
    }

    @Test
    void a_call_first_gets_its_resources_and_then_its_caps() {
        List<Cap> caps = caps(1, Integer.MAX_VALUE);
        Claim holder = wants(X);
        Claim taker = claim(null, caps);
        Claim late = claim(null, caps, X);
        assertThat(limits.acquire(holder)).isTrue();
        assertThat(limits.acquire(taker)).isTrue();
        assertThat(limits.acquire(late)).isFalse();
        assertThat(limits.waitsForResources(late)).isTrue();
        assertThat(limits.hasAll(late)).isFalse();
        // It has its resources now, and queues for the cap.
        assertThat(limits.giveBackAll(holder)).isEmpty();
        assertThat(limits.waitsForResources(late)).isFalse();
        assertThat(limits.hasAll(late)).isFalse();
        assertThat(limits.giveBackAll(taker)).containsExactly(late);
        assertThat(limits.hasAll(late)).isTrue();
    }

    @Test
    void a_call_that_has_given_its_caps_back_keeps_its_resources_but_has_not_all() {
        Claim lender = claim(null, caps(1, Integer.MAX_VALUE), X);
        Claim other = wants(X);
        limits.acquire(lender);
        limits.acquire(other);
        assertThat(limits.giveCapsBack(lender)).isEmpty();
        assertThat(limits.hasAll(lender)).isFalse();
        assertThat(limits.waitsForResources(other)).isTrue();
        assertThat(limits.acquireAgain(lender)).isTrue();
        assertThat(limits.hasAll(lender)).isTrue();
    }

    @Test
    void the_holder_of_a_resource_is_before_all_that_wait_for_it() {
        Claim holder = wants(X);
        Claim second = wants(X);
        Claim third = wants(X);
        limits.acquire(holder);
        limits.acquire(second);
        limits.acquire(third);
        assertThat(limits.holderBefore(holder)).isNull();
        assertThat(limits.holderBefore(second)).isSameAs(holder);
        assertThat(limits.holderBefore(third)).isSameAs(holder);
        assertThat(limits.giveBackAll(holder)).containsExactly(second);
        assertThat(limits.holderBefore(second)).isNull();
        assertThat(limits.holderBefore(third)).isSameAs(second);
    }

    @Test
    void where_no_call_holds_the_resource_the_first_that_waits_for_it_is_before_the_others() {
        Claim holder = wants(X);
        Claim both = wants(X, Y);
        Claim alsoBoth = wants(X, Y);
        Claim last = wants(Y);
        limits.acquire(holder);
        limits.acquire(both);
        limits.acquire(alsoBoth);
        assertThat(limits.acquire(last)).isFalse();
        assertThat(limits.holderBefore(last)).isSameAs(both);
    }

    @Test
    void a_call_in_anothers_body_counts_by_its_arrival_for_who_is_first() {
        for (boolean withinFirst : List.of(true, false)) {
            SharedLimits both = new SharedLimits(true);
            Claim holder = both.claim(new Wish(List.of(X), List.of()), "c", null);
            Claim outer = both.claim(new Wish(List.of(Access.write("z")), List.of()), "c", null);
            Claim within = both.claim(new Wish(List.of(X, Y), List.of()), "c", outer);
            Claim plain = both.claim(new Wish(List.of(X, Y), List.of()), "c", null);
            Claim last = both.claim(new Wish(List.of(Y), List.of()), "c", null);
            both.acquire(holder);
            both.acquire(outer);
            both.acquire(withinFirst ? within : plain);
            both.acquire(withinFirst ? plain : within);
            assertThat(both.acquire(last)).isFalse();
            assertThat(both.holderBefore(last)).isSameAs(withinFirst ? within : plain);
        }
    }

    @Test
    void a_call_in_anothers_body_waits_for_holders_only_and_not_for_that_call() {
        Claim outer = wants(X);
        Claim waiting = wants(X, Y);
        Claim within = claim(outer, List.of(), X);
        limits.acquire(outer);
        limits.acquire(waiting);
        assertThat(limits.acquire(within)).isTrue();
        Claim stranger = wants(Access.write("z"));
        Claim behind = claim(outer, List.of(), Access.write("z"));
        limits.acquire(stranger);
        assertThat(limits.acquire(behind)).isFalse();
        assertThat(limits.holderBefore(behind)).isSameAs(stranger);
    }

    @Test
    void a_call_that_queues_waits_for_the_next_cap_in_its_order() {
        List<Cap> caps = caps(2, 1);
        Claim first = claim(null, caps);
        Claim second = claim(null, caps);
        limits.acquire(first);
        limits.acquire(second);
        assertThat(limits.wantedCap(second, caps)).isSameAs(caps.get(1));
        assertThat(limits.wantedCap(first, caps)).isNull();
    }

    @Test
    void a_call_that_does_not_queue_yet_will_wait_for_the_first_used_up_cap() {
        List<Cap> caps = caps(2, 1);
        assertThat(limits.wantedCap(null, caps)).isSameAs(caps.get(0));
        assertThat(limits.wantedCap(claim(null, caps), caps)).isSameAs(caps.get(0));
        limits.acquire(claim(null, caps));
        assertThat(limits.wantedCap(null, caps)).isSameAs(caps.get(1));
        assertThat(limits.wantedCap(claim(null, caps), caps)).isSameAs(caps.get(1));
        assertThat(limits.wantedCap(null, List.of())).isNull();
    }

    @Test
    void all_calls_must_ask_until_the_last_abandoned_one_is_released() {
        SharedLimits free = new SharedLimits(false);
        Claim one = free.claim(new Wish(List.of(X), List.of()), "c", null);
        Claim two = free.claim(new Wish(List.of(Y), List.of()), "c", null);
        assertThat(free.concernsAll()).isFalse();
        free.abandon(one);
        free.abandon(two);
        assertThat(free.concernsAll()).isTrue();
        free.giveBackAll(one);
        assertThat(free.concernsAll()).isTrue();
        free.giveBackAll(two);
        assertThat(free.concernsAll()).isFalse();
    }

    @Test
    void calls_behind_one_that_only_passed_get_what_it_did_not_take() {
        SharedLimits free = new SharedLimits(false);
        Claim abandoned = free.claim(new Wish(List.of(X), List.of()), "c", null);
        Claim first = free.claim(new Wish(List.of(X, Y), List.of()), "c", null);
        Claim second = free.claim(new Wish(List.of(Y), List.of()), "c", null);
        free.abandon(abandoned);
        assertThat(free.acquire(first)).isFalse();
        assertThat(free.acquire(second)).isFalse();
        assertThat(free.giveBackAll(abandoned)).containsExactly(first, second);
    }
}
