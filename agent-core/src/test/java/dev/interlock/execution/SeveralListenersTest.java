package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static dev.interlock.execution.Fixtures.awaitStubbornly;
import static dev.interlock.execution.Fixtures.call;
import static dev.interlock.execution.Fixtures.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.event.RoundEvent;
import dev.interlock.event.RoundEvent.CallEvent;
import dev.interlock.event.RoundListener;
import dev.interlock.schedule.Call;
import dev.interlock.schedule.Note;
import dev.interlock.schedule.Note.What;
import dev.interlock.schedule.ToolTraits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each listener hears one call's events in their order, whatever another one does meanwhile. */
@Timeout(60)
class SeveralListenersTest {

    private final Call call = new Call(new ToolTraits("t", ToolPolicy.builder().build(), List.of(), true, true)) {};
    private final List<List<String>> heard =
            List.of(new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>());
    private final CountDownLatch telling = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    /** What each listener does besides. */
    private final List<Consumer<CallEvent>> does = new ArrayList<>(List.of(e -> {}, e -> {}, e -> {}));

    private Consumer<Note> making = note -> {};

    private final CallEvents events = new CallEvents(
            new CallEvents.Telling() {
                @Override
                public Instant instant(long nanos) {
                    return Instant.EPOCH.plusNanos(nanos);
                }

                @Override
                public CallEvent event(Note note, Instant at) {
                    making.accept(note);
                    return switch (note.what()) {
                        case READY -> new RoundEvent.CallReady(1, 0, at);
                        case ABANDONED -> new RoundEvent.CallAbandoned(1, 0, at);
                        case RELEASED -> new RoundEvent.CallReleased(1, 0, at);
                        case PLANNED, WAITING, COALESCED, ENDED -> new RoundEvent.CallCoalesced(1, 0, 0, at);
                    };
                }

                @Override
                public int listeners() {
                    return heard.size();
                }

                @Override
                public void tell(CallEvent event, int listener) {
                    heard.get(listener).add(event.getClass().getSimpleName());
                    does.get(listener).accept(event);
                }
            },
            true);

    private void note(What what) {
        events.note(new Note(call, what, null, 1));
    }

    private void tellStart() {
        events.tell(1, at -> new RoundEvent.CallRetrying(1, 0, 1, new Outcome.Succeeded(null), Duration.ZERO, at));
    }

    private void holdUp(int listener, Class<?> kind) {
        does.set(listener, event -> {
            if (kind.isInstance(event)) {
                telling.countDown();
                try {
                    await(goOn);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        });
    }

    private void assertAllHeard(String... names) {
        assertThat(heard).allSatisfy(events -> assertThat(events).containsExactly(names));
    }

    @Test
    void listeners_behind_one_that_hangs_hear_its_event_before_the_end_of_the_abandoned_call() throws Exception {
        holdUp(1, RoundEvent.CallRetrying.class);
        Thread own = Thread.ofVirtual().start(this::tellStart);
        await(telling);
        note(What.ABANDONED);
        events.tellNotes();
        assertThat(heard.get(2)).isEmpty();
        events.tellRest(true);
        assertAllHeard("CallRetrying", "CallAbandoned");
        goOn.countDown();
        own.join();
        assertAllHeard("CallRetrying", "CallAbandoned");
    }

    @Test
    void listeners_behind_one_that_hangs_on_a_note_hear_it_before_later_ones() throws Exception {
        holdUp(0, RoundEvent.CallReady.class);
        note(What.READY);
        Thread other = Thread.ofPlatform().start(events::tellNotes);
        await(telling);
        note(What.ABANDONED);
        events.tellRest(true);
        assertAllHeard("CallReady", "CallAbandoned");
        goOn.countDown();
        other.join();
        assertAllHeard("CallReady", "CallAbandoned");
    }

    @Test
    void what_a_listener_leads_to_is_told_when_all_have_heard_the_event_before() {
        does.set(0, event -> {
            if (event instanceof RoundEvent.CallAbandoned) {
                note(What.RELEASED);
                events.tellNotes();
                assertThat(heard.get(0)).containsExactly("CallAbandoned");
            }
        });
        note(What.ABANDONED);
        events.tellNotes();
        assertAllHeard("CallAbandoned", "CallReleased");
    }

    @Test
    void a_round_that_ends_within_a_listener_tells_the_others_first_what_that_handles() {
        List<List<String>> atEnd = new ArrayList<>();
        does.set(1, event -> {
            if (event instanceof RoundEvent.CallReady) {
                note(What.ABANDONED);
                events.tellNotes();
                events.tellRest(false);
                heard.forEach(events -> atEnd.add(List.copyOf(events)));
            }
        });
        note(What.READY);
        events.tellNotes();
        assertThat(atEnd).allSatisfy(events -> assertThat(events).containsExactly("CallReady", "CallAbandoned"));
        assertAllHeard("CallReady", "CallAbandoned");
    }

    @Test
    void an_event_of_the_thread_itself_within_a_listener_comes_after_the_one_that_this_handles() {
        does.set(0, event -> {
            if (event instanceof RoundEvent.CallReady) {
                tellStart();
            }
        });
        note(What.READY);
        events.tellNotes();
        assertAllHeard("CallReady", "CallRetrying");
    }

    @Test
    void a_note_whose_event_another_thread_makes_meanwhile_is_told_once() throws Exception {
        CountDownLatch made = new CountDownLatch(1);
        Thread[] slow = new Thread[1];
        making = note -> {
            if (Thread.currentThread().equals(slow[0])) {
                telling.countDown();
                try {
                    await(goOn);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        };
        note(What.READY);
        slow[0] = Thread.ofPlatform().unstarted(() -> {
            events.tellNotes();
            made.countDown();
        });
        slow[0].start();
        await(telling);
        note(What.ABANDONED);
        events.tellRest(true);
        assertAllHeard("CallReady", "CallAbandoned");
        goOn.countDown();
        await(made);
        assertAllHeard("CallReady", "CallAbandoned");
    }

    @Test
    void an_event_that_cannot_be_made_keeps_no_other_from_listeners() {
        making = note -> {
            if (note.what() == What.READY) {
                throw new IllegalStateException("no event");
            }
        };
        note(What.READY);
        note(What.ABANDONED);
        assertThatThrownBy(events::tellNotes).hasMessage("no event");
        assertAllHeard("CallAbandoned");
        note(What.RELEASED);
        events.tellNotes();
        assertAllHeard("CallAbandoned", "CallReleased");
    }

    // With a round.

    private static RoundListener names(List<String> into) {
        return event -> into.add(event.getClass().getSimpleName());
    }

    @Test
    void a_round_tells_each_listener_all_of_an_abandoned_call_before_its_own_end() throws Exception {
        FakeTime time = new FakeTime();
        List<String> names = new CopyOnWriteArrayList<>();
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .time(time)
                .timeout(Duration.ofMillis(300))
                .gracePeriod(Duration.ofMillis(100))
                .listener(event -> {
                    if (event instanceof RoundEvent.CallStarted) {
                        telling.countDown();
                        awaitStubbornly(goOn);
                    }
                })
                .listener(names(names))
                .build();
        ToolSet tools = ToolSet.of(ToolDefinition.of("read", Effects.reads("a"), c -> "ok"));
        var running = start(executor, tools, call("read"));
        await(telling);
        time.awaitParkedUntil(Duration.ofMillis(300));
        time.advance(Duration.ofMillis(300));
        time.awaitParkedUntil(Duration.ofMillis(400));
        time.advance(Duration.ofMillis(100));
        running.get();
        String[] all = {
            "RoundStarted", "CallPlanned", "CallReady", "CallStarted", "CallAbandoned", "CallEnded", "RoundEnded"
        };
        assertThat(names).startsWith(all);
        goOn.countDown();
        while (!executor.abandoned().isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(names).startsWith(all).filteredOn("CallStarted"::equals).hasSize(1);
    }

    @Test
    void a_cancel_in_a_listener_is_heard_by_the_next_one_after_the_event_that_led_to_it() throws Exception {
        List<String> names = new CopyOnWriteArrayList<>();
        Cancellation cancellation = new Cancellation();
        ToolCallExecutor executor = ToolCallExecutor.builder()
                .callTimeout(Duration.ofHours(1))
                .listener(event -> {
                    if (event instanceof RoundEvent.CallReady) {
                        cancellation.cancel("enough");
                    }
                })
                .listener(names(names))
                .build();
        ToolSet tools = ToolSet.of(ToolDefinition.of("read", Effects.reads("a"), c -> "ok"));
        cancellation.call(() -> executor.execute(List.of(call("read")), tools));
        assertThat(names).containsExactly("RoundStarted", "CallPlanned", "CallReady", "CallEnded", "RoundEnded");
    }
}
