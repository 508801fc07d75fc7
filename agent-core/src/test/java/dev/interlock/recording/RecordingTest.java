package dev.interlock.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordingTest {

    private final Recording recording = new Recording(null);

    @Test
    void each_access_is_kept_once_in_the_order_of_telling() {
        recording.add(Access.write("b"));
        recording.add(Access.read("a"));
        recording.add(Access.write("b"));
        assertThat(recording.close().accesses()).containsExactly(Access.write("b"), Access.read("a"));
        assertThat(recording.close().widened()).isFalse();
    }

    @Test
    void what_comes_after_the_end_changes_nothing() {
        recording.add(Access.read("a"));
        Touched touched = recording.close();
        recording.add(Access.write("late"));
        assertThat(recording.close()).isEqualTo(touched);
    }

    @Test
    void what_an_inner_call_touches_the_outer_touches_as_long_as_it_runs() {
        Recording inner = new Recording(new Recording(recording));
        inner.add(Access.read("a"));
        inner.close();
        inner.add(Access.write("late for the inner"));
        recording.close();
        inner.add(Access.write("late for all"));
        assertThat(inner.close().accesses()).containsExactly(Access.read("a"));
        assertThat(recording.close().accesses()).containsExactly(Access.read("a"), Access.write("late for the inner"));
    }

    @Test
    void too_many_of_one_kind_become_their_parent_and_others_stay() {
        recording.add(Access.write("customers/7"));
        for (int i = 0; i < 20_000; i++) {
            recording.add(Access.read("orders/" + i));
        }
        Touched touched = recording.close();
        assertThat(touched.widened()).isTrue();
        assertThat(touched.accesses()).containsExactlyInAnyOrder(Access.write("customers/7"), Access.read("orders"));
    }

    @Test
    void too_many_kinds_become_anything() {
        for (int i = 0; i < 20_000; i++) {
            recording.add(Access.read("table" + i));
        }
        recording.add(Access.write("x"));
        assertThat(recording.close().accesses()).containsExactlyInAnyOrder(Access.read("/"), Access.write("/"));
    }

    @Test
    void a_path_that_is_too_long_or_too_deep_becomes_what_contains_it() {
        recording.add(Access.read("files/" + "x".repeat(Recording.MAX_CHARS)));
        recording.add(Access.write("deep/" + "d/".repeat(500)));
        Touched touched = recording.close();
        assertThat(touched.widened()).isTrue();
        assertThat(touched.accesses().get(0)).isEqualTo(Access.read("files"));
        assertThat(touched.accesses().get(1).resource().depth()).isEqualTo(Recording.MAX_SEGMENTS);
    }

    /** The invariant: bounded, and all that was told of is contained. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whatever_is_told_is_contained_and_bounded(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int roots = 1 + random.nextInt(seed % 2 == 0 ? 3 : 12_000);
        List<Access> all = new ArrayList<>();
        for (int i = 0; i < 30_000; i++) {
            StringBuilder path = new StringBuilder("r" + random.nextInt(roots));
            for (int depth = random.nextInt(6); depth > 0; depth--) {
                path.append('/').append(random.nextInt(40));
            }
            Resource resource = Resource.of(path.toString());
            Resource told = random.nextInt(10) == 0 ? resource.resolve("/data/" + random.nextInt(1000)) : resource;
            Access access = random.nextBoolean() ? Access.read(told) : Access.write(told);
            all.add(access);
            recording.add(access);
        }
        List<Access> kept = recording.close().accesses();
        assertThat(kept).as("seed %d", seed).hasSizeLessThanOrEqualTo(Recording.MAX_ACCESSES);
        Set<Access> found = new HashSet<>(kept);
        for (Access access : all) {
            boolean contained = IntStream.rangeClosed(0, access.resource().depth())
                    .mapToObj(
                            depth -> new Access(access.kind(), access.resource().prefix(depth)))
                    .anyMatch(found::contains);
            if (!contained) {
                throw new AssertionError("seed " + seed + ": " + access + " is not contained");
            }
        }
    }

    @Test
    void several_threads_may_tell() throws Exception {
        int threads = 4;
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> all = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int number = t;
            all.add(Thread.ofPlatform().start(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                for (int i = 0; i < 1_000; i++) {
                    recording.add(Access.write("t" + number + "/" + i));
                }
            }));
        }
        go.countDown();
        for (Thread thread : all) {
            thread.join();
        }
        assertThat(recording.close().accesses()).hasSize(threads * 1_000);
    }

    @Test
    void it_is_open_as_long_as_it_or_one_around_is() {
        Recording inner = new Recording(recording);
        inner.close();
        assertThat(inner.isOpen()).isTrue();
        recording.close();
        assertThat(inner.isOpen()).isFalse();
    }
}
