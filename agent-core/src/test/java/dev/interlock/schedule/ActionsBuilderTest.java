package dev.interlock.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.schedule.Actions.Interrupt;
import dev.interlock.schedule.Note.What;
import dev.interlock.share.Claim;
import dev.interlock.share.SharedLimits;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What comes of the things that the machine collects during an event. */
class ActionsBuilderTest {

    private final ActionsBuilder builder = new ActionsBuilder();
    private final Call first = CallSpec.pure().make(1, 0);
    private final Call second = CallSpec.pure().make(1, 1);
    private final SharedLimits limits = new SharedLimits(false);
    private final Claim oneClaim = limits.claim(first, "conversation", null);
    private final Claim otherClaim = limits.claim(second, "conversation", null);

    private Actions take() {
        return builder.take(true, null, false, true);
    }

    @Test
    void each_kind_of_thing_comes_in_the_order_in_which_it_was_collected() {
        Note one = new Note(first, What.READY, null, 1);
        Note other = new Note(second, What.READY, null, 2);
        builder.start(second);
        builder.start(first);
        builder.interrupt(first, 3);
        builder.interruptUnlessInterrupted(second);
        builder.unpark(second);
        builder.unpark(first);
        builder.abandon(first);
        builder.abandon(second);
        builder.grant(List.of(oneClaim, otherClaim));
        builder.suspect(List.of(otherClaim, oneClaim));
        builder.tell(one);
        builder.tell(other);
        Actions actions = builder.take(true, second, true, false);
        assertThat(actions.start()).containsExactly(second, first);
        assertThat(actions.own()).isSameAs(second);
        assertThat(actions.interrupt())
                .containsExactly(Interrupt.ofAttempt(first, 3), Interrupt.unlessInterrupted(second));
        assertThat(actions.unpark()).containsExactly(second, first);
        assertThat(actions.abandoned()).containsExactly(first, second);
        assertThat(actions.granted()).containsExactly(oneClaim, otherClaim);
        assertThat(actions.suspicious()).containsExactly(otherClaim, oneClaim);
        assertThat(actions.tell()).containsExactly(one, other);
        assertThat(actions.wake()).isTrue();
        assertThat(actions.allowed()).isFalse();
    }

    @Test
    void any_one_thing_makes_the_actions_more_than_empty_and_comes_once() {
        List<Consumer<ActionsBuilder>> things = List.of(
                to -> to.start(first),
                to -> to.interrupt(first, 1),
                to -> to.interruptUnlessInterrupted(first),
                to -> to.unpark(first),
                to -> to.abandon(first),
                to -> to.grant(List.of(oneClaim)),
                to -> to.suspect(List.of(oneClaim)),
                to -> to.tell(new Note(first, What.ENDED, null, 0)));
        for (Consumer<ActionsBuilder> thing : things) {
            thing.accept(builder);
            assertThat(take().isEmpty()).isFalse();
            assertThat(take()).isSameAs(Actions.NONE);
        }
    }

    @Test
    void a_call_for_the_owner_alone_is_something_to_do() {
        Actions actions = builder.take(true, first, false, true);
        assertThat(actions.own()).isSameAs(first);
        assertThat(actions.isEmpty()).isFalse();
    }

    @Test
    void no_claims_are_nothing_to_do() {
        builder.grant(List.of());
        builder.suspect(List.of());
        assertThat(take()).isSameAs(Actions.NONE);
    }

    @Test
    void nothing_to_do_takes_no_memory_whatever_else_the_actions_say() {
        for (boolean wake : new boolean[] {false, true}) {
            for (boolean allowed : new boolean[] {false, true}) {
                Actions actions = builder.take(true, null, wake, allowed);
                assertThat(actions.wake()).isEqualTo(wake);
                assertThat(actions.allowed()).isEqualTo(allowed);
                assertThat(actions.isEmpty()).isTrue();
                assertThat(builder.take(true, null, wake, allowed)).isSameAs(actions);
            }
        }
        assertThat(take()).isSameAs(Actions.NONE);
        assertThat(builder.take(true, null, false, false)).isSameAs(Actions.NOT_ALLOWED);
    }

    @Test
    void starts_that_must_wait_are_kept_and_nothing_else() {
        builder.start(first);
        builder.unpark(second);
        Actions withoutStarts = builder.take(false, null, true, true);
        assertThat(withoutStarts.start()).isEmpty();
        assertThat(withoutStarts.unpark()).containsExactly(second);
        assertThat(builder.startsAny()).isTrue();
        builder.start(second);
        Actions later = take();
        assertThat(later.start()).containsExactly(first, second);
        assertThat(later.unpark()).isEmpty();
        assertThat(builder.startsAny()).isFalse();
        assertThat(take()).isSameAs(Actions.NONE);
    }

    @Test
    void starts_that_are_no_longer_wanted_are_withdrawn_and_no_others() {
        builder.start(first);
        builder.start(second);
        builder.withdrawStarts(first::equals);
        assertThat(take().start()).containsExactly(second);
    }

    @Test
    void where_nothing_starts_nothing_is_withdrawn() {
        builder.withdrawStarts(call -> true);
        assertThat(builder.startsAny()).isFalse();
        assertThat(take()).isSameAs(Actions.NONE);
    }
}
