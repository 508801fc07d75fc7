package dev.interlock.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.call.ToolPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CapsTest {

    private static final int UNLIMITED = Integer.MAX_VALUE;

    private final List<Caps.Group> groups =
            List.of(new Caps.Group(Set.of("git_*", "svn"), 2), new Caps.Group(Set.of("git_log"), 3));

    @Test
    void a_tool_has_its_own_cap_then_those_of_its_groups_then_that_of_all() {
        Caps caps = new Caps(groups, 9);
        ToolPolicy policy = ToolPolicy.builder().maxConcurrency(1).build();
        assertThat(caps.of("git_log", policy)).extracting(Cap::limit).containsExactly(1, 2, 3, 9);
        assertThat(caps.of("git", ToolPolicy.DEFAULT)).extracting(Cap::limit).containsExactly(9);
        assertThat(new Caps(groups, UNLIMITED).of("git", ToolPolicy.DEFAULT)).isEmpty();
    }

    @Test
    void tools_share_the_caps_of_their_groups_and_of_all_and_a_name_its_own() {
        Caps caps = new Caps(groups, 9);
        ToolPolicy policy = ToolPolicy.builder().maxConcurrency(1).build();
        assertThat(caps.of("git_diff", ToolPolicy.DEFAULT)).isEqualTo(caps.of("svn", ToolPolicy.DEFAULT));
        assertThat(caps.of("x", policy)).isEqualTo(caps.of("x", policy));
        assertThat(caps.of("x", policy).get(0))
                .isNotEqualTo(caps.of("y", policy).get(0));
    }

    @Test
    void a_cap_says_which_calls_it_limits() {
        ToolPolicy policy = ToolPolicy.builder().maxConcurrency(1).build();
        assertThat(new Caps(groups, 9).of("git_log", policy))
                .extracting(Cap::name)
                .containsExactly("tool 'git_log'", "group 'git_*', 'svn'", "group 'git_log'", "all calls");
    }

    /** One builder may make several executors: each has the state of its caps under its own monitor. */
    @Test
    void two_executors_share_no_cap() {
        List<Cap> one = new Caps(groups, 9).of("git_log", ToolPolicy.DEFAULT);
        List<Cap> other = new Caps(groups, 9).of("git_log", ToolPolicy.DEFAULT);
        assertThat(one).hasSize(3).doesNotContainAnyElementsOf(other);
    }

    @Test
    @Timeout(60)
    void caps_of_tools_that_are_no_more_are_forgotten() {
        Caps caps = new Caps(List.of(), UNLIMITED);
        ToolPolicy policy = ToolPolicy.builder().maxConcurrency(2).build();
        List<Cap> kept = caps.of("kept", policy);
        for (int i = 0; i < 300; i++) {
            caps.of("tool" + i, policy);
        }

        await().atMost(Duration.ofSeconds(40)).pollDelay(Duration.ZERO).until(() -> {
            System.gc();
            caps.of("another", policy);
            return caps.size() == 2;
        });

        assertThat(caps.of("kept", policy)).isEqualTo(kept);
    }
}
