package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolPolicy;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundEvent.CallEvent;
import dev.interlock.event.Wait;
import dev.interlock.schedule.Call;
import dev.interlock.schedule.Note;
import dev.interlock.schedule.Note.What;
import dev.interlock.schedule.ToolTraits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who tells what of one call when several threads have something to tell. */
@Timeout(60)
class CallEventsTest {

    private final Call call = new Call(new ToolTraits("t", ToolPolicy.builder().build(), List.of(), true, true)) {};
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final CountDownLatch telling = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    /** What a listener does. */
    private Consumer<RoundEvent> listener = event -> {};

    private final RoundClock clock = new RoundClock(new FakeTime());

    private final CallEvents events =
            new CallEvents(new RoundListeners(List.of(this::hear), clock, CallEventsTest::event), true);

    private void hear(RoundEvent event) {
        String name = event.getClass().getSimpleName() + " at "
                + Duration.between(clock.instant(0), event.at()).toNanos();
        told.add("begin " + name);
        listener.accept(event);
        told.add("end " + name);
    }

    private static CallEvent event(Note note, Instant at) {
        return switch (note.what()) {
            case WAITING -> new RoundEvent.CallWaiting(1, 0, note.requireWait(), at);
            case READY -> new RoundEvent.CallReady(1, 0, at);
            case ABANDONED -> new RoundEvent.CallAbandoned(1, 0, at);
            case PLANNED, COALESCED, ENDED, RELEASED -> new RoundEvent.CallReleased(1, 0, at);
        };
    }

    private void note(What what, long at) {
        events.note(new Note(call, what, what == What.WAITING ? new Wait.ForOwner() : null, at));
    }

    private void tellStart(long at) {
        events.tell(
                at,
                instant -> new RoundEvent.CallRetrying(1, 0, 1, new Outcome.Succeeded(null), Duration.ZERO, instant));
    }

    private void holdUp(Class<?> kind) {
        listener = event -> {
            if (kind.isInstance(event)) {
                telling.countDown();
                try {
                    await(goOn);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        };
    }

    @Test
    void the_thread_of_the_call_waits_for_who_tells_what_was_before() throws Exception {
        holdUp(RoundEvent.CallWaiting.class);
        note(What.WAITING, 1);
        Thread other = Thread.ofPlatform().start(events::tellNotes);
        await(telling);
        Thread own = Thread.ofVirtual().start(() -> tellStart(2));
        while (own.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThat(told).containsExactly("begin CallWaiting at 1");
        goOn.countDown();
        own.join();
        other.join();
        assertThat(told)
                .containsExactly(
                        "begin CallWaiting at 1",
                        "end CallWaiting at 1",
                        "begin CallRetrying at 2",
                        "end CallRetrying at 2");
    }

    @Test
    void its_wait_keeps_an_interrupt() throws Exception {
        holdUp(RoundEvent.CallWaiting.class);
        note(What.WAITING, 1);
        Thread other = Thread.ofPlatform().start(events::tellNotes);
        await(telling);
        List<Boolean> flags = new CopyOnWriteArrayList<>();
        Thread own = Thread.ofPlatform().start(() -> {
            Thread.currentThread().interrupt();
            tellStart(2);
            flags.add(Thread.currentThread().isInterrupted());
        });
        while (own.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        goOn.countDown();
        own.join();
        other.join();
        assertThat(flags).containsExactly(true);
    }

    @Test
    void notes_are_left_to_who_tells() throws Exception {
        holdUp(RoundEvent.CallWaiting.class);
        note(What.WAITING, 1);
        Thread other = Thread.ofPlatform().start(events::tellNotes);
        await(telling);
        note(What.READY, 2);
        events.tellNotes();
        assertThat(told).containsExactly("begin CallWaiting at 1");
        goOn.countDown();
        other.join();
        assertThat(told).hasSize(4).last().isEqualTo("end CallReady at 2");
    }

    @Test
    void what_is_noted_before_is_told_before_and_no_time_goes_back() {
        note(What.READY, 5);
        tellStart(3);
        assertThat(told)
                .containsExactly(
                        "begin CallReady at 5",
                        "end CallReady at 5",
                        "begin CallRetrying at 5",
                        "end CallRetrying at 5");
    }

    @Test
    void what_a_listener_leads_to_is_told_within() {
        listener = event -> {
            if (event instanceof RoundEvent.CallWaiting) {
                note(What.READY, 2);
                events.tellNotes();
                events.tellRest(false);
            }
        };
        note(What.WAITING, 1);
        events.tellNotes();
        assertThat(told)
                .containsExactly(
                        "begin CallWaiting at 1", "begin CallReady at 2", "end CallReady at 2", "end CallWaiting at 1");
    }

    @Test
    void the_end_of_an_abandoned_call_is_told_although_a_listener_hangs() throws Exception {
        holdUp(RoundEvent.CallRetrying.class);
        Thread own = Thread.ofVirtual().start(() -> tellStart(1));
        await(telling);
        note(What.ABANDONED, 2);
        events.tellNotes();
        events.tellRest(true);
        assertThat(told).last().isEqualTo("end CallAbandoned at 2");
        goOn.countDown();
        own.join();
    }

    @Test
    void the_end_of_an_abandoned_call_waits_for_who_tells_that_it_is_abandoned() throws Exception {
        holdUp(RoundEvent.CallAbandoned.class);
        note(What.ABANDONED, 1);
        note(What.RELEASED, 2);
        Thread other = Thread.ofPlatform().start(events::tellNotes);
        await(telling);
        Thread last = Thread.ofPlatform().start(() -> events.tellRest(true));
        while (last.getState() != Thread.State.WAITING && last.isAlive()) {
            Thread.onSpinWait();
        }
        assertThat(told).containsExactly("begin CallAbandoned at 1");
        goOn.countDown();
        last.join();
        other.join();
        assertThat(told).last().isEqualTo("end CallReleased at 2");
    }

    @Test
    void a_thread_that_comes_back_to_an_abandoned_call_tells_only_its_release() throws Exception {
        holdUp(RoundEvent.CallRetrying.class);
        Thread own = Thread.ofVirtual().start(() -> {
            tellStart(1);
            note(What.RELEASED, 3);
            events.tellNotes();
        });
        await(telling);
        note(What.READY, 1);
        note(What.ABANDONED, 2);
        events.tellRest(true);
        goOn.countDown();
        own.join();
        assertThat(told)
                .containsExactly(
                        "begin CallRetrying at 1",
                        "begin CallReady at 1",
                        "end CallReady at 1",
                        "begin CallAbandoned at 2",
                        "end CallAbandoned at 2",
                        "end CallRetrying at 1",
                        "begin CallReleased at 3",
                        "end CallReleased at 3");
    }

    @Test
    void a_release_is_told_although_the_thread_of_the_call_still_hangs_in_a_listener() throws Exception {
        holdUp(RoundEvent.CallRetrying.class);
        Thread own = Thread.ofVirtual().start(() -> tellStart(1));
        await(telling);
        note(What.ABANDONED, 2);
        events.tellRest(true);
        note(What.RELEASED, 3);
        events.tellNotes();
        assertThat(told).last().isEqualTo("end CallReleased at 3");
        goOn.countDown();
        own.join();
    }
}
