package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.interlock.call.ToolCall;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spellings that Windows takes for one file. */
class WindowsPathsTest {

    private static final Effects WRITES = Effects.writes("file/{path}");

    /** Without a base each path with a backslash and ".." may be anywhere. */
    private static final Effects BASED = WRITES.path("path", "C:\\base");

    private static List<Access> accesses(Effects effects, String path) {
        ToolCall call =
                new ToolCall(null, "t", JsonNodeFactory.instance.objectNode().put("path", path));
        return effects.accesses(call, Map.of("path", ParameterType.STRING));
    }

    private static boolean conflict(Effects effects, String one, String other) {
        return accesses(effects, one).stream()
                .anyMatch(mine -> accesses(effects, other).stream().anyMatch(mine::conflictsWith));
    }

    private static void assertConflict(Effects effects, String one, String other, boolean expected) {
        assertThat(conflict(effects, one, other)).as("%s and %s", one, other).isEqualTo(expected);
        assertThat(conflict(effects, other, one)).as("%s and %s", other, one).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "C:\\data\\n.md|C:\\data\\n.md.",
                "C:\\data\\n.md|C:\\data\\n.md ",
                "C:\\data\\n.md|C:\\data\\n.md. . ",
                "C:\\data\\n.md|c:/DATA./N.MD",
                "C:\\data\\n.md|C:\\data \\n.md",
                "C:\\data\\n.md|C:\\data\\n.md::$DATA",
                "C:\\data\\n.md|C:\\data\\n.md:stream",
                "C:\\data\\n.md|C:\\data::$INDEX_ALLOCATION\\n.md",
                "C:\\data\\n.md|\\\\.\\C:\\data\\n.md",
                "C:\\data\\n.md|\\\\?\\C:\\data\\n.md",
                "C:\\data\\n.md|file:///C:/Data/N.md",
                "C:\\data\\.\\x\\..\\n.md|C:\\data\\\\n.md\\",
                "C:\\data\\n.md|C:\\data\\x\\.. \\n.md",
                "C:\\data\\n.md|C:\\data\\x\\...\\n.md",
                // Windows makes up short names.
                "C:\\Program Files\\a|C:\\PROGRA~1\\a",
                "C:\\data\\long notes.md|C:\\data\\LONGNO~1.MD",
                "C:\\data\\LONGNO~1.MD\\..\\n.md|C:\\data\\n.md",
                "\\\\srv\\docs\\long notes.md|\\\\srv\\docs\\LONGNO~1.MD",
                "\\\\srv\\docs\\Notes.md|\\\\srv\\docs\\notes.md",
                "\\\\srv\\docs\\notes.md|\\\\SRV\\Docs\\notes.md. ",
                "\\\\srv\\docs\\notes.md|\\\\\\\\srv\\\\docs\\\\notes.md",
                "\\\\srv\\docs\\notes.md|//SRV/docs/Notes.md",
                "\\\\srv\\docs\\notes.md|file://SRV/docs/Notes.md",
                "\\\\srv\\docs\\notes.md|file:////srv/docs/notes.md",
                "\\\\srv\\docs\\..\\..\\notes.md|\\\\srv\\docs\\notes.md",
                "//srv/docs/../notes.md|//srv/docs/notes.md",
                "file://srv/docs/../notes.md|file://srv/docs/notes.md",
                "\\\\srv\\docs|\\\\srv\\docs\\notes.md",
                "\\\\srv|\\\\srv\\docs\\notes.md",
                // A drive, a home folder or a root may be on the server.
                "\\\\srv\\docs\\notes.md|Z:\\notes.md",
                "\\\\srv\\docs\\notes.md|~\\notes.md",
                "\\\\srv\\docs\\notes.md|\\notes.md",
                "\\\\srv\\docs\\notes.md|notes.md",
            })
    void names_of_one_file_conflict(String one, String other) {
        assertConflict(WRITES, one, other, true);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "C:\\data\\n.md | C:\\data\\nn.md",
                "C:\\data\\n.md | C:\\data\\n.md.txt",
                "C:\\data\\PROGRA~1\\a | C:\\other\\a",
                "C:\\data\\n~.md | C:\\data\\n.md",
                "C:\\data\\my~notes.md | C:\\data\\n.md",
                "\\\\srv\\docs\\a.md | \\\\srv\\docs\\b.md",
                "\\\\srv\\docs\\a.md | \\\\other\\docs\\a.md",
                "\\\\srv\\docs | \\\\srv\\more",
                "\\\\srv\\docs\\a.md | file://srv/docs/b.md",
                "//data/Notes.md | /data/other.md",
            })
    void other_files_do_not(String one, String other) {
        assertConflict(WRITES, one, other, false);
    }

    @Test
    void names_of_one_file_are_one_resource() {
        for (String path :
                List.of("C:/data/n.md", "c:\\DATA.\\N.md. ", "C:\\data\\n.md::$DATA", "C:\\data\\n.md:x:$DATA")) {
            assertThat(accesses(WRITES, path)).as(path).hasToString("[writes file//C:/data/n.md]");
        }
        for (String path : List.of("\\\\SRV\\Docs\\N.md", "file://srv/Docs/n.md. ".strip(), "\\\\srv\\docs/n.md:s")) {
            assertThat(accesses(WRITES, path)).as(path).hasToString("[writes file//srv/docs/n.md]");
        }
        assertThat(accesses(WRITES, "C:\\data\\LONGNO~1.MD\\x")).hasToString("[writes file//C:/data]");
        assertThat(accesses(WRITES, "C:\\PROGRA~1")).hasToString("[writes file//C:]");
        assertThat(accesses(WRITES.ignoringCase("path"), "/LONGNO~1.MD")).contains(Access.write("file"));
    }

    @Test
    void server_is_a_base_like_a_drive() {
        Effects based = WRITES.path("path", "\\\\Srv\\Docs\\sub");
        assertThat(accesses(based, "Notes.md.")).hasToString("[writes file//srv/docs/sub/notes.md]");
        assertConflict(based, "Notes.md", "\\\\srv\\docs\\SUB\\notes.md", true);
        assertConflict(based, "Notes.md", "//SRV/docs/sub/notes.md", true);
        assertConflict(based, "..\\..\\..\\a", "\\a", true);
        assertConflict(based, "\\a", "\\\\srv\\docs\\a", true);
        assertConflict(based, "a", "b", false);
        assertConflict(based, "a", "\\\\srv\\docs\\a", false);
        Effects ofUri = WRITES.path("path", "file://srv/docs/sub/");
        assertConflict(ofUri, "My%20Notes.md", "\\\\srv\\docs\\sub\\my notes.md", true);
        assertConflict(ofUri, "a", "b", false);
        assertConflict(WRITES.path("path", "file://srv/docs"), "a", "file://srv/a", true);
    }

    @Test
    void drive_is_a_base_for_such_names_too() {
        Effects based = WRITES.path("path", "C:\\Data");
        assertConflict(based, "n.md", "N.md. ", true);
        assertConflict(based, "n.md", "n.md::$DATA", true);
        assertConflict(based, "long notes.md", "LONGNO~1.MD", true);
        assertConflict(based, "n.md", "\\\\srv\\docs\\n.md", true);
        assertConflict(based, "n.md", "m.md", false);
    }

    /** Relative paths do not tell the system. Who says that it ignores letter case says enough. */
    @Test
    void letter_case_that_does_not_matter_is_that_of_windows() {
        Effects ignoring = WRITES.ignoringCase("path");
        assertConflict(ignoring, "Notes.md", "notes.md. ", true);
        assertConflict(ignoring, "docs /n.md", "DOCS/n.md", true);
        assertConflict(ignoring, "n.md::$DATA", "N.md", true);
        assertConflict(ignoring, "long notes/a", "LONGNO~1/a", true);
        assertConflict(ignoring, "12:30", "12:45", false);
        assertConflict(ignoring, "...", "a", true);
        assertConflict(ignoring, "a/.. /b", "b", true);
        assertConflict(ignoring, "a/.../b", "a/b", true);
        assertConflict(ignoring, "a/. /b::$DATA", "a/B", true);
        assertConflict(ignoring, "a/.. ::$DATA/b", "b", true);
        assertConflict(ignoring, "a/..b/c", "a/b/c", false);
        assertConflict(ignoring.path("path", "/data"), "a/.. /b", "b", true);
        assertConflict(ignoring.path("path", "/data"), "a/..b", "b", false);
        assertConflict(WRITES, "Notes.md.", "Notes.md", false);
    }

    @Test
    void letter_case_does_not_matter_in_a_name_with_text_beside_the_argument() {
        for (String template : List.of("file/X-{path}", "file/{path}-x", "file/in/{path}-{path}")) {
            Effects ignoring = Effects.writes(template).ignoringCase("path");
            assertConflict(ignoring, "Notes.", "notes.", true);
            assertConflict(ignoring, "NOTES", "notes", true);
            assertConflict(ignoring, "notes", "other", false);
            assertConflict(Effects.writes(template), "NOTES", "notes", false);
        }
        Effects behind = Effects.writes("file/x-{path}").ignoringCase("path");
        assertConflict(behind, "Notes. ", "notes", true);
        assertConflict(behind, "a/.. /b", "c", true);
        assertConflict(behind, "a/Notes.", "A/notes", true);
        assertThat(accesses(behind, "Notes.")).contains(Access.write("file/x-notes"));
        Effects below = Effects.writes("file/in/{path}/x").ignoringCase("path");
        assertConflict(below, ".. /.. /a", "b", true);
    }

    /** What {@code \\.\} begins is a drive, a server, or a device that may be anything. */
    @Test
    void devices_are_drives_servers_or_unknown() {
        Effects based = WRITES.path("path", "C:\\base");
        for (String path : List.of(
                "\\\\.\\UNC\\srv\\share\\n.md", "\\\\.\\unc\\SRV\\share\\n.md", "\\\\\\.\\UNC\\srv\\share\\n.md")) {
            assertConflict(WRITES, path, "\\\\srv\\share\\n.md", true);
            assertConflict(WRITES, path, "\\\\srv\\share\\m.md", false);
            assertConflict(based, path, "\\\\srv\\share\\n.md", true);
            assertConflict(based, path, "\\\\srv\\share\\m.md", false);
        }
        for (String device : List.of(
                "\\\\.\\HarddiskVolume1\\n.md",
                "\\\\.\\GLOBALROOT\\x",
                "\\\\.\\UNC\\..\\x\\y",
                "\\\\.\\UNC\\.\\x\\y")) {
            assertThat(accesses(WRITES, device)).as(device).containsExactly(Access.write("file"));
            assertThat(accesses(based, device)).as(device).containsExactly(Access.write("file"));
        }
    }

    @Test
    void blank_that_is_no_white_space_begins_a_name() {
        assertConflict(WRITES, "\u0001a/b", "c", false);
        assertConflict(WRITES, "\u0001/a/b", "c", true);
    }

    /** Files on a drive or a server. Texts for one file conflict, and those for two do not. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void texts_for_one_file_conflict_and_only_those(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 5_000; i++) {
            String volume = random.nextBoolean() ? "C:" : "\\\\srv\\docs";
            String one = name(random) + "\\" + name(random);
            String other = random.nextInt(3) == 0 ? one : name(random) + "\\" + name(random);
            String text = volume + '\\' + spelled(random, one);
            String otherText = volume + '\\' + spelled(random, other);
            assertThat(conflict(BASED, text, otherText))
                    .as("seed %s: '%s' and '%s'", seed, text, otherText)
                    .isEqualTo(one.equals(other));
        }
    }

    private static String name(SplittableRandom random) {
        return List.of("a", "b.md", "c c").get(random.nextInt(3));
    }

    private static String spelled(SplittableRandom random, String path) {
        StringBuilder text = new StringBuilder();
        for (String name : path.split("\\\\", -1)) {
            text.append(
                            text.isEmpty()
                                    ? ""
                                    : List.of("\\", "/", "\\\\", "\\.\\", "\\x\\..\\")
                                            .get(random.nextInt(5)))
                    .append(random.nextBoolean() ? name : name.toUpperCase(Locale.ROOT))
                    .append(List.of("", ".", " ", ". .", ":s", "::$DATA").get(random.nextInt(6)));
        }
        return text.toString();
    }
}
