package dev.interlock.execution;

import static dev.interlock.execution.Fixtures.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The watch of brief rounds, whatever fails around it. */
@Timeout(60)
class OwnerWatchTest {

    private final List<Thread> started = new CopyOnWriteArrayList<>();
    private int failures;

    private final OwnerWatch watch = new OwnerWatch(task -> {
        if (failures > 0) {
            failures--;
            throw new OutOfMemoryError("unable to create native thread");
        }
        Thread thread = Thread.ofPlatform().daemon().start(task);
        started.add(thread);
        return thread;
    });

    /** A round that the watch looks at. */
    private static final class Round implements OwnerWatch.Watched {
        private final CountDownLatch looks;
        private final Runnable look;
        private final Runnable name;

        Round(int looks, Runnable look, Runnable name) {
            this.looks = new CountDownLatch(looks);
            this.look = look;
            this.name = name;
        }

        @Override
        public void rescueIfRunningFor(long nanos) {
            looks.countDown();
            look.run();
        }

        @Override
        public long number() {
            name.run();
            return 1;
        }
    }

    private static void nothing() {}

    private static void fail() {
        throw new OutOfMemoryError("no room");
    }

    private static Round sound() {
        return new Round(3, OwnerWatchTest::nothing, OwnerWatchTest::nothing);
    }

    private final Round first = sound();
    private final Round second = sound();

    @AfterEach
    void nothing_is_left_to_watch() {
        watch.remove(first);
        watch.remove(second);
    }

    @Test
    void a_round_goes_on_unwatched_if_no_thread_can_be_started_and_the_next_one_is_watched() throws Exception {
        failures = 1;
        watch.add(first);
        watch.remove(first);
        assertThat(started).isEmpty();

        watch.add(second);
        await(second.looks);
        assertThat(started).hasSize(1);
    }

    @Test
    void a_round_goes_on_unwatched_even_if_that_cannot_be_logged() throws Exception {
        failures = 1;
        watch.add(new Round(1, OwnerWatchTest::nothing, OwnerWatchTest::fail));
        assertThat(started).isEmpty();

        watch.add(first);
        await(first.looks);
    }

    @Test
    void a_rescue_that_fails_and_cannot_be_logged_does_not_end_the_watch() throws Exception {
        Round failing = new Round(3, OwnerWatchTest::fail, OwnerWatchTest::fail);
        watch.add(failing);
        watch.add(first);
        await(failing.looks);
        await(first.looks);
        watch.remove(failing);

        watch.add(second);
        await(second.looks);
        assertThat(started).hasSize(1).allMatch(Thread::isAlive);
    }

    @Test
    void rounds_share_one_thread() throws Exception {
        watch.add(first);
        watch.add(second);
        await(first.looks);
        await(second.looks);
        assertThat(started).hasSize(1);
    }
}
