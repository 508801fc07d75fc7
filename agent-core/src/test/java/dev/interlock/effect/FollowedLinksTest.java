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
    void file_that_is_not_there_yet_lies_where_dots_behind_a_link_lead() throws Exception {
        Files.createDirectories(root.resolve("o/dir"));
        Files.createSymbolicLink(root.resolve("lk"), root.resolve("o/dir"));
        assertThat(conflict(FOLLOWING, in("lk/../new.txt"), in("o/new.txt"))).isTrue();
        assertThat(conflict(FOLLOWING, in("lk/.././../o/new.txt"), in("o/new.txt")))
                .isTrue();
        assertThat(conflict(FOLLOWING, in("lk/.."), in("o/new.txt"))).isTrue();
        assertThat(conflict(FOLLOWING, in("lk/."), in("o/dir/new.txt"))).isTrue();
        assertThat(conflict(FOLLOWING, in("lk/../none/.."), in("o/new.txt"))).isTrue();
        assertThat(conflict(FOLLOWING, in("lk/../none/./deeper/.."), in("o/none/a")))
                .isTrue();
        assertThat(conflict(FOLLOWING, in("lk/../none/deeper/../a"), in("o/none/a")))
                .isTrue();
        assertThat(conflict(FOLLOWING, in("lk/../new.txt"), in("o/other.txt"))).isFalse();
        assertThat(conflict(FOLLOWING, "/../" + in("lk/../new.txt"), in("o/new.txt")))
                .isTrue();
    }

    @Test
    void link_behind_what_is_not_there_yet_is_followed() throws Exception {
        assertThat(conflict(FOLLOWING, in("none/../current/a"), in("v2/a"))).isTrue();
        assertThat(conflict(FOLLOWING, in("v2/none/../../latest/a"), in("v2/a")))
                .isTrue();
        assertThat(conflict(FOLLOWING, in("none/../current/a"), in("v2/b"))).isFalse();
    }

    @Test
    void links_to_what_is_not_there_yet_are_followed_from_one_to_the_next() throws Exception {
        Files.createDirectories(root.resolve("o/dir"));
        Files.createSymbolicLink(root.resolve("lk"), Path.of("o/dir"));
        Files.createSymbolicLink(root.resolve("o/first"), Path.of("../lk/../second"));
        Files.createSymbolicLink(root.resolve("o/second"), root.resolve("o/./dir/../third/deeper"));
        assertThat(conflict(FOLLOWING, in("o/first"), in("o/second"))).isTrue();
        assertThat(conflict(FOLLOWING, in("o/first/a"), in("o/third/deeper/a"))).isTrue();
        assertThat(conflict(FOLLOWING, in("lk/../first/../a"), in("o/third/a"))).isTrue();
        assertThat(conflict(FOLLOWING, in("o/first/a"), in("o/third/a"))).isFalse();
    }

    @Test
    void links_in_a_circle_widen() throws Exception {
        Files.createSymbolicLink(root.resolve("round"), Path.of("about/x"));
        Files.createSymbolicLink(root.resolve("about"), Path.of("round"));
        for (String path : List.of("round", "round/a", "round/../a", "none/../round/a", "none/../about")) {
            assertThat(accesses(FOLLOWING, in(path))).as(path).containsExactly(Access.write("file"));
        }
    }

    @Test
    void chain_of_too_many_links_widens() throws Exception {
        for (int i = 0; i < 60; i++) {
            Files.createSymbolicLink(root.resolve("l" + i), Path.of("l" + (i + 1)));
        }
        assertThat(accesses(FOLLOWING, in("l0"))).containsExactly(Access.write("file"));
        assertThat(accesses(FOLLOWING, in("none/../l0/a"))).containsExactly(Access.write("file"));
        assertThat(conflict(FOLLOWING, in("none/../l40/a"), in("l60/a"))).isTrue();
        assertThat(conflict(FOLLOWING, in("none/../l40/a"), in("l60/b"))).isFalse();
    }

    @Test
    void file_where_a_folder_should_be_widens() throws Exception {
        Files.createFile(root.resolve("v2/plain"));
        assertThat(accesses(FOLLOWING, in("v2/plain/a"))).containsExactly(Access.write("file"));
        assertThat(accesses(FOLLOWING, in("none/../v2/plain/a"))).containsExactly(Access.write("file"));
    }

    @Test
    void each_spelling_of_a_path_is_followed() {
        String address = root.resolve("current/a").toUri().toString();
        assertThat(conflict(FOLLOWING, address.replace("file:", "FILE:"), in("v2/a")))
                .isTrue();
        assertThat(conflict(FOLLOWING, address.replace("file:///", "file://localhost/"), in("v2/a")))
                .isTrue();
        assertThat(conflict(FOLLOWING, root + "/current\\a", in("v2/a"))).isTrue();
        Effects based = WRITES.path("path", root.toUri().toString()).followingLinks("path");
        assertThat(conflict(based, "current/../new", "new")).isTrue();
        assertThat(conflict(based, "none/../current/a", "v2/a")).isTrue();
    }

    @Test
    void reads_stay_reads() {
        assertThat(Effects.reads("file/{path}").followingLinks("path").isReadOnly())
                .isTrue();
        assertThatThrownBy(() -> WRITES.followingLinks("name"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no template takes the parameter {name}");
    }

    @Test
    void name_with_a_colon_is_relative_unless_it_begins_with_a_drive_or_a_scheme() throws Exception {
        Effects based = WRITES.path("path", root.toString()).followingLinks("path");
        for (String link : List.of("12:30", "note:x", "a b:c")) {
            Files.createSymbolicLink(root.resolve(link), Path.of("v2"));
            assertThat(conflict(based, link + "/a", "v2/a")).as(link).isTrue();
            assertThat(conflict(based, "./" + link + "/a", "v2/a")).as(link).isTrue();
            assertThat(conflict(based, "none/../" + link + "/a", "v2/a"))
                    .as(link)
                    .isTrue();
            assertThat(conflict(based, link + "/a", "v2/b")).as(link).isFalse();
        }
        assertThat(accesses(based, "https://example.org/v2/a"))
                .isEqualTo(accesses(WRITES.path("path", root.toString()), "https://example.org/v2/a"));
    }

    /** The accesses of a batch's calls are those of its beginning, so such a tool has to say what it may change. */
    @Test
    void tool_that_makes_links_holds_back_later_calls_if_it_writes_all_files() throws Exception {
        List<Access> write = accesses(FOLLOWING, in("stable/x"));
        List<Access> read = accesses(FOLLOWING, in("v2/x"));
        List<Access> move = accesses(Effects.writes("file"), in("current"));
        assertThat(write).noneMatch(one -> read.stream().anyMatch(one::conflictsWith));
        assertThat(move)
                .anyMatch(one -> write.stream().anyMatch(one::conflictsWith))
                .anyMatch(one -> read.stream().anyMatch(one::conflictsWith));

        Files.move(root.resolve("current"), root.resolve("stable"));
        assertThat(conflict(FOLLOWING, in("stable/x"), in("v2/x"))).isTrue();
    }

    @Test
    void list_of_paths_is_followed_as_it_is_written() {
        ObjectNode arguments = JsonNodeFactory.instance.objectNode();
        arguments.putArray("path").add(in("Other/A"));
        assertThat(FOLLOWING.accesses(new ToolCall(null, "write", arguments)))
                .isEqualTo(accesses(WRITES, in("Other/A")).subList(0, 1));
    }
}
