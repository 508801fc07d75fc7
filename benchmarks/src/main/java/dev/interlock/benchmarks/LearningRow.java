package dev.interlock.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.effect.Access;
import dev.interlock.learn.ObservedCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A recorded batch, and what an observer would have seen of it.
 *
 * @param task the task that it was recorded in: the row's id without its turn, or without the mark of an episode
 * @param isEpisode whether it holds all calls of its task, those of the turns once more
 * @param batch its calls, and a world for them
 * @param observed what each call touched
 */
record LearningRow(String task, boolean isEpisode, TraceBatch batch, List<ObservedCall> observed) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern UNIT = Pattern.compile("-(?:t\\d+|ep)$");

    static List<LearningRow> read(Path file) throws IOException {
        List<LearningRow> rows = new ArrayList<>();
        try (Stream<String> lines = Files.lines(file)) {
            for (String line : (Iterable<String>) lines::iterator) {
                if (!line.isBlank()) {
                    rows.add(of(JSON.readTree(line)));
                }
            }
        }
        return rows;
    }

    static LearningRow of(JsonNode row) {
        String task = UNIT.matcher(row.path("id").asText()).replaceFirst("");
        TraceBatch batch = TraceBatch.parse(row);
        List<ObservedCall> observed = new ArrayList<>();
        for (JsonNode call : row.path("calls")) {
            Set<Access> accesses = new LinkedHashSet<>();
            call.path("reads").forEach(key -> accesses.add(Access.read(TraceKeys.observed(key.asText()))));
            call.path("writes").forEach(key -> accesses.add(Access.write(TraceKeys.observed(key.asText()))));
            observed.add(new ObservedCall(batch.calls().get(observed.size()), accesses, task));
        }
        return new LearningRow(task, row.path("unit").asText().equals("episode"), batch, List.copyOf(observed));
    }
}
