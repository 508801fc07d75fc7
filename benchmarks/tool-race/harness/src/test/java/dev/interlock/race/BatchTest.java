package dev.interlock.race;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The checker finds a wrong order, and takes a right one for right. */
class BatchTest {

    private static final Touch WRITES = new Touch("/=account/=1", true);
    private static final Touch READS_ALL = new Touch("/=account", false);
    private static final Touch OTHER = new Touch("/=mail", true);

    private static final Batch BATCH = new Batch(
            "b", List.of("pay", "list", "send"), List.of(List.of(WRITES), List.of(READS_ALL), List.of(OTHER)));

    private static boolean isAsSerial(int... order) throws InterruptedException {
        Batch.Run run = BATCH.begin();
        for (int step : order) {
            run.call(step, 0);
        }
        return run.isAsSerial();
    }

    @Test
    void order_of_the_model_is_right() throws InterruptedException {
        assertThat(isAsSerial(0, 1, 2)).isTrue();
    }

    @Test
    void independent_call_may_run_at_any_time() throws InterruptedException {
        assertThat(isAsSerial(2, 0, 1)).isTrue();
        assertThat(isAsSerial(0, 2, 1)).isTrue();
    }

    @Test
    void calls_that_conflict_may_not_change_places() throws InterruptedException {
        assertThat(isAsSerial(1, 0, 2)).isFalse();
    }

    @Test
    void call_that_is_missing_or_run_twice_is_found() throws InterruptedException {
        assertThat(isAsSerial(0, 1)).isFalse();
        assertThat(isAsSerial(0, 1, 1, 2)).isFalse();
    }

    @Test
    void critical_path_is_the_longest_chain_of_conflicts() {
        assertThat(BATCH.criticalPath()).isEqualTo(2);
    }

    @Test
    void paths_overlap_by_whole_segments() {
        assertThat(Touch.overlap("/=account", "/=account/=1")).isTrue();
        assertThat(Touch.overlap("/=account/=1", "/=account/=1")).isTrue();
        assertThat(Touch.overlap("/=account/=1", "/=account/=12")).isFalse();
    }

    @Test
    void keys_become_paths() {
        assertThat(Keys.path("X[*]")).isEqualTo("/=X");
        assertThat(Keys.path("X[a]")).isEqualTo("/=X/=a");
        assertThat(Keys.path("fs[dir/sub/*]")).isEqualTo("/=fs/=dir%2Fsub");
        assertThat(Keys.path("fs[dir/sub/f]")).isEqualTo("/=fs/=dir%2Fsub/=f");
    }
}
