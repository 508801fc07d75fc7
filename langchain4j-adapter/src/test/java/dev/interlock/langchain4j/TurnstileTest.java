package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TurnstileTest {

    private final Turnstile turnstile = new Turnstile();
    private final List<String> passed = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /** Starts a thread, and returns when it waits. */
    private Thread waiting(Runnable entering) {
        Thread thread = Thread.ofPlatform().start(entering);
        threads.add(thread);
        await().until(() -> thread.getState() == Thread.State.WAITING);
        return thread;
    }

    private void hook(int place) {
        try {
            turnstile.enter(place);
            passed.add("hook " + place);
            turnstile.leave();
        } catch (InterruptedException e) {
            passed.add("interrupted " + place);
        }
    }

    private void joinAll() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void callbacks_come_first_and_then_hooks_in_the_order_of_their_calls() throws InterruptedException {
        turnstile.enter();
        waiting(() -> hook(3));
        waiting(() -> hook(1));
        waiting(() -> turnstile.pass(() -> passed.add("callback 1")));
        waiting(() -> hook(2));
        waiting(() -> turnstile.pass(() -> passed.add("callback 2")));
        assertThat(passed).isEmpty();

        turnstile.leave();
        joinAll();

        assertThat(passed).containsExactly("callback 1", "callback 2", "hook 1", "hook 2", "hook 3");
    }

    @Test
    void thread_that_is_inside_may_enter_again_and_has_left_when_it_has_left_as_often() throws InterruptedException {
        turnstile.enter();
        turnstile.pass(() -> passed.add("within"));
        assertThat(turnstile.tryEnter()).isTrue();
        turnstile.leave();
        waiting(() -> hook(1));
        assertThat(passed).containsExactly("within");

        turnstile.leave();
        joinAll();

        assertThat(passed).containsExactly("within", "hook 1");
    }

    @Test
    void hook_that_waits_can_be_interrupted_and_takes_nobodys_place() throws InterruptedException {
        turnstile.enter();
        Thread interrupted = waiting(() -> hook(1));
        waiting(() -> hook(2));

        interrupted.interrupt();
        interrupted.join();
        assertThat(passed).containsExactly("interrupted 1");
        turnstile.leave();
        joinAll();

        assertThat(passed).containsExactly("interrupted 1", "hook 2");
        assertThat(turnstile.tryEnter()).isTrue();
    }

    @Test
    void callback_that_waits_comes_through_though_it_is_interrupted() throws InterruptedException {
        AtomicReference<@Nullable Boolean> flag = new AtomicReference<>();
        turnstile.enter();
        Thread interrupted = waiting(() -> turnstile.pass(() -> {
            passed.add("callback");
            flag.set(Thread.currentThread().isInterrupted());
        }));

        interrupted.interrupt();
        await().until(() -> interrupted.getState() == Thread.State.WAITING);
        assertThat(passed).isEmpty();
        turnstile.leave();
        joinAll();

        assertThat(passed).containsExactly("callback");
        assertThat(flag).hasValue(true);
    }

    @Test
    void thread_that_steps_out_lets_others_pass_and_is_back_inside_as_often_as_before() throws InterruptedException {
        turnstile.enter();
        turnstile.enter();
        waiting(() -> hook(1));

        int left = turnstile.stepOut();
        joinAll();
        turnstile.goBack(left);
        assertThat(passed).containsExactly("hook 1");

        waiting(() -> hook(2));
        turnstile.leave();
        assertThat(passed).containsExactly("hook 1");
        turnstile.leave();
        joinAll();
        assertThat(passed).containsExactly("hook 1", "hook 2");
    }

    @Test
    void thread_that_is_not_inside_neither_steps_out_nor_leaves() throws InterruptedException {
        Thread other = Thread.ofPlatform().start(turnstile::enter);
        other.join();

        assertThat(turnstile.stepOut()).isZero();
        turnstile.goBack(0);
        turnstile.leave();
        assertThat(turnstile.tryEnter()).as("the other thread is inside").isFalse();

        turnstile.forfeit(Thread.currentThread());
        assertThat(turnstile.tryEnter()).isFalse();
        turnstile.forfeit(other);
        assertThat(turnstile.tryEnter()).isTrue();
    }

    @Test
    void thread_that_has_forfeited_its_place_does_not_let_anybody_in_when_it_leaves() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch mayLeave = new CountDownLatch(1);
        Thread abandoned = Thread.ofPlatform().start(() -> {
            turnstile.enter();
            inside.countDown();
            Waiting.awaitIgnoringInterrupts(mayLeave);
            turnstile.leave();
        });
        Waiting.await(inside);

        turnstile.forfeit(abandoned);
        turnstile.enter();
        mayLeave.countDown();
        abandoned.join();
        waiting(() -> hook(1));
        assertThat(passed).as("this thread is still inside").isEmpty();

        turnstile.leave();
        joinAll();
        assertThat(passed).containsExactly("hook 1");
    }

    @Test
    void callback_that_throws_has_left() {
        assertThatThrownBy(() -> turnstile.pass(() -> {
                    throw new IllegalStateException("broken");
                }))
                .hasMessage("broken");

        assertThat(turnstile.stepOut()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void no_two_are_inside_at_once_whatever_comes(long seed) throws InterruptedException {
        int[] sum = new int[1];
        AtomicInteger entered = new AtomicInteger();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Runnable once = () -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            sum[0]++;
            entered.incrementAndGet();
            inside.decrementAndGet();
        };
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 8; i++) {
            SplittableRandom own = random.split();
            Thread.Builder builder = i % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
            threads.add(builder.start(() -> use(own, once)));
        }
        for (int i = 0; i < 200; i++) {
            threads.get(random.nextInt(threads.size())).interrupt();
            Thread.onSpinWait();
        }
        joinAll();

        assertThat(most).as("seed " + seed).hasValue(1);
        assertThat(sum[0]).as("seed " + seed).isEqualTo(entered.get());
        assertThat(turnstile.tryEnter()).as("seed " + seed).isTrue();
    }

    private void use(SplittableRandom random, Runnable once) {
        for (int i = 0; i < 2_000; i++) {
            switch (random.nextInt(4)) {
                case 0 -> turnstile.pass(once);
                case 1 -> {
                    try {
                        turnstile.enter(random.nextInt(10));
                        once.run();
                        turnstile.leave();
                    } catch (InterruptedException e) {
                        // It has not entered.
                    }
                }
                case 2 -> {
                    if (turnstile.tryEnter()) {
                        once.run();
                        turnstile.leave();
                    }
                }
                default ->
                    turnstile.pass(() -> {
                        once.run();
                        int left = turnstile.stepOut();
                        turnstile.goBack(left);
                        once.run();
                    });
            }
        }
    }
}
