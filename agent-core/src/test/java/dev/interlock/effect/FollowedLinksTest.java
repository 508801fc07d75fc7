package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.ToolCall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Files of this machine that have several names by symbolic links. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need a right there")
class FollowedLinksTest {

    private static final Effects WRITES = Effects.writes("file/{path}");
    private static final Effects FOLLOWING = WRITES.followingLinks("{path}");

    @TempDir
    private Path temporary;

    private Path root;

    @BeforeEach
    void prepare() throws Exception {
        root = temporary.toRealPath();
        Files.createDirectory(root.resolve("v2"));
        Files.createSymbolicLink(root.resolve("current"), Path.of("v2"));
        Files.createSymbolicLink(root.resolve("latest"), root.resolve("current"));
    }

    private List<Access> accesses(Effects effects, String path) {
        ObjectNode arguments = JsonNodeFactory.instance.objectNode().put("path", path);
        return effects.accesses(new ToolCall(null, "write", arguments));
    }

    private boolean conflict(Effects effects, String first, String second) {
        return accesses(effects, first).stream()
                .anyMatch(one -> accesses(effects, second).stream().anyMatch(one::conflictsWith));
    }

    private String in(String path) {
        return root.resolve(path).toString();
    }

    @Test
    void names_that_lead_to_one_file_conflict() {
        assertThat(conflict(FOLLOWING, in("current/a"), in("v2/a"))).isTrue();
        assertThat(conflict(FOLLOWING, in("latest/a"), in("current/a"))).isTrue();
        assertThat(conflict(FOLLOWING, in("latest/new/deeper/a"), in("v2/new/deeper/a")))
                .isTrue();
        assertThat(conflict(FOLLOWING, in("latest"), in("v2/a"))).isTrue();
        assertThat(conflict(WRITES, in("current/a"), in("v2/a"))).isFalse();
    }

    @Test
    void other_files_do_not() {
        assertThat(conflict(FOLLOWING, in("current/a"), in("v2/b"))).isFalse();
        assertThat(conflict(FOLLOWING, in("none/a"), in("other/a"))).isFalse();
    }

    @Test
    void the_name_itself_counts_too() {
        assertThat(accesses(FOLLOWING, in("current/a")))
                .containsExactlyElementsOf(Effects.writes("file/{a}", "file/{b}")
                        .accesses(new ToolCall(
                                null,
                                "write",
                                JsonNodeFactory.instance
                                        .objectNode()
                                        .put("a", in("current/a"))
                                        .put("b", in("v2/a")))));
        assertThat(accesses(FOLLOWING, in("v2/a"))).hasSize(1);
    }

    @Test
    void what_is_no_file_of_this_machine_is_what_it_was() {
        for (String path : List.of("current/a", "C:/a", "https://example.org/a", "/\u0000/a", "a*")) {
            assertThat(accesses(FOLLOWING, path)).as(path).isEqualTo(accesses(WRITES, path));
        }
    }

    @Test
    void relative_path_is_followed_from_its_base() {
        Effects based = WRITES.path("path", root.toString()).followingLinks("path");
        assertThat(conflict(based, "current/a", "v2/a")).isTrue();
        assertThat(conflict(based, "current/a", "v2/b")).isFalse();
    }

    @Test
    void link_to_what_is_not_there_yet_leads_there() throws Exception {
        Files.createSymbolicLink(root.resolve("out"), root.resolve("out.txt"));
        assertThat(conflict(FOLLOWING, in("out"), in("out.txt"))).isTrue();
        Files.createSymbolicLink(root.resolve("round"), root.resolve("round"));
        assertThat(accesses(FOLLOWING, in("round"))).containsExactly(Access.write("file"));
    }

    @Test
    void address_of_a_file_is_followed() {
        assertThat(conflict(FOLLOWING, root.resolve("current/a").toUri().toString(), in("v2/a")))
                .isTrue();
    }

    @Test
    void reads_stay_reads() {
        assertThat(Effects.reads("file/{path}").followingLinks("path").isReadOnly())
                .isTrue();
        assertThatThrownBy(() -> WRITES.followingLinks("name"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no template takes the parameter {name}");
    }
}
