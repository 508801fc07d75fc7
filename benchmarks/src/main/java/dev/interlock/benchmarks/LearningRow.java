package dev.interlock.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.interlock.learn.ObservationLines;
import dev.interlock.learn.ObservedCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A recorded batch, and what an observer would have seen of it.
 *
 * @param task the task that it was recorded in
 * @param isEpisode whether it holds all calls of its task, those of the turns once more
 * @param batch its calls, and a world for them
 * @param observed what each call touched
 */
record LearningRow(String task, boolean isEpisode, TraceBatch batch, List<ObservedCall> observed) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static List<LearningRow> read(Path file) throws IOException {
        List<LearningRow> rows = new ArrayList<>();
        try (Stream<String> lines = Files.lines(file)) {
            for (String line : (Iterable<String>) lines::iterator) {
                JsonNode row = line.isBlank() ? MissingNode.getInstance() : JSON.readTree(line);
                if (!row.path("calls").isEmpty()) {
                    rows.add(of(row));
                }
            }
        }
        return rows;
    }

    static LearningRow of(JsonNode row) {
        List<ObservedCall> observed = ObservationLines.parse(row.toString());
        return new LearningRow(
                String.valueOf(observed.getFirst().run()),
                row.path("unit").asText().equals("episode"),
                TraceBatch.parse(row),
                observed);
    }
}
