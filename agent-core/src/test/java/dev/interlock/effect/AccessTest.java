package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AccessTest {

    @Test
    void reads_never_conflict() {
        assertThat(Access.read("a").conflictsWith(Access.read("a"))).isFalse();
    }

    @Test
    void a_write_conflicts_with_all_that_overlaps() {
        assertThat(Access.write("a").conflictsWith(Access.read("a/b"))).isTrue();
        assertThat(Access.read("a/b").conflictsWith(Access.write("a"))).isTrue();
        assertThat(Access.write("a").conflictsWith(Access.write("/"))).isTrue();
        assertThat(Access.write("a").conflictsWith(Access.write("b"))).isFalse();
        assertThat(Access.write("a").conflictsWith(Access.read("b"))).isFalse();
    }

    @Test
    void an_access_covers_what_is_below_its_resource_and_a_read_no_write() {
        assertThat(Access.read("a").covers(Access.read("a/b"))).isTrue();
        assertThat(Access.write("a").covers(Access.write("a"))).isTrue();
        assertThat(Access.write("a").covers(Access.read("a/b"))).isTrue();
        assertThat(Access.read("a").covers(Access.write("a"))).isFalse();
        assertThat(Access.write("a/b").covers(Access.write("a"))).isFalse();
        assertThat(Access.read("a").covers(Access.read("ab"))).isFalse();
    }

    @Test
    void accesses_are_values() {
        assertThat(Access.read("a/b"))
                .isEqualTo(Access.read(Resource.of("/a/b/")))
                .isNotEqualTo(Access.write("a/b"));
        assertThat(Access.write("a")).isEqualTo(new Access(Access.Kind.WRITE, Resource.of("a")));
        assertThat(Access.write("a").isWrite()).isTrue();
        assertThat(Access.read("a").isWrite()).isFalse();
        assertThat(Access.read("a/b")).hasToString("reads a/b");
        assertThat(Access.write("")).hasToString("writes /");
    }

    @Test
    void an_access_has_a_kind_and_a_resource() {
        assertThatThrownBy(() -> new Access(null, Resource.ROOT)).hasMessage("kind");
        assertThatThrownBy(() -> Access.read((Resource) null)).hasMessage("resource");
    }

    @Test
    void undeclared_tools_are_barriers_or_pure() {
        assertThat(Undeclared.SERIAL.effects().isBarrier()).isTrue();
        assertThat(Undeclared.PARALLEL.effects().isPure()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void every_source_has_words(EffectSource source) {
        assertThat(source.words()).isNotBlank();
    }
}
