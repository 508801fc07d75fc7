package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceTest {

    @ParameterizedTest
    @CsvSource({
        "account/42, account/42",
        "/account/42, account/42",
        "account/42/, account/42",
        "//account///42//, account/42",
        "./account/./42/., account/42",
        "account/41/../42, account/42",
        "account/.., /",
        "../../account, account",
        "a/b/../../../../c, c",
        "..., ...",
        ".hidden/x.., .hidden/x..",
        "Account/A b, Account/A b",
        "'', /",
        "/, /",
        "., /",
        "a/b/c/d/e/f/g/h/i/j/k, a/b/c/d/e/f/g/h/i/j/k"
    })
    void a_path_is_normalised(String path, String expected) {
        assertThat(Resource.of(path)).hasToString(expected);
    }

    @Test
    void segments_can_be_read_as_a_list_and_one_by_one() {
        Resource resource = Resource.of("a/b/c");
        assertThat(resource.segments()).containsExactly("a", "b", "c").isUnmodifiable();
        assertThat(resource.depth()).isEqualTo(3);
        assertThat(resource.segment(0)).isEqualTo("a");
        assertThat(resource.segment(2)).isEqualTo("c");
        assertThatThrownBy(() -> resource.segment(3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void the_root_has_no_segments() {
        assertThat(Resource.of("/")).isSameAs(Resource.ROOT);
        assertThat(Resource.ROOT.segments()).isEmpty();
        assertThat(Resource.ROOT.depth()).isZero();
    }

    @Test
    void null_is_no_path() {
        assertThatThrownBy(() -> Resource.of(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void resources_of_the_same_path_are_equal() {
        assertThat(Resource.of("a/b")).isEqualTo(Resource.of("/a//b/")).hasSameHashCodeAs(Resource.of("a/./b"));
        assertThat(Resource.of("a/b")).isNotEqualTo(Resource.of("a/B")).isNotEqualTo(Resource.of("a"));
        assertThat(Resource.of("a/b").hashCode())
                .isNotEqualTo(Resource.of("b/a").hashCode());
        assertThat(Resource.of("a")).isNotEqualTo((Object) "a").isNotEqualTo(null);
    }

    @Test
    void a_resource_contains_itself_and_what_is_below_it() {
        Resource account = Resource.of("account");
        Resource account42 = Resource.of("account/42");
        assertThat(account.contains(account42)).isTrue();
        assertThat(account.contains(account)).isTrue();
        assertThat(account42.contains(account)).isFalse();
        assertThat(account.contains(Resource.of("accounts"))).isFalse();
        assertThat(Resource.ROOT.contains(account)).isTrue();
        assertThat(account.contains(Resource.ROOT)).isFalse();
    }

    @Test
    void siblings_do_not_overlap() {
        assertThat(Resource.of("account/42").overlaps(Resource.of("account/43")))
                .isFalse();
        assertThat(Resource.of("account/42").overlaps(Resource.of("account/42/x")))
                .isTrue();
        assertThat(Resource.of("account/42/x").overlaps(Resource.of("account/42")))
                .isTrue();
        assertThat(Resource.of("account/4").overlaps(Resource.of("account/42"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void overlap_is_a_symmetric_prefix_relation(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 5_000; i++) {
            List<String> a = segments(random);
            List<String> b = segments(random);
            Resource first = Resource.of(String.join("/", a));
            Resource second = Resource.of(String.join("/", b));
            boolean firstContains =
                    a.size() <= b.size() && b.subList(0, a.size()).equals(a);
            boolean secondContains =
                    b.size() <= a.size() && a.subList(0, b.size()).equals(b);
            assertThat(first.contains(second)).as("seed %s: %s, %s", seed, a, b).isEqualTo(firstContains);
            assertThat(first.overlaps(second))
                    .as("seed %s: %s, %s", seed, a, b)
                    .isEqualTo(firstContains || secondContains)
                    .isEqualTo(second.overlaps(first));
            assertThat(first.equals(second)).isEqualTo(a.equals(b));
            assertThat(first.segments()).isEqualTo(a);
        }
    }

    private static List<String> segments(SplittableRandom random) {
        List<String> segments = new ArrayList<>();
        for (int depth = random.nextInt(5); depth > 0; depth--) {
            segments.add(random.nextBoolean() ? "a" : "b");
        }
        return segments;
    }

    @Test
    void a_prefix_contains_what_it_was_taken_of_and_ends_with_no_mark() {
        Resource absolute = Resource.of("file").resolve("C:\\data\\notes.md");
        assertThat(absolute.depth()).isEqualTo(6);
        for (int depth = 0; depth <= absolute.depth(); depth++) {
            assertThat(absolute.prefix(depth).contains(absolute)).isTrue();
        }
        assertThat(absolute.prefix(6)).isSameAs(absolute);
        assertThat(absolute.prefix(2)).isEqualTo(Resource.of("file"));
        assertThat(absolute.prefix(3)).isEqualTo(Resource.of("file"));
        assertThat(Resource.of("a/b").prefix(1)).isEqualTo(Resource.of("a"));
        assertThat(Resource.of("a/b").prefix(0)).isSameAs(Resource.ROOT);
        assertThatThrownBy(() -> Resource.of("a").prefix(2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "/data/notes.md", "C:\\data", "~/notes.md", "https://example.org/x", "../x"})
    void a_resource_is_made_again_of_its_segments(String path) {
        Resource resource = Resource.of("file").resolve(path);
        assertThat(Resource.ofSegments(resource.segments())).isEqualTo(resource).hasToString(resource.toString());
        assertThat(Resource.ofSegments(List.of())).isSameAs(Resource.ROOT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", ".", ".."})
    void what_is_no_segment_is_rejected(String segment) {
        assertThatThrownBy(() -> Resource.ofSegments(List.of("x", segment)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + segment + "' is not a valid segment of a resource, in [x, " + segment + "]");
    }
}
