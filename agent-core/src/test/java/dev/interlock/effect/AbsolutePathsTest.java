package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.interlock.call.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which paths of files may be the same, see {@link Effects}. */
class AbsolutePathsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, ParameterType> TEXT = Map.of("path", ParameterType.STRING);
    private static final Effects WRITES = Effects.writes("file/{path}");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Whether it is the same depends on what the relative one is relative to.
                "/data/notes.md          | notes.md",
                "/data/notes.md          | other.md",
                "/notes.md               | sub/notes.md",
                "\\data\\notes.md        | notes.md",
                "\\\\server\\share\\a    | share/a",
                "C:\\data\\notes.md      | notes.md",
                "C:/data/notes.md        | ./notes.md",
                "c:/data/notes.md        | sub\\notes.md",
                "~/notes.md              | notes.md",
                "file:///data/notes.md   | notes.md",
                "FILE:/data/notes.md     | notes.md",
                "https://example.org/a   | a",
                "https://example.org/a   | https://example.org:443/a",
                "https://example.org/a   | http://example.org:80/a",
                "https://example.org/a   | https://ann@EXAMPLE.org/a",
                "https://example.org/a b | https://example.org/a%20b",
                "https://example.org/b   | https://example.org/a/%2e%2e/b",
                // It depends on the drive, the home folder, the site.
                "C:/data/notes.md        | /data/notes.md",
                "C:/data/notes.md        | \\data\\notes.md",
                "~/notes.md              | /home/me/notes.md",
                "~/notes.md              | C:/Users/me/notes.md",
                "https://example.org/a   | /a",
                // Nothing is known of the one.
                "../notes.md             | notes.md",
                "../notes.md             | /data/notes.md",
                "..\\notes.md            | notes.md",
                "sub\\..\\notes.md       | notes.md",
                "C:notes.md              | other.md",
                "C:notes.md              | C:/data/notes.md",
                "C:                      | D:/x",
                "~bob/notes.md           | ~/notes.md",
                "~bob/notes.md           | /home/bob/notes.md",
                "~/../bob/notes.md       | ~bob/notes.md",
                "$HOME/notes.md          | notes.md",
                "${PWD}                  | notes.md",
                "%TEMP%\\notes.md        | C:/Temp/notes.md",
                "'  /data/notes.md'      | notes.md",
                "/                       | notes.md",
                "~                       | ~/notes.md",
                "file:notes.md           | /data/notes.md",
                "file:///data/a%zz       | /data/b",
                // They are the same.
                "/data/notes.md          | /data//sub/../notes.md/",
                "/data                   | /data/notes.md",
                "/data/notes.md          | file:///data/notes.md",
                "/data/my notes.md       | file:/data/my%20notes.md",
                "/data/notes.md          | file://localhost/data/notes.md",
                "\\\\server\\share\\a    | file://server/share/a",
                "\\\\SERVER\\share\\a    | file://SERVER/share/a",
                "file://server/share/a   | file://SERVER/share/a",
                "C:\\Data\\Notes.md      | c:/data/notes.md",
                "C:/data/notes.md        | file:///C:/data/notes.md",
                "HTTPS://Example.org/a   | http://example.org/a#top",
                "~/notes.md              | ~\\.\\notes.md",
                "a/b.md                  | a\\b.md",
            })
    void what_may_be_the_same_file_conflicts(String one, String other) {
        assertConflict(WRITES, one, other, true);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/data/notes.md          | /data/other.md",
                "/data/notes.md          | /notes.md",
                "\\data\\notes.md        | /data/other.md",
                "C:/data/notes.md        | C:\\data\\other.md",
                "C:/data/notes.md        | D:/data/notes.md",
                "~/notes.md              | ~/other.md",
                "file:///data/notes.md   | /data/other.md",
                "https://example.org/a   | https://example.org/b",
                "https://example.org/a   | https://example.org:8443/a",
                "https://example.org/a+b | https://example.org/a%20b",
                "https://example.org/a%2 | https://example.org/a",
                "https://example.org/a   | https://example.com/a",
                "https://example.org/a   | C:/a",
                "notes.md                | other.md",
                "sub/notes.md            | notes.md",
                "Notes.md                | notes.md",
                "12:30                   | 12:45",
                "$5                      | $6",
                "100%                    | 50%",
            })
    void what_is_certainly_another_file_does_not(String one, String other) {
        assertConflict(WRITES, one, other, false);
    }

    /** Of "a:b/c" and the like, a letter and a colon, nothing is known. */
    @Test
    void a_drive_without_a_slash_may_be_anywhere() {
        assertThat(resources(WRITES, "C:notes.md")).containsExactly("file");
    }

    @Test
    void two_reads_never_conflict() {
        List<Access> absolute = Effects.reads("file/{path}").accesses(call("/data/notes.md"), TEXT);
        List<Access> relative = Effects.reads("file/{path}").accesses(call("notes.md"), TEXT);
        assertThat(absolute.get(0).conflictsWith(relative.get(0))).isFalse();
        assertThat(absolute.get(0).conflictsWith(Access.write(relative.get(0).resource())))
                .isTrue();
    }

    @Test
    void what_is_absolute_stays_within_the_fixed_prefix() {
        Access absolute = WRITES.accesses(call("/data/notes.md"), TEXT).get(0);
        assertThat(absolute.conflictsWith(Access.write("file"))).isTrue();
        assertThat(absolute.conflictsWith(Access.write("file/docs/a.md"))).isTrue();
        assertThat(absolute.conflictsWith(Access.write("/"))).isTrue();
        assertThat(absolute.conflictsWith(Access.write("account/42"))).isFalse();
    }

    /** Most tools that take a folder and a name take an absolute name for itself. */
    @Test
    void an_absolute_value_behind_another_widens_to_the_fixed_prefix() {
        Effects effects = Effects.writes("file/{folder}/{path}");
        ObjectNode arguments = JSON.createObjectNode().put("folder", "docs").put("path", "/data/notes.md");
        assertThat(effects.accesses(new ToolCall(null, "t", arguments))).containsExactly(Access.write("file"));
        arguments.put("path", "/data/*.md");
        assertThat(effects.accesses(new ToolCall(null, "t", arguments))).containsExactly(Access.write("file"));
        arguments.put("folder", "/docs").put("path", "notes.md");
        assertThat(resources(effects, arguments)).containsExactly("file//docs/notes.md");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/data       | notes.md            | file//data/notes.md",
                "/data       | /data/notes.md      | file//data/notes.md",
                "/data/      | ./sub//..//notes.md | file//data/notes.md",
                "/data       | ../notes.md         | file//notes.md",
                "/data       | ../../../notes.md   | file//notes.md",
                "/data       | /etc/passwd         | file//etc/passwd",
                "/data       | .                   | file//data",
                "/data       | /                   | file",
                "/data       | *.md                | file",
                "/data       | file:///data/a      | file//data/a",
                "/data       | ~/a                 | file//~/a",
                "/data       | C:/a                | file//C:/a",
                "/data       | $HOME/a             | file",
                "C:\\Data    | Notes.md            | file//C:/data/notes.md",
                "C:/Data     | \\Data\\Notes.md    | file//C:/data/notes.md",
                "C:/Data     | /other              | file//C:/other",
                "C:/Data     | D:/Data/Notes.md    | file//D:/data/notes.md",
                "~/data      | notes.md            | file//~/data/notes.md",
                "~/data      | ../notes.md         | file//~/notes.md",
                "~/data      | ../../notes.md      | file",
                "file:///a/  | b                   | file//a/b",
                "https://h.example/docs/ | a       | file//http:/h.example/docs/a",
                "https://h.example/docs  | /a      | file//http:/h.example/a",
            })
    void with_a_base_relative_paths_are_absolute(String base, String path, String expected) {
        assertThat(resources(WRITES.path("path", base), path)).containsExactly(expected);
        assertThat(resources(WRITES.path("{path}", base), path)).containsExactly(expected);
    }

    @Test
    void a_base_holds_wherever_the_argument_stands() {
        Effects effects = Effects.reads("host/{host}/{path}")
                .and(Effects.writes("log/{path}"))
                .path("path", "/data");
        ObjectNode arguments = JSON.createObjectNode().put("host", "h1").put("path", "/etc/x");
        assertThat(resources(effects, arguments)).containsExactly("host/h1//etc/x", "log//etc/x");
        arguments.put("path", "../x");
        assertThat(resources(effects, arguments)).containsExactly("host/h1//x", "log//x");
        arguments.putArray("path").add("a").add("/data/a").add("b");
        assertThat(resources(effects, arguments))
                .containsExactly("host/h1//data/a", "host/h1//data/b", "log//data/a", "log//data/b");
    }

    /** One may know the base and the other not, or they may have different ones. */
    @Test
    void a_base_of_one_tool_loses_no_conflict_with_another() {
        Effects inWork = WRITES.path("path", "/data");
        Effects inSub = WRITES.path("path", "/data/sub");
        assertConflict(inWork, "sub/a", inSub, "a", true);
        assertConflict(inWork, "sub/a", inSub, "b", false);
        assertConflict(inWork, "a", WRITES, "a", true);
        assertConflict(inWork, "a", WRITES, "/data/a", true);
        assertConflict(inWork, "a", WRITES, "/data/b", false);
    }

    @Test
    void letter_case_can_be_ignored() {
        Effects ignoring = WRITES.ignoringCase("{path}");
        assertConflict(ignoring, "Docs/Notes.md", "docs/NOTES.md", true);
        assertConflict(ignoring, "/Docs/Notes.md", "/docs/NOTES.md", true);
        assertConflict(ignoring, "Docs/Notes.md", "docs/other.md", false);
        // A tool that regards it still conflicts with one that does not.
        assertConflict(ignoring, "Notes.md", WRITES, "Notes.md", true);
        assertConflict(
                ignoring.path("path", "/data"), "Notes.md", WRITES.path("path", "/data"), "/data/Notes.md", true);
        assertConflict(ignoring.path("path", "/data"), "NOTES.md", "/data/notes.md", true);
        assertConflict(WRITES.ignoringCase("path").and(WRITES), "Notes.md", "notes.md", true);
        assertConflict(ignoring, "caf\u00e9", "cafe\u0301", true);
        assertConflict(ignoring, "CAF\u00c9", "cafe\u0301", true);
        assertConflict(WRITES, "caf\u00e9", "cafe\u0301", false);
        assertConflict(WRITES.path("path", "C:/Data").ignoringCase("path"), "NOTES.md", "c:/data/notes.md", true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "work", "./data", "../data", "C:work", "$HOME", "~bob", "/data/*"})
    void a_base_must_be_absolute(String base) {
        assertThatThrownBy(() -> WRITES.path("path", base))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the base must be an absolute path")
                .hasMessageContaining("'" + base + "'");
    }

    @Test
    void an_argument_with_a_base_must_be_a_whole_segment_of_some_template() {
        assertThatThrownBy(() -> WRITES.path("file", "/data"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no template takes the parameter {file} in: writes file/{path}");
        assertThatThrownBy(() -> WRITES.ignoringCase("file")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Effects.writes("file/{path}.txt").path("path", "/data"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("template 'file/{path}.txt' has {path} inside a longer segment; a base needs it as a whole"
                        + " segment");
    }

    @Test
    void a_function_can_resolve_a_path_likewise() {
        Resource file = Resource.of("file");
        assertThat(file.resolve("docs//a.txt")).isEqualTo(Resource.of("file/docs/a.txt"));
        assertThat(file.resolve("/docs/a.txt")).hasToString("file//docs/a.txt");
        assertThat(file.resolve("/docs/a.txt").overlaps(file.resolve("a.txt"))).isTrue();
        assertThat(file.resolve("../a.txt")).isEqualTo(file);
        assertThat(file.resolve("*.txt")).isEqualTo(file);
        assertThat(file.resolve("")).isEqualTo(file);
        assertThat(Resource.ROOT.resolve("/a")).hasToString("//a");
        assertThat(Resource.ROOT.resolve("~/a")).hasToString("//~/a");
        assertThat(file.resolve("C:/a")).hasToString("file//C:/a");
    }

    /**
     * Files on an imaginary system, and texts that a model may write for them. Whatever the tool is relative to: of two
     * texts for one file the accesses must conflict, and with a base, those of two files must not.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void texts_for_one_file_conflict_and_with_a_base_only_those(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 5_000; i++) {
            List<String> folder = names(random, 3);
            List<String> home = names(random, 3);
            List<String> one = names(random, 4);
            List<String> other = random.nextInt(3) == 0 ? one : names(random, 4);
            if (one.isEmpty() || other.isEmpty()) {
                continue;
            }
            boolean same = isWithin(one, other) || isWithin(other, one);
            String text = spelled(random, one, folder, home);
            String otherText = spelled(random, other, folder, home);
            boolean conflict = conflict(WRITES, text, WRITES, otherText);
            Effects based = WRITES.path("path", '/' + String.join("/", folder));
            boolean homeIsKnown = !text.startsWith("~") && !otherText.startsWith("~");
            String what = "seed %s: '%s' and '%s' in %s, home %s".formatted(seed, text, otherText, folder, home);
            assertThat(conflict).as(what).isIn(true, same);
            assertThat(conflict(based, text, based, otherText)).as(what).isIn(!homeIsKnown || same, same);
        }
    }

    private static boolean isWithin(List<String> one, List<String> other) {
        return one.size() >= other.size() && one.subList(0, other.size()).equals(other);
    }

    private static List<String> names(SplittableRandom random, int most) {
        List<String> names = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            names.add(random.nextBoolean() ? "a" : "b");
        }
        return names;
    }

    private static String spelled(SplittableRandom random, List<String> file, List<String> folder, List<String> home) {
        return switch (random.nextInt(4)) {
            case 0 -> '/' + separated(random, file);
            case 1 -> "file:///" + String.join("/", file);
            case 2 ->
                isWithin(file, home)
                        ? "~/" + separated(random, file.subList(home.size(), file.size()))
                        : relative(random, file, folder);
            default -> relative(random, file, folder);
        };
    }

    private static String relative(SplittableRandom random, List<String> file, List<String> folder) {
        int common = 0;
        while (common < file.size()
                && common < folder.size()
                && file.get(common).equals(folder.get(common))) {
            common++;
        }
        List<String> way = new ArrayList<>();
        for (int i = common; i < folder.size(); i++) {
            way.add("..");
        }
        way.addAll(file.subList(common, file.size()));
        return way.isEmpty() ? "." : separated(random, way);
    }

    private static String separated(SplittableRandom random, List<String> names) {
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            text.append(text.isEmpty() ? "" : List.of("/", "/", "//", "/./").get(random.nextInt(4)));
            text.append(name);
        }
        return text.toString();
    }

    private static void assertConflict(Effects effects, String one, String other, boolean expected) {
        assertConflict(effects, one, effects, other, expected);
    }

    private static void assertConflict(Effects effects, String one, Effects others, String other, boolean expected) {
        assertThat(conflict(effects, one, others, other))
                .as("%s and %s", one, other)
                .isEqualTo(expected);
        assertThat(conflict(others, other, effects, one))
                .as("%s and %s", other, one)
                .isEqualTo(expected);
    }

    private static boolean conflict(Effects effects, String one, Effects others, String other) {
        return effects.accesses(call(one), TEXT).stream()
                .anyMatch(mine -> others.accesses(call(other), TEXT).stream().anyMatch(mine::conflictsWith));
    }

    private static List<String> resources(Effects effects, String path) {
        return resources(effects, JSON.createObjectNode().put("path", path));
    }

    private static List<String> resources(Effects effects, ObjectNode arguments) {
        return effects.accesses(new ToolCall(null, "t", arguments), TEXT).stream()
                .map(access -> access.resource().toString())
                .toList();
    }

    private static ToolCall call(String path) {
        return new ToolCall(null, "t", JSON.createObjectNode().put("path", path));
    }
}
