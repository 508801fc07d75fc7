package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.effect.Effects;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.service.AiServices;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two calls edit one file, which one names by an absolute path and the other by a relative one. */
@Timeout(60)
class Hazard26PathsTest {

    private static final String ABSOLUTE = "/data/notes.md";

    /** An imaginary file system with the current folder {@code /data}. */
    static class NoteTools {
        private static final Path FOLDER = Path.of("/data");

        private final Map<Path, String> files = new ConcurrentHashMap<>();
        private final CyclicBarrier editors;

        NoteTools(int together) {
            editors = new CyclicBarrier(together);
        }

        @Tool("Adds a line to a file")
        @Writes("file/{path}")
        String addLine(@P(name = "path") String path, @P(name = "line") String line) throws Exception {
            Path file = FOLDER.resolve(path).normalize();
            String before = files.getOrDefault(file, "");
            Waiting.meet(editors);
            files.put(file, before + line);
            return "added";
        }

        String text() {
            return files.get(Path.of(ABSOLUTE));
        }
    }

    private static NoteTools edited(AiServices<Assistant> services, int together, String one, String other) {
        NoteTools tools = new NoteTools(together);
        services.chatModel(ScriptedChatModel.asking(
                        call("1", "addLine", "{\"path\": \"%s\", \"line\": \"a\"}".formatted(one)),
                        call("2", "addLine", "{\"path\": \"%s\", \"line\": \"b\"}".formatted(other))))
                .tools(tools)
                .build()
                .chat("go");
        return tools;
    }

    private static AiServices<Assistant> interlock() {
        return ParallelTools.builder().build().aiServices(Assistant.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"notes.md", "./notes.md", "sub/../notes.md", "../data/notes.md", "//data//notes.md"})
    void no_edit_of_a_file_with_two_paths_is_lost(String path) {
        assertThat(edited(interlock(), 1, ABSOLUTE, path).text()).isEqualTo("ab");
        assertThat(edited(interlock(), 1, path, ABSOLUTE).text()).isEqualTo("ab");
    }

    @Test
    void plain_langchain4j_loses_an_edit_when_calls_run_concurrently() {
        NoteTools tools =
                edited(AiServices.builder(Assistant.class).executeToolsConcurrently(), 2, ABSOLUTE, "notes.md");

        assertThat(tools.text()).isIn("a", "b");
    }

    @Test
    void with_a_base_other_files_are_edited_at_the_same_time() {
        ParallelTools parallel = ParallelTools.builder()
                .effects("addLine", Effects.writes("file/{path}").path("path", "/data"))
                .build();

        NoteTools tools = edited(parallel.aiServices(Assistant.class), 2, ABSOLUTE, "other.md");

        assertThat(tools.text()).isEqualTo("a");
    }
}
